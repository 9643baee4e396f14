"""Turn what a study says of work into rates by state, period, load and slice."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np

from outlay.catalogue import find_model
from outlay.core.arrays import Array
from outlay.core.errors import Problem, StudyError
from outlay.core.periods import HOURS_PER_DAY, SECONDS_PER_DAY, SECONDS_PER_HOUR, Period
from outlay.core.quantities.fx import FxTable
from outlay.demand.from_forecast import SeriesSample, forecast_states
from outlay.demand.types import KINDS, DemandPaths, Load, Slice
from outlay.study.model.fields import Num, Schedule, value_at
from outlay.study.model.loads import Campaign, Service, TokenVolume, UnservedValue, Work
from outlay.study.model.study import Study

__all__ = ["build_demand", "money_in"]

PEAK_HOURS = 6.0
"""Hours of the day counted as peak where the study asks for two slices."""

SeriesPath = Callable[[TokenVolume, tuple[Period, ...]], Array]
"""Maps a named series to its base path in token/day, [period]."""


def money_in(num: Num, study: Study, fx: FxTable) -> float:
    """`num` in the study's currency at its as-of date; FxError where no rate is known."""
    if num.currency is None or num.currency == study.currency:
        return num.value
    return float(fx.convert(num.value, num.currency, study.currency, study.as_of))


def growth_path(
    growth: Schedule, measured: date, periods: tuple[Period, ...], source: str = ""
) -> Array:
    """Multiples of the measured level at mid-period, geometric between the given periods.

    growth: multiples by period, read at each period's middle; before the first the path starts
    at 1 on `measured`; after the last it stays. Returns [period], dimensionless.
    """
    knots = [(measured.toordinal(), 0.0)]
    knots += [(p.middle.toordinal(), math.log(n.value)) for p, n in growth.entries if p.year > 1]
    flat = growth.entries[0][1].value if growth.entries and growth.entries[0][0].year == 1 else 1.0
    days = np.array([p.middle.toordinal() for p in periods], dtype=float)
    xs, ys = np.array([k[0] for k in knots], float), np.array([k[1] for k in knots], float)
    return np.asarray(flat * np.exp(np.interp(days, xs, ys)))


def _step_path(plan: Schedule, periods: tuple[Period, ...], default: float) -> Array:
    out = [value_at(plan, p) for p in periods]
    return np.array([default if n is None else n.value for n in out])


@dataclass(frozen=True)
class _States:
    names: tuple[str, ...]
    probabilities: Array
    scale: Array  # [state, period] over the base path
    factors: Array | None = None  # [path, period] over the base path, of a forecast


def _states(
    study: Study, periods: tuple[Period, ...], sample: SeriesSample | None = None
) -> _States:
    """Demand branches: the factor named by `from: demand|forecast`, or one base state."""
    factor = next((f for f in study.factors().values() if f.origin != "effect"), None)
    if factor is None:
        return _States(("base",), np.ones(1), np.ones((1, len(periods))))
    names = tuple(factor.states)
    prob = np.array([factor.states[n].value for n in names])
    if factor.origin == "forecast" and sample is not None:
        made = forecast_states(study, periods, [float(p) for p in prob.flat], sample)
        return _States(names, prob, made.scale, made.factors)
    totals = study.demand.state_totals
    if not totals:
        return _States(names, prob, np.ones((len(names), len(periods))))
    reference = study.demand.reference_state
    missing = [n for n in (*names, reference) if n not in totals]
    if missing:
        raise StudyError(
            Problem(
                f"no total for demand state '{missing[0]}'",
                where="demand.state_totals",
                allowed=", ".join(names),
            )
        )
    base = _step_path(totals[reference], periods, math.nan)
    scale = np.array([_step_path(totals[n], periods, math.nan) / base for n in names])
    if not np.isfinite(scale).all():
        raise StudyError(
            Problem(
                "state totals must cover every period from the start of the horizon",
                where="demand.state_totals",
                allowed=f"an entry for {periods[0]} or earlier",
            )
        )
    return _States(names, prob, scale)


def _slices(study: Study) -> tuple[Slice, ...]:
    if study.slices == "mean":
        return (Slice("mean", HOURS_PER_DAY),)
    return (Slice("peak", PEAK_HOURS), Slice("offpeak", HOURS_PER_DAY - PEAK_HOURS))


def _slice_shape(ratio: float, slices: Sequence[Slice]) -> Array:
    """Rate in each slice over the daily mean; the mean over the day's hours is 1."""
    if len(slices) == 1:
        return np.ones(1)
    peak_h, off_h = slices[0].hours_per_day, slices[1].hours_per_day
    ratio = min(ratio, HOURS_PER_DAY / peak_h)
    return np.array([ratio, (HOURS_PER_DAY - ratio * peak_h) / off_h])


def _unserved(value: UnservedValue | Num) -> UnservedValue:
    return value if isinstance(value, UnservedValue) else UnservedValue(input=value, output=value)


