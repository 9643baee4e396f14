"""The tables of the first store, and the triggers that keep its trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

REFUSED = "lines of the trail are neither changed nor removed"
ORDER = "a line of the trail follows the last one"
SQLITE = (
    f"""CREATE TRIGGER trail_unchanged BEFORE UPDATE ON trail
    BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER trail_kept BEFORE DELETE ON trail
    BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER trail_in_order BEFORE INSERT ON trail
    WHEN NEW.number <> 1 + (SELECT COALESCE(MAX(number), 0) FROM trail
                            WHERE workspace = NEW.workspace)
    BEGIN SELECT RAISE(ABORT, '{ORDER}'); END""",
)
POSTGRES = (
    f"""CREATE FUNCTION outlay_trail_refused() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$""",
    f"""CREATE FUNCTION outlay_trail_order() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF NEW.number <> 1 + (SELECT COALESCE(MAX(number), 0) FROM trail
                              WHERE workspace = NEW.workspace)
        THEN RAISE EXCEPTION '{ORDER}'; END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER trail_in_order BEFORE INSERT ON trail
    FOR EACH ROW EXECUTE FUNCTION outlay_trail_order()""",
    """CREATE TRIGGER trail_unchanged BEFORE UPDATE OR DELETE ON trail
    FOR EACH ROW EXECUTE FUNCTION outlay_trail_refused()""",
    """CREATE TRIGGER trail_kept BEFORE TRUNCATE ON trail
    FOR EACH STATEMENT EXECUTE FUNCTION outlay_trail_refused()""",
)


def upgrade() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("packed", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
    )
    op.create_table(
        "workspaces",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("trail_number", sa.Integer(), nullable=False),
        sa.Column("trail_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_workspaces"),
        sa.UniqueConstraint("id", name="uq_workspaces_id"),
        sa.UniqueConstraint("name", name="uq_workspaces_name"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("over", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_people_workspace"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_name", "people", ["name"], unique=False)
    op.create_index("ix_people_workspace", "people", ["workspace"], unique=False)
    op.create_table(
        "runs",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("study", sa.Text(), nullable=False),
        sa.Column("study_version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("objective", sa.Double(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_runs_workspace"),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_runs"),
    )
    op.create_index("ix_runs_study", "runs", ["study"], unique=False)
    op.create_table(
        "studies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_studies_workspace"),
        sa.PrimaryKeyConstraint("id", name="pk_studies"),
    )
    op.create_index("ix_studies_workspace", "studies", ["workspace"], unique=False)
    op.create_table(
        "sweeps",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("study_hash", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_sweeps_workspace"),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_sweeps"),
    )
    op.create_table(
        "trail",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_trail_workspace"),
        sa.PrimaryKeyConstraint("workspace", "number", name="pk_trail"),
    )
    op.create_table(
        "run_files",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_run_files_sha256"),
        sa.ForeignKeyConstraint(
            ["workspace", "run"],
            ["runs.workspace", "runs.id"],
            name="fk_run_files_workspace_run",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace", "run", "name", name="pk_run_files"),
    )
    op.create_index("ix_run_files_sha256", "run_files", ["sha256"], unique=False)
    op.create_table(
        "scenario_versions",
        sa.Column("study", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("laid", sa.Text(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study"], ["studies.id"], name="fk_scenario_versions_study", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study", "name", "version", name="pk_scenario_versions"),
    )
    op.create_table(
        "study_versions",
        sa.Column("study", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study"], ["studies.id"], name="fk_study_versions_study", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study", "version", name="pk_study_versions"),
    )
    op.create_table(
        "sweep_outcasts",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("sweep", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "sweep"],
            ["sweeps.workspace", "sweeps.id"],
            name="fk_sweep_outcasts_workspace_sweep",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace", "sweep", "case_number", name="pk_sweep_outcasts"),
    )
    op.create_table(
        "sweep_rows",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("sweep", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "sweep"],
            ["sweeps.workspace", "sweeps.id"],
            name="fk_sweep_rows_workspace_sweep",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace", "sweep", "case_number", name="pk_sweep_rows"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.Text(), nullable=False),
        sa.Column("over", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_tokens_person"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_tokens_workspace"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("hash", name="uq_tokens_hash"),
    )
    op.create_index("ix_tokens_person", "tokens", ["person"], unique=False)
    op.create_index("ix_tokens_workspace", "tokens", ["workspace"], unique=False)
    op.create_table(
        "works",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("study", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("share", sa.Double(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("leased", sa.Double(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asker"], ["people.id"], name="fk_works_asker"),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_works_workspace"),
        sa.PrimaryKeyConstraint("number", name="pk_works"),
        sa.UniqueConstraint("id", name="uq_works_id"),
    )
    op.create_index("ix_works_state_number", "works", ["state", "number"], unique=False)
    op.create_index("ix_works_workspace", "works", ["workspace"], unique=False)
    op.create_table(
        "study_files",
        sa.Column("study", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_study_files_sha256"),
        sa.ForeignKeyConstraint(
            ["study", "version"],
            ["study_versions.study", "study_versions.version"],
            name="fk_study_files_study_version",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("study", "version", "name", name="pk_study_files"),
    )
    op.create_index("ix_study_files_sha256", "study_files", ["sha256"], unique=False)
    lines = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES
    for line in lines:
        op.execute(line)
