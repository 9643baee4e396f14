"""The tables that a plan is shown in, by name."""
