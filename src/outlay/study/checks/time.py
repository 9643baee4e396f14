"""Dates in a study must agree: nothing later than it is written, no end before its start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from outlay.core.periods import SECONDS_PER_DAY, SECONDS_PER_YEAR, Period, parse_date
from outlay.study.checks.partners import is_on_order
from outlay.study.findings import Finding
from outlay.study.model.calendar_fields import LAST_YEAR
from outlay.study.model.fields import Num, Schedule
from outlay.study.model.study import Study

__all__ = ["time_findings"]

LONG = 40
"""Years of a horizon from which on it is named."""
EARLY = 6
"""Years before the first period from which on the day of the study is named."""

STALE = 365
"""Days after the catalogue's newest price from which on the day of the study is named."""

At = tuple[str | int, ...]


def time_findings(study: Study, since: Period | None = None) -> Iterator[Finding]:
    """Ends before starts, sources from the future, periods outside the horizon.

    since: from when on a state's effect is in force; what it says of before need not be there.
    """
    yield from _as_of(study)
    yield from _pairs(study)
    yield from _horizon(study, since)
    yield from _reveals(study)
    yield from _gone(study)
    yield from _too_late(study)
    yield from _years(study)
    yield from _busiest_days(study)


def _as_of(study: Study) -> Iterator[Finding]:
    first, last = study.horizon.start, study.horizon.all()[-1]
    if last.end.year > LAST_YEAR + 1:
        what = "the horizon ends in a year that cannot be meant"
        allowed = f"an end by {LAST_YEAR}"
        yield Finding(("horizon",), what, f"{first} to {last}", allowed)
        return
    if last.year - first.year >= LONG:
        years = (last.ordinal + last.months - first.ordinal) / 12
        found, allowed = f"{first} to {last}, {years:g} years", f"usually up to {LONG} years"
        yield Finding(("horizon",), "an unusually long horizon", found, allowed, warn=True)
    if first.year - study.as_of.year >= EARLY:
        what = "written long before its first period"
        found, allowed = str(study.as_of), f"usually at most {EARLY - 1} years before {first}"
        yield Finding(("as_of",), what, found, allowed, warn=True)
    newest = _newest_price()
    if (study.as_of - newest).days > STALE:
        what = "the catalogue knows nothing so late: its prices and rents are older"
        allowed = f"up to a year after {newest}, its newest price"
        yield Finding(("as_of",), what, str(study.as_of), allowed, warn=True)
    if study.as_of >= last.end:
        yield Finding(
            ("as_of",),
            "the horizon ends before the study is written",
            f"{study.as_of}",
            f"before {last.end}, when {last} ends",
        )
    for name, source in study.sources.items():
        if source.date is not None and source.date > study.as_of:
            yield Finding(
                ("sources", name, "date"),
                "a source later than the study",
                str(source.date),
                f"{study.as_of} (as_of) or earlier",
            )


def _newest_price() -> date:
    from outlay.catalogue import prices

    return max(parse_date(p.date) for p in prices())


def _pairs(study: Study) -> Iterator[Finding]:
    ends: list[tuple[At, str, Period | None, str, Period | None]] = []
    for name, c in study.training.items():
        ends.append((("training", name, "by"), "start", c.start, "by", c.by))
    for name, o in study.supply.items():
        at = ("supply", name, "last_order")
        ends.append((at, "first_order", o.first_order, "last_order", o.last_order))
    for name, p in study.fleet.items():
        ends.append((("fleet", name, "lease_end"), "arrives", p.arrives, "lease_end", p.lease_end))
    for path, first, start, last, end in ends:
        if start is not None and end is not None and end.end <= start.start:
            yield Finding(path, "ends before it starts", f"{last} {end}, {first} {start}")
    for name, pool in study.fleet.items():
        if pool.arrives is not None and pool.arrives.end <= study.as_of:
            come: At = ("fleet", name, "arrives")
            what, hint = "on order, and yet come before the study is written", "leave `arrives` out"
            yield Finding(come, what, str(pool.arrives), f"{study.as_of} or later", hint, warn=True)
        if pool.vintage is not None and pool.arrives is None:
            written = study.as_of.year + study.as_of.timetuple().tm_yday / 365
            if pool.vintage.value > written:
                yield Finding(
                    ("fleet", name, "vintage"),
                    "installed after the study is written",
                    f"{pool.vintage.value:g}",
                    f"{written:.1f} or earlier, or `arrives`",
                )


