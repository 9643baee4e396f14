"""The words of a plan, made from its facts alone."""
