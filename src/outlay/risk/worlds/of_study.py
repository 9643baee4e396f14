"""What a study says is uncertain, as worlds and as effects on the plan's problem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import DAYS_PER_YEAR
from outlay.demand.types import DemandPaths
from outlay.planning.problem.types import PlanProblem
from outlay.risk.worlds.conditions import Settings
from outlay.risk.worlds.effects import ENTRIES, DemandCurve, Effect, EffectKind
from outlay.risk.worlds.marginals import Marginal
from outlay.risk.worlds.worlds import WorldModel
from outlay.serving.types import Capacity
from outlay.study.checks.branches import closes
from outlay.study.model.fields import Num, Schedule
from outlay.study.model.study import Factor, Sampled, Study

__all__ = ["StudyWorlds", "study_worlds"]


SIGMAS_IN_90 = 2 * 1.6448536269514722
"""Width of a 90% interval in standard deviations."""

COMMON_METHOD = 0.5
"""Rank correlation between chips' own rate errors: assumption, half of the error is the method's
and shared (the same roofline and the same overheads are behind every chip's rate)."""

_PAIR = re.compile(r"^([a-z]{3})[ _/.-]?([a-z]{3})$")


@dataclass(frozen=True)
class StudyWorlds:
    """Model of the worlds, settings of the policy, and what was left out and why."""

    model: WorldModel
    settings: Settings
    notes: tuple[str, ...]


@dataclass
class _Draft:
    study: Study
    problem: PlanProblem
    factors: dict[str, Marginal] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, kind: EffectKind, items: Sequence[str]) -> None:
        self.effects.append(Effect(name, kind, tuple(items)))


def study_worlds(
    study: Study, problem: PlanProblem, demand: DemandPaths, capacity: Capacity | None = None
) -> StudyWorlds:
    """Everything uncertain in `study`, for a plan of `problem`.

    capacity: adds each chip's own 90% interval of rates, where the study gives no factor for it.
    """
    d = _Draft(study, problem)
    for name, f in study.uncertainty.items():
        if isinstance(f, Factor):
            _states(d, name, f)
        else:
            _sampled(d, name, f)
    rank = _correlations(d)
    if capacity is not None:
        rank |= _rates(d, capacity)
    curve, demand_factor = _demand(d, demand)
    periods = problem.tree.periods
    years = tuple(str(p.fiscal_year(study.fiscal_year_start)) for p in periods)
    origin = periods[0].start
    middle = tuple((p.middle - origin).days / DAYS_PER_YEAR for p in periods)
    return StudyWorlds(
        WorldModel(d.factors, rank, middle),
        Settings(tuple(d.effects), years, curve, demand_factor),
        tuple(d.notes),
    )


def _states(d: _Draft, name: str, f: Factor) -> None:
    d.factors[name] = Marginal("states", probabilities=tuple(n.value for n in f.states.values()))
    if f.in_tree:
        d.add(name, "state", ())
        return
    periods = d.problem.tree.periods
    since = next((i for i, p in enumerate(periods) if p.start >= f.reveal.start), len(periods))
    for number, state in enumerate(f.states):
        shut = [
            item
            for path, value in _flat(f.effect.get(state, {}))
            if (item := _named(d.study.supply, path, "supply.", ".cap")) and closes(value)
        ]
        both = [o.id for o in d.problem.offers if o.id.partition(":")[0] in shut]
        if both:
            d.effects.append(Effect(name, "closed", tuple(both), number, since))


def _flat(effect: Mapping[str, object], inside: str = "") -> Iterator[tuple[str, object]]:
    """(path, value) of an effect, however nested it is written; a cap by period is one value."""
    for key, value in effect.items():
        path = f"{inside}{key}"
        if isinstance(value, Mapping) and not path.endswith(".cap"):
            yield from _flat(value, f"{path}.")
        else:
            yield path, value


def _named(names: Iterable[str], path: str, before: str, after: str = "") -> str:
    """The name between `before` and `after` in the path; names may hold dots. Empty: none."""
    fits = (n for n in names if f"{path}." == f"{before}{n}{after}.")
    return next(fits, "")


def _sampled(d: _Draft, name: str, s: Sampled) -> None:
    d.factors[name] = Marginal(
        s.distribution,
        mean=1.0 if s.mean is None else s.mean.value,
        sigma=0.0 if s.sigma is None else s.sigma.value,
        low=0.0 if s.low is None else s.low.value,
        high=0.0 if s.high is None else s.high.value,
        per_year=s.sigma is not None and "year" in s.sigma.unit,
    )
    if s.distribution == "exponential":
        _delay(d, name, s.applies_to)
        return
    if not s.applies_to:
        _currency(d, name)
        return
    groups: dict[tuple[EffectKind, tuple[str, ...]], list[str]] = {}
    for path in s.applies_to:
        found = _target(d, path)
        if found is None:
            d.notes.append(f"{name}: {path} is not lived through in sampled worlds")
            continue
        acts, items = found
        groups.setdefault(acts, []).extend(items)
    for (kind, entries), items in groups.items():
        d.effects.append(Effect(name, kind, tuple(dict.fromkeys(items)), entries=entries))


