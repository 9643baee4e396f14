"""Pictures of the decision: when to order what, what waits for what, and the tree of branches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from outlay.core.quantities.formats import format_number
from outlay.report.charts.axis import Axis
from outlay.report.charts.calendar import Order, draw_calendar
from outlay.report.charts.lying import Part, Ranged, Tick, draw_lying
from outlay.report.charts.tree import Node, draw_tree
from outlay.report.figures.figure import (
    Drawn,
    captioned,
    chips,
    chips_axis,
    met,
    money_axis,
    told,
    when,
)
from outlay.report.scale import fitting
from outlay.report.theme import ACCENT, SKY, VERMILION, Spec
from outlay.report.words.language import Words
from outlay.results.plans import rows as facts
from outlay.results.plans.plan import Plan

__all__ = ["calendar", "calendar_power", "tree", "wait"]

COLUMNS = 8
"""Columns of a calendar: more periods than that share theirs with those that follow."""
OFFERS = 12
"""Offers of a calendar; the others are one row."""
LEAVES = 24
"""Branches of a tree that are drawn each; what becomes known later is not drawn."""
LONG = 1e4
"""Chips whose number is too long for a column, so that numbers are cut short."""
WAITS = 8
SURE = ("now", "firm", "flexible", "optional", "later")
"""How sure an order is, the surest first."""


def calendar(plan: Plan, say: Words) -> Drawn:
    """Chips by offer and period: how firm those are that are ordered now, and what waits."""
    sure = {s.offer: s.status for s in plan.lines.standing}
    roots = plan.roots
    found: dict[tuple[str, str, str], float] = {}
    for o in plan.orders:
        key = (o.offer, o.period, _sure(sure.get(o.offer, "")) if o.node in roots else "later")
        found[key] = found.get(key, 0.0) + o.quantity * o.probability
    found = {k: v for k, v in found.items() if v >= 1}
    if not found:
        return None
    caption = _calendar_caption(found, plan, say)
    spec = _drawn(found, plan, say, Axis(say("axis.chips")), caption[0])
    return captioned(spec, caption)


def _calendar_caption(
    found: Mapping[tuple[str, str, str], float], plan: Plan, say: Words
) -> tuple[str, dict[str, str]]:
    """How many chips are ordered now and later, and what the marks mean that are drawn."""
    now = sum(v for (_, _, s), v in found.items() if s != "later")
    kinds = {o.chip for o in plan.orders if o.node in plan.roots and o.quantity >= 1}
    tested = any(s.status != "not tested" for s in plan.lines.standing)
    later = sum(v for (_, _, s), v in found.items() if s == "later")
    first, after = say.counts([now, later])
    name = "calendar_later" if now < 1 else "calendar" if later >= 1 else "calendar_now"
    return told(name, say, "expected" if tested else "untested",
                   now=chips(first, kinds, say), later=after,
                   looks=_looks({s for _, _, s in found}, plan, say))  # fmt: skip


def _looks(drawn: Collection[str], plan: Plan, say: Words) -> str:
    """What the marks that are drawn mean; and that only the first orders come in whole lots."""
    both = {"optional", "later"} <= set(drawn)  # they look alike
    keys = [s for s in SURE if s in drawn and not (both and s == "later")]
    parts = [say("look.either" if both and k == "optional" else f"look.{k}") for k in keys]
    if "later" in drawn and plan.decision.rounding is not None:
        parts.append(say("look.shares"))
    if "later" in drawn and any(_anew(o, plan) for o in plan.orders):
        parts.append(say("look.anew"))
    text = say.listed(parts)
    return say.sentence(text[:1].upper() + text[1:])


def _anew(order: facts.Order, plan: Plan) -> bool:
    """Whether chips of a contract that has ended may be rented again within the horizon."""
    months = sum(plan.months.values())
    return 0 < order.term_months < months and order.node not in plan.roots


def _sure(status: str) -> str:
    return status if status in ("firm", "flexible", "optional") else "now"


def calendar_power(plan: Plan, say: Words) -> Drawn:
    """Megawatts by site and period: ordered now, and what waits."""
    roots = plan.roots
    found: dict[tuple[str, str, str], float] = {}
    for x in plan.expansions:
        key = (x.site, x.period, "now" if x.node in roots else "later")
        found[key] = found.get(key, 0.0) + x.mw * x.probability
    if not found:
        return None
    now = sum(v for (_, _, s), v in found.items() if s == "now")
    later = sum(v for (_, _, s), v in found.items() if s == "later")
    name = "calendar_power" if now else "calendar_power_later"
    caption = told(name, say, "expected", now=format_number(now), later=format_number(later),
                   looks=_looks({s for _, _, s in found}, plan, say))  # fmt: skip
    spec = _drawn(found, plan, say, Axis(say("axis.power_ordered")), caption[0], power=True)
    return captioned(spec, caption)


def _drawn(
    found: Mapping[tuple[str, str, str], float],
    plan: Plan,
    say: Words,
    size: Axis,
    description: str,
    *,
    power: bool = False,
) -> Spec:
    """The calendar with at most so many rows and columns as can be read."""
    heads = _columns(plan.periods)
    size_of: dict[str, float] = {}
    first: dict[str, bool] = {}
    for (thing, _, sure), amount in found.items():
        size_of[thing] = size_of.get(thing, 0.0) + amount
        first[thing] = first.get(thing, False) or sure != "later"
    order = sorted(size_of, key=lambda k: (not first[k], -size_of[k]))
    shown, rest = order[:OFFERS], order[OFFERS:]
    names = {k: say.called(k) for k in shown}
    if rest:
        names |= dict.fromkeys(rest, say("mark.other_things", n=len(rest)))
    merged: dict[tuple[str, str, str], float] = {}
    for thing in order:
        for (what, period, sure), amount in found.items():
            if what == thing:
                key = (names[thing], when(heads[period], say), sure)
                merged[key] = merged.get(key, 0.0) + amount
    looks = {"later": "optional", "now": "firm"}
    rows, short = [], _shortly(merged.values(), say)
    for (name, period, sure), amount in merged.items():
        text = format_number(amount, 2) if power else short(amount)
        look, series = looks.get(sure, sure), say(f"sure_mark.{sure}")
        rows.append(Order(name, period, amount, look, series, text))
    columns = list(dict.fromkeys(when(heads[p], say) for p in plan.periods))
    while columns and not any(r.period == columns[-1] for r in rows):
        columns.pop()
    return draw_calendar(rows, columns, size, description)


def _columns(periods: Sequence[str]) -> dict[str, str]:
    """Period → the first one of its column: the first period has one of its own."""
    step = -(-(len(periods) - 1) // (COLUMNS - 1)) or 1
    return {p: periods[0] if i == 0 else periods[i - (i - 1) % step] for i, p in enumerate(periods)}


def _shortly(amounts: Iterable[float], say: Words) -> Callable[[float], str]:
    """How counts stand beside dots: in full, or all that can be in two digits of thousands."""
    if max(amounts, default=0.0) < LONG:
        return say.count
    least = min(s.size for s in say.scale.count_steps if s.size > 1)

    def short(chips: float) -> str:
        if chips < least:
            return say.count(chips)
        unit = fitting(chips, say.scale.count_steps)
        return f"{format_number(chips / unit.size, 3 if chips >= 1e5 else 2)}{unit.word}"

    return short


def wait(plan: Plan, say: Words) -> Drawn:
    """Order now against wait: chips ordered now, and later in the states for and against."""
    hedges = sorted(plan.hedges, key=lambda h: -abs(h.quantity - h.otherwise))[:WAITS]
    if not hedges:
        return None
    now = plan.first_orders
    top = hedges[0]
    looks = {say("mark.now"): ACCENT, say("mark.then"): VERMILION, say("mark.otherwise"): SKY}
    ordered, then, otherwise = looks
    rows = []
    for h in hedges:
        a, b = sorted((h.quantity, h.otherwise))
        states = say("row.or").join(map(say.word, h.states))
        name = say("mark.waits", offer=say.called(h.offer), state=say.state(h.factor, states),
                   by=when(h.by, say))  # fmt: skip
        ticks = [Tick(h.otherwise, otherwise, dot=True), Tick(h.quantity, then, dot=True)]
        if now.get(h.offer, 0.0) >= 1:
            ticks.insert(0, Tick(now[h.offer], ordered))
        then_count, else_count = say.counts([h.quantity, h.otherwise])
        text = say("mark.then_else", then=then_count, otherwise=else_count)
        rows.append(Ranged(name, text, (Part(a, b, otherwise),), ticks))
    most, least = say.counts([top.quantity, top.otherwise])
    known = say.state(top.factor, say("row.or").join(map(say.word, top.states)))
    here = any(t.series == ordered for r in rows for t in r.ticks)
    caption = told("wait", say, "expected", drawn="wait_now" if here else "",
                   offer=say.called(top.offer), state=known,
                   then=most, otherwise=least)  # fmt: skip
    axis = chips_axis([h.quantity for h in hedges], say, "axis.chips_later")
    spec = draw_lying(rows, axis, caption[0], looks=met(looks, rows))
    return captioned(spec, caption)


def tree(plan: Plan, say: Words) -> Drawn:
    """What becomes known when, with what chance, and what is ordered from there on."""
    nodes = {n.id: n for n in plan.nodes}
    children: dict[int, list[int]] = {}
    for n in plan.nodes:
        children.setdefault(n.parent, []).append(n.id)
    stretch = _stretches(plan, children)
    heads = [when(plan.periods[0], say)]
    marks: list[Node] = []
    columns: dict[int, int] = {}
    for first, (parent, spent, depth) in stretch.items():
        node = nodes[first]
        columns[first] = depth
        if depth >= len(heads):
            heads.append(when(node.period, say))
        before = nodes.get(node.parent)
        chance = node.probability / (before.probability if before else 1.0)
        known = [] if before is None else _becomes_known(node, before)
        marks.append(Node(
            id=first, parent=parent, column=depth, name=say.branch(node.name), amount=spent,
            text=say.money(spent) if spent >= 1 else say("mark.no_order"),
            known=say("mark.known", states=say.listed(map(say.word, known)),
                      percent=format_number(100 * chance, 2)) if known else "",
        ))  # fmt: skip
    factors = say.listed(say.called(f) for f in plan.decision.factors)
    name = "tree" if len(marks) > 1 else "tree_one"
    now = sum(m.amount for m in marks if m.parent is None)  # what the picture's roots say
    known_first = say("lines.and").join(map(say.called, _first_known(plan, nodes, marks)))
    caption = told(name, say, "plan", now=say.money(now), first=known_first,
                   factors=factors)  # fmt: skip
    size = money_axis([m.amount for m in marks], say)
    spec = draw_tree(marks, heads, say("mark.money_ordered"), size, caption[0])
    return captioned(spec, caption)


def _first_known(
    plan: Plan, nodes: Mapping[int, facts.Node], marks: Sequence[Node]
) -> Iterator[str]:
    """Factors that become known at the first branching."""
    roots = {m.id for m in marks if m.parent is None}
    after = next((nodes[m.id] for m in marks if m.parent in roots), None)
    before = None if after is None else nodes.get(after.parent)
    known = {} if before is None else before.labels
    return (f for f in plan.decision.factors if after and f in after.labels and f not in known)


def _stretches(
    plan: Plan, children: Mapping[int, Sequence[int]]
) -> dict[int, tuple[int | None, float, int]]:
    """First node of each stretch without a branching → stretch before, money on it, its column.

    Branchings after which more branches than fit are left are not drawn: what is ordered beyond
    them is told at the last one that is, expected.
    """
    spend = plan.spend_by_node
    chance = {n.id: n.probability for n in plan.nodes}
    out: dict[int, tuple[int | None, float, int]] = {}
    level: list[tuple[int, int | None]] = [(root, None) for root in sorted(plan.roots)]
    depth = 0
    while level:
        found: list[tuple[int, int | None, float, int]] = []
        after: list[tuple[int, int | None]] = []
        for first, parent in level:
            at, spent = first, spend.get(first, 0.0)
            while len(children.get(at, ())) == 1:
                at = children[at][0]
                spent += spend.get(at, 0.0)
            found.append((first, parent, spent, at))
            after += [(c, first) for c in children.get(at, ())]
        fits = len(after) + sum(not children.get(f[3]) for f in found) <= LEAVES
        for first, parent, spent, at in found:
            if not fits:
                spent += _beyond(at, children, spend, chance)
            out[first] = (parent, spent, depth)
        level, depth = (after if fits else []), depth + 1
    return out


def _beyond(
    at: int,
    children: Mapping[int, Sequence[int]],
    spend: Mapping[int, float],
    chance: Mapping[int, float],
) -> float:
    """Money ordered after a node, expected."""
    out, left = 0.0, list(children.get(at, ()))
    while left:
        node = left.pop()
        out += spend.get(node, 0.0) * chance[node] / chance[at]
        left += children.get(node, ())
    return out


def _becomes_known(node: facts.Node, before: facts.Node) -> list[str]:
    """States that are known at a node and were not before."""
    return [state for factor, state in node.labels.items() if factor not in before.labels]
