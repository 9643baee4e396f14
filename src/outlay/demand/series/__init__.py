"""Series of token volumes: points, units, what an announcement says."""
