"""Inputs that a study states and that reach nothing in it: one rule each, with its reason by name.

A rule says where an input stands and when the rest of the study leaves it without effect. An input
that more likely was meant to do something than left over is a doubt as well, with the field that
would do it. `tests/property/test_unused_inputs.py` changes each and sees nothing move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from outlay.study.checks.entries import (
    AMOUNTS,
    GROWTH,
    PRICES,
    YEARS,
    beyond,
    inside,
    other_year,
    outside,
)
from outlay.study.checks.partners import PARTNERS, Rule, Test, is_on_order
from outlay.study.findings import Finding
from outlay.study.ledger import written_of
from outlay.study.model.fields import Schedule
from outlay.study.model.loads import Service, Work
from outlay.study.model.study import Factor, Sampled, Source, Study
from outlay.study.model.supply import Offer, Pool
from outlay.study.paths import Path

__all__ = ["RULES", "Rule", "unused", "unused_findings"]

T = TypeVar("T")
_USES: Mapping[str, tuple[str, ...]] = {
    "lognormal": ("sigma", "mean"),
    "normal": ("sigma", "mean"),
    "uniform": ("low", "high"),
    "triangular": ("low", "high", "mean"),
    "exponential": ("mean",),
}
"""Distribution → the parameters that give it its shape."""


def unused(study: Study) -> dict[Path, Rule]:
    """Path → rule of what `study` states and no stage acts on, in the order of the rules."""
    return {path: rule for path, rule, _ in _found(study)}


def unused_findings(study: Study) -> Iterator[Finding]:
    """Doubts: inputs that reach nothing and were hardly meant so."""
    for path, rule, value in _found(study):
        if rule.instead:
            written = written_of(value)
            what = "reaches nothing in this study"
            hint = rule.instead.format(name=path[1])
            yield Finding(path, what, written[:80], hint=hint, warn=True)


def _found(study: Study) -> Iterator[tuple[Path, Rule, object]]:
    seen: set[Path] = set()
    for rule in RULES:
        parts = rule.path.split(".")
        for path, value in _stated(study, parts):
            entry: object = _at(study, path[: rule.entry])
            name = str(path[min(rule.entry, len(path)) - 1 if rule.entry > 0 else -1])
            if path not in seen and rule.test(study, entry, name):
                seen.add(path)
                yield path, rule, value


def _stated(value: object, parts: Sequence[str]) -> Iterator[tuple[Path, object]]:
    """What the user wrote at the places that `parts` name."""
    if not parts:
        if value is not None:
            yield (), value
        return
    head, *rest = parts
    for key, item in _below(value, head):
        for path, found in _stated(item, rest):
            yield (key, *path), found


def _below(value: object, head: str) -> list[tuple[str | int, object]]:
    """What stands in `value` under the name `head` (`*`: any)."""
    below: list[tuple[str | int, object]] = []
    if isinstance(value, BaseModel):
        name = next(
            (n for n, i in type(value).model_fields.items() if (i.alias or n) == head), None
        )
        if name is not None and name in value.model_fields_set:
            below.append((head, getattr(value, name)))
    elif isinstance(value, Mapping):
        below += [(k, v) for k, v in value.items() if head in ("*", str(k))]
    elif isinstance(value, list):
        below += list(enumerate(value))
    elif isinstance(value, Schedule):
        below += [(str(period), num) for period, num in value.entries if period.year > 1]
    return below


def _at(value: object, path: Path) -> object:
    """The entry at `path`; the last model on the way where the path ends in a number."""
    for part in path:
        if isinstance(value, BaseModel):
            value = getattr(value, str(part))
        elif isinstance(value, list):
            value = value[int(part)]
        elif isinstance(value, Mapping):
            value = value.get(part)
    return value


# What a test asks of a study.


def _always(study: Study, entry: object, name: str) -> bool:
    del study, entry, name
    return True


def _of(kind: type[T], test: Callable[[T], bool]) -> Test:
    """A test of the entry alone, which is of the kind."""
    return lambda study, entry, name: isinstance(entry, kind) and test(entry)


def _by(*kinds: str) -> Test:
    return _of(Offer, lambda offer: offer.by in kinds)


def _branches(study: Study) -> bool:
    """Whether the scenario tree has more than one branch."""
    return any(len(f.states) > 1 for f in study.factors().values())


def _demand_states(study: Study) -> bool:
    return any(f.origin != "effect" for f in study.factors().values())


def _no_event(study: Study, entry: object, name: str) -> bool:
    """No day is busier than others, in the study or in a state of it."""
    del entry, name
    peak = study.demand.event_peak
    if peak is not None and peak.value > 1:
        return False
    return not any(
        text == "demand" or text.startswith("demand.event_peak")
        for factor in study.uncertainty.values()
        if isinstance(factor, Factor)
        for effect in factor.effect.values()
        for text in map(str, effect)
    )


def _event_elsewhere(study: Study, entry: object, name: str) -> bool:
    """None of the busiest days lies in the horizon."""
    del entry, name
    periods, named = study.horizon.all(), study.demand.event_in
    start, end = periods[0].start, periods[-1].end
    return bool(named) and not any(p.start < end and p.end > start for p in named)


def _totals_act(study: Study) -> bool:
    return any(f.origin == "demand" for f in study.factors().values())


def _leases(study: Study) -> bool:
    offers = any(o.by in ("lease", "finance_lease") for o in study.supply.values())
    return offers or any(p.tenure == "leased" for p in study.fleet.values())


def _door_moves(study: Study, name: str) -> bool:
    """Whether some state changes the offer's `cap`, so that an order may be refused when due."""
    above = ("supply", f"supply.{name}")
    return any(
        text in above or text.startswith(f"supply.{name}.cap")
        for factor in study.uncertainty.values()
        if isinstance(factor, Factor)
        for effect in factor.effect.values()
        for text in map(str, effect)
    )


