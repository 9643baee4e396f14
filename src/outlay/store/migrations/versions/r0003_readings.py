"""Documents that were handed in, and what they were read as."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BYTES = ("document", "claims", "page")
"""Columns that name bytes."""


def upgrade() -> None:
    op.create_table(
        "readings",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_readings"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_readings_workspace"),
        *(
            sa.ForeignKeyConstraint([of], ["blobs.sha256"], name=f"fk_readings_{of}")
            for of in BYTES
        ),
    )
    for of in BYTES:
        op.create_index(f"ix_readings_{of}", "readings", [of])
