"""A sweep's journal: the row of each case, which counts once it is on the disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from outlay.core.errors import InputError, Problem
from outlay.results.kept.workbench import HeldSweep, Outcast, Who
from outlay.store.database.tables import CaseRow, OutcastRow, SweepRow
from outlay.store.database.texts import MOST_NUMBER, canonical, checked_id, checked_text
from outlay.store.errors import NotThere
from outlay.store.held.shelf import Shelf, allow

__all__ = ["Journal"]

SWEEP = "sweep"
MOST_SPEC, MOST_WHY = 1_000_000, 10_000
PIECE = 1000
"""Rows read at a time."""


class Journal(Shelf):
    """Sweeps by the hash of what is asked. Rows are added, and none is ever changed."""

    def begin_sweep(self, who: Who, study_text_hash: str, spec_json: str, n: int) -> str:
        """Id of the sweep: begun now, or where it was."""
        checked_text(study_text_hash, "study", 200)
        checked_text(spec_json, "spec", MOST_SPEC)
        try:
            spec = canonical(json.loads(spec_json))
        except ValueError:
            raise InputError(Problem("not JSON", "spec", spec_json[:80])) from None
        if not 0 < n <= MOST_NUMBER:
            raise InputError(Problem("out of range", "cases", str(n)[:20], f"1 to {MOST_NUMBER:,}"))
        id = hashlib.sha256(canonical([study_text_hash, spec, n]).encode()).hexdigest()
        allow(who, "editor")
        with self._doors.reading() as conn:
            if _there(conn, who, id):
                return id
        with self._changing(who) as change:
            if not _there(change.conn, who, id):
                change.conn.execute(
                    insert(SweepRow).values(
                        workspace=who.workspace, id=id, study_hash=study_text_hash, spec=spec,
                        cases=n, made_at=change.at, made_by=who.name,
                    )
                )  # fmt: skip
                change.did("sweep.begin", id, cases=n)
        return id

    def sweep_rows(self, who: Who, id: str) -> Iterator[tuple[int, bytes]]:
        """Case and row of each that is there, in order of the cases."""
        after = -1
        while True:
            with self._reading(who) as conn:
                _refuse_other(conn, who, id)
                rows = conn.execute(
                    select(CaseRow.case_number, CaseRow.data)
                    .where(
                        CaseRow.workspace == who.workspace, CaseRow.sweep == id,
                        CaseRow.case_number > after,
                    )
                    .order_by(CaseRow.case_number)
                    .limit(PIECE)
                ).all()  # fmt: skip
            for case, data in rows:
                yield case, bytes(data)
                after = case
            if len(rows) < PIECE:
                return

    def put_rows(self, who: Who, id: str, rows: Sequence[tuple[int, bytes]]) -> None:
        """Add rows in one transaction; a case that has its row keeps it."""
        allow(who, "editor")
        with self._doors.beside() as conn:
            _refuse_case(conn, who, id, (case for case, _ in rows))
            if not rows:
                return
            make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
            conn.execute(
                make(CaseRow).on_conflict_do_nothing(),
                [
                    {"workspace": who.workspace, "sweep": id, "case_number": case, "data": data}
                    for case, data in rows
                ],
            )

    def quarantine(self, who: Who, id: str, case: int, why: str) -> None:
        """A case is tried no more; said once."""
        with self._changing(who) as change:
            _refuse_case(change.conn, who, id, (case,))
            make = sqlite.insert if change.conn.dialect.name == "sqlite" else postgresql.insert
            text = why.encode("utf-8", "replace").decode().replace("\0", " ")[:MOST_WHY]
            change.conn.execute(
                make(OutcastRow)
                .values(workspace=who.workspace, sweep=id, case_number=case, why=text, at=change.at)
                .on_conflict_do_nothing()
            )
            change.did("sweep.quarantine", id, case=case)

    def sweep(self, who: Who, id: str) -> HeldSweep:
        """A sweep, and how far it is."""
        with self._reading(who) as conn:
            _refuse_other(conn, who, id)
            (found,) = _sweeps(conn, who, id)
            return found

    def sweeps(self, who: Who) -> tuple[HeldSweep, ...]:
        """All of them, the newest first."""
        with self._reading(who) as conn:
            return _sweeps(conn, who)


def _there(conn: Connection, who: Who, id: str) -> bool:
    return bool(
        conn.execute(
            select(SweepRow.id).where(
                SweepRow.workspace == who.workspace, SweepRow.id == checked_id(SWEEP, id)
            )
        ).first()
    )


def _refuse_other(conn: Connection, who: Who, id: str) -> None:
    if not _there(conn, who, id):
        raise NotThere(SWEEP, id)


def _refuse_case(conn: Connection, who: Who, id: str, cases: Iterable[int]) -> None:
    n = conn.execute(
        select(SweepRow.cases).where(
            SweepRow.workspace == who.workspace, SweepRow.id == checked_id(SWEEP, id)
        )
    ).scalar_one_or_none()
    if n is None:
        raise NotThere(SWEEP, id)
    for case in cases:
        if not 0 <= case < n:
            raise NotThere("case of the sweep", str(case)[:20])


def _sweeps(conn: Connection, who: Who, id: str | None = None) -> tuple[HeldSweep, ...]:
    asked = select(
        SweepRow.id, SweepRow.study_hash, SweepRow.spec, SweepRow.cases, SweepRow.made_at,
        SweepRow.made_by,
    ).where(SweepRow.workspace == who.workspace)  # fmt: skip
    done = select(CaseRow.sweep, func.count()).where(CaseRow.workspace == who.workspace)
    out = select(OutcastRow.sweep, OutcastRow.case_number, OutcastRow.why).where(
        OutcastRow.workspace == who.workspace
    )
    if id is not None:
        asked, done = asked.where(SweepRow.id == id), done.where(CaseRow.sweep == id)
        out = out.where(OutcastRow.sweep == id)
    counts = dict[str, int](conn.execute(done.group_by(CaseRow.sweep)).all())
    outcasts = dict[str, list[Outcast]]()
    for sweep, case, why in conn.execute(out.order_by(OutcastRow.case_number)):
        outcasts.setdefault(sweep, []).append(Outcast(case, why))
    return tuple(
        HeldSweep(s, study, spec, n, counts.get(s, 0), tuple(outcasts.get(s, ())), at, by)
        for s, study, spec, n, at, by in conn.execute(
            asked.order_by(SweepRow.made_at.desc(), SweepRow.id)
        )
    )
