"""Scenarios of a study: values under a name, each with who stands behind it, in versions."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy import Connection, func, insert, select

from outlay.core.errors import InputError, Problem, QuantityError, TooLargeError
from outlay.core.periods import parse_date
from outlay.results.kept.workbench import Assumed, HeldScenario, Who
from outlay.store.database.tables import ScenarioRow
from outlay.store.database.texts import MOST_NUMBER, canonical, checked_name, checked_text
from outlay.store.errors import NotThere, Stale
from outlay.store.held.shelf import Change, Shelf
from outlay.store.held.studies import current_version

__all__ = ["Scenarios"]

MOST_VALUES, MOST_TEXT = 1000, 2000
SCENARIO = "scenario"


class Scenarios(Shelf):
    """Scenarios, each in all its versions."""

    def scenarios(self, who: Who, study: str) -> tuple[HeldScenario, ...]:
        """Those of a study, by name."""
        with self._reading(who) as conn:
            current_version(conn, who, study)
            newest = (
                select(ScenarioRow.name, func.max(ScenarioRow.version).label("version"))
                .where(ScenarioRow.study == study)
                .group_by(ScenarioRow.name)
                .subquery()
            )
            found = conn.execute(
                select(*_FIELDS)
                .join(
                    newest,
                    (newest.c.name == ScenarioRow.name) & (newest.c.version == ScenarioRow.version),
                )
                .where(ScenarioRow.study == study, ScenarioRow.gone == 0)
                .order_by(ScenarioRow.name)
            )
            return tuple(_held(*row) for row in found)

    def scenario(self, who: Who, study: str, name: str) -> HeldScenario:
        """One of them."""
        with self._reading(who) as conn:
            current_version(conn, who, study)
            found, _ = _newest(conn, study, name)
            if found is None:
                raise NotThere(SCENARIO, name)
            return found

    def save_scenario(
        self, who: Who, study: str, name: str, version: int, note: str,
        values: tuple[Assumed, ...],
    ) -> HeldScenario:  # fmt: skip
        """A new version on top of the newest, which is `version` (0: there is none)."""
        checked_name(name, "name")
        checked_text(note, "note", MOST_TEXT)
        _check(values)
        with self._changing(who) as change:
            current_version(change.conn, who, study)
            found, last = _newest(change.conn, study, name)
            if found is None and version:
                raise NotThere(SCENARIO, name)
            if found is not None and found.version != version:
                raise Stale(found, version)
            held = HeldScenario(study, name, note, last + 1, tuple(values), change.at, who.name)
            _put(change, held, gone=0)
            change.did("scenario.save", study, name=name, version=last + 1,
                       values=[asdict(v) for v in values])  # fmt: skip
            return held

    def remove_scenario(self, who: Who, study: str, name: str, version: int) -> None:
        """Remove it; one of that name that is made later goes on counting its versions."""
        with self._changing(who) as change:
            current_version(change.conn, who, study)
            found, last = _newest(change.conn, study, name)
            if found is None:
                raise NotThere(SCENARIO, name)
            if found.version != version or last >= MOST_NUMBER:
                raise Stale(found, version)
            gone = HeldScenario(study, name, "", last + 1, (), change.at, who.name)
            _put(change, gone, gone=1)
            change.did("scenario.remove", study, name=name, version=version)


_FIELDS = (
    ScenarioRow.study, ScenarioRow.name, ScenarioRow.note, ScenarioRow.version, ScenarioRow.laid,
    ScenarioRow.saved_at, ScenarioRow.saved_by,
)  # fmt: skip


def _held(
    study: str, name: str, note: str, version: int, laid: str, at: str, by: str
) -> HeldScenario:
    rows: list[dict[str, str]] = json.loads(laid)
    return HeldScenario(study, name, note, version, tuple(Assumed(**r) for r in rows), at, by)


def _newest(conn: Connection, study: str, name: str) -> tuple[HeldScenario | None, int]:
    """The scenario as it stands, if it does, and the number of its last version (0: none)."""
    if not name.isprintable():
        return None, 0
    row = conn.execute(
        select(ScenarioRow.gone, *_FIELDS)
        .where(ScenarioRow.study == study, ScenarioRow.name == name)
        .order_by(ScenarioRow.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None, 0
    gone, *_ = row
    held = _held(*row[1:])
    return None if gone else held, held.version


def _check(values: tuple[Assumed, ...]) -> None:
    if len(values) > MOST_VALUES:
        raise TooLargeError(
            Problem("too many values", "values", f"{len(values):,}", f"{MOST_VALUES:,}")
        )
    for i, v in enumerate(values, 1):
        where = f"values {i}"
        checked_name(v.path, f"{where}.path")
        for field, text in (
            ("value", v.value), ("source", v.source), ("approver", v.approver), ("date", v.date),
        ):  # fmt: skip
            checked_text(text, f"{where}.{field}", MOST_TEXT)
        if v.date:
            try:
                parse_date(v.date)
            except QuantityError as err:
                raise InputError(
                    Problem("not a date", f"{where}.date", v.date[:80], err.problems()[0].allowed)
                ) from None
    paths = [v.path for v in values]
    if twice := next((p for p in paths if paths.count(p) > 1), None):
        raise InputError(Problem("laid twice", "values", twice, "each path once"))


def _put(change: Change, held: HeldScenario, gone: int) -> None:
    change.conn.execute(
        insert(ScenarioRow).values(
            study=held.study, name=held.name, version=held.version, note=held.note,
            laid=canonical([asdict(v) for v in held.values]), gone=gone, saved_at=held.updated_at,
            saved_by=held.updated_by,
        )
    )  # fmt: skip
