"""What-ifs of one study: everything that it was solved with is kept, and each change starts there.

From a change to its first answer stand the study, its demand, its capacity, its problem and its
programme. All are made anew, since any of them may move; what takes long in them (how many requests
a chip holds) is remembered by what it was asked, so that no answer depends on those before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import CancelledError
from outlay.core.progress import Told
from outlay.results.plans.what_if import Moved, WhatIf
from outlay.runs.documents.things import things_of
from outlay.runs.pipeline.execute import Memo, Stages, prepare

if TYPE_CHECKING:
    from outlay.planning.answers.again import Corner, Started
    from outlay.planning.answers.kept import Kept
    from outlay.planning.programme.blocks import Matrix
    from outlay.planning.programme.model import Model
    from outlay.planning.result import Plan
    from outlay.planning.solver.factored import Factored
    from outlay.planning.solver.tree.recourse import Near
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["Base", "ask", "solved", "steps"]

Progress = Callable[[str], None]
DUST = 1e-6
"""Chips below which an order of the solver's is none, and parts of a lot that are none."""


@dataclass(frozen=True)
class Base:
    """A solved study, as what-ifs start from it. near: where its programme ended; prices: [row] of
    that; factored: its basis there, where it can be."""

    loaded: LoadedStudy
    model: Model
    near: Near
    prices: Array
    plan: Plan
    factored: Factored | None = None
    memo: Memo = field(default_factory=Memo)


def solved(
    loaded: LoadedStudy, kept: Kept | None = None, progress: Progress = lambda _: None
) -> Base:
    """Plan the study alone, from a basis of its own that was kept where there is one.

    Raises InputError where the input is wrong, InfeasibleError where no plan meets every limit.
    """
    from outlay.planning.answers.again import Started, Warm
    from outlay.planning.answers.kept import starting
    from outlay.planning.programme.size import size_estimate
    from outlay.planning.solver.basis import read
    from outlay.planning.solver.factored import Factored
    from outlay.planning.solver.highs import Session
    from outlay.planning.solver.tree.recourse import Near
    from outlay.runs.solved import Solved

    memo = Memo()
    stages = prepare(loaded, progress, memo)
    model = _built(stages)
    progress(Told(f"plan: {size_estimate(stages.problem)}", stage="solve"))
    branches = Started(stages.problem, starting(kept, progress), recall=Solved.default(progress))
    plan = _plan(model, branches)
    relaxed = model.any_share
    if (basis := branches.basis) is not None:
        end = Warm(relaxed.matrix, basis).finish()
    else:
        session = Session(relaxed.matrix)
        end = session.solve("simplex")
        basis = read(session)
    factored = Factored.of(relaxed.matrix, basis)
    near = Near.of(relaxed.matrix, basis, end.x)
    return Base(loaded, model, near, end.row_dual, plan, factored, memo)


def ask(
    base: Base,
    changes: Sequence[str],
    *,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda _: None,
) -> Iterator[WhatIf]:
    """The quick answer to changes ("path=value"), where the programme keeps its form, then the
    exact one; the exact one alone where nothing is changed, since it is known.

    stop: asked now and then whether to give up. Raises CancelledError then, InputError where a
    change is wrong, InfeasibleError where no plan of the changed study meets every limit.
    """
    for found in steps(base, changes, stop=stop, progress=progress):
        if found is not None:
            yield found


