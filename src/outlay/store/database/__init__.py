"""The database below the store: tables, connections, moving an old one on, the chained trail."""
