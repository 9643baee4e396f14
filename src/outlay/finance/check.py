"""Refuse flows and policies that have no meaning in the accounts, naming everything wrong."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from outlay.core.errors import FxError, InputError, Problem, nearest
from outlay.finance.types import AssetClass, Flows, Lease, Opening, Policy, Values

__all__ = ["check"]

PROBABILITY_TOLERANCE = 1e-9
LARGEST_RATE = 10.0  # per year: 1000 %


def check(flows: Flows, policy: Policy) -> None:
    """Raise InputError (FxError where only rates are missing) with every problem found."""
    rates = list(_fx(flows))
    others = [*_shape(flows), *_policy(policy), *_lines(flows, policy), *_leases(flows, policy)]
    if others:
        raise InputError([*others, *rates])
    if rates:
        raise FxError(rates)


def _shape(flows: Flows) -> Iterable[Problem]:
    months = {p.months for p in flows.periods}
    if not flows.periods:
        yield Problem("accounts need at least one period", "periods")
        return
    if len(months) > 1:
        yield Problem("periods of unlike length", "periods", str(sorted(months)), "one length")
    for a, b in zip(flows.periods, flows.periods[1:], strict=False):
        if a.end != b.start:
            yield Problem("periods do not follow one another", "periods", f"{a}, {b}")
    weights = np.asarray(flows.probability, dtype=np.float64)
    if weights.ndim and weights.shape != (len(flows.paths),):
        yield Problem("one probability per path", "probability", str(weights.shape))
    elif np.any(weights < 0) or abs(float(np.sum(flows.weights)) - 1) > PROBABILITY_TOLERANCE:
        found = f"{float(np.sum(flows.weights)):.12g}"
        yield Problem("probabilities of the paths must sum to 1", "probability", found)


def _fx(flows: Flows) -> Iterable[Problem]:
    used: dict[str, str] = {}
    for kind, lines in (
        ("purchases", flows.purchases),
        ("leases", flows.leases),
        ("costs", flows.costs),
        ("debts", flows.debts),
        ("opening", flows.opening),
        ("outside", flows.outside),
    ):
        for line in lines:
            used.setdefault(line.currency, f"{kind}.{line.id}")
    for s in flows.sales:
        used.setdefault(s.currency or flows.currency, f"sales.{s.service}.{s.kind}")
    for code, where in used.items():
        if code == flows.currency:
            continue
        if code not in flows.fx:
            hint = nearest(code, flows.fx) or "give its rate for every period"
            yield Problem(f"no exchange rate to {flows.currency}", where, code, hint=hint)
            continue
        rate = np.asarray(flows.fx[code], dtype=np.float64)
        rows = np.atleast_2d(rate if rate.ndim else np.full(len(flows.periods), rate))
        if rows.shape[-1] not in (1, len(flows.periods)):
            yield Problem("one rate per period", f"fx.{code}", str(rate.shape))
            continue
        bad = ~(np.isfinite(rows) & (rows > 0)).all(axis=0)
        if bad.any():
            at = str(flows.periods[int(np.argmax(bad)) if bad.size > 1 else 0])
            what = f"no rate from {code} to {flows.currency} in {at}"
            yield Problem(what, f"fx.{code}", allowed="a positive rate in every period")


def _policy(policy: Policy) -> Iterable[Problem]:
    for name, c in policy.classes.items():
        yield from _class(name, c)
    yearly = {
        "discount_rate": policy.discount_rate,
        "borrowing_rate": policy.borrowing_rate,
        "inflation": policy.inflation,
    }
    for name, rate in yearly.items():
        if not -1 < rate < LARGEST_RATE:
            yield Problem("a yearly rate out of range", name, f"{rate:g}", "above −100 %")
    if not 0 <= policy.tax_rate < 1:
        yield Problem("a tax rate is a share", "tax_rate", f"{policy.tax_rate:g}", "0 … 100 %")
    if not 1 <= policy.fiscal_year_start <= 12:
        yield Problem("a month", "fiscal_year_start", str(policy.fiscal_year_start), "1 … 12")
    waits = {"receivable_days": policy.receivable_days, "payable_days": policy.payable_days}
    for name, days in waits.items():
        if days < 0:
            yield Problem("negative days", name, f"{days:g}", "0 or more")


def _class(name: str, c: AssetClass) -> Iterable[Problem]:
    where = f"finance.lives.{name}"
    for field, years in (("book", c.book_years), ("economic", c.economic_years)):
        if not (np.isfinite(years) and years > 0):
            yield Problem(
                f"a {field} life must be longer than nothing", where, f"{years:g} years",
                "more than 0 years",
            )  # fmt: skip
    if not (np.isfinite(c.tax_years) and c.tax_years >= 0):
        yield Problem("a tax life out of range", where, f"{c.tax_years:g} years", "0 or more")
    for share in (c.residual, c.book_residual):
        if not 0 <= share <= 1:
            yield Problem("a residual is a share of cost", where, f"{share:g}", "0 … 100 %")
    ages = [a for a, _ in c.value_path]
    if any(s < 0 for _, s in c.value_path):
        yield Problem("a value below nothing", where, str(c.value_path), "0 or more")
    if ages != sorted(set(ages)) or (ages and ages[0] < 0):
        yield Problem("ages of a value path must rise from 0", where, str(ages))


def _finite(where: str, **values: Values) -> Iterable[Problem]:
    for field, value in values.items():
        if not np.isfinite(np.asarray(value, dtype=np.float64)).all():
            yield Problem("not a finite number", f"{where}.{field}")


def _lines(flows: Flows, policy: Policy) -> Iterable[Problem]:
    seen: set[str] = set()
    for kind in ("purchases", "leases", "costs", "debts", "opening"):
        for line in getattr(flows, kind):
            key = f"{kind}.{line.id}"
            if key in seen:
                yield Problem("an id used twice", key)
            seen.add(key)
    for p in flows.purchases:
        where = f"purchases.{p.id}"
        yield from _known_class(p.asset_class, where, policy)
        yield from _finite(where, quantity=p.quantity, price=p.price)
        if min(p.levy, p.duty, p.vat) < 0:
            yield Problem("a negative share of the price", where)
    for o in flows.opening:
        yield from _known_class(o.asset_class, f"opening.{o.id}", policy)
        if o.book_value < 0:
            yield Problem("a negative book value", f"opening.{o.id}", f"{o.book_value:g}")
        if o.remaining_years <= 0 and o.book_value > 0:
            what = "book value without remaining life"
            yield Problem(what, f"opening.{o.id}", f"{o.remaining_years:g} years")
        yield from _gone(o, flows)
    for c in flows.costs:
        yield from _finite(f"costs.{c.id}", quantity=c.quantity, price=c.price)
        if not 0 <= c.variable <= 1:
            yield Problem("a share", f"costs.{c.id}.variable", f"{c.variable:g}", "0 … 1")
    names = {p.id for p in flows.purchases}
    for d in flows.disposals:
        if d.purchase not in names:
            hint = nearest(d.purchase, names)
            yield Problem("disposal of something never bought", d.purchase, hint=hint)
        elif not 0 <= d.vintage < len(flows.periods):
            yield Problem("a vintage outside the horizon", d.purchase, str(d.vintage))
        elif np.any(np.broadcast_to(d.quantity, flows.shape)[:, : d.vintage + 1]):
            yield Problem("sold before, or as, it was delivered", d.purchase, str(d.vintage))
    for a in flows.activities:
        if a.chip not in flows.available:
            hint = nearest(a.chip, flows.available)
            yield Problem("work on chips that are not available", a.chip, hint=hint)


def _gone(o: Opening, flows: Flows) -> Iterable[Problem]:
    gone = np.broadcast_to(np.asarray(o.gone, dtype=np.float64), flows.shape)
    if np.any(gone < 0) or np.any(gone.sum(axis=1) > 1 + PROBABILITY_TOLERANCE):
        yield Problem(
            "a share retired out of range", f"opening.{o.id}.gone", allowed="0 … 1 in all"
        )


def _known_class(name: str, where: str, policy: Policy) -> Iterable[Problem]:
    if name not in policy.classes:
        hint = nearest(name, policy.classes)
        yield Problem("an asset class without lives", where, name, hint=hint)


def _leases(flows: Flows, policy: Policy) -> Iterable[Problem]:
    for lease in flows.leases:
        where = f"leases.{lease.id}"
        yield from _finite(where, quantity=lease.quantity, payment=lease.payment)
        if lease.term < 1 or lease.term != int(lease.term):
            yield Problem("a lease runs for whole periods", where, f"{lease.term:g}", "1 or more")
            continue
        if not -1 < lease.rate < LARGEST_RATE:
            yield Problem("a yearly rate out of range", where, f"{lease.rate:g}")
        if lease.escalation <= -1:
            yield Problem("an escalation out of range", where, f"{lease.escalation:g}")
        if policy.beyond_horizon == "refuse":
            yield from _beyond(lease, flows, where)

    known = {x.id for x in flows.leases}
    for end in flows.lease_ends:
        where = f"leases.{end.lease}"
        if end.lease not in known:
            hint = nearest(end.lease, known)
            yield Problem("end of a lease that is not there", end.lease, hint=hint)
        elif not 0 <= end.start < len(flows.periods):
            yield Problem("a cohort outside the horizon", where, str(end.start))
        elif np.any(np.broadcast_to(end.quantity, flows.shape)[:, : end.start + 1]):
            yield Problem("given back before, or as, it started", where, str(end.start))


def _beyond(lease: Lease, flows: Flows, where: str) -> Iterable[Problem]:
    started = np.broadcast_to(lease.quantity, flows.shape).any(axis=0)
    last = np.flatnonzero(started).item(-1) + lease.term if np.any(started) else 0
    if last > len(flows.periods):
        yield Problem(
            "a lease longer than the horizon", where, f"ends {last - len(flows.periods)} "
            f"periods after {flows.periods[-1]}", f"within {len(flows.periods)} periods",
            "lengthen the horizon, shorten the term, or let leases run off",
        )  # fmt: skip
