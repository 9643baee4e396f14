"""The version of Outlay, said once."""

__version__ = "0.1.0"