def _direct(study: Study, offer: Offer, name: str) -> bool:
    """Delivered in the period of the order: there is no time between in which to be refused."""
    del name
    return offer.lead < study.horizon.start.months


def _no_refusal(study: Study, offer: Offer, name: str) -> bool:
    return not _door_moves(study, name) or _direct(study, offer, name)


def _not_given_back(study: Study, offer: Offer, name: str) -> bool:
    """No order of the offer is refused, nor may one be cancelled."""
    return _no_refusal(study, offer, name) and (
        offer.cancel_fee is None or _direct(study, offer, name)
    )


def _no_deposit(study: Study, offer: Offer, name: str) -> bool:
    return offer.deposit.value == 0 or _direct(study, offer, name)


def _on_order(study: Study, pool: Pool, name: str) -> bool:
    """Chips that arrive within the horizon."""
    del name
    return is_on_order(study, pool)


def _never_dies(study: Study, pool: Pool, name: str) -> bool:
    return (pool.life is None or pool.vintage is None) and not _on_order(study, pool, name)


def _no_lease_ends(study: Study, pool: Pool, name: str) -> bool:
    """No lease of the fleet that stands ends with a period of the horizon left to renew it in."""
    ends = pool.lease_end
    if ends is None or _on_order(study, pool, name):
        return True
    periods = study.horizon.all()
    return not periods[0].start < ends.end < periods[-1].end


def _no_hosts(study: Study, entry: object, name: str) -> bool:
    del entry, name
    return all(o.host is None or o.host.value == 0 for o in study.supply.values())


def _no_halls_built(study: Study, entry: object, name: str) -> bool:
    del entry, name
    plans = [s.expand for s in study.sites.values()]
    return all(e is None or e.capex is None or e.capex.value == 0 for e in plans)


def _no_tax(study: Study, entry: object, name: str) -> bool:
    del entry, name
    return study.finance.tax is None or study.finance.tax.value == 0


def _no_lease(study: Study, entry: object, name: str) -> bool:
    del entry, name
    return not _leases(study)


def _no_cash_limit(study: Study, entry: object, name: str) -> bool:
    del entry, name
    return study.budget.cash is None and study.budget.debt_limit is None


def _no_cash(study: Study, entry: Any, name: str) -> bool:
    """The firm's own cash neither limits the plan nor stands in its statements."""
    return study.finance.perimeter != "firm" and _no_cash_limit(study, entry, name)