@dataclass
class _Builder:
    study: Study
    fx: FxTable
    periods: tuple[Period, ...]
    states: _States
    slices: tuple[Slice, ...]
    pooling: float
    studies: Sequence[Study]  # as every branch sees it
    number: int  # which of them this is

    def money(self, num: Num) -> float:
        return money_in(num, self.study, self.fx)

    def pooled(self, busiest: float) -> float:
        """Busiest hour over mean after pooling: services do not peak in the same hour."""
        return 1.0 + (busiest - 1.0) * self.pooling

    def shape(self, busiest: float) -> Array:
        """Rate in each slice over the day's mean."""
        return _slice_shape(self.pooled(busiest), self.slices)

    def held(self, busiest: float, deferrable: float) -> float:
        """Capacity held over the mean where the day is one slice: what can wait runs flat."""
        if len(self.slices) > 1:
            return 1.0
        return deferrable + (1.0 - deferrable) * self.pooled(busiest)

    def service(self, name: str, s: Service, volume: Array, busiest: float) -> _Rows:
        """Two loads: prefill in uncached input tokens, decode in output tokens."""
        share_in = s.mix.input.value / (s.mix.input.value + s.mix.output.value)
        cached = s.mix.cached.value
        day = self.states.scale * volume  # [state, period]
        kinds = np.stack(
            [day * share_in * (1 - cached), day * share_in * cached, day * (1 - share_in)], axis=-1
        )
        cost = _unserved(s.value.unserved)
        cached_per = cached / (1 - cached) if cached < 1 else 0.0
        shed_in = self.money(cost.input)
        if cost.cached is not None:
            shed_in += cached_per * self.money(cost.cached)
        places, chips, wait = tuple(s.serve_from), tuple(s.chips), s.deferrable.value
        loads = (
            Load(f"{name}/prefill", name, "prefill", "token/s", name, places, shed_in, wait,
                 cached_per, "", chips),
            Load(f"{name}/decode", name, "decode", "token/s", name, places,
                 self.money(cost.output), wait, 0.0, "", chips),
        )  # fmt: skip
        shape = self.shape(busiest)
        rate = (
            np.stack([kinds[..., 0, None] * shape, kinds[..., 2, None] * shape], axis=2)
            / SECONDS_PER_DAY
        )
        compute = _step_path(s.compute, self.periods, 1.0)
        held = self.held(busiest, wait)
        return _Rows(loads, rate, np.stack([compute, compute], axis=1), kinds, held)

    def work(self, name: str, w: Work) -> _Rows:
        """One load in busy reference chips."""
        n = len(self.periods)
        if w.units is not None:
            mean = np.full(n, w.units.items.value * w.units.seconds.value / SECONDS_PER_DAY)
        elif w.need is not None:
            mean = _step_path(w.need, self.periods, 0.0)
        else:
            raise StudyError(
                Problem("neither `need` nor `units`", where=f"work.{name}", allowed="one of them")
            )
        mean = mean * growth_path(w.growth, self.study.as_of, self.periods)
        if w.growth_per_period is not None:
            mean = mean * (1 + w.growth_per_period.value) ** np.arange(n)
        scale = self.states.scale if w.growth_follows_demand else np.ones_like(self.states.scale)
        load = Load(name, name, w.kind, "chip", name, tuple(w.serve_from),
                    self.money(w.unserved) / SECONDS_PER_HOUR, w.deferrable.value, 0.0,
                    w.reference, tuple(w.chips))  # fmt: skip
        shape, held = np.ones(len(self.slices)), 1.0
        if w.kind != "reserved":
            shape = self.shape(w.busiest_hour.value)
            held = self.held(w.busiest_hour.value, w.deferrable.value)
        rate = (scale * mean)[..., None, None] * shape
        return _Rows((load,), rate, np.ones((n, 1)), None, held)

    def alike(self, campaign: str) -> _Alike:
        found = [s.training[campaign] for s in self.studies]
        return tuple((c.reference, self.money(c.unserved), tuple(c.chips)) for c in found)

    def campaigns(self, campaigns: Mapping[str, Campaign]) -> list[_Rows]:
        """Steady needs of reference chips, one load for all campaigns that compete alike.

        Campaigns at one place, counted in one reference chip and worth the same unserved, are one
        load: the plan could not tell them apart, and which goes first is not its business. Alike
        is what is so in every branch: all of them have the same loads.
        """
        n = len(self.periods)
        need: dict[tuple[str, _Alike], Array] = {}
        for name, c in campaigns.items():
            flop = _campaign_flop(c)
            days = (c.by.end - c.start.start).days
            chips = flop / (c.sustained.value * c.goodput.value) / (days * SECONDS_PER_DAY)
            inside = np.array([c.start.start <= p.start < c.by.end for p in self.periods])
            for place, share in c.places.items():
                key = (place, self.alike(name))
                need[key] = need.get(key, np.zeros(n)) + np.where(inside, chips * share.value, 0.0)
        places = [place for place, _ in need]
        labels: dict[str, int] = {}
        out = []
        for (place, alike), level in need.items():
            reference, cost, _ = alike[0]  # the base's: loads have one name in all branches
            label = f"training@{place}"
            if places.count(place) > 1:
                label += f":{reference}:{cost:g}"
            labels[label] = labels.get(label, 0) + 1
            if labels[label] > 1:  # alike in the study itself, not in every branch
                label += f":{labels[label]}"
            reference, cost, chips_allowed = alike[self.number]
            load = Load(label, label, "training", "chip", label, (place,), cost / SECONDS_PER_HOUR,
                        0.0, 0.0, reference, chips_allowed)  # fmt: skip
            by_state = np.broadcast_to(level, self.states.scale.shape)
            rate = np.repeat(by_state[..., None, None], len(self.slices), axis=-1)
            out.append(_Rows((load,), rate, np.ones((n, 1)), None))
        return out


