"""What a sweep is, as the store keeps it: enough to go on with it, and to show it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from outlay.results.kept.sweep import Sweep
from outlay.results.study import Thing
from outlay.sweeps.asked.axes import Axis, read_axes
from outlay.sweeps.asked.chances import chances_of
from outlay.sweeps.asked.design import Design, design_of
from outlay.sweeps.journal import Journals, Kept, Stored

if TYPE_CHECKING:
    import polars as pl
    from pydantic import TypeAdapter

    from outlay.results.kept.workbench import Who
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["Spec", "begun", "found_in", "read_spec", "spec_of"]

FORM = 1


@dataclass(frozen=True)
class Spec:
    """What was asked of a sweep.

    study: hash of every byte that it reads. made: of the code, the catalogue and the libraries that
    work it out, which rows must share. turn: how often it was begun anew before.
    """

    title: str
    file: str
    currency: str
    scenario: str
    overrides: tuple[str, ...]
    study: str
    made: str
    axes: tuple[Axis, ...]
    paths: tuple[tuple[str | int, ...], ...]
    chances: Mapping[str, Mapping[str, float]]
    sample: int
    seed: int
    things: tuple[Thing, ...]
    turn: int = 0
    form: int = FORM

    @property
    def design(self) -> Design:
        """Its cases."""
        return design_of(self.axes, self.chances, self.paths, self.sample, self.seed)

    def to_json(self) -> str:
        """As the store keeps it."""
        return _reader().dump_json(self).decode()


def read_spec(text: str) -> Spec:
    """What `to_json` gave."""
    return _reader().validate_json(text)


@cache
def _reader() -> TypeAdapter[Spec]:
    from pydantic import TypeAdapter

    return TypeAdapter(Spec)


def spec_of(loaded: LoadedStudy, vary: Sequence[str], sample: int, seed: int | None = None) -> Spec:
    """What is asked, read against the study. Raises InputError with every problem found."""
    from outlay.runs.documents.things import things_of
    from outlay.runs.pipeline.record import code_hash, content_hash, data_hash, versions

    axes = read_axes(loaded, vary, sampled=sample > 0)
    inputs = {k: hashlib.sha256(v).hexdigest() for k, v in loaded.inputs.items()}
    chances = chances_of(loaded.study)
    spec = Spec(
        title=loaded.study.title, file=loaded.path.name, currency=loaded.study.currency,
        scenario=loaded.scenario or "", overrides=loaded.overrides, study=content_hash(inputs),
        made=content_hash([code_hash(), data_hash(""), versions()]), axes=axes,
        paths=tuple(loaded.resolve(a.path) for a in axes), chances={}, sample=sample,
        seed=loaded.study.seed if seed is None else seed, things=things_of(loaded.study),
    )  # fmt: skip
    design = replace(spec, chances=chances).design
    return replace(spec, chances=design.chances)


def begun(store: Journals, who: Who, spec: Spec, *, anew: bool = False) -> tuple[Stored, Spec]:
    """The sweep in a store: where it was, or begun; anew: begun once more, beside what is there."""
    turns = [
        other.turn
        for held in store.sweeps(who)
        if (other := read_spec(held.spec)) == replace(spec, turn=other.turn)
    ]
    turn = max(turns, default=0) + (1 if anew and turns else 0)
    spec = replace(spec, turn=turn)
    id = store.begin_sweep(who, spec.study, spec.to_json(), spec.design.cases)
    return Stored(store, who, id), spec


def found_in(journal: Kept, spec: Spec) -> tuple[Sweep, pl.DataFrame]:
    """What a sweep has found, from its journal alone, and the table of its rows."""
    from outlay.sweeps.found import (
        columns_of,
        drivers_of,
        refusals_of,
        spreads_of,
        surfaces_of,
        varied_of,
    )
    from outlay.sweeps.table import frame_of

    design = spec.design
    frame = frame_of(spec.axes, journal.rows())
    statuses: list[str] = frame["status"].to_list()
    currency = spec.currency
    return (
        Sweep(
            title=spec.title, study=spec.file, currency=currency, scenario=spec.scenario,
            overrides=spec.overrides, id=journal.id, varied=varied_of(spec.axes),
            sample=spec.sample if design.drawn else 0, seed=spec.seed, cases=design.cases,
            optimal=statuses.count("optimal"), infeasible=statuses.count("infeasible"),
            refused=statuses.count("refused"), failed=statuses.count("failed"),
            quarantined=statuses.count("quarantined"),
            columns=columns_of(frame, spec.axes, currency),
            spreads=spreads_of(frame, spec.axes, currency),
            drivers=drivers_of(frame, design, currency),
            surfaces=surfaces_of(frame, design, currency),
            refusals=refusals_of(frame), things=spec.things,
        ),
        frame,
    )  # fmt: skip
