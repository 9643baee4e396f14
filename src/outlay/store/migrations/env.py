"""What Alembic runs for a revision: in the connection and transaction that it is handed."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

conn = context.config.attributes["connection"]
assert isinstance(conn, Connection)
context.configure(connection=conn, version_table="outlay_revision", transactional_ddl=True)
context.run_migrations()