_Alike: TypeAlias = tuple[tuple[str, float, tuple[str, ...]], ...]
"""Reference, price unserved and chips allowed of a campaign, in each branch's study."""


def _campaign_flop(c: Campaign) -> float:
    """Useful FLOP of a campaign: given, or 6 × active parameters × tokens (Kaplan et al. 2020)."""
    if c.flop is not None:
        return c.flop.value
    assert c.model is not None  # the study's checks hold
    assert c.tokens is not None
    return 6.0 * find_model(c.model).active_params * c.tokens.value


@dataclass(frozen=True)
class _Rows:
    loads: tuple[Load, ...]
    rate: Array  # [state, period, load, slice]
    compute: Array  # [period, load]
    kinds: Array | None  # [state, period, kind], services only
    held: float = 1.0  # capacity held over the rate


def _pooling(study: Study, busiest: Mapping[str, float], volume: Mapping[str, Array]) -> float:
    """Share of each service's own peak that is left in the pooled fleet's busiest hour."""
    target = study.rules.pooled_peak
    if target is None or not busiest:
        return 1.0
    weight = {k: v.item(0) for k, v in volume.items()}
    mean = sum(weight[k] * (busiest[k] - 1) for k in busiest) / sum(weight.values())
    return 1.0 if mean <= 0 else min(1.0, (target.value - 1) / mean)


def _volume(
    study: Study, s: Service, periods: tuple[Period, ...], series_path: SeriesPath
) -> Array:
    """[period] tokens a day: a share of a series, or a number and its growth since measured."""
    if isinstance(s.tokens_per_day, TokenVolume):
        level = series_path(s.tokens_per_day, periods) * s.tokens_per_day.share.value
        return level * growth_path(s.growth, study.as_of, periods)
    source = study.sources.get(s.tokens_per_day.source or "")
    measured = source.date if source is not None and source.date else study.as_of
    return s.tokens_per_day.value * growth_path(s.growth, measured, periods)


def build_demand(
    study: Study,
    fx: FxTable,
    *,
    busiest_hour: Callable[[str], float],
    series_path: SeriesPath,
    series_sample: SeriesSample | None = None,
    branches: Sequence[Study] = (),
) -> DemandPaths:
    """Rates of every load of the study.

    busiest_hour: ratio of a named shape's busiest hour to its mean. series_path: base path of a
    named token series. series_sample: sampled paths of one, from which states that come from the
    forecast are cut. branches: the study as each branch sees it, this one among them, the base
    first. Raises StudyError where the study leaves a rate open.
    """
    periods = study.horizon.all()
    states = _states(study, periods, series_sample)
    volume: dict[str, Array] = {}
    busiest: dict[str, float] = {}
    for name, s in study.services.items():
        volume[name] = _volume(study, s, periods, series_path)
        busiest[name] = s.busiest_hour.value if s.busiest_hour else busiest_hour(s.shape)
    slices = _slices(study)
    studies = branches or (study,)
    number = next(i for i, s in enumerate(studies) if s is study)
    pooling = _pooling(study, busiest, volume)
    b = _Builder(study, fx, periods, states, slices, pooling, studies, number)
    rows = [b.service(k, s, volume[k], busiest[k]) for k, s in study.services.items()]
    tokens = [r.kinds for r in rows if r.kinds is not None]
    rows += [b.work(k, w) for k, w in study.work.items()]
    rows += b.campaigns(study.training)
    if not rows:
        raise StudyError(
            Problem("nothing to plan for", where="services", allowed="services, work or training")
        )
    n_s, n_p = states.scale.shape
    return DemandPaths(
        periods=periods,
        services=tuple(study.services),
        loads=tuple(load for r in rows for load in r.loads),
        slices=slices,
        states=states.names,
        probabilities=states.probabilities,
        rate=np.concatenate([r.rate for r in rows], axis=2),
        compute=np.concatenate([r.compute for r in rows], axis=1),
        peak=np.array([r.held for r in rows for _ in r.loads]),
        tokens_per_day=np.stack(tokens, axis=2) if tokens else np.zeros((n_s, n_p, 0, len(KINDS))),
        paths=None
        if states.factors is None
        else np.repeat(states.factors[:, :, None], len(study.services), axis=2),
        notes=(f"pooling leaves {b.pooling:.0%} of each service's own peak",)
        if b.pooling < 1
        else (),
    )
