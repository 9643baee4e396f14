"""XBRL as its files have it: elements, facts, values."""
