"""From a sentence to its claims."""