def _horizon(study: Study, since: Period | None) -> Iterator[Finding]:
    periods = study.horizon.all()
    start, end = periods[0].start, periods[-1].end
    for name, campaign in study.training.items():
        if campaign.start.start >= end or campaign.by.end <= start:
            yield Finding(
                ("training", name),
                "the campaign lies outside the horizon",
                f"{campaign.start} to {campaign.by}",
                f"{periods[0]} to {periods[-1]}",
                warn=True,
            )
        elif campaign.start.start < start or campaign.by.end > end:
            yield Finding(
                ("training", name),
                "a part of the campaign lies outside the horizon and is in no period of the plan",
                f"{campaign.start} to {campaign.by}",
                f"{periods[0]} to {periods[-1]}",
                warn=True,
            )
    for name, offer in study.supply.items():
        if offer.first_order is not None and offer.first_order.start >= end:
            path: At = ("supply", name, "first_order")
            yield Finding(path, "after the horizon", str(offer.first_order), warn=True)
    for path, plan in _schedules(study):
        wanted = start
        if since is not None and path[0] == "work":  # before, what the study itself says holds
            wanted = max(start, since.start)
        yield from _first_entry(path, plan, wanted, end)


def _reveals(study: Study) -> Iterator[Finding]:
    """A state is known from the start of a period: the first that begins no earlier."""
    periods = study.horizon.all()
    for name, factor in study.uncertainty.items():
        reveal = getattr(factor, "reveal", None)
        if reveal is None:
            continue
        path: At = ("uncertainty", name, "reveal")
        allowed = f"{periods[0]} to {periods[-1]}"
        if not periods[0].start <= reveal.start < periods[-1].end:
            yield Finding(path, "revealed outside the horizon", str(reveal), allowed)
        elif reveal.start > periods[-1].start:
            what = "revealed within the last period, so that no period begins with it known"
            yield Finding(path, what, str(reveal), allowed)
        elif all(p.start != reveal.start for p in periods):
            first = next(p for p in periods if p.start > reveal.start)
            what = f"within a period: known, and in force, from {first} on"
            allowed = "the start of a period"
            yield Finding(path, what, str(reveal), allowed, warn=True)


def _gone(study: Study) -> Iterator[Finding]:
    """Pools of which nothing is left as the study begins."""
    first = study.horizon.start
    for name, pool in study.fleet.items():
        if is_on_order(study, pool):
            continue
        if pool.lease_end is not None and pool.lease_end.end <= first.start:
            what = "the lease ends before the horizon: none of its chips is in the plan"
            path: At = ("fleet", name, "lease_end")
            yield Finding(path, what, str(pool.lease_end), f"{first} or later", warn=True)
        if pool.vintage is None or pool.life is None:
            continue
        dies = pool.vintage.value + pool.life.value / SECONDS_PER_YEAR
        if dies <= first.start_year:
            what = "its life ends before the horizon: none of its chips is in the plan"
            if pool.tenure == "leased":
                what += ", but the rent of their lease is owed"
            path = ("fleet", name, "life")
            found = f"{pool.vintage.value:g} and {pool.life.value / SECONDS_PER_YEAR:g} years"
            allowed = f"an end after {first.start_year:g}"
            yield Finding(path, what, found, allowed, warn=True)