def steps(
    base: Base,
    changes: Sequence[str],
    *,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda _: None,
) -> Iterator[WhatIf | None]:
    """The same, and None where the exact answer alone comes, which takes long: who has others to
    answer goes on with it elsewhere."""
    from outlay.planning.answers.again import Started, Warm, moved

    def going() -> None:
        if stop():
            raise CancelledError("a newer question took the place of this one")

    if not changes:
        yield _exact(base, base.plan, (), ())
        return
    changed = base.loaded.again(changes, brief=True)
    going()
    stages = prepare(changed, progress, base.memo)
    going()
    model = _built(stages)
    what = cast("tuple[Moved, ...]", moved(base.model.matrix, model.matrix))
    going()
    relaxed, alike = model.any_share.matrix, "structure" not in what
    if what and alike:
        yield _quick(base, model, tuple(changes), what, _corner(base, relaxed))
    elif alike:
        yield replace(_exact(base, base.plan, tuple(changes), what), stage="quick")
    else:
        yield None
    going()
    base.loaded.again(changes)  # what else is wrong with the changed study, scenarios included
    if alike and not what:  # the same programme has the same plan
        yield _exact(base, base.plan, tuple(changes), what)
        return
    warm = Warm(relaxed, base.near.basis, stop=stop) if alike else None
    branches = Started(stages.problem, lambda _: warm, stop=stop, near=base.near)
    plan = _plan(model, branches)
    going()
    yield _exact(base, plan, tuple(changes), what)


def _built(stages: Stages) -> Model:
    from outlay.planning.problem.check import check
    from outlay.planning.programme.draft import WHOLE
    from outlay.planning.programme.frame import Frame
    from outlay.planning.programme.model import build
    from outlay.planning.programme.size import refuse_too_large

    check(stages.problem)
    frame = Frame.of(stages.problem, WHOLE.full)
    refuse_too_large(stages.problem, WHOLE, frame)
    return build(stages.problem, WHOLE, frame)


def _corner(base: Base, matrix: Matrix) -> Corner:
    """Where the study's basis stands; by the solver where the factor does not lead there."""
    from outlay.planning.answers.again import Warm, corner, corner_of

    at = None if base.factored is None else base.factored.corner(matrix)
    if at is None:
        return corner(Warm(matrix, base.near.basis), base.prices)
    return corner_of(matrix, at, base.prices)


def _plan(model: Model, branches: Started) -> Plan:
    from outlay.planning.solver.solve import solve_model

    return solve_model(model, branches)


def _quick(
    base: Base, model: Model, changes: tuple[str, ...], what: tuple[Moved, ...], at: Corner
) -> WhatIf:
    from outlay.planning.answers.alternatives import first_orders

    orders = {k: float(at.x[cols].sum()) for k, cols in first_orders(model).items()}
    # The corner is one of the programme with any share of a lot: parts of lots cannot be bought.
    lots = at.x[model.matrix.integer]
    whole = bool(np.all(np.abs(lots - np.round(lots)) <= DUST))
    kept, known = at.broken == 0 and whole, bool(np.isfinite(at.least))
    return WhatIf(
        title=base.loaded.study.title,
        currency=base.plan.problem.currency,
        changes=changes,
        moved=what,
        stage="quick",
        objective=at.objective,
        kept=kept,
        least=at.least if known else None,
        gap=at.gap if kept and known else None,
        base=base.plan.objective,
        first_orders=_placed(orders),
        base_orders=_orders(base.plan),
        things=things_of(base.loaded.study),
    )


def _exact(base: Base, plan: Plan, changes: tuple[str, ...], what: tuple[Moved, ...]) -> WhatIf:
    gap = plan.certificates.bound_gap
    stage: Literal["exact"] = "exact"
    return WhatIf(
        title=base.loaded.study.title,
        currency=base.plan.problem.currency,
        changes=changes,
        moved=what,
        stage=stage,
        objective=plan.objective,
        kept=True,
        least=plan.objective - gap * max(1.0, abs(plan.objective)),
        gap=gap,
        base=base.plan.objective,
        first_orders=_orders(plan),
        base_orders=_orders(base.plan),
        things=things_of(base.loaded.study),
    )


def _orders(plan: Plan) -> dict[str, float]:
    roots = plan.problem.tree.roots
    placed = plan.orders[:, roots].sum(axis=1)
    return _placed({o.id: float(n) for o, n in zip(plan.offers, placed, strict=True)})


def _placed(orders: dict[str, float]) -> dict[str, float]:
    return {k: n for k, n in orders.items() if n > DUST}
