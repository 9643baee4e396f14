"""The compiled engine: one event at a time, no object."""
