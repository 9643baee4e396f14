"""The pipeline: a study file in, every stage run, a checked result out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from outlay.core.arrays import BoolArray
from outlay.core.progress import Progress, Told
from outlay.results.chips_models import Chip, Model
from outlay.runs.opened import Shapes, calibration_in, refuse, series_reader

if TYPE_CHECKING:
    from outlay.core.arrays import Array
    from outlay.core.periods import Period
    from outlay.core.quantities.fx import FxTable
    from outlay.demand.build import SeriesPath
    from outlay.demand.from_forecast import SeriesSample
    from outlay.demand.types import DemandPaths
    from outlay.performance.constants.calibrated import Calibrated
    from outlay.performance.overhead import Overhead
    from outlay.planning.problem.node_studies import Branches, NodeStudies
    from outlay.planning.problem.types import PlanProblem
    from outlay.serving.sizing.build import TokenCapacity, WorkRate
    from outlay.serving.sizing.tables import TokenTables
    from outlay.serving.spec import ServiceSpec
    from outlay.serving.types import Capacity
    from outlay.study.files import Files
    from outlay.study.model.fields import Num
    from outlay.study.model.loads import TokenVolume
    from outlay.study.model.study import Study
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["Memo", "Options", "Stages", "prepare"]


@dataclass(frozen=True)
class Options:
    """What a plan was asked for beyond its study."""

    seed: int | None = None
    """Root of the random streams; None: the study's."""
    worlds: int = 500
    """Sampled worlds of the outlook."""
    values: bool = True
    """Whether values of information, states and limits are worked out."""
    deep: bool = False
    """Also what takes several plans more: flexibility, the mean-value plan, shorter leads."""
    against: Mapping[str, float] | None = None
    """First orders of the last approved plan, chips by offer: what keeping to them would cost."""
    workers: int = 1
    """Processes for the sampled worlds. More than one starts new interpreters, which a script
    without a `__main__` guard must not; the command line may. Results do not depend on it."""


@dataclass
class Clock:
    """Seconds spent in each stage, for the record and the benchmarks."""

    seconds: dict[str, float] = field(default_factory=dict)
    progress: Progress = lambda _: None

    def stage(self, name: str, what: str) -> _Stage:
        return _Stage(self, name, what)


@dataclass
class _Stage:
    clock: Clock
    name: str
    what: str
    begun: float = 0.0

    def __enter__(self) -> None:
        self.clock.progress(Told(self.what, stage=self.name))
        self.begun = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = time.perf_counter() - self.begun
        self.clock.seconds[self.name] = self.clock.seconds.get(self.name, 0.0) + spent


@dataclass(frozen=True)
class Stages:
    """A study and what demand, serving and planning made of it, before it is solved."""

    loaded: LoadedStudy
    chips: Mapping[str, Chip]
    models: Mapping[str, Model]
    demand: DemandPaths
    capacity: Capacity
    problem: PlanProblem
    fx: FxTable
    clock: Clock
    started: str
    calibration_sha256: str = ""
    """Of the study's own calibration; empty where the shipped one was used."""

    overheads: tuple[Overhead, ...] = ()
    """Of engines that were observed, of that calibration."""
    seen: NodeStudies | None = None
    """The study as each node sees it."""
    apart: Branches | None = None
    """Demand and capacity by branch, where an effect changes them; `demand` and `capacity` are of
    the study itself."""

    @property
    def branches(self) -> Branches:
        """Demand and capacity as each node sees them."""
        from outlay.planning.problem.node_studies import Branches

        if self.apart is not None:
            return self.apart
        return Branches.same(self.demand, self.capacity, len(self.problem.tree))

    def tokens(self) -> Array:
        """[period, service, kind] tokens a day, expected."""
        import numpy as np

        if self.apart is None:
            chance, by_state = self.demand.probabilities, self.demand.tokens_per_day
            return np.asarray(np.einsum("s,stjk->tjk", chance, by_state))
        tree = self.problem.tree
        by_node = self.apart.rates(lambda d: d.tokens_per_day, tree.period) * tree.probability
        there: BoolArray = tree.period[:, None] == np.arange(len(tree.periods))
        return np.moveaxis(by_node @ there.astype(float), -1, 0)

    def money(self, num: Num) -> float:
        """A study's amount in the study's currency."""
        from outlay.demand.build import money_in

        return money_in(num, self.loaded.study, self.fx)


def _chips(study: Study) -> dict[str, Chip]:
    """Every chip the study names, by catalogue id, in the order it names them."""
    from outlay.catalogue import find_chip

    names = [p.chip for p in study.fleet.values()]
    names += [o.chip for o in study.supply.values()]
    names += [w.reference for w in study.work.values()]
    names += [c.reference for c in study.training.values()]
    out: dict[str, Chip] = {}
    for name in names:
        chip = find_chip(name)
        out.setdefault(chip.id, chip)
    return out


def _models(study: Study) -> dict[str, Model]:
    from outlay.catalogue import find_model
    from outlay.study.model.inline_model import read_inline

    named = {k: s.model for k, s in study.services.items()}
    for k, s in study.services.items():
        if s.fallback is not None:
            named[f"{k}/fallback"] = s.fallback.model
    return {k: find_model(m) if isinstance(m, str) else read_inline(m) for k, m in named.items()}


