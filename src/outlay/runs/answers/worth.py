"""Facts of question 4: what things are worth, by planning again with them changed or known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from outlay.core.arrays import Array
from outlay.core.progress import Progress, Told
from outlay.planning.answers.value import THOUSAND, saved
from outlay.planning.result import Plan, Price
from outlay.results.plans import worth as results
from outlay.runs.answers.decision import megawatts_there
from outlay.runs.answers.tables import cost_by_leaf
from outlay.runs.answers.worth_deep import deep_of
from outlay.runs.pipeline.execute import Stages

if TYPE_CHECKING:
    from outlay.planning.answers.value import Values
    from outlay.planning.solver.tree.branches import Branches
    from outlay.planning.solver.tree.recourse import Near

__all__ = ["Worth", "chip_step", "power_step", "worth_of"]

MOST_CHIPS = 3
"""Offers whose further chips are listed: the dearest."""
MOST_HALLS = 3
"""Halls whose further megawatts are listed: the dearest."""
PART = 0.1
"""Of what there is, the part by which a step is chosen: shadow prices hold for small changes."""
MORE = ("vss", "flexibility", "quarter")
"""Values that `--deep` adds."""
QUESTIONS = 5
"""What `deep_of` asks."""
DEEP = 1 + len(MORE) + 1 + QUESTIONS
"""All that is asked with `--deep`: what is asked anyhow, these, doing nothing, and those."""


def _after(progress: Progress, begun: int) -> Progress:
    """Tells the questions of `deep_of` as those that come after `begun` others."""
    asked = iter(range(begun, DEEP))
    return lambda what: progress(Told(f"deep: {what}", done=next(asked), total=DEEP))


@dataclass(frozen=True)
class Worth:
    """All that is worth knowing, what decides it, and the plan at half the compute."""

    rows: tuple[results.Worth, ...]
    values: results.Values
    megawatts: tuple[results.Megawatt, ...]
    no_regret: tuple[results.NoRegret, ...]
    hedges: tuple[results.Hedge, ...]
    deep: results.Deep
    half: Plan | None


def _row(
    key: str,
    what: Literal[
        "state", "know", "evpi", "vss", "flexibility", "quarter", "megawatt", "chips", "against"
    ],
    value: float | None,
    currency: str,
    of: str = "",
    state: str = "",
    rather_than: str = "",
) -> results.Worth:
    return results.Worth(key, what, of, state, rather_than, value, currency)


def _knowing(stages: Stages, values: Values) -> list[results.Worth]:
    """Value of each state against the worst, of knowing each factor now, and of knowing all."""
    currency = stages.loaded.study.currency
    rows: list[results.Worth] = []
    for name, cost in values.given.items():
        if stages.loaded.study.factors()[name].origin != "effect":
            continue  # less demand costs less; that is not worth of anything one could get
        worst = max(cost, key=lambda s: cost[s])
        rows += [
            _row(f"state:{name}:{state}", "state", less, currency, name, state, worst)
            for state, less in ((s, saved(cost[worst], at)) for s, at in cost.items())
            if state != worst
        ]
    rows += [
        _row(f"know:{name}", "know", max(0.0, saved), currency, name)
        for name, saved in values.factors.items()
    ]
    if values.evpi is not None and values.factors:
        rows.append(_row("evpi", "evpi", max(0.0, values.evpi), currency))
    for what in MORE:
        value: float | None = getattr(values, what)
        if value is not None and np.isfinite(value):
            rows.append(_row(what, what, value, currency))  # type: ignore[arg-type]
    return rows


def _in_parts(plan: Plan, rows: Sequence[results.Worth]) -> list[results.Worth]:
    """States with what they save in this plan's own branches, cash apart from what is no cash."""
    tree = plan.problem.tree
    cash, unserved, _ = cost_by_leaf(plan)

    def share(factor: str, state: str) -> Array:
        mine = np.isin(tree.leaves, tree.leaves_where(factor, state))
        chance: Array = np.where(mine, tree.probability[tree.leaves], 0.0)
        return chance / max(float(chance.sum()), 1e-300)

    out = []
    for r in rows:
        here, worst = share(r.of, r.state), share(r.of, r.rather_than)
        if r.what == "state" and here.any() and worst.any():
            more = worst - here
            r = replace(r, cash=float(more @ cash), unserved=float(more @ unserved))
        out.append(r)
    return out


