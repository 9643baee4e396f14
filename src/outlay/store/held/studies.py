"""Studies in versions: who saves on top of an older one is told, and nothing is lost."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, delete, insert, select, update

from outlay.results.kept.workbench import HeldStudy, Who
from outlay.store.database.blobs import blob, drop_unnamed, keep_blobs
from outlay.store.database.tables import StudyFileRow, StudyRow, StudyTextRow
from outlay.store.database.texts import (
    MOST_NUMBER,
    Files,
    checked_files,
    checked_id,
    checked_name,
    checked_text,
)
from outlay.store.errors import NotThere, Stale
from outlay.store.held.shelf import Change, Shelf

__all__ = ["Studies", "current_version"]

MOST_TEXT = 10_000_000
"""Characters of a study."""
STUDY = "study"


class Studies(Shelf):
    """Studies, each in all its versions, with the files beside it."""

    def studies(self, who: Who) -> tuple[HeldStudy, ...]:
        """All of them, the last saved first; without their texts."""
        with self._reading(who) as conn:
            found = conn.execute(
                select(
                    StudyRow.id, StudyTextRow.title, StudyRow.version, StudyTextRow.saved_at,
                    StudyTextRow.saved_by,
                )
                .join(
                    StudyTextRow,
                    (StudyTextRow.study == StudyRow.id)
                    & (StudyTextRow.version == StudyRow.version),
                )
                .where(StudyRow.workspace == who.workspace)
                .order_by(StudyTextRow.saved_at.desc(), StudyRow.id)
            ).all()  # fmt: skip
            names = dict[tuple[str, int], list[str]]()
            files = (
                select(StudyFileRow.study, StudyFileRow.version, StudyFileRow.name)
                .join(
                    StudyRow,
                    (StudyRow.id == StudyFileRow.study)
                    & (StudyRow.version == StudyFileRow.version),
                )
                .where(StudyRow.workspace == who.workspace)
                .order_by(StudyFileRow.name)
            )
            for study, version, name in conn.execute(files):
                names.setdefault((study, version), []).append(name)
            return tuple(
                HeldStudy(id, title, version, "", tuple(names.get((id, version), ())), at, by)
                for id, title, version, at, by in found
            )

    def study(self, who: Who, id: str, version: int | None = None) -> HeldStudy:
        """A study in its newest version, or in one that is named."""
        with self._reading(who) as conn:
            return _study(conn, id, _version(conn, who, id, version))

    def study_files(self, who: Who, id: str, version: int | None = None) -> dict[str, bytes]:
        """The files beside it, whose hashes hold."""
        with self._reading(who) as conn:
            at = _version(conn, who, id, version)
            found = conn.execute(
                select(StudyFileRow.name, StudyFileRow.sha256)
                .where(StudyFileRow.study == id, StudyFileRow.version == at)
                .order_by(StudyFileRow.name)
            ).all()
            return {name: blob(conn, sha, f"{name} of study {id}") for name, sha in found}

    def versions(self, who: Who, id: str) -> tuple[HeldStudy, ...]:
        """Every version, the newest first; without their texts."""
        with self._reading(who) as conn:
            _version(conn, who, id, None)
            rows = conn.execute(
                select(
                    StudyTextRow.version, StudyTextRow.title, StudyTextRow.saved_at,
                    StudyTextRow.saved_by,
                )
                .where(StudyTextRow.study == id)
                .order_by(StudyTextRow.version.desc())
            ).all()  # fmt: skip
            names = dict[int, list[str]]()
            files = select(StudyFileRow.version, StudyFileRow.name)
            for version, name in conn.execute(
                files.where(StudyFileRow.study == id).order_by(StudyFileRow.name)
            ):
                names.setdefault(version, []).append(name)
            return tuple(
                HeldStudy(id, title, version, "", tuple(names.get(version, ())), at, by)
                for version, title, at, by in rows
            )

    def add_study(self, who: Who, title: str, text: str, files: Files | None = None) -> HeldStudy:
        """A new study."""
        files = files or {}
        _check(title, text, files)
        id = secrets.token_hex(16)
        with self._changing(who) as change:
            change.conn.execute(insert(StudyRow).values(id=id, workspace=who.workspace, version=1))
            _put(change, id, 1, title, text, files)
            change.did("study.add", id, title=title)
            return _study(change.conn, id, 1)

    def save_study(
        self, who: Who, id: str, version: int, title: str, text: str, files: Files | None = None
    ) -> HeldStudy:
        """A new version on top of the newest, which is `version`; else raises Stale.

        files: None: those of the version before.
        """
        _check(title, text, files or {})
        with self._changing(who) as change:
            _refuse_stale(change.conn, who, id, version)
            new = version + 1
            if files is None:
                _put(change, id, new, title, text, {})
                change.conn.execute(
                    insert(StudyFileRow).from_select(
                        ["study", "version", "name", "sha256"],
                        select(
                            StudyFileRow.study, StudyFileRow.version + 1, StudyFileRow.name,
                            StudyFileRow.sha256,
                        ).where(StudyFileRow.study == id, StudyFileRow.version == version),
                    )
                )  # fmt: skip
            else:
                _put(change, id, new, title, text, files)
            change.conn.execute(update(StudyRow).where(StudyRow.id == id).values(version=new))
            change.did("study.save", id, version=new, title=title)
            return _study(change.conn, id, new)

    def remove_study(self, who: Who, id: str, version: int) -> None:
        """Remove a study with its versions and scenarios; runs that were made of it stay."""
        with self._changing(who) as change:
            _refuse_stale(change.conn, who, id, version)
            title = _study(change.conn, id, version).title
            held = change.conn.execute(
                select(StudyFileRow.sha256).where(StudyFileRow.study == id)
            ).scalars()
            hashes = set(held)
            change.conn.execute(delete(StudyRow).where(StudyRow.id == id))
            drop_unnamed(change.conn, hashes)
            change.did("study.remove", id, version=version, title=title)


def current_version(conn: Connection, who: Who, id: str) -> int:
    """The newest version of a study of theirs; raises NotThere."""
    found = conn.execute(
        select(StudyRow.version).where(
            StudyRow.id == checked_id(STUDY, id), StudyRow.workspace == who.workspace
        )
    ).scalar_one_or_none()
    if found is None:
        raise NotThere(STUDY, id)
    return found


def _version(conn: Connection, who: Who, id: str, version: int | None) -> int:
    """The version that is asked for, which there is."""
    newest = current_version(conn, who, id)
    if version is None:
        return newest
    if not 1 <= version <= newest:
        raise NotThere("version of the study", str(version)[:20])
    return version


def _refuse_stale(conn: Connection, who: Who, id: str, version: int) -> None:
    newest = current_version(conn, who, id)
    if newest != version or newest >= MOST_NUMBER:
        raise Stale(_study(conn, id, newest), version)


def _study(conn: Connection, id: str, version: int) -> HeldStudy:
    title, text, at, by = conn.execute(
        select(
            StudyTextRow.title, StudyTextRow.text, StudyTextRow.saved_at, StudyTextRow.saved_by
        ).where(StudyTextRow.study == id, StudyTextRow.version == version)
    ).one()
    names = conn.execute(
        select(StudyFileRow.name)
        .where(StudyFileRow.study == id, StudyFileRow.version == version)
        .order_by(StudyFileRow.name)
    ).scalars()
    return HeldStudy(id, title, version, text, tuple(names), at, by)


def _check(title: str, text: str, files: Files) -> None:
    checked_name(title, "title")
    checked_text(text, STUDY, MOST_TEXT)
    checked_files(files, "files")


def _put(change: Change, id: str, version: int, title: str, text: str, files: Files) -> None:
    change.conn.execute(
        insert(StudyTextRow).values(
            study=id, version=version, title=title, text=text, saved_at=change.at,
            saved_by=change.who.name,
        )
    )  # fmt: skip
    hashes = keep_blobs(change.conn, files.values())
    for name, sha in zip(files, hashes, strict=True):
        change.conn.execute(
            insert(StudyFileRow).values(study=id, version=version, name=name, sha256=sha)
        )