def _no_debt(study: Study, entry: object, name: str) -> bool:
    del entry, name
    limit = study.budget.debt_limit
    return limit is None or limit.value == 0


def _nothing_to_overrun(study: Study, entry: object, name: str) -> bool:
    b = study.budget
    held = b.capex or b.processors or study.rules.domestic_share is not None
    return not held and _no_cash_limit(study, entry, name)


def _no_services(study: Study, entry: object, name: str) -> bool:
    del entry, name
    return not study.services


def _nothing_cached(study: Study, entry: object, name: str) -> bool:
    del entry, name
    return all(s.mix.cached.value == 0 for s in study.services.values())


def _no_domestic_chip(study: Study, entry: object, name: str) -> bool:
    from outlay.catalogue import find_chip
    from outlay.core.errors import UnknownNameError

    del entry, name
    names = [p.chip for p in study.fleet.values()] + [o.chip for o in study.supply.values()]
    names += [w.reference for w in study.work.values()]
    names += [c.reference for c in study.training.values()]
    try:
        return not any(find_chip(n).domestic_cn for n in names)
    except UnknownNameError:
        return False  # the check of names says so


def _touches_nothing(study: Study, factor: object, name: str) -> bool:
    """A sampled factor that names no path, nor by its name a pair of currencies."""
    del study
    if not isinstance(factor, Sampled) or factor.applies_to or factor.distribution == "exponential":
        return False
    letters = "".join(c for c in name if c not in " _/.-")
    return not (len(letters) == 6 and letters.isascii() and letters.isalpha())


def _not_of_shape(field: str) -> Test:
    def test(study: Study, factor: object, name: str) -> bool:
        del study, name
        return isinstance(factor, Sampled) and field not in _USES[factor.distribution]

    return test


