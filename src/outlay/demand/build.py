"""Turn what a study says of work into rates by state, period, load and slice."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import Problem, StudyError
from outlay.core.periods import (
    HOURS_PER_DAY,
    SECONDS_PER_DAY,
    SECONDS_PER_HOUR,
    Period,
)
from outlay.core.quantities.fx import FxTable
from outlay.demand.campaigns import campaign_needs, steady_loads
from outlay.demand.day_parts import day_parts, rates_over_mean
from outlay.demand.day_shape import ByPhase
from outlay.demand.from_forecast import SeriesSample, forecast_states
from outlay.demand.types import ALL_ALIKE, KINDS, DemandPaths, Load
from outlay.study.model.fields import Num, Schedule, mean_in
from outlay.study.model.loads import (
    BusiestHour,
    Campaign,
    Service,
    Tier,
    TokenVolume,
    UnservedValue,
    Work,
)
from outlay.study.model.study import Study

__all__ = ["build_demand", "money_in"]

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
    return np.array([mean_in(plan, p, default) for p in periods])


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


def _unserved(value: UnservedValue | Num) -> UnservedValue:
    return value if isinstance(value, UnservedValue) else UnservedValue(input=value, output=value)


def _tiers(tiers: Sequence[Tier]) -> tuple[tuple[float, float], ...]:
    return tuple((t.share.value, t.times.value) for t in tiers) or ALL_ALIKE


@dataclass
class _Builder:
    study: Study
    fx: FxTable
    periods: tuple[Period, ...]
    states: _States
    slices: tuple[str, ...]
    hours: Array  # [period, slice]
    pooling: float
    studies: Sequence[Study]  # as every branch sees it, the base first

    def money(self, num: Num) -> float:
        return money_in(num, self.study, self.fx)

    def pooled(self, busiest: float) -> float:
        """Busiest hour over mean after pooling: services do not peak in the same hour."""
        return 1.0 + (busiest - 1.0) * self.pooling

    def shape(self, busiest: float, event: bool = True) -> Array:
        """Rate in each slice over a normal day's mean; event: whether the busiest days show."""
        peak = self.study.demand.event_peak
        more = peak.value if event and peak is not None else 1.0
        return rates_over_mean(self.pooled(busiest), self.slices, more)

    def over(self, shape: Array) -> Array:
        """[period]: mean of all days over that of a normal one."""
        return np.asarray(self.hours @ shape / HOURS_PER_DAY)

    def held(self, busiest: float, deferrable: float) -> float:
        """Capacity held over the mean where the day is one slice: what can wait runs flat."""
        if self.study.slices != "mean":
            return 1.0
        return deferrable + (1.0 - deferrable) * self.pooled(busiest)

    def service(self, name: str, s: Service, volume: Array, busiest: ByPhase) -> _Rows:
        """Two loads: prefill in uncached input tokens, decode in output tokens.

        Two more where a smaller model may serve some of it: nothing is asked of them themselves.
        """
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
        tiers, least = _tiers(s.value.tiers), s.value.least.value
        loads: tuple[Load, ...] = (
            Load(f"{name}/prefill", name, "prefill", "token/s", name, places, shed_in, wait,
                 cached_per, "", chips, tiers, least),
            Load(f"{name}/decode", name, "decode", "token/s", name, places,
                 self.money(cost.output), wait, 0.0, "", chips, tiers, least),
        )  # fmt: skip
        prefill, decode = self.shape(busiest.prefill), self.shape(busiest.decode)
        rate = (
            np.stack([kinds[..., 0, None] * prefill, kinds[..., 2, None] * decode], axis=2)
            / SECONDS_PER_DAY
        )
        compute = _step_path(s.compute, self.periods, 1.0)
        per_token = np.stack([compute, compute], axis=1)
        if s.fallback is not None:
            small, own = f"{name}/fallback", s.fallback
            loads += tuple(
                replace(x, id=f"{small}/{x.phase}", group=small, tiers=ALL_ALIKE, least=0.0,
                        instead_of=x.id, most=own.most.value, loss=own.loss.value)
                for x in loads
            )  # fmt: skip
            rate = np.concatenate([rate, np.zeros_like(rate)], axis=2)
            per_token = np.concatenate([per_token, np.ones_like(per_token)], axis=1)
        over = np.stack([self.over(x) for x in (prefill, prefill, decode)], axis=-1)
        held = (self.held(busiest.prefill, wait), self.held(busiest.decode, wait))
        return _Rows(loads, rate, per_token, kinds * over, held * (len(loads) // 2))

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
                    w.reference, tuple(w.chips), _tiers(w.tiers), w.least.value)  # fmt: skip
        shape, held = np.ones(len(self.slices)), 1.0
        if w.kind != "reserved":
            shape = self.shape(w.busiest_hour.value, w.growth_follows_demand)
            held = self.held(w.busiest_hour.value, w.deferrable.value)
        rate = (scale * mean)[..., None, None] * shape
        return _Rows((load,), rate, np.ones((n, 1)), None, (held,))

    def campaigns(self, campaigns: Mapping[str, Campaign]) -> list[_Rows]:
        """Steady needs of reference chips; what the plan places itself is no load."""
        n, out = len(self.periods), []
        every = [s.training for s in self.studies]
        for load, level in steady_loads(campaigns, self.periods, self.money, every):
            by_state = np.broadcast_to(level, self.states.scale.shape)
            rate = np.repeat(by_state[..., None, None], len(self.slices), axis=-1)
            out.append(_Rows((load,), rate, np.ones((n, 1)), None, (1.0,)))
        return out


@dataclass(frozen=True)
class _Rows:
    loads: tuple[Load, ...]
    rate: Array  # [state, period, load, slice]
    compute: Array  # [period, load]
    kinds: Array | None  # [state, period, kind], services only
    held: tuple[float, ...]  # [load] capacity held over the rate


def _pooling(study: Study, busiest: Mapping[str, ByPhase], volume: Mapping[str, Array]) -> float:
    """Share of each service's own peak that is left in the pooled fleet's busiest hour.

    A service's own peak is that of its tokens: input at prefill's ratio, output at decode's.
    """
    target = study.rules.pooled_peak
    if target is None or not busiest:
        return 1.0
    weight = {k: v.item(0) for k, v in volume.items()}
    mean = sum(weight[k] * (_of_tokens(study.services[k], busiest[k]) - 1) for k in busiest)
    mean /= sum(weight.values())
    return 1.0 if mean <= 0 else min(1.0, (target.value - 1) / mean)


def _of_tokens(s: Service, busiest: ByPhase) -> float:
    """Busiest hour over mean of all tokens of a service, as if both phases had it together."""
    share_in = s.mix.input.value / (s.mix.input.value + s.mix.output.value)
    return busiest.decode + share_in * (busiest.prefill - busiest.decode)


def _busiest(s: Service, of_shape: Callable[[str], ByPhase]) -> ByPhase:
    """As the study states it, one ratio standing for both phases; else that of the shape."""
    stated = s.busiest_hour
    if stated is None:
        return of_shape(s.shape)
    if isinstance(stated, BusiestHour):
        return ByPhase(stated.prefill.value, stated.decode.value)
    return ByPhase(stated.value, stated.value)


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
    busiest_hour: Callable[[str], ByPhase],
    series_path: SeriesPath,
    series_sample: SeriesSample | None = None,
    branches: Sequence[Study] = (),
) -> DemandPaths:
    """Rates of every load of the study.

    busiest_hour: ratios of a named shape's busiest hour to its mean. series_path: base path of a
    named token series. series_sample: sampled paths of one, from which states that come from the
    forecast are cut. branches: the study as each branch sees it, this one among them, the base
    first. Raises StudyError where the study leaves a rate open.
    """
    periods = study.horizon.all()
    states = _states(study, periods, series_sample)
    volume: dict[str, Array] = {}
    busiest: dict[str, ByPhase] = {}
    for name, s in study.services.items():
        volume[name] = _volume(study, s, periods, series_path)
        busiest[name] = _busiest(s, busiest_hour)
    studies = branches or (study,)
    slices, hours = day_parts(study, studies, periods)
    pooling = _pooling(study, busiest, volume)
    b = _Builder(study, fx, periods, states, slices, hours, pooling, studies)
    rows = [b.service(k, s, volume[k], busiest[k]) for k, s in study.services.items()]
    tokens = [r.kinds for r in rows if r.kinds is not None]
    rows += [b.work(k, w) for k, w in study.work.items()]
    rows += b.campaigns(study.training)
    campaigns = campaign_needs(study.training, periods, b.money)
    if not rows and not campaigns:
        raise StudyError(
            Problem("nothing to plan for", where="services", allowed="services, work or training")
        )
    n_s, n_p = states.scale.shape
    return DemandPaths(
        periods=periods,
        services=tuple(study.services),
        loads=tuple(load for r in rows for load in r.loads),
        slices=slices,
        hours=hours,
        states=states.names,
        probabilities=states.probabilities,
        rate=np.concatenate([np.zeros((n_s, n_p, 0, len(slices))), *(r.rate for r in rows)], axis=2)
        * (hours > 0)[:, None, :],  # nothing is asked for in a part that the period has not
        compute=np.concatenate([np.ones((n_p, 0)), *(r.compute for r in rows)], axis=1),
        peak=np.array([x for r in rows for x in r.held]),
        tokens_per_day=np.stack(tokens, axis=2) if tokens else np.zeros((n_s, n_p, 0, len(KINDS))),
        campaigns=campaigns,
        paths=None
        if states.factors is None
        else np.repeat(states.factors[:, :, None], len(study.services), axis=2),
        notes=(f"pooling leaves {b.pooling:.0%} of each service's own peak",)
        if b.pooling < 1
        else (),
    )