_ACTS: Mapping[str, tuple[EffectKind, tuple[str, ...]]] = {
    "supply.price": ("price", ()),
    "supply.host": ("host", ()),
    "supply.rent": ("rent", ()),
    "fleet.rent": ("rent", ()),
    "sites.electricity": ("energy", ()),
    "sites.rent": ("money", ("site_rent",)),
    "sites.expand.capex": ("money", ("expansion", "residual")),
    "services.tokens_per_day": ("demand", ()),
    "services.tokens_per_day.share": ("demand", ()),
    "services.growth": ("demand", ()),
    "services.compute": ("work", ()),
    "work.need": ("demand", ()),
    "work.units.items": ("demand", ()),
    "work.growth": ("demand", ()),
    "work.units.seconds": ("work", ()),
}
"""Field without its entry's name → how it acts, and on which payments where its kind says not.

Together with performance these are the fields that `study/data/branches.csv` calls multiplied."""


def _target(
    d: _Draft, path: str
) -> tuple[tuple[EffectKind, tuple[str, ...]], Sequence[str]] | None:
    """What a study path means to a plan already made."""
    head, _, rest = path.partition(".")
    if head == "performance":
        return ("performance", ()), _chips(d, rest)
    for known, acts in _ACTS.items():
        section, _, leaf = known.partition(".")
        item = _named(getattr(d.study, section), path, f"{section}.", f".{leaf}")
        if section == head and item:
            if head == "supply":
                return acts, [o.id for o in d.problem.offers if o.id.partition(":")[0] == item]
            return acts, [item, f"{item}:renewal"] if head == "fleet" else [item]
    return None


def _chips(d: _Draft, rest: str) -> list[str]:
    """The chips that a field of performance names: domestic ones, one, a family; else all."""
    chips = d.problem.chips
    named = [c.id for c in chips if c.domestic] if "domestic" in rest else []
    named = named or [c.id for c in chips if c.id in rest or c.family == rest]
    return named or [c.id for c in chips]


def _delay(d: _Draft, name: str, applies_to: Sequence[str]) -> None:
    """A delay in periods: of the offers and sites named, else of halls not yet all energised."""
    sections = (("supply.", d.study.supply), ("sites.", d.study.sites))
    items = [
        max((n for n in names if f"{path}.".startswith(f"{head}{n}.")), key=len, default="")
        for path in applies_to
        for head, names in sections
        if path.startswith(head)
    ]
    if not items:
        tree = d.problem.tree
        for s in d.problem.sites:
            start = float(np.min(s.power_mw[tree.roots]))
            if s.expansion is not None or np.any(s.power_mw > start + 1e-9):
                items.append(s.id)
    if items:
        d.add(name, "delay", items)
    else:
        d.notes.append(f"{name}: no hall is still to come, so nothing is late")


def _currency(d: _Draft, name: str) -> None:
    """A factor named by a currency pair (usdcny) multiplies what is paid in foreign money."""
    pair = _PAIR.match(name.lower())
    if pair is None:
        d.notes.append(f"{name}: says not what it applies to; it changes nothing")
        return
    first, second = pair[1].upper(), pair[2].upper()
    own = d.study.currency
    if own not in (first, second):
        d.notes.append(f"{name}: neither currency is the study's {own}; it changes nothing")
        return
    foreign = first if own == second else second
    if own == first:
        d.notes.append(f"{name}: read as the price of {foreign} in {own}")
    before = len(d.effects)
    for entries, items in _foreign(d, foreign).items():
        if items:
            d.effects.append(Effect(name, "money", tuple(items), entries=entries))
    if len(d.effects) == before:
        d.notes.append(f"{name}: nothing in this study is paid in {foreign}")


def _foreign(d: _Draft, currency: str) -> dict[tuple[str, ...], list[str]]:
    """Ledger entries -> offers, pools and sites for which they are paid in the currency."""
    offers = [(o.id, d.study.supply.get(o.id.partition(":")[0])) for o in d.problem.offers]
    known = [(k, o) for k, o in offers if o is not None]
    pools = [k for k, p in d.study.fleet.items() if _paid_in(currency, p.rent)]
    sites = d.study.sites.items()
    halls = [(k, s.expand.capex) for k, s in sites if s.expand is not None]
    return {
        ENTRIES["price"]: [k for k, o in known if _paid_in(currency, o.price)],
        ENTRIES["host"]: [k for k, o in known if _paid_in(currency, o.host)],
        ENTRIES["rent"]: [
            *(k for k, o in known if _paid_in(currency, o.rent)),
            *(x for k in pools for x in (k, f"{k}:renewal")),
        ],
        ENTRIES["energy"]: [k for k, s in sites if _paid_in(currency, s.electricity)],
        ("site_rent",): [k for k, s in sites if _paid_in(currency, s.rent)],
        ("expansion",): [k for k, cost in halls if _paid_in(currency, cost)],
    }


