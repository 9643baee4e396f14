"""The folder of a run: committed once, locked while it is made, and checked when it is read."""
