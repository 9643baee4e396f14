"""How a store came to its tables: revisions that Alembic runs, oldest first."""
