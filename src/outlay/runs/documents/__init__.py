"""The finished run, its result, and what two results say of each other."""
