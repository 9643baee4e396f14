"""Lists of runs and of work are asked for by workspace and time: found without sorting all."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("ix_runs_workspace_made_at", "runs", ["workspace", "made_at"])
    op.create_index("ix_works_workspace_number", "works", ["workspace", "number"])
    op.drop_index("ix_works_workspace", "works")
