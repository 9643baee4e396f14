"""A plan in a terminal: its first screen in lines, and its tables with every cell as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from outlay.report.cells import cell
from outlay.report.tables.table import Column, Table
from outlay.report.words.first import First, Ordered, Serving
from outlay.report.words.language import Words
from outlay.report.words.wrapped import columns, padded, wrapped
from outlay.results.plans.lines import Expansion
from outlay.results.plans.plan import Plan
from outlay.results.plans.rows import Order

__all__ = ["first_lines", "least_lines", "screen"]

Lines = Iterator[tuple[str, bool]]
LABEL = 14
"""Characters of a name that its text stands beside."""

KINDS = ("input", "cached", "output")


def screen(plan: Plan, say: Words) -> Iterator[Table]:
    """Orders now, capital expenditure, revenue, unit costs and worth; empty ones are left out."""
    found = (
        _orders(plan, say), _capex(plan, say), _revenue(plan, say), _unit_cost(plan, say),
        _worth(plan, say),
    )  # fmt: skip
    yield from (t for t in found if t.rows)


def _table(title: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    return Table(title, tuple(Column(c) for c in columns), tuple(rows))


def _orders(plan: Plan, say: Words) -> Table:
    def row(o: Order) -> tuple[str, ...]:
        rented = o.rent_hour > 0
        each = say("number.per_hour", n=say.money(o.rent_hour)) if rented else say("terminal.free")
        if o.unit_price > 0:
            each = say.money(o.unit_price)
        total = say("terminal.rent") if rented else say("terminal.free")
        if o.spend > 0:
            total = say.money(o.spend)
        there = o.delivered_at
        if o.offer in plan.decision.may_be_refused:
            there = say("terminal.if_let_in", period=there)
        return say.called(o.offer), say.count(o.quantity), there, each, total

    columns = (say("heading.offer"), say("terminal.chips"), say("heading.there_by"),
               say("terminal.price_each"), say("terminal.sum"))  # fmt: skip
    power = [
        (
            say("terminal.power", site=say.called(x.site)),
            say.power(x.mw),
            x.energised_at,
            "",
            _built(x, plan, say),
        )
        for x in plan.expansions_now
    ]
    back = [
        (say("terminal.leaves", what=say.called(x.what)), f"-{say.count(x.quantity)}", x.period, "",
         say.money(x.fee) if x.given_back else "")
        for x in plan.returns_now
    ]  # fmt: skip
    back += [
        (say("terminal.power_leaves", site=say.called(x.site)),
         f"-{say.power(x.mw)}", x.period, "",
         say.money(x.fee))
        for x in plan.power_returns_now
    ]  # fmt: skip
    nothing = [(say("terminal.nothing"), "", "", "", "")]
    rows = [*map(row, plan.orders_now), *power] or nothing
    return _table(say("terminal.orders"), columns, [*rows, *back])


def _built(x: Expansion, plan: Plan, say: Words) -> str:
    """What more power costs: to build, and in rent over the term signed."""
    built, rent = (say.money(v) for v in (x.spend, x.rent))
    if x.rent > 0 and x.spend > 0:
        return say("terminal.built_and_rent", built=built, rent=rent)
    return say("terminal.rent_signed", amount=rent) if x.rent > 0 else built


def _capex(plan: Plan, say: Words) -> Table:
    decided = {r.year: r.decided for r in plan.lines.perimeter if r.kind == "capex"}

    def row(year: str) -> tuple[str, ...]:
        amounts = (
            plan.capex(year), decided.get(year), plan.authorised(year),
            plan.capex_by_year[year].get("processors", 0.0), plan.authorised(year, "processors"),
        )  # fmt: skip
        shown = (cell(None) if x is None else say.money(x) for x in amounts)
        return year, *shown

    limit = say("heading.authorised")
    columns = (say("heading.year"), say("terminal.in_all"), say("heading.decided_here"), limit,
               say("terminal.processors"), limit)  # fmt: skip
    return _table(say("terminal.capex"), columns, [row(year) for year in plan.capex_by_year])


def _revenue(plan: Plan, say: Words) -> Table:
    """What customers of each service pay by year, and what the statements leave of it."""
    a = plan.accounts
    paid = [r for r in a.revenue if r.priced]
    years = list(paid[0].by_year) if paid else []
    rows = [(say.called(r.service), *(say.money(r.by_year[y]) for y in years)) for r in paid]
    net = a.income.get("income.net")
    if paid and net is not None:
        name = say("terminal.net", whose=say(f"perimeter.{a.perimeter}"))
        rows.append((name, *(say.money(net.by_year[y]) for y in years)))
    return _table(say("terminal.revenue"), (say("heading.service"), *years), rows)


def _unit_cost(plan: Plan, say: Words) -> Table:
    columns = (say("heading.service"), *(say(f"terminal.{k}") for k in KINDS))
    rows = [
        (say.called(service), *(cell(kinds.get(k)) for k in KINDS))
        for service, kinds in plan.cost_per_mtok.items()
    ]
    key = "terminal.unit_cost_new_money" if plan.accounts.unbooked else "terminal.unit_cost"
    return _table(say(key, currency=plan.currency), columns, rows)


def _worth(plan: Plan, say: Words) -> Table:
    rows = [
        (w.name, say.money(w.value))
        for w in plan.worth
        if w.value is not None
    ]  # fmt: skip
    return _table(
        say("terminal.worth"), (say("heading.thing"), say("heading.value")), rows
    )  # fmt: skip


def first_lines(first: First, say: Words, width: int = 80) -> Lines:
    """The first screen as lines of at most `width` characters, and whether each is a heading.

    What is served, what it costs and what binds come first; nothing is cut, long texts go on.
    """
    if first.stands:
        yield from ((line, True) for line, _ in _text(first.stands, width))
    yield first.title, True
    yield from _text(first.about, width)
    for name, text in _summary(first, say):
        yield from _named(name, text, say, width)
    yield "", False
    yield first.heading, True
    yield from _ordered(first.decide, say, width)
    for text in first.signed:
        yield from _text(text, width, "  ")
    yield from _waits(first, say, width)
    yield "", False
    yield say("first.money"), True
    for m in first.money:
        yield from _named(
            m.year, say("first.spent", sum=m.text, of=m.of) if m.of else m.text, say, width
        )
    for c in first.costs[1:]:
        yield from _text(say("first.cost", name=c.name, text=c.text, note=c.note), width, "  ")
    yield from _serving(first, say, width)
    if first.binds[1:] or first.changes:
        yield "", False
        yield say("first.binding"), True
        for text in (*first.binds, *first.changes):
            yield from _text(text, width, "  ")
    yield "", False
    yield from _text(first.care, width)


def _waits(first: First, say: Words, width: int) -> Lines:
    """What is waited for before more is ordered, under its heading."""
    if not first.wait:
        return
    yield "", False
    yield say("first.wait_for"), True
    for w in first.wait:
        whole = say("first.waits", what=w.what, when=w.when, then=say.clauses(w.then))
        yield from _text(whole, width, "  ")


def _serving(first: First, say: Words, width: int) -> Lines:
    """What each service serves, under its heading."""
    if not first.served:
        return
    yield "", False
    yield say("first.serving"), True
    for s in first.served:
        yield from _named(s.service, s.text, say, width)
    least = least_lines(first.served, say)
    for text in (first.served_sampled, first.served_rest, *least, *first.served_formats):
        yield from _text(text, width, "  ")


def least_lines(served: Sequence[Serving], say: Words) -> Iterator[str]:
    """The branches in which least is served, with the services of which that is so."""
    by_branch: dict[str, list[str]] = {}
    for s in served:
        if s.where:
            by_branch.setdefault(s.where, []).append(s.service)
    for where, services in by_branch.items():
        yield say("first.least", services=say.listed(services), where=where)


def _summary(first: First, say: Words) -> Iterator[tuple[str, str]]:
    """What is asked first: the share served, net cash, and the limit that binds most."""
    if first.served_whole:
        yield say("first.served_name"), first.served_whole
    cash = first.costs[0]
    yield say("first.cash_name"), say("first.cash_text", text=cash.text, note=cash.note)
    if first.binds:
        yield say("first.binds_name"), first.binds[0]


def _named(name: str, text: str, say: Words, width: int) -> Lines:
    """A name with its text beside it, which goes on below itself."""
    fits = columns(name) <= LABEL
    lead = "  " + (f"{padded(name, LABEL)} " if fits else say("first.named", name=name))
    yield from _text(text, width, lead, " " * (LABEL + 3))


def _text(text: str, width: int, lead: str = "", later: str | None = None) -> Lines:
    if text:
        after = lead + "  " if later is None else later
        yield from ((line, False) for line in wrapped(text, width, lead, after))


def _ordered(rows: Sequence[Ordered], say: Words, width: int) -> Lines:
    """Orders below one another: how many, of what, for how much, there by when."""
    if not rows:
        yield f"  {say('first.nothing')}", False
        return
    amount, cost, when = (
        max(columns(getattr(r, f)) for r in rows) for f in ("amount", "money", "there")
    )
    room = width - amount - cost - when - 8
    for r in rows:
        sure = f" ({r.sure})" if r.sure else ""
        first, *more = wrapped(r.what + sure, room) or [""]
        n, money = padded(r.amount, amount, right=True), padded(r.money, cost, right=True)
        yield f"  {n}  {padded(first, room)}  {money}  {r.there}".rstrip(), False
        yield from ((f"  {'':>{amount}}  {line}", False) for line in more)
