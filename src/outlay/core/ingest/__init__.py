"""The one door: every byte that comes in from outside passes here first."""
