"""Load generators run against a small server of our own: how tests/data/observed was made."""