def _paid_in(currency: str, *plans: Num | Schedule | None) -> bool:
    for plan in plans:
        if isinstance(plan, Num) and plan.currency == currency:
            return True
        if isinstance(plan, Schedule) and any(n.currency == currency for _, n in plan.entries):
            return True
    return False


def _correlations(d: _Draft) -> dict[tuple[str, str], float]:
    """Rank correlations; `factor=state` counts with the side of the scale its state lies on.

    The correlation stated for one state of a factor is taken as that of the factor's own order,
    with the sign turned where the state lies in its lower half.
    """
    out: dict[tuple[str, str], float] = {}
    for c in d.study.correlations:
        sign, names = 1.0, []
        for text in c.between:
            name, _, state = text.partition("=")
            names.append(name)
            factor = d.study.uncertainty.get(name)
            if state and isinstance(factor, Factor) and state in factor.states:
                p = np.array([n.value for n in factor.states.values()])
                k = list(factor.states).index(state)
                sign *= 1.0 if np.sum(p[:k]) + p.item(k) / 2 >= 0.5 else -1.0
        if all(n in d.factors for n in names):
            out[names[0], names[1]] = sign * c.rank
        else:
            d.notes.append(f"correlation {' ~ '.join(c.between)}: not both are sampled")
    return out


def _rates(d: _Draft, capacity: Capacity) -> dict[tuple[str, str], float]:
    """A factor for each chip's rate error, from the intervals of its cells."""
    given = {x for e in d.effects if e.kind == "performance" for x in e.items}
    everything = any(e.kind == "performance" and not e.items for e in d.effects)
    names = []
    for chip in d.problem.chips:
        widths = [
            np.log(c.high / c.low) / SIGMAS_IN_90
            for c in capacity.cells
            if c.chip == chip.id and 0 < c.low < c.high
        ]
        if not widths or chip.id in given or everything:
            continue
        name = f"rate.{chip.id}"
        names.append(name)
        d.factors[name] = Marginal("lognormal", mean=1.0, sigma=float(np.median(widths)))
        d.add(name, "performance", (chip.id,))
    return {(a, b): COMMON_METHOD for i, a in enumerate(names) for b in names[i + 1 :]}


def _demand(d: _Draft, demand: DemandPaths) -> tuple[DemandCurve | None, str]:
    """Levels by state of the study's demand factor, or sampled paths; [knot, period, load]."""
    volume: Array = np.einsum("stlh,th->stl", demand.rate, demand.hours)
    expected: Array = np.einsum("s,stl->tl", demand.probabilities, volume)
    safe: Array = np.where(expected > 0, expected, 1.0)
    factor = next((k for k, f in d.study.factors().items() if f.origin != "effect"), "")
    if demand.paths is not None:
        if not factor:
            factor = "demand.level"
            d.factors[factor] = Marginal("normal", mean=0.0, sigma=1.0)
        return DemandCurve.of_paths(_path_levels(demand, volume)), factor
    if not factor or len(demand.states) < 2:
        return None, ""
    level: Array = np.maximum(np.where(expected > 0, volume / safe, 1.0), 1e-6)
    order = np.argsort(np.log(level).mean(axis=(1, 2)), kind="stable")
    if not np.array_equal(order, np.arange(len(order))):
        # The factor's number must rise with demand for its score to mean "more".
        d.notes.append(
            f"{factor}: states are not written from low to high, so a world has the demand of "
            "its state, not one between states"
        )
        return None, ""
    return DemandCurve.of_states([float(p) for p in demand.probabilities.flat], level), factor


def _path_levels(demand: DemandPaths, volume: Array) -> Array:
    """[path, period, load] sampled factors over their mean, which is what the states keep.

    A load of no service follows the paths where its rate differs between states, else it is flat.
    """
    assert demand.paths is not None
    factors: Array = demand.paths / demand.paths.mean(axis=0)
    index = {s: i for i, s in enumerate(demand.services)}
    n_paths, n_periods, _ = factors.shape
    out = np.ones((n_paths, n_periods, len(demand.loads)))
    for j, load in enumerate(demand.loads):
        if load.service in index:
            out[:, :, j] = factors[:, :, index[load.service]]
        elif index and np.max(np.ptp(volume[:, :, j], axis=0)) > 0:
            out[:, :, j] = factors[:, :, 0]
    return out
