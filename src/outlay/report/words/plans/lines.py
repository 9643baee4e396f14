"""The lines below the decision: how firm it is, whose money, what is served, what stands in the
way, what may be lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.results.plans.answers import Binding
from outlay.results.plans.lines import Departure, Overrun, Perimeter, ServiceServed, Unserved
from outlay.results.plans.plan import Plan

__all__ = [
    "WHOLE",
    "leaves_now",
    "leaves_where",
    "limit_lines",
    "overrun_clause",
    "percent",
    "reason",
    "sentences",
    "states",
    "unserved_clause",
]

WHOLE = 0.9995
"""Share from which a service reads as served in full."""
NAMED = 4
"""Services, offers or limits that one line names."""
LEAVING = 2
"""Pools and offers that the line of departures names of each kind."""
MOST_SERVICES = 6
LIMITS = 3
LEAST_SAVED = 0.005
"""Money that a tenth more of a limit saves at least, for the limit to be told."""
FEWEST = 1e-3
"""Smallest share of the bill that the line of cash gives words to."""


def sentences(plan: Plan, say: Words) -> Iterator[str]:
    """What a signatory has to know beside the decision, a sentence each."""
    yield from _standing(plan, say)
    yield from _perimeter(plan, say)
    yield _bill(plan, say)
    yield from _served(plan, say)
    yield from _limits(plan, say)
    yield from _departures(plan, say)
    yield from _at_risk(plan, say)


def overrun_clause(plan: Plan, say: Words) -> str:
    """Authorisations that the plan goes over, for the first line; empty where it keeps them."""
    found = [x for x in plan.lines.overruns if x.authorised is not None]
    return say("lines.overrun", limits=say.listed(_over(x, plan, say) for x in found)) \
        if found else ""  # fmt: skip


def _over(x: Overrun, plan: Plan, say: Words) -> str:
    assert x.authorised is not None
    kind, _, year = x.limit.rpartition(" ")
    often = "" if x.chance >= WHOLE else say("lines.chance", percent=percent(x.chance))
    return say(
        "lines.over", name=say.name("limit", kind), year=year, often=often,
        authorised=say.money(x.authorised),
        by=say.money(x.worst),
    )  # fmt: skip


def percent(share: float) -> str:
    """A share in percent, in two digits; one that is almost all is not rounded to all of it."""
    percent = 100 * share
    return format_number(percent, 2 if percent < 99 else 3 if percent < 99.9 or share >= 1 else 4)


def _standing(plan: Plan, say: Words) -> Iterator[str]:
    rows = plan.lines.standing
    if not rows and not plan.expansions_now:
        return
    if all(r.status == "not tested" for r in rows):
        yield say("lines.untested")
        return
    parts = []
    for status in ("firm", "flexible", "optional", "not tested"):
        names = [
            say("lines.range", offer=say.called(r.offer), least=format_number(r.least or 0.0),
                most=format_number(r.most or 0.0)) if status == "flexible" else say.called(r.offer)
            for r in rows if r.status == status
        ]  # fmt: skip
        if status == "not tested" and plan.expansions_now:
            names.append(say("lines.power"))
        if names:
            parts.append(say(f"lines.{status.replace(' ', '_')}", offers=_some(names, say)))
    yield say("lines.standing", parts=say.clauses(parts))


def _some(names: list[str], say: Words, most: int = NAMED) -> str:
    shown = say.listed(names[:most])
    more = len(names) - most
    return shown if more <= 0 else say("lines.more", names=shown, n=more)


def _perimeter(plan: Plan, say: Words) -> Iterator[str]:
    """Of the first year's money, what the plan decides."""
    year = min((r.year for r in plan.lines.perimeter), default="")
    rows = [r for r in plan.lines.perimeter if r.year == year and r.decided + r.outside > 0]
    if rows:
        parts = say.listed(_decided(r, plan, say) for r in rows)
        outside = any(_partly(r) for r in rows)
        yield say("lines.decides_some" if outside else "lines.decides", year=year, parts=parts)


def _partly(r: Perimeter) -> bool:
    return r.outside > (1 - WHOLE) * (r.decided + r.outside)


def _decided(r: Perimeter, plan: Plan, say: Words) -> str:
    share = "all" if not _partly(r) else "of" if r.decided > 0 else "none"
    return say(
        f"lines.{share}_{r.kind}",
        decided=say.money(r.decided),
        all=say.money(r.decided + r.outside),
    )  # fmt: skip


def _bill(plan: Plan, say: Words) -> str:
    """Cash, and apart from it the prices that nobody pays."""
    bill = plan.lines.bill
    net = [b.cash for b in plan.branches]
    low, high = min(net, default=0.0), max(net, default=0.0)
    running = any(r.kind == "running" and _partly(r) for r in plan.lines.perimeter)
    text = say("lines.paid", paid=say.money(bill.paid), left=say.money(bill.left),
               standing=say("lines.standing_in_it") if running else "")  # fmt: skip
    if high - low > FEWEST * abs(high):
        text += say("lines.by_branch", low=say.money(low),
                    high=say.money(high))  # fmt: skip
    beside = []
    if bill.beside > 0:
        beside.append(say("lines.beside", amount=say.money(bill.beside)))
    if any(r.priced for r in plan.accounts.revenue):
        beside.append(say("lines.customers"))
    if beside:
        text += say("lines.not_in_it", parts=say.listed(beside))
    apart = [
        say(f"lines.{name}", amount=say.money(value))
        for name, value in (("unserved", bill.unserved), ("broken", bill.broken))
        if value > FEWEST * abs(bill.paid)
    ]
    return say.sentence(text + (say("lines.apart", parts=say.listed(apart)) if apart else ""))


