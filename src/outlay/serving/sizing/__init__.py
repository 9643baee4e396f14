"""How many chips hold a promise."""