def _power(plan: Plan) -> dict[str, list[Price]]:
    """Hall or ceiling → prices of its megawatts, where it has any."""
    out: dict[str, list[Price]] = {}
    for p in plan.prices:
        if p.family == "power" and p.unit == "MW" and megawatts_there(plan, p) > 0:
            out.setdefault(p.item, []).append(p)
    return out


def chip_step(plan: Plan, offer: str) -> tuple[float, Literal["per period", "in all"]]:
    """Chips by which an offer's caps are asked to rise, and over what they count.

    A tenth of the largest cap that binds, in whole lots, of one digit; a lot at least.
    """
    mine = next((o for o in plan.offers if o.id == offer), None)  # a cap over several has none
    mine_too = (p for p in plan.prices if (p.family, p.item) == ("supply", offer))
    found = [p.limit for p in mine_too if p.value > 0 and np.isfinite(p.limit)]
    lot = 1.0 if mine is None else max(1.0, mine.lot)
    lots = _one_digit(PART * max(found, default=0.0) / lot)
    over_all = mine is not None and any(np.isclose(x, mine.total_cap).any() for x in found)
    return max(1.0, lots) * lot, "in all" if over_all else "per period"


def power_step(plan: Plan) -> float:
    """Megawatts of a step: one, or a tenth of the largest hall where that is less."""
    largest = float(plan.energised_mw.max(initial=0.0))
    return min(1.0, _one_digit(PART * largest)) if largest > 0 else 1.0


def _one_digit(value: float) -> float:
    """The number to one significant digit."""
    return float(f"{value:.0e}")


def _megawatts(plan: Plan) -> tuple[results.Megawatt, ...]:
    """Every hall with power and every ceiling that binds, dearest first."""
    chance = plan.problem.tree.probability
    halls = [s.id for s in plan.problem.sites]
    over = {f"rules.ceilings.{c.id}": c.sites for c in plan.problem.ceilings}
    prices = _power(plan)
    worth = {k: sum(max(p.value, 0.0) for p in own) for k, own in prices.items()}
    rows, step = [], power_step(plan)
    for name, value in worth.items():
        if name not in halls and value <= 0:
            continue
        full = sum(chance.item(p.node) for p in prices[name] if p.binding)
        there = sum(chance.item(p.node) for p in prices[name])
        under = (c for c, sites in over.items() if name in sites and worth.get(c, 0.0) > 0)
        kind: Literal["hall", "ceiling"] = "hall" if name in halls else "ceiling"
        rows.append(
            results.Megawatt(name, kind, value, full / there, tuple(under), step, step * value)
        )
    return tuple(sorted(rows, key=lambda m: -m.value))


def _margins(
    plan: Plan, values: Values, megawatts: Sequence[results.Megawatt]
) -> list[results.Worth]:
    """The dearest limits: a step more of power, of chips of an offer, by duals."""
    currency = plan.problem.currency
    halls = [m for m in megawatts if m.kind == "hall" and m.value > 0]
    rows = [
        replace(_row(f"megawatt:{m.site}", "megawatt", m.step_value, currency, m.site),
                quantity=m.step)
        for m in halls[:MOST_HALLS]
    ]  # fmt: skip
    chips = []
    for offer, by_period in values.chips.items():
        each = sum(by_period.values()) / THOUSAND
        if each > 0:
            step, basis = chip_step(plan, offer)
            row = _row(f"chips:{offer}", "chips", each * step, currency, offer)
            chips.append(replace(row, quantity=step, basis=basis))
    return [*rows, *sorted(chips, key=lambda r: -(r.value or 0.0))[:MOST_CHIPS]]


