"""Tables of what things are worth, and of what `--deep` asks."""

from __future__ import annotations

from collections.abc import Callable

from outlay.report.tables.table import Sheet, Table
from outlay.report.words.language import Words
from outlay.results.plans.plan import Plan
from outlay.results.plans.worth import Regret

__all__ = [
    "break_even_chance",
    "hedges",
    "hinges",
    "megawatts",
    "near_optimal",
    "no_regret",
    "price_curve",
    "regret",
    "regret_by_branch",
    "worth",
]

INSIDE = {True: "row.yes", False: "row.no", None: "row.no_range"}
MOST_CANDIDATES = 6
"""Other first decisions shown branch by branch: those that cost least more."""


def worth(plan: Plan, say: Words) -> Table | None:
    """Things and their worth."""
    if plan.values is None:
        return None
    return (
        Sheet(say, plan.worth)
        .text("thing", lambda w: w.name)
        .number("value", lambda w: w.value, plan.currency)
        .number("cash_change", lambda w: _less(w.cash), plan.currency)
        .number("unserved_change", lambda w: _less(w.unserved), plan.currency)
        .text("how", lambda w: w.how)
        .table("worth", currency=plan.currency)
    )


def _less(saved: float | None) -> float | None:
    """What is saved as the change that it is: less is below nought."""
    return None if saved is None else -saved


def no_regret(plan: Plan, say: Words) -> Table | None:
    """First orders that every history would place."""
    return (
        Sheet(say, plan.no_regret)
        .text("offer", lambda x: say.called(x.offer))
        .text("chip", lambda x: say.called(x.chip))
        .number("at_least", lambda x: x.quantity, "chips")
        .number("planned", lambda x: x.planned, "chips")
        .some("no_regret")
    )


def hedges(plan: Plan, say: Words) -> Table | None:
    """What each factor decides about each offer, and by when."""
    return (
        Sheet(say, plan.hedges)
        .text("factor", lambda h: say.called(h.factor))
        .text("state", lambda h: say("row.or").join(map(say.word, h.states)))
        .text("seen_by", lambda h: h.by)
        .text("offer", lambda h: say.called(h.offer))
        .number("chips_then", lambda h: h.quantity, "chips")
        .number("chips_otherwise", lambda h: h.otherwise, "chips")
        .text("last_date", lambda h: h.last_date)
        .some("hedges")
    )


def megawatts(plan: Plan, say: Words) -> Table | None:
    """What a step more of power is worth in each hall, and under each ceiling that binds."""
    step = say.power(plan.megawatts[0].step) if plan.megawatts else ""
    return (
        Sheet(say, plan.megawatts)
        .text("site", lambda m: say.called(m.site))
        .number("worth", lambda m: m.step_value, plan.currency)
        .number("share_full", lambda m: m.full, "share")
        .text("under_ceilings", lambda m: say.listed(map(say.told, m.under)))
        .some("megawatts", step=step, currency=plan.currency)
    )


def price_curve(plan: Plan, say: Words) -> Table | None:
    """Chips taken as their price rises."""
    return (
        Sheet(say, plan.deep.price_curve)
        .text("offer", lambda r: say.called(r.offer))
        .text("state", lambda r: say.state(r.licence, r.state))
        .number("times_price", lambda r: r.factor)
        .number("chips", lambda r: r.chips, "chips")
        .number("share_taken", lambda r: r.share, "share")
        .some("price_curve")
    )


def break_even_chance(plan: Plan, say: Words) -> Table | None:
    """From what chance of its state on a chip is ordered."""
    return (
        Sheet(say, plan.deep.break_even_chance)
        .text("offer", lambda r: say.called(r.offer))
        .text("state", lambda r: say.state(r.factor, r.state))
        .number("chance_stated", lambda r: r.stated, "share")
        .number("ordered_from", lambda r: r.ordered_from, "share")
        .number("chips_now", lambda r: r.now, "chips")
        .some("break_even_chance")
    )


def near_optimal(plan: Plan, say: Words) -> Table | None:
    """How far the dearest first orders may move."""
    return (
        Sheet(say, plan.deep.near_optimal)
        .text("offer", lambda r: say.called(r.offer))
        .number("dearer", lambda r: r.tolerance, "share")
        .number("least", lambda r: r.low, "chips")
        .number("this_plan", lambda r: r.best, "chips")
        .number("most", lambda r: r.high, "chips")
        .some("near_optimal")
    )


def regret(plan: Plan, say: Words) -> Table | None:
    """What other first decisions cost more than the plan's."""
    return (
        Sheet(say, plan.deep.regret)
        .text("decided", lambda r: say.name("decided", r.decided))
        .number("expected", lambda r: r.mean, "bn")
        .number("branch_most", lambda r: r.worst, "bn")
        .text("branch_most_where", lambda r: say.branch(r.where))
        .number("branch_least", lambda r: r.best, "bn")
        .text("branch_least_where", lambda r: say.branch(r.best_where))
        .number("better_off", lambda r: r.better, "share")
        .some("regret", currency=plan.currency)
    )


def regret_by_branch(plan: Plan, say: Words) -> Table | None:
    """The same in every branch, of the candidates that cost least."""
    shown = [r for r in plan.deep.regret if r.by_branch and r.name != "plan"][:MOST_CANDIDATES]

    def at(row: Regret) -> Callable[[str], float]:
        return lambda branch: row.by_branch[branch]

    sheet = Sheet(say, list(shown[0].by_branch) if shown else [])
    sheet.text("branch", say.branch)
    for row in shown:
        sheet.given(say.name("decided", row.name), at(row), "bn")
    return sheet.some("regret_by_branch", currency=plan.currency)


def hinges(plan: Plan, say: Words) -> Table | None:
    """Prices that first orders hang on."""
    return (
        Sheet(say, plan.deep.hinges)
        .text("offer", lambda h: say.called(h.offer))
        .text("hangs_on", lambda h: f"{say.called(h.of)} {h.what}")
        .text("grade", lambda h: h.grade)
        .text("unit", lambda h: h.unit)
        .number("price_stated", lambda h: h.stated)
        .number("tips_at", lambda h: h.at)
        .text("inside_range", lambda h: say(INSIDE[h.inside]))
        .number("chips_now", lambda h: h.now, "chips")
        .number("chips_then", lambda h: h.then, "chips")
        .some("hinges")
    )