@dataclass
class Memo:
    """What several studies ask alike, by what is asked: capacities of services, rates of chips.

    calibration → table. No answer depends on what was asked before: each is a function of its key.
    """

    tables: dict[str, TokenTables] = field(default_factory=dict)
    rates: dict[str, WorkRate] = field(default_factory=dict)
    shapes: Shapes = field(default_factory=Shapes)

    def tokens(
        self, calibration: Calibrated | None, progress: Progress = lambda _: None
    ) -> TokenTables:
        from outlay.serving.sizing.tables import TokenTables

        own = calibration.sha256 if calibration else ""
        if own not in self.tables:
            self.tables[own] = TokenTables(_token_capacity(calibration, progress))
        return self.tables[own]

    def work(self, calibration: Calibrated | None) -> WorkRate:
        own = calibration.sha256 if calibration else ""
        return self.rates.setdefault(own, _work_rate(calibration))


def prepare(
    loaded: LoadedStudy, progress: Progress = lambda _: None, memo: Memo | None = None
) -> Stages:
    """Run every stage of a study up to the planning problem. memo: of studies before it.

    Raises InputError (StudyError, UnknownNameError, FxError, …) where the input is wrong.
    """
    from outlay.catalogue import fx as fx_table
    from outlay.planning.problem.build import build_problem, build_tree
    from outlay.planning.problem.node_studies import Branches, node_studies
    from outlay.serving.sizing.build import build_capacity

    memo = memo or Memo()
    clock = Clock(progress=progress)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    study, files = loaded.study, loaded.files
    with clock.stage("load", f"reading {loaded.path}"):
        fx = fx_table()
        chips, models = _chips(study), _models(study)
        refuse(loaded, memo.shapes, documents=False)
        calibration = calibration_in(study.performance.calibration, files)
    with clock.stage("demand", "demand: tokens by period, service and branch"):
        seen = node_studies(study, loaded.at, build_tree(study), fx)
        alike = _alike(seen.studies)  # those whose work differs, each worked out once
        asked = partial(_demand, branches=seen.studies, fx=fx, files=files, memo=memo)
        made = {i: asked(seen.studies[i]) for i in sorted(set(alike))}
    with clock.stage("capacity", f"capacity: {len(study.services)} services on {len(chips)} chips"):
        tokens, work = memo.tokens(calibration, progress), memo.work(calibration)
        able = {
            i: build_capacity(
                s,
                made[i],
                chips,
                _models(s),
                memo.shapes.of(s, files),
                token_capacity=tokens,
                work_rate=work,
            )
            for i, s in enumerate(seen.studies)
            if i in made
        }
    with clock.stage("build", "planning problem"):
        branches = Branches.of(seen, [made[i] for i in alike], [able[i] for i in alike])
        problem = build_problem(seen, branches, chips)
    own = calibration.sha256 if calibration else ""
    apart = branches if len(made) > 1 else None
    return Stages(
        loaded,
        chips,
        models,
        made[0],
        able[0],
        problem,
        fx,
        clock,
        started,
        own,
        calibration.overheads if calibration else (),
        seen,
        apart,
    )


def _alike(studies: Sequence[Study]) -> list[int]:
    """[study]: number of the first that says the same of work, rules and speed."""

    def said(s: Study) -> tuple[object, ...]:
        return s.services, s.work, s.training, s.demand, s.rules, s.performance

    return [next(j for j, o in enumerate(studies) if said(o) == said(s)) for s in studies]


def _demand(
    study: Study, branches: Sequence[Study], fx: FxTable, files: Files, memo: Memo
) -> DemandPaths:
    from outlay.demand.build import build_demand

    return build_demand(
        study,
        fx,
        busiest_hour=partial(memo.shapes.day, files=files),
        series_path=_series_path(study, files),
        series_sample=_series_sample(study, files),
        branches=branches,
    )


def _series_path(study: Study, files: Files) -> SeriesPath:
    def path(volume: TokenVolume, periods: tuple[Period, ...]) -> Array:
        from outlay.demand.series_path import base_path

        return base_path(volume, periods, study.as_of, study.seed, series_reader(files))

    return path


def _series_sample(study: Study, files: Files) -> SeriesSample:
    def sample(volume: TokenVolume, periods: tuple[Period, ...]) -> Array:
        from outlay.demand.series_path import sampled_paths

        return sampled_paths(volume, periods, study.as_of, study.seed, series_reader(files))

    return sample


def _token_capacity(calibration: Calibrated | None, progress: Progress) -> TokenCapacity:
    def table(specs: Sequence[ServiceSpec], chips: Sequence[Chip]) -> Capacity:
        from outlay.runs.pipeline.simulated import Simulated
        from outlay.serving.sizing.capacity import capacity
        from outlay.serving.sizing.deploy import PerformanceDeployer

        ways = Simulated(PerformanceDeployer(calibration), progress)
        return capacity(specs, chips, deployer=ways, progress=ways.tell)

    return table


def _work_rate(calibration: Calibrated | None) -> WorkRate:
    known: dict[str, float] = {}

    def rate(chip: Chip, kind: str) -> float:
        """Dense and training work runs in bf16, on chips that have it; asked for by every work."""
        from outlay.performance import dense_rate

        del kind
        if chip.id not in known:
            able = bool(chip.peak_flop_s)
            known[chip.id] = (
                float(dense_rate(chip, "bf16", calibration=calibration)) if able else 0.0
            )
        return known[chip.id]

    return rate
