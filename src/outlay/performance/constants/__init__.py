"""Constants and corrections that were fitted, and the cases that they hold for."""
