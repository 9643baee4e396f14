"""Where people and programs meet Outlay: the command line; no arithmetic here."""
