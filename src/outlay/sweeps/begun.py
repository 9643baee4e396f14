"""What a sweep begins from: its study solved once, so that cases start near their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.core.errors import InfeasibleError
from outlay.core.progress import Progress, Told
from outlay.sweeps.asked.design import Design
from outlay.sweeps.common import Common

if TYPE_CHECKING:
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["common_of"]


def common_of(
    loaded: LoadedStudy, design: Design, progress: Progress = lambda _: None, *, solve: bool = True
) -> Common:
    """All that the cases share. solve: whether the study itself is solved, as workers need it.

    The same study gives the same bytes, whatever was solved before: nothing is looked up.
    Raises InputError, SolverError.
    """
    from outlay.study.reading.mapping import NAME

    kept = _kept(loaded, progress) if solve else b""
    return Common(
        inputs=dict(loaded.inputs), path=loaded.path.name, mapping=loaded.path.name == NAME,
        overrides=loaded.overrides, scenario=loaded.scenario or "", kept=kept, design=design,
    )  # fmt: skip


def _kept(loaded: LoadedStudy, progress: Progress) -> bytes:
    """Where the study is solved; nothing where that saves no time, or no plan is possible."""
    from outlay.planning.answers.again import Started
    from outlay.planning.answers.kept import Kept, key_of
    from outlay.planning.programme.draft import WHOLE
    from outlay.planning.programme.model import build
    from outlay.planning.programme.size import size_estimate
    from outlay.planning.solver.solve import solve_model
    from outlay.planning.solver.tree.branches import worth_it
    from outlay.runs.pipeline.execute import prepare

    stages = prepare(loaded, progress)
    model = build(stages.problem, WHOLE)
    if not worth_it(model):
        return b""
    progress(Told(f"plan: {size_estimate(stages.problem)}", stage="solve"))
    branches = Started(stages.problem, lambda _: None)
    try:
        solve_model(model, branches)
    except InfeasibleError:  # cases of it may have a plan all the same
        return b""
    if branches.basis is None or branches.matrix is None:
        return b""
    return Kept(key_of(branches.matrix), branches.basis).to_bytes()
