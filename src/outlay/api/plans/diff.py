"""Which inputs differ between two studies, or between a study and its scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from outlay.api.says import Says
from outlay.api.studies import Study
from outlay.results.checks import Diff

__all__ = ["diff"]


def diff(
    before: Annotated[Study, Says("A study file (YAML).", argument=True)],
    after: Annotated[
        Study | None,
        Says("Another; left out, the same one with --set, --scenario.", argument=True),
    ] = None,
    *,
    overrides: Annotated[
        Sequence[str], Says("Override a field of the second: path=value.", flag="--set")
    ] = (),
    scenario: Annotated[str | None, Says("A scenario of the second.")] = None,
) -> Diff:
    """Show changed inputs in base units: a price respelt is no change. Results: `compare`.

    Raises StudyError with every problem found.

    >>> diff("examples/gpu-cloud-founder/study.yaml", scenario="cheap-money").changes[0].path
    'discount_rate'
    """
    from outlay.api.studies import loaded
    from outlay.results.checks import Side
    from outlay.study.compare import diff as changes

    first = loaded(before)
    second = loaded(before if after is None else after, overrides, scenario)
    a, b = (Side(s.path.name, s.hash) for s in (first, second))
    return Diff(a, b, tuple(changes(first, second)))