def _too_late(study: Study) -> Iterator[Finding]:
    """Orders that could only arrive after the horizon, or no more be placed."""
    start, last = study.horizon.start, study.horizon.all()[-1]
    end = last.shift(1).ordinal
    for name, offer in study.supply.items():
        first = start.ordinal
        if offer.first_order is not None:
            first = max(first, offer.first_order.ordinal)
        if first < end <= first + offer.lead:
            found = f"{offer.lead} months from {offer.first_order or start}"
            what = "none can arrive within the horizon"
            yield Finding(("supply", name, "lead"), what, found, f"by {last}", warn=True)
        if offer.last_order is not None and offer.last_order.end <= start.start:
            path: At = ("supply", name, "last_order")
            yield Finding(path, "before the horizon", str(offer.last_order), warn=True)
    for name, site in study.sites.items():
        if (
            site.expand is not None
            and max(site.expand.first.ordinal, start.ordinal + site.expand.lead) >= end
        ):
            path = ("sites", name, "expand")
            what = "no power can be energised within the horizon"
            yield Finding(path, what, f"from {site.expand.first}", f"by {last}", warn=True)


def _schedules(study: Study) -> Iterator[tuple[At, Schedule]]:
    for name, offer in study.supply.items():
        if offer.price is not None:
            yield ("supply", name, "price"), offer.price
        if offer.rent is not None:
            yield ("supply", name, "rent"), offer.rent
        if offer.cap is not None:
            yield ("supply", name, "cap"), offer.cap
    for name, site in study.sites.items():
        yield ("sites", name, "power"), site.power
    for name, work in study.work.items():
        if work.need is not None:
            yield ("work", name, "need"), work.need
    for state, total in study.demand.state_totals.items():
        yield ("demand", "state_totals", state), total


def _first_entry(path: At, plan: Schedule, start: date, end: date) -> Iterator[Finding]:
    first = plan.entries[0][0]
    if first.start >= end:
        yield Finding(path, "begins after the horizon", str(first), warn=True)
    elif first.start > start and path[0] in ("demand", "work"):
        what = "no number for the first periods of the horizon"
        yield Finding(path, what, f"begins in {first}", f"an entry for {start} or earlier")


def _years(study: Study) -> Iterator[Finding]:
    first, begun = study.fiscal_year_start, study.horizon.start
    if (first - begun.month) % begun.months:
        what = "a fiscal year that begins within a period, which counts whole in the year before"
        found = f"month {first}; periods of {begun.months} months from {begun.start}"
        allowed = "a month in which a period begins, or shorter periods"
        yield Finding(("fiscal_year_start",), what, found, allowed, warn=True)
    known = {p.fiscal_year(first) for p in study.horizon.all()}
    by_year: list[tuple[At, dict[int, Num]]] = [
        (("budget", "capex"), study.budget.capex),
        (("budget", "processors"), study.budget.processors),
        (("finance", "operating_cash_flow"), study.finance.operating_cash_flow),
    ]
    for path, amounts in by_year:
        for year in amounts:
            if year not in known:
                yield Finding(
                    (*path, str(year)),
                    "a fiscal year outside the horizon",
                    str(year),
                    ", ".join(map(str, sorted(known))),
                    warn=True,
                )


def _busiest_days(study: Study) -> Iterator[Finding]:
    """Periods that hold fewer days than are the busiest, or none of the study's."""
    d, periods = study.demand, study.horizon.all()
    start, end = periods[0].start, periods[-1].end
    for i, named in enumerate(d.event_in):
        if named.end <= start or named.start >= end:
            what, allowed = "outside the horizon", f"{periods[0]} to {periods[-1]}"
            yield Finding(("demand", "event_in", i), what, str(named), allowed, warn=True)
    years = range(periods[0].year, (end - timedelta(days=1)).year + 1)
    within = [n for n in map(d.busy_days, years) if n]
    days = d.event_days.value / SECONDS_PER_DAY
    if within and days >= min(within):
        what = "as many busiest days as there are days for them in a year"
        path: At = ("demand", "event_days")
        yield Finding(path, what, d.event_days.written, f"fewer than {min(within)} days")
