"""What a folder holds of a run, and whether what is read back holds together."""
