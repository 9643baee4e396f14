"""The command lines that start a layout in a serving engine."""
