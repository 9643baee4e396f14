"""The tables, as the newest revision has them."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
)  # fmt: skip
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "BlobRow", "CaseRow", "Kept", "OutcastRow", "PersonRow", "ReadingRow", "RunFileRow", "RunRow",
    "ScenarioRow", "StudyFileRow", "StudyRow", "StudyTextRow", "SweepRow", "TokenRow", "TrailRow",
    "WorkRow", "WorkspaceRow",
]  # fmt: skip

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Of constraints, so that a later revision can name them."""
WORKSPACE = "workspaces.id"


class Kept(DeclarativeBase):
    """Base of the tables. Times are UTC in ISO form, ids hexadecimal digits."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {
        str: Text(),
        int: Integer(),
        float: Double(),
        bytes: LargeBinary(),
    }


class WorkspaceRow(Kept):
    """Whose things are kept apart; with the last line of its trail."""

    __tablename__ = "workspaces"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[str]
    trail_number: Mapped[int]
    trail_hash: Mapped[str]


class PersonRow(Kept):
    """Somebody in one workspace; over: when they were removed."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey(WORKSPACE), index=True)
    name: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]
    made_at: Mapped[str]
    over: Mapped[str]


class TokenRow(Kept):
    """What lets somebody in: the hash of it alone."""

    __tablename__ = "tokens"
    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey(WORKSPACE), index=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str]
    role: Mapped[str]
    said: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[str]
    ends_at: Mapped[str]
    over: Mapped[str]


class BlobRow(Kept):
    """Bytes by their SHA-256, each once."""

    __tablename__ = "blobs"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger())
    packed: Mapped[str]
    data: Mapped[bytes]


class StudyRow(Kept):
    """A study; what it says is in its versions."""

    __tablename__ = "studies"
    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey(WORKSPACE), index=True)
    version: Mapped[int]


class StudyTextRow(Kept):
    """A version of a study."""

    __tablename__ = "study_versions"
    study: Mapped[str] = mapped_column(
        ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    saved_at: Mapped[str]
    saved_by: Mapped[str]


class StudyFileRow(Kept):
    """A file of a version of a study."""

    __tablename__ = "study_files"
    study: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    __table_args__ = (
        ForeignKeyConstraint(
            ["study", "version"], ["study_versions.study", "study_versions.version"],
            ondelete="CASCADE",
        ),
    )  # fmt: skip


class ScenarioRow(Kept):
    """A version of a scenario. gone: 1 where it was removed by that version."""

    __tablename__ = "scenario_versions"
    study: Mapped[str] = mapped_column(
        ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]
    laid: Mapped[str]
    gone: Mapped[int]
    saved_at: Mapped[str]
    saved_by: Mapped[str]


class RunRow(Kept):
    """A run; its files by their hashes."""

    __tablename__ = "runs"
    __table_args__ = (Index(None, "workspace", "made_at"),)
    workspace: Mapped[str] = mapped_column(ForeignKey(WORKSPACE), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    result: Mapped[str]
    study: Mapped[str] = mapped_column(index=True)
    study_version: Mapped[int]
    title: Mapped[str]
    name: Mapped[str]
    scenario: Mapped[str]
    changes: Mapped[str]
    verdict: Mapped[str]
    objective: Mapped[float]
    currency: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]


class RunFileRow(Kept):
    """A file of a run; its manifest is one too."""

    __tablename__ = "run_files"
    workspace: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "run"], ["runs.workspace", "runs.id"],
                             ondelete="CASCADE"),
    )  # fmt: skip


class WorkRow(Kept):
    """Work that is asked for. worker, leased: who does it, and until when they need not be
    heard of (seconds since 1970)."""

    __tablename__ = "works"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    workspace: Mapped[str] = mapped_column(ForeignKey(WORKSPACE))
    kind: Mapped[str]
    study: Mapped[str]
    request: Mapped[str]
    state: Mapped[str]
    share: Mapped[float | None]
    said: Mapped[str]
    tries: Mapped[int]
    result: Mapped[str]
    why: Mapped[str]
    worker: Mapped[str]
    leased: Mapped[float]
    asked_at: Mapped[str]
    asked_by: Mapped[str]
    asker: Mapped[str] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[str]
    __table_args__ = (Index(None, "state", "number"), Index(None, "workspace", "number"))


class SweepRow(Kept):
    """A sweep, by the hash of what is asked."""

    __tablename__ = "sweeps"
    workspace: Mapped[str] = mapped_column(ForeignKey(WORKSPACE), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    study_hash: Mapped[str]
    spec: Mapped[str]
    cases: Mapped[int]
    made_at: Mapped[str]
    made_by: Mapped[str]


class CaseRow(Kept):
    """What came out of a case of a sweep."""

    __tablename__ = "sweep_rows"
    workspace: Mapped[str] = mapped_column(primary_key=True)
    sweep: Mapped[str] = mapped_column(primary_key=True)
    case_number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "sweep"], ["sweeps.workspace", "sweeps.id"],
                             ondelete="CASCADE"),
    )  # fmt: skip


class OutcastRow(Kept):
    """A case that is tried no more."""

    __tablename__ = "sweep_outcasts"
    workspace: Mapped[str] = mapped_column(primary_key=True)
    sweep: Mapped[str] = mapped_column(primary_key=True)
    case_number: Mapped[int] = mapped_column(primary_key=True)
    why: Mapped[str]
    at: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(["workspace", "sweep"], ["sweeps.workspace", "sweeps.id"],
                             ondelete="CASCADE"),
    )  # fmt: skip


class ReadingRow(Kept):
    """A document that was handed in, and what it was read as; that is null until it is read."""

    __tablename__ = "readings"
    workspace: Mapped[str] = mapped_column(ForeignKey(WORKSPACE), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger())
    document: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    claims: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    page: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    work: Mapped[str]
    made_at: Mapped[str]
    made_by: Mapped[str]


class TrailRow(Kept):
    """A line of a workspace's trail; triggers refuse its change."""

    __tablename__ = "trail"
    workspace: Mapped[str] = mapped_column(ForeignKey(WORKSPACE), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str]
    who: Mapped[str]
    did: Mapped[str]
    what: Mapped[str]
    detail: Mapped[str]
    before: Mapped[str]
    hash: Mapped[str]
