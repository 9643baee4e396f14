"""Which inputs differ between two studies, or between a study and its scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import Says
from outlay.api.studies import AllowOutside, Study
from outlay.results.checks import Diff

__all__ = ["diff"]


@checked
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
    allow_outside: AllowOutside = False,
) -> Diff:
    """Show changed inputs in base units: a price respelt is no change. Results: `compare`.

    Raises StudyError with every problem found.

    >>> diff("examples/gpu-cloud-founder/study.yaml", scenario="cheap-money").changes[0].path
    'discount_rate'
    """
    from outlay.api.studies import loaded
    from outlay.core.errors import InputError
    from outlay.results.checks import Side
    from outlay.study.compare import diff as changes

    if after is None and not overrides and not scenario:
        raise InputError(
            "nothing to compare with", where="outlay diff",
            allowed="another study, --set or --scenario",
        )  # fmt: skip
    first = loaded(before, allow_outside=allow_outside)
    other = first if after is None else after  # read once: it may come through a pipe
    second = loaded(other, overrides, scenario, allow_outside=allow_outside)
    a, b = (Side(s.path.name, s.hash) for s in (first, second))
    return Diff(a, b, tuple(changes(first, second)))
