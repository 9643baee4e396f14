"""The engine's compiled functions as they are shipped, so that first use compiles none."""
