"""Verbs about the machine that Outlay runs on."""
