"""From a file or a mapping to a checked study."""
