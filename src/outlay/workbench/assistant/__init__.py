"""The same for assistants: tools whose every number says its unit, range, status and source."""
