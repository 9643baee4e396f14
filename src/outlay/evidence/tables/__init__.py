"""Tables in documents: cells, units, claims."""
