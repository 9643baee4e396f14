"""Thousands of cases of one study, each planned to its certified optimum."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import LANGUAGES, MOST_SEED, File, Says
from outlay.api.studies import AllowOutside, Overrides, Scenario, StudyFile
from outlay.core.errors import InputError, Problem
from outlay.results.document import extended
from outlay.results.kept.sweep import Sweep

if TYPE_CHECKING:
    import polars as pl

    from outlay.sweeps.executor import Executor

__all__ = ["Swept", "sweep"]

FILES = ("sweep.json", "sweep.parquet", "sweep.csv", "sweep.html", "drivers.svg", "surface.svg")
MOST_WORKERS = 1024


@dataclass(frozen=True, slots=True, repr=False)
class Swept(Sweep):
    """Kind `sweep`, and the table of its cases."""

    table: pl.DataFrame = field(kw_only=True, compare=False)
    """A row a case."""
    language: str = field(default="en", kw_only=True, compare=False)
    """Of its page and its pictures."""
    page: Path | None = field(default=None, kw_only=True, compare=False)
    """The page, where it was written."""

    def save(self, folder: str | Path) -> Path:
        """Write `sweep.parquet`, `sweep.csv`, `sweep.json`, the page `sweep.html` and its pictures;
        returns the page's path."""
        from outlay.report.sweep import write_sweep
        from outlay.sweeps.table import write_csv, write_parquet

        home = Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        write_parquet(self.table, home / "sweep.parquet")
        write_csv(self.table, home / "sweep.csv")
        return write_sweep(self, home, self.language)


@checked
def sweep(
    study: StudyFile,
    *,
    vary: Annotated[
        Sequence[str],
        Says(
            "An input and its values: PATH=LOW..HIGH:N, PATH=A|B|C, PATH=LOW..HIGH with --sample, "
            "PATH alone for its stated range, or all for every stated range."
        ),
    ],
    sample: Annotated[
        int,
        Says(
            "Draws from the ranges, at each point of the grids; 0: each range is moved to one end, "
            "then to the other, alone.", least=0, most=1_000_000,
        ),
    ] = 0,
    seed: Annotated[
        int | None, Says("Root of the draws; default: the study's.", least=0, most=MOST_SEED)
    ] = None,
    overrides: Overrides = (),
    scenario: Scenario = None,
    allow_outside: AllowOutside = False,
    engine: Annotated[
        str, Says("Who works: processes of this machine, or Ray.", among=("local", "ray"))
    ] = "local",
    workers: Annotated[
        int | None, Says("Processes; default: one a processor.", least=1, most=MOST_WORKERS)
    ] = None,
    address: Annotated[
        str,
        Says("HOST:PORT of a Ray cluster with a token; default: one begun here for this sweep."),
    ] = "",
    store: Annotated[
        str, Says("Where cases are kept as soon as they are known; default: your own store.")
    ] = "",
    resume: Annotated[
        bool,
        Says("Go on with the same sweep where it was, or begin it anew.", flag="--resume/--anew"),
    ] = True,
    out: Annotated[
        File | None,
        Says("Folder for sweep.parquet, sweep.csv, sweep.html and its pictures.", writes="folder",
             names=FILES),
    ] = None,
    language: Annotated[
        str, Says("Of the answer and the page: en or zh.", among=LANGUAGES)
    ] = "en",
    progress: Callable[[str], None] = lambda _: None,
) -> Swept:  # fmt: skip
    """Plan a study many times, with inputs varied, and see what drives what.

    Grids and lists are crossed. Ranges are drawn together (a scrambled Sobol sequence keyed by the
    seed), or moved one at a time. A chance of a state that is varied scales the other states of its
    factor. Each case is the certified optimum of the study with its values laid over it; a case
    that no plan can meet, or that the study's own checks refuse, is a row like the others. The
    table's bytes depend on what is asked alone: not on the workers, nor on what was killed.

    Every case is kept in the store as soon as it is known: a sweep that was stopped goes on with
    the same command.

    Raises InputError where the input is wrong, OutlayError where no worker can be had.

    >>> sweep("examples/lab-training/study.yaml", vary=["discount_rat=8..12 %/year:3"])
    Traceback (most recent call last):
    outlay.core.errors.InputError: --vary discount_rat=8..12 %/year:3: no such path in the study ...
    """
    from outlay.api.studies import loaded
    from outlay.core.progress import Course
    from outlay.store.opened import open_store
    from outlay.sweeps.head import STAGE, swept
    from outlay.sweeps.spec import found_in, spec_of
    from outlay.sweeps.table import parquet_of

    study_ = loaded(study, overrides, scenario, allow_outside=allow_outside)
    spec = spec_of(study_, vary, sample, seed)
    held = open_store(store)
    try:
        who = held.first_admin(_name())
        journal, spec = swept(
            held, who, study_, spec, _engine(engine, workers, address),
            Course(progress, {STAGE: 1.0}), anew=not resume, at=held.shown,
        )  # fmt: skip
        found, table = found_in(journal, spec)
    finally:
        held.close()
    whole = replace(found, sha256=sha256(parquet_of(table)).hexdigest())
    answer = extended(Swept, whole, table=table, language=language)
    return answer if out is None else replace(answer, page=answer.save(out))


def _engine(engine: str, workers: int | None, address: str) -> Executor:
    if address and engine != "ray":
        raise InputError(Problem("an address without --engine ray", "--address", address[:80]))
    count = workers or os.cpu_count() or 1
    if engine == "local":
        from outlay.sweeps.local import Local

        return Local(count)
    from outlay.sweeps.cluster.ray_engine import OnRay

    return OnRay(workers, address)


def _name() -> str:
    """Who works here, for the trail of a new store."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no user has this number
        return "you"
