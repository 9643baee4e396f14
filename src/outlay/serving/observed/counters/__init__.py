"""Counters of a running engine, as Prometheus has them: scrapes, and what lies between two."""
