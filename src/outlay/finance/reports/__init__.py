"""The accounts and what is read off them: statements, returns, unit costs, identities."""
