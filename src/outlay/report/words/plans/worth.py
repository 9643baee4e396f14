"""Question 4 in words: names of things, how their worth is found, and what `--deep` says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from outlay.core.quantities.formats import format_quantity
from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.report.words.plans.follows.step import step
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan
from outlay.results.plans.worth import Chance, Hinge, PriceTaken, Regret, Worth

__all__ = ["named", "parts_of", "worth_answer"]

NONE = 0.5
"""Expected chips that are as good as none."""
MOST_HINGES = 2
"""Orders whose assumed price is named in words."""
PICTURES = ("price_curve", "regret", "near_optimal")
"""What `--deep` adds that has a picture."""


def named(row: Worth, say: Words) -> Worth:
    """The row with its name and how its worth is found."""
    how = "against_none" if row.what == "against" and row.value is None else row.what
    values = {"of": say.called(row.of), "state": say.word(row.state),
              "worst": say.word(row.rather_than), **step(row, say)}  # fmt: skip
    return replace(
        row, name=say(f"worth_name.{row.what}", **values), how=say(f"worth_how.{how}", **values)
    )


def worth_answer(plan: Plan, say: Words) -> Answer:
    """The answer about what things are worth, of a plan whose things have their names."""
    if plan.values is None:
        return answer("worth", say, say("worth.none"), open=say("worth.none_open"))
    said = [
        say("worth.thing", name=w.name, value=say.money(w.value))
        for w in plan.worth
        if w.value is not None
    ]
    asked = any(w.what == "quarter" for w in plan.worth)
    deep = plan.deep
    found = {
        "no_regret": plan.no_regret, "hedges": plan.hedges, "megawatts": plan.megawatts,
        "price_curve": deep.price_curve, "break_even_chance": deep.break_even_chance,
        "regret": deep.regret, "regret_by_branch": deep.regret[1:],
        "near_optimal": deep.near_optimal, "hinges": deep.hinges,
    }  # fmt: skip
    tables = [name for name, rows in found.items() if rows]
    return answer(
        "worth", say, _weighed(plan, say.clauses(said[:4]), say),
        open="" if asked else say("worth.open"),
        figures=("worth", "worth_knowing", "worth_limits", *(t for t in tables if t in PICTURES)),
        tables=("worth", *tables),
        notes=_notes(plan, say),
    )  # fmt: skip


def _weighed(plan: Plan, things: str, say: Words) -> str:
    """Things and their worth; where the first is a state, how that divides into what is paid."""
    first = next((w for w in plan.worth if w.value is not None), None)
    if first is None or first.cash is None:
        return say("worth.weighed", things=things)
    return say("worth.weighed_parts", things=things, parts=parts_of(first, say))


def _notes(plan: Plan, say: Words) -> Iterator[str]:
    """What a megawatt is worth, and one sentence per question that `--deep` asks."""
    deep = plan.deep
    split = [w for w in plan.worth if w.cash is not None]
    yield from (_in_parts(w, say, _why_apart(w, say) if w is split[0] else "") for w in split)
    yield from _megawatts(plan, say)
    if deep.do_nothing is not None:
        yield say("worth.nothing", amount=say.money(deep.do_nothing))
    for _, rows in groupby(deep.price_curve, key=lambda r: r.offer):
        yield _curve(list(rows), say)
    yield from _hinges(deep.hinges, say)
    for chance in deep.break_even_chance:
        yield _chance(chance, say)
    if deep.regret:
        yield _regret(deep.regret, plan.currency, say)
    if deep.near_optimal:
        yield _ranges(plan, say)


def parts_of(row: Worth, say: Words) -> str:
    """How a state's worth divides, in words, the larger part first."""
    found = (("cash", row.cash or 0.0), ("unserved", row.unserved or 0.0))
    return say.listed(
        say(f"worth.{'less' if value >= 0 else 'more'}_{name}_short", amount=say.money(abs(value)))
        for name, value in sorted(found, key=lambda x: -abs(x[1]))
        if value
    )


def _in_parts(row: Worth, say: Words, why: str) -> str:
    """What a state saves between the plan's own branches, in cash and in what is none."""
    parts = []
    for name, value in (("cash", row.cash or 0.0), ("unserved", row.unserved or 0.0)):
        key = f"worth.{'less' if value >= 0 else 'more'}_{name}"
        parts.append(say(key, amount=say.money(abs(value))))
    return say(
        "worth.parts",
        of=say.called(row.of),
        state=say.word(row.state),
        worst=say.word(row.rather_than),
        parts=say.listed(parts),
        why=why,
    )


def _why_apart(row: Worth, say: Words) -> str:
    """Why the parts of a state's worth do not add up to it; empty where they do as written."""
    whole = say.money((row.cash or 0.0) + (row.unserved or 0.0))
    value = say.money(row.value or 0.0)
    return "" if whole == value else say("worth.why_apart", sum=whole, value=value)


