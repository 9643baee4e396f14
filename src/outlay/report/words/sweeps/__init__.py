"""Words of a sweep."""
