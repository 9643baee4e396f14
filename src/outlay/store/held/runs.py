"""Runs: kept whole, each once, and given back byte for byte."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from outlay.core.errors import InputError, Problem
from outlay.results.kept.workbench import HeldRun, Who
from outlay.runs.folder.names import MANIFEST
from outlay.store.database.blobs import blob, drop_unnamed, keep_blobs
from outlay.store.database.tables import BlobRow, RunFileRow, RunRow
from outlay.store.database.texts import (
    MOST_NUMBER,
    Files,
    canonical,
    checked_id,
    checked_name,
    checked_text,
)
from outlay.store.errors import NotThere
from outlay.store.held.folders import Whole, read_folder, whole_run, write_folder
from outlay.store.held.shelf import Change, Shelf, whole_rows
from outlay.store.held.studies import current_version

__all__ = ["Runs"]

RUN = "run"
MOST_CHANGES, MOST_TEXT = 1000, 2000


class Runs(Shelf):
    """Runs. None is changed; it is called otherwise, or removed."""

    def keep_run(
        self, who: Who, folder_files: Files, study: str = "", study_version: int = 0,
        name: str = "", scenario: str = "", changes: Sequence[str] = (),
    ) -> HeldRun:  # fmt: skip
        """Keep the files of a run's folder, all of which its manifest names.

        The same plan of the same study, scenario and changes is kept once, and found again; where
        it has no name yet it gets this one.
        """
        for what, text in (("name", name), ("scenario", scenario)):
            if text:
                checked_name(text, what)
        if len(changes) > MOST_CHANGES:
            raise InputError(Problem("too many changes", "changes", f"{len(changes):,}"))
        for line in changes:
            checked_text(line, "changes", MOST_TEXT)
        if not 0 <= study_version <= MOST_NUMBER:
            raise NotThere("version of the study", str(study_version)[:20])
        whole = whole_run(folder_files)
        made = (study, scenario, list(changes))
        with self._changing(who) as change:
            if study:
                current_version(change.conn, who, study)
            id = _free_id(change.conn, who, whole.result, made)
            found = _held(change.conn, who, id)
            if found is not None:
                _complete(change, id, whole)
                return _called(change, id, name) if name and not found.name else found
            plan = whole.plan
            change.conn.execute(
                insert(RunRow).values(
                    workspace=who.workspace, id=id, result=whole.result, study=study,
                    study_version=study_version, title=plan.title, name=name, scenario=scenario,
                    changes=canonical(list(changes)), verdict=plan.verdict,
                    objective=plan.objective, currency=plan.currency, made_at=change.at,
                    made_by=who.name,
                )
            )  # fmt: skip
            _put(change.conn, who.workspace, id, whole.files)
            change.did("run.keep", id, study=study, version=study_version, title=plan.title,
                       manifest=hashlib.sha256(whole.files[MANIFEST]).hexdigest())  # fmt: skip
            return _run(change.conn, who, id)

    def runs(
        self, who: Who, study: str | None = None, past: str = "", most: int | None = None
    ) -> tuple[HeldRun, ...]:
        """All runs, or those of a study; the newest first. past: only those that come after this
        one; most: so many of them."""
        with self._reading(who) as conn:
            asked = select(RunRow).where(RunRow.workspace == who.workspace)
            if study is not None:
                asked = asked.where(RunRow.study == checked_id("study", study))
            if past:
                last = _run(conn, who, past)
                same = (RunRow.made_at == last.made_at) & (RunRow.id > last.id)
                asked = asked.where((RunRow.made_at < last.made_at) | same)
            ordered = asked.order_by(RunRow.made_at.desc(), RunRow.id).limit(most)
            return tuple(map(_as_held, whole_rows(conn, ordered)))

    def run(self, who: Who, id: str) -> HeldRun:
        """One of them."""
        with self._reading(who) as conn:
            return _run(conn, who, id)

    def run_files(self, who: Who, id: str) -> dict[str, int]:
        """Its files, manifest included, and the bytes of each."""
        with self._reading(who) as conn:
            _run(conn, who, id)
            found = conn.execute(
                select(RunFileRow.name, BlobRow.size)
                .join(BlobRow, BlobRow.sha256 == RunFileRow.sha256)
                .where(RunFileRow.workspace == who.workspace, RunFileRow.run == id)
                .order_by(RunFileRow.name)
            )
            return dict[str, int](found.all())

    def run_file(self, who: Who, id: str, name: str) -> bytes:
        """The bytes of a file, whose hash holds."""
        with self._reading(who) as conn:
            _run(conn, who, id)
            return _file(conn, who, id, name)

    def name_run(self, who: Who, id: str, name: str) -> HeldRun:
        """Call it by a name, or by none."""
        if name:
            checked_name(name, "name")
        with self._changing(who) as change:
            _run(change.conn, who, id)
            return _called(change, id, name)

    def remove_run(self, who: Who, id: str) -> None:
        """Remove it, and the files that no other run or study has."""
        with self._changing(who) as change:
            found = _run(change.conn, who, id)
            ours = (RunRow.workspace == who.workspace) & (RunRow.id == id)
            _drop(change.conn, who.workspace, id)
            change.conn.execute(delete(RunRow).where(ours))
            change.did("run.remove", id, title=found.title, name=found.name)

    def export_run(self, who: Who, id: str, folder: Path) -> None:
        """Write the folder of a run as `outlay plan --out` wrote it; it must not be there yet."""
        with self._reading(who) as conn:
            _run(conn, who, id)
            names = conn.execute(
                select(RunFileRow.name)
                .where(RunFileRow.workspace == who.workspace, RunFileRow.run == id)
                .order_by(RunFileRow.name)
            ).scalars()
            last = (MANIFEST,)  # a folder without one was not finished
            ordered = [*(n for n in names.all() if n != MANIFEST), *last]
            write_folder(folder, ((n, _file(conn, who, id, n)) for n in ordered))

    def import_run(self, who: Who, folder: Path) -> HeldRun:
        """Keep the run in a folder, each file of which is as its manifest says."""
        return self.keep_run(who, read_folder(folder))


def _as_held(row: RunRow) -> HeldRun:
    laid: list[str] = json.loads(row.changes)
    return HeldRun(
        row.id, row.study, row.study_version, row.title, row.name, row.scenario, tuple(laid),
        row.verdict, row.objective, row.currency, row.made_at, row.made_by,
    )  # fmt: skip


def _held(conn: Connection, who: Who, id: str) -> HeldRun | None:
    asked = select(RunRow).where(RunRow.id == checked_id(RUN, id))
    found = whole_rows(conn, asked.where(RunRow.workspace == who.workspace))
    return _as_held(found[0]) if found else None


def _run(conn: Connection, who: Who, id: str) -> HeldRun:
    """The run of theirs; raises NotThere."""
    found = _held(conn, who, id)
    if found is None:
        raise NotThere(RUN, id)
    return found


def _called(change: Change, id: str, name: str) -> HeldRun:
    ours = (RunRow.workspace == change.who.workspace) & (RunRow.id == id)
    change.conn.execute(update(RunRow).where(ours).values(name=name))
    change.did("run.name", id, name=name)
    return _run(change.conn, change.who, id)


def _free_id(conn: Connection, who: Who, result: str, made: tuple[str, str, list[str]]) -> str:
    """The result's hash; where it is that of a run that was made of something else, a hash of
    both."""
    found = _held(conn, who, result)
    if found is None or (found.study, found.scenario, list(found.changes)) == made:
        return result
    return hashlib.sha256(canonical([result, *made]).encode()).hexdigest()


def _file(conn: Connection, who: Who, id: str, name: str) -> bytes:
    if not name.isprintable():
        raise NotThere("file of the run", name)
    sha = conn.execute(
        select(RunFileRow.sha256).where(
            RunFileRow.workspace == who.workspace, RunFileRow.run == id, RunFileRow.name == name
        )
    ).scalar_one_or_none()
    if sha is None:
        raise NotThere("file of the run", name)
    return blob(conn, sha, f"{name} of run {id}")


def _put(conn: Connection, workspace: str, id: str, files: Files) -> None:
    hashes = keep_blobs(conn, files.values())
    rows = [
        {"workspace": workspace, "run": id, "name": name, "sha256": sha}
        for name, sha in zip(files, hashes, strict=True)
    ]
    conn.execute(insert(RunFileRow), rows)


def _drop(conn: Connection, workspace: str, id: str) -> None:
    ours = (RunFileRow.workspace == workspace) & (RunFileRow.run == id)
    hashes = set(conn.execute(select(RunFileRow.sha256).where(ours)).scalars())
    conn.execute(delete(RunFileRow).where(ours))
    drop_unnamed(conn, hashes)


def _complete(change: Change, id: str, whole: Whole) -> None:
    """A run that is kept gets the files that it was made without, if this one has them all."""
    workspace = change.who.workspace
    ours = (RunFileRow.workspace == workspace) & (RunFileRow.run == id)
    there = set(change.conn.execute(select(RunFileRow.name).where(ours)).scalars())
    if there < set(whole.files):
        _drop(change.conn, workspace, id)
        _put(change.conn, workspace, id, whole.files)
        change.did("run.complete", id, files=sorted(set(whole.files) - there))