def _served(plan: Plan, say: Words) -> Iterator[str]:
    """The share served of each service, the worst branch first; then why the rest is not."""
    rows = plan.lines.served
    short = sorted((r for r in rows if r.least < WHOLE), key=lambda r: r.least)
    if not short:
        if rows:
            yield say("lines.all_served")
        return
    by_branch: dict[str, list[str]] = {}
    for r in short[:MOST_SERVICES]:
        by_branch.setdefault(r.branch, []).append(_share(r, say))
    parts = [
        say("lines.in_branch", where=states(branch.split(" "), say), services=say.listed(found))
        if branch
        else say.listed(found)
        for branch, found in by_branch.items()
    ]
    if len(short) > MOST_SERVICES:
        parts.append(say("lines.others", n=len(short) - MOST_SERVICES))
    if len(short) < len(rows):
        parts.append(say("lines.rest"))
    yield say("lines.served", parts=say.clauses(parts))
    yield from _why(plan, {r.service for r in short}, say)


def _share(r: ServiceServed, say: Words) -> str:
    key = "lines.share_least" if r.branch else "lines.share"
    return say(
        key, service=say.called(r.service), percent=percent(r.expected), least=percent(r.least)
    )


def _why(plan: Plan, short: set[str], say: Words) -> Iterator[str]:
    """Why services are not served in full, those alike together."""
    alike: dict[str, list[str]] = {}
    for x in plan.lines.unserved:
        if x.service in short:
            alike.setdefault(reason(x, say), []).append(say.called(x.service))
    if alike:
        yield say("lines.why", parts=say.clauses(
            say("lines.because", services=_some(names, say), why=why)
            for why, names in alike.items()
        ))  # fmt: skip


def reason(x: Unserved, say: Words) -> str:
    """Why a service is not served whole."""
    return say(f"why.{x.reason.replace(' ', '_')}", what=say.told(x.what))


def unserved_clause(plan: Plan, say: Words) -> str:
    """What goes unserved, for a decision to order nothing; empty where everything is served."""
    found = [x for x in plan.lines.unserved if x.share > 1 - WHOLE]
    parts = (
        say(
            "lines.of_service",
            percent=percent(x.share),
            service=say.called(x.service),
            why=reason(x, say),
        )
        for x in found[:NAMED]
    )
    return say("lines.not_served", parts=say.listed(parts)) if found else ""


def states(pairs: Iterable[str], say: Words) -> str:
    """`licence=refused demand=high` as a person says it; states of one factor are alternatives."""
    known: dict[str, list[str]] = {}
    for pair in pairs:
        factor, _, state = pair.partition("=")
        known.setdefault(factor, []).append(state)
    said = (
        say("lines.state", factor=say.called(f), state=say("lines.or").join(map(say.word, s)))
        for f, s in known.items()
    )
    return say("lines.and").join(said)


def limit_lines(plan: Plan, say: Words, most: int) -> list[str]:
    """Limits that bind, that of which a tenth more saves most first."""
    found = (b for b in plan.decision.binding if b.value > 0 and b.tenth >= LEAST_SAVED)
    rows = sorted(found, key=lambda b: -b.tenth)
    return [_limit(b, say) for b in rows[:most]]


def _limits(plan: Plan, say: Words) -> Iterator[str]:
    parts = limit_lines(plan, say, len(plan.decision.binding))
    if parts:
        if len(parts) > LIMITS:
            parts[LIMITS:] = [say("lines.more_limits", n=len(parts) - LIMITS)]
        yield say("lines.limits", parts=say.clauses(parts))


def _limit(b: Binding, say: Words) -> str:
    kind = {"per period": "cap_period", "in all": "cap_all"}.get(b.basis, b.family)
    if b.chance >= WHOLE:
        where = say("lines.everywhere")
    elif b.states:
        where = say("lines.where", states=states(b.states, say))
    else:
        where = say("lines.somewhere", percent=percent(b.chance))
    kind = f"{kind}_limit" if kind in ("power", "share") else kind
    name = say(f"lines.{kind}", limit=say.told(b.limit))
    return say("lines.limit", name=name, where=where, tenth=say.money(b.tenth))


def _departures(plan: Plan, say: Words) -> Iterator[str]:
    """Chips that leave early after today, by what becomes of them."""
    by_end: dict[str, list[str]] = {}
    rows = plan.lines.departures
    for d in rows:
        expected, most = say.counts([d.expected, d.most])
        text = say("lines.leaving", chips=expected, what=say.called(d.what), most=most)
        by_end.setdefault(d.how, []).append(text)
    if by_end:
        now = "" if any(d.now > 0 for d in rows) else say("lines.none_of_them_now")
        parts = (
            say(f"lines.{how.replace(' ', '_')}", things=_some(things, say, LEAVING))
            for how, things in by_end.items()
        )
        yield say("lines.departures", now=now, parts=say.clauses(parts))


def leaves_where(d: Departure, say: Words) -> str:
    """How many leave later in the branch in which most do."""
    if not d.branch:
        return say("lines.leaving_alike")
    where = states(d.branch.split(" "), say)
    return say("lines.leaving_most", most=say.count(d.most), where=where)


def leaves_now(d: Departure, say: Words) -> str:
    """How many of them leave in the first period."""
    return say("lines.some_now", chips=say.count(d.now)) if d.now else say("lines.none_now")


def _at_risk(plan: Plan, say: Words) -> Iterator[str]:
    rows = plan.lines.at_risk
    if rows:
        yield say(
            "lines.at_risk", offers=_some([say.called(r.offer) for r in rows], say),
            worst=say.money(sum(r.worst for r in rows)),
            expected=say.money(sum(r.expected for r in rows)),
            percent=percent(max(r.chance for r in rows)),
        )  # fmt: skip