def _curve(taken: Sequence[PriceTaken], say: Words) -> str:
    """How the chips taken of one offer fall as its price rises."""
    first, last = taken[0], taken[-1]
    if first.chips <= NONE:
        text = say("worth.taken_none", offer=say.called(first.offer))
    else:
        gone = next((t.factor for t in taken if t.chips <= NONE), None)
        half = next((t.factor for t in taken if t.chips < first.chips / 2), None)
        middle = "" if half in (None, gone) else say("worth.taken_half", times=f"{half:g}")
        until = (
            say("worth.taken_still", times=f"{last.factor:g}", chips=say.count(last.chips))
            if gone is None
            else say("worth.taken_until", times=f"{gone:g}")
        )
        text = say(
            "worth.taken", offer=say.called(first.offer), chips=say.count(first.chips),
            then=say.count(taken[1].chips), middle=middle, until=until,
        )  # fmt: skip
    return say(
        "worth.curve", factor=say.called(first.licence), state=say.word(first.state), taken=text
    )


def _chance(row: Chance, say: Words) -> str:
    """From what chance on an offer is ordered."""
    chance = say("worth.chance_state", factor=say.called(row.factor), state=say.word(row.state),
                 percent=f"{100 * row.stated:.0f}")  # fmt: skip
    if row.ordered_from <= 0:
        ordered = say("worth.chance_always", chance=chance)
    elif row.ordered_from >= 1:
        ordered = say("worth.chance_never", chance=chance)
    else:
        ordered = say(
            "worth.chance_from", percent=f"{100 * row.ordered_from:.0f}", chance=chance
        )  # fmt: skip
    return say("worth.chance", offer=say.called(row.offer), ordered=ordered)


def _regret(rows: Sequence[Regret], currency: str, say: Words) -> str:
    """What the first decisions that cost least more are sorry for."""
    other = next((r for r in rows if r.name != "plan"), None)
    if other is None:
        return say("worth.regret_alone")
    decided = say.name("decided", other.decided)
    if other.mean is None or other.worst is None or other.best is None:
        return say("worth.regret_no_plan", decided=decided)
    better = ""
    if other.best < 0 and other.better:
        better = say(
            "worth.regret_better", amount=say.money(-other.best),
            where=say.branch(other.best_where), percent=f"{100 * other.better:.0f}",
        )  # fmt: skip
    return say(
        "worth.regret", decided=decided, mean=say.money(other.mean),
        worst=say.money(other.worst), where=say.branch(other.where), better=better,
    )  # fmt: skip


def _hinges(rows: Sequence[Hinge], say: Words) -> Iterator[str]:
    """The nearest assumed prices that an order hangs on, one for each order."""
    told = set[str]()
    for row in rows:
        if not row.assumed or row.offer in told or len(told) == MOST_HINGES:
            continue
        told.add(row.offer)
        key = "hinge_comes" if row.now <= 0 else "hinge_less" if row.then > NONE else "hinge_gone"
        yield say(
            f"worth.{key}", offer=say.called(row.offer), what=row.what, of=say.called(row.of),
            stated=format_quantity(row.stated, row.unit),
            side=say("worth.above" if row.at > row.stated else "worth.below"),
            at=format_quantity(float(f"{row.at:.3g}"), row.unit),
            now=say.count(row.now), then=say.count(row.then),
        )  # fmt: skip


def _megawatts(plan: Plan, say: Words) -> Iterator[str]:
    """The hall in which a megawatt is worth most, and those in which it is worth nothing."""
    halls = [m for m in plan.megawatts if m.kind == "hall"]
    idle = [say.called(m.site) for m in halls if m.value <= 0]
    if halls and halls[0].value > 0:
        none = say("worth.megawatts_none", halls=say.listed(idle)) if idle else ""
        yield say("worth.megawatts_most", most=say.called(halls[0].site), none=none,
                  step=say.power(halls[0].step), value=say.money(halls[0].step_value))  # fmt: skip


def _ranges(plan: Plan, say: Words) -> str:
    """Which of the dearest first orders every plan within the least tolerance places."""
    rows = plan.deep.near_optimal
    least = min(r.tolerance for r in rows)
    firm = [say.called(r.offer) for r in rows if r.tolerance == least and r.no_regret]
    loose = [say.called(r.offer) for r in rows if r.tolerance == least and not r.no_regret]
    parts = []
    if firm:
        parts.append(say("worth.ranges_firm", offers=say.listed(firm)))
    if loose:
        parts.append(say("worth.ranges_loose", offers=say.listed(loose)))
    return say("worth.ranges", parts=say.clauses(parts))