def _against(plan: Plan, orders: Mapping[str, float]) -> results.Worth:
    """What leaving the last approved plan's first orders for this plan's saves."""
    from outlay.planning.answers.regret import approved_cost, more_than

    cost, _ = approved_cost(plan, orders)
    more = more_than(plan, cost)
    return _row("against", "against", more if np.isfinite(more) else None, plan.problem.currency)


def _half(plan: Plan, near: Near | None = None) -> Plan | None:
    """The plan where every language model needs half the compute per token. near: where the plan
    itself ended."""
    problem = plan.problem
    token = np.array([x.unit == "token/s" for x in problem.loads])
    if not token.any():
        return None
    rate = problem.rate_factor
    if rate is None:
        rate = np.ones((len(problem.loads), len(problem.tree)))
    from outlay.planning.programme.draft import WHOLE
    from outlay.planning.solver.solve import solve
    from outlay.planning.solver.tree.branches import Branches
    from outlay.runs.solved import Solved

    leaner = replace(problem, rate_factor=np.where(token[:, None], 2.0 * rate, rate))
    return solve(leaner, WHOLE, Branches(leaner, recall=Solved.default(), near=near))


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _values(v: Values) -> results.Values:
    """Values as numbers; what was not asked for or is impossible is None."""
    return results.Values(
        evpi=_finite(v.evpi),
        vss=_finite(v.vss),
        flexibility=_finite(v.flexibility),
        quarter=_finite(v.quarter),
        do_nothing=_finite(v.do_nothing),
        knowing=dict(v.factors),
        given={k: dict(cost) for k, cost in v.given.items()},
        licence={k: v.licence(k) for k in v.given},
        megawatt=dict(v.megawatt),
        chips_1000={k: dict(by_period) for k, by_period in v.chips.items()},
    )


def worth_of(
    stages: Stages,
    plan: Plan,
    *,
    deep: bool = False,
    branches: Branches | None = None,
    against: Mapping[str, float] | None = None,
    progress: Progress = lambda _: None,
) -> Worth:
    """Worth of knowing, of each state, of power and chips, and the plan at half the compute.

    deep: also the value of the stochastic solution, of flexibility, of a quarter less lead and of
    doing nothing, and what `worth_deep` adds. branches: those that the plan was solved from.
    against: first orders of the last approved plan, which are then held and the rest re-decided.
    """
    from outlay.planning.answers.decisions import hedges, no_regret
    from outlay.planning.answers.value import ALL, DEFAULT, values

    told = (lambda _: None) if deep else progress  # a small part of what `--deep` asks
    found = values(plan.problem, plan, DEFAULT, branches=branches, progress=told)
    leaner = _half(plan, None if branches is None else branches.ended)
    more = results.Deep()
    if deep:
        for i, name in enumerate(w for w in ALL if w not in DEFAULT):
            progress(Told(f"deep: {name.replace('_', ' ')}", done=1 + i, total=DEEP))
            one = values(plan.problem, plan, [name], branches=branches)
            found = replace(found, **{name: getattr(one, name)})
        more = deep_of(
            plan, found, _after(progress, DEEP - QUESTIONS),
            branches=branches, ledger=stages.loaded.ledger, approved=against,
        )  # fmt: skip
    megawatts = _megawatts(plan)
    return Worth(
        rows=(
            *_in_parts(plan, _knowing(stages, found)),
            *_margins(plan, found, megawatts),
            *([] if against is None else [_against(plan, against)]),
        ),
        values=_values(found),
        megawatts=megawatts,
        no_regret=tuple(no_regret(plan, found)),
        hedges=tuple(hedges(plan)),
        deep=more,
        half=leaner,
    )