RULES: tuple[Rule, ...] = (
    *PARTNERS,
    # Figures kept for readers.
    *(Rule(f"{x}.*", "compared", _always, entry=1) for x in ("peers", "rivals", "cross_checks")),
    Rule("performance.cross_check.*", "compared", _always),
    Rule("sources.*.claim", "no_document", _of(Source, lambda s: s.document is None)),
    # Work.
    Rule("services.*.shape", "busiest_hour", _of(Service, lambda s: s.busiest_hour is not None)),
    Rule("services.*.lengths.cv", "trace", _of(Service, lambda s: s.lengths.trace is not None)),
    *(Rule(f"services.*.value.{x}.cached", "no_cache",
           _of(Service, lambda s: s.mix.cached.value == 0))
      for x in ("unserved", "price")),
    Rule("work.*.busiest_hour", "reserved", _of(Work, lambda w: w.kind == "reserved")),
    Rule("work.*.growth_follows_demand", "no_demand_states",
         lambda study, w, n: not _demand_states(study) or not w.growth_follows_demand),
    # Chips that stand or are on order.
    *(Rule(f"fleet.*.{x}", "on_order", _on_order)
      for x in ("vintage", "life", "not_installed")),
    *(Rule(f"fleet.*.{x}", "no_lease_ends", _no_lease_ends,
           "give `lease_end`, the last period of the lease") for x in ("renew_rent", "renew_term")),
    Rule("fleet.*.renew_term", "no_renewal", lambda _, p, n: p.renew_rent is None,
         "give `renew_rent`, the rent of the renewal"),
    Rule("fleet.*.life", "life_and_vintage", _never_dies),
    Rule("fleet.*.vintage", "life_and_vintage", _never_dies),
    # Offers.
    *(Rule(f"supply.*.{x}", "bought", _by("purchase")) for x in ("term", "notice")),
    Rule("supply.*.notice", "financed", _by("finance_lease")),
    Rule("supply.*.notice", "spot", _by("spot")),
    *(Rule(f"supply.*.{x}", "rented", _by("lease", "reservation", "spot"))
      for x in ("deposit", "refund", "levy", "duty")),
    *(Rule(f"supply.*.{x}", "financed_rent",
           _of(Offer, lambda o: o.by == "finance_lease" and o.rent is not None))
      for x in ("deposit", "refund", "levy", "duty")),
    Rule("supply.*.accounting", "no_lease_of_its_own", _of(Offer, lambda o: o.by != "lease")),
    Rule("supply.*.levy.share", "levy_inside",
         _of(Offer, lambda o: o.levy is not None and o.levy.included)),
    Rule("supply.*.deposit", "direct", _direct),
    Rule("supply.*.refund", "no_deposit", _no_deposit),
    Rule("supply.*.refund", "never_refused", _not_given_back),
    *(Rule(f"supply.*.{x}", "never_refused", _no_refusal) for x in ("divert_to", "divert_cost")),
    Rule("supply.*.cancel_fee", "direct_order", _direct,
         "an order can be cancelled only where its `lead` is a period or more"),
    Rule("supply.*.needs", "needs_nothing", lambda study, o, n: not _door_moves(study, n),
         "give the factor's states an `effect` on `supply.{name}.cap`"),
    Rule("supply.*.needs", "needs", _always),
    Rule("supply.*.domestic", "no_domestic_share",
         lambda study, o, n: study.rules.domestic_share is None),
    # Rules and money.
    *(Rule(f"rules.{x}", "no_services", _no_services, entry=1)
      for x in ("slo_load", "pooled_peak", "fragmentation")),
    Rule("rules.cached_token_cost", "no_cache", _nothing_cached, entry=1),
    Rule("budget.debt_rate", "no_debt", _no_debt, entry=1),
    Rule("budget.overrun_price", "no_budget", _nothing_to_overrun, entry=1),
    *(Rule(f"performance.{x}", "no_services", _no_services, entry=1)
      for x in ("stack", "weights", "kv")),
    Rule("performance.domestic_factor", "no_domestic_chip", _no_domestic_chip, entry=1),
    Rule("finance.standard", "no_lease", _no_lease, entry=1),
    Rule("finance.borrowing_rate", "no_lease", _no_lease, entry=1),
    *(Rule(f"finance.{x}", "no_cash_limit", _no_cash, entry=1)
      for x in ("operating_cash_flow", "opening_cash")),
    Rule("finance.lives.network", "network", _always, entry=3),
    Rule("finance.lives.servers", "no_hosts", _no_hosts, entry=3),
    Rule("finance.lives.buildings", "no_halls_built", _no_halls_built, entry=3),
    Rule("finance.lives.*.tax", "no_tax", _no_tax, entry=3),
    *(Rule(f"demand.{x}", "no_event", _no_event, "state `demand.event_peak`", entry=1)
      for x in ("event_days", "event_in")),
    *(Rule(f"demand.{x}", "event_elsewhere", _event_elsewhere, entry=1)
      for x in ("event_peak", "event_days")),
    # What is uncertain.
    Rule("demand.state_totals", "no_totals", lambda study, e, n: not _totals_act(study),
         "give a factor of the states `from: demand`", entry=1),
    Rule("demand.reference_state", "no_totals",
         lambda study, e, n: not _totals_act(study) or not study.demand.state_totals, entry=1),
    *(Rule(f"uncertainty.*.{x}", "not_of_shape", _not_of_shape(x))
      for x in ("sigma", "mean", "low", "high")),
    Rule("uncertainty.*.distribution", "touches_nothing", _touches_nothing,
         "give `applies_to`, the paths that it multiplies"),
    # Entries by period.
    *(Rule(f"{x}.*", "inside_a_period", inside,
           "state it from the start of a period of the horizon, or plan in shorter periods",
           entry=-1) for x in PRICES),
    *(Rule(f"{x}.*", "outside_horizon", outside, entry=-1) for x in (*PRICES, *AMOUNTS)),
    *(Rule(f"{x}.*", "outside_horizon", beyond, entry=-1) for x in GROWTH),
    *(Rule(f"{x}.*", "outside_horizon", other_year, entry=-1) for x in YEARS),
    Rule("objective.tail", "no_branches", lambda study, e, n: not _branches(study), entry=1),
    Rule("objective.tail.cvar", "no_weight", lambda study, e, n: study.objective.tail is not None
         and study.objective.tail.weight == 0, entry=1),
)  # fmt: skip
