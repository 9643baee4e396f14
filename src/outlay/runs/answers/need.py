"""Facts of question 2: what fleet the demand needs, what the budget buys, what is the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import SECONDS_PER_DAY
from outlay.demand.types import DemandPaths
from outlay.results.plans import answers
from outlay.runs.answers.yardstick import Need, fleet_carries, need_of, purchases
from outlay.runs.pipeline.execute import Stages

__all__ = ["need_facts"]


@dataclass(frozen=True, slots=True)
class _Growth:
    """Growth of the need to a period: by cause, net, and the service that grows most."""

    parts: Mapping[str, float]
    net: float
    token_share: float | None
    service: str
    of_service: float


def _published_rate() -> tuple[float | None, str]:
    """Tokens per chip and day of the published production day, and its source."""
    from outlay.catalogue import cost_references

    rows = cost_references()
    needed = ("C90", "C92", "C93")
    if any(k not in rows for k in needed):
        return None, ""
    nodes, tokens_in, tokens_out = (rows[k].low for k in needed)
    return (tokens_in + tokens_out) * 1e9 / (nodes * 8), rows["C90"].source


def _largest_service(need: Need, demand: DemandPaths, at: int) -> tuple[str, float]:
    grown: dict[str, float] = {}
    for i, load in enumerate(demand.loads):
        if load.unit == "token/s":
            delta = float(need.by_load[i, at] - need.by_load[i, 0])
            grown[load.service] = grown.get(load.service, 0.0) + delta
    name = max(grown, key=lambda k: grown[k], default="")
    return name, grown.get(name, 0.0)


def _growth(need: Need, demand: DemandPaths, at: int) -> _Growth:
    total = need.total
    parts = {k: v.item(at) for k, v in need.parts.items() if abs(v[at]) >= 1}
    parts = dict(sorted(parts.items(), key=lambda kv: -kv[1]))
    net = float(total[at] - total[0]) if at else 0.0
    share = None
    if parts and net > 0:
        share = parts.get("more tokens", 0.0) / sum(v for v in parts.values() if v > 0)
    return _Growth(parts, net, share, *_largest_service(need, demand, at))


def _work(rows: Iterable[tuple[str, Array]]) -> tuple[answers.Work, ...]:
    return tuple(answers.Work(name, tuple(chips.tolist())) for name, chips in rows)


def _by_work(need: Need, demand: DemandPaths) -> tuple[answers.Work, ...]:
    """Need by service, of training together, and of all."""
    services: dict[str, Array] = {}
    for i, load in enumerate(demand.loads):
        key = "training" if load.phase == "training" else load.service
        services[key] = services.get(key, np.zeros(need.by_load.shape[1])) + need.by_load[i]
    if len(need.placed):
        services["training"] = services.get("training", 0.0) + need.placed.sum(axis=0)
    return _work([*services.items(), ("all", need.total)])


def need_facts(stages: Stages) -> answers.Need:
    """The need at the busiest hour, its growth, and what the processor budget buys of it."""
    study, problem, demand = stages.loaded.study, stages.problem, stages.demand
    home = study.rules.home or next(iter(study.sites.values())).region
    need = need_of(problem, demand, home, study)
    # The last period of the first fiscal year: what the year's budget has to reach.
    years = [p.fiscal_year(study.fiscal_year_start) for p in demand.periods]
    year_end = max(i for i, y in enumerate(years) if y == years[0])
    at = year_end if year_end > 0 else len(years) - 1
    mean: Array = stages.tokens().sum(axis=(1, 2))
    growth = _growth(need, demand, at)
    year, num = next(iter(study.budget.processors.items()), ("", None))
    amount = None if num is None else stages.money(num)
    rate, source = _published_rate()
    return answers.Need(
        chip=need.chip,
        first=str(demand.periods[0]),
        to=str(demand.periods[at]),
        total=tuple(need.total.tolist()),
        home=tuple(need.at_home.tolist()),
        home_region=home,
        growth_parts=growth.parts,
        growth=growth.net,
        token_share=growth.token_share,
        largest_service=growth.service,
        largest_growth=growth.of_service,
        fleet_carries=fleet_carries(problem, demand, 0, need.home) if problem.pools else 0.0,
        stands=bool(problem.pools),
        tokens_per_second=tuple((mean / SECONDS_PER_DAY).tolist()),
        tokens_per_day=mean.item(0),
        by_work=_by_work(need, demand),
        by_cause=_work((k, v) for k, v in need.parts.items() if np.abs(v).max() >= 1),
        alone=tuple(
            answers.AloneLoad(x.id, x.reference_chip, problem.demand.item(i, 0, 0))
            for i, x in enumerate(demand.loads)
            if x.phase == "reserved" and x.reference_chip != need.chip
        ),
        budget_year=str(year),
        budget=amount,
        purchases=()
        if amount is None
        else purchases(study, problem, demand, need, stages.chips, amount, stages.fx),
        published_rate=rate,
        published_source=source,
        asked=_asked(stages),
        announced=_announced(stages),
    )


def _asked(stages: Stages) -> tuple[answers.Asked, ...]:
    """Tokens a day by period: least and most over the states, the mean between them."""
    mean: Array = stages.tokens().sum(axis=(1, 2))
    if not mean.any():
        return ()
    tree, demand = stages.problem.tree, stages.demand
    if stages.apart is None:
        by_state: Array = demand.tokens_per_day.sum(axis=(2, 3))
        least, most = by_state.min(axis=0), by_state.max(axis=0)
    else:
        nodes: Array = stages.apart.rates(lambda d: d.tokens_per_day, tree.period).sum(axis=(0, 1))
        there = [nodes[tree.period == i] for i in range(len(demand.periods))]
        least, most = (np.array([f(x) for x in there]) for f in (np.min, np.max))
    return tuple(
        answers.Asked(str(p), *figures)
        for p, *figures in zip(
            demand.periods, least.tolist(), mean.tolist(), most.tolist(), strict=True
        )
    )


def _announced(stages: Stages) -> tuple[answers.Announced, ...]:
    """What was announced of the series that every service's volume is a share of."""
    from outlay.demand.series_path import series_of
    from outlay.runs.opened import series_reader
    from outlay.study.model.loads import TokenVolume

    loaded = stages.loaded
    volumes = [s.tokens_per_day for s in loaded.study.services.values()]
    followed = [v for v in volumes if isinstance(v, TokenVolume)]
    if len(followed) < len(volumes) or len({v.series for v in followed}) != 1:
        return ()
    share = sum(v.share.value for v in followed)
    known = series_of(followed[0].series, series_reader(loaded.files)).known_on(loaded.study.as_of)
    return tuple(
        answers.Announced(p.day.isoformat(), p.value * share, p.floor, p.source)
        for p in known.points
    )
