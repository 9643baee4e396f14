"""What a change of a study would cost and order first, beside the study as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import File, Says
from outlay.api.studies import AllowOutside, Overrides, Scenario, StudyFile, loaded, refuse_twice
from outlay.results.plans.what_if import WhatIf

__all__ = ["what_if"]


@checked
def what_if(
    study: StudyFile,
    *,
    overrides: Overrides = (),
    scenario: Scenario = None,
    allow_outside: AllowOutside = False,
    out: Annotated[
        File | None, Says("Folder in which `plan` solved the study: the answer starts from there.")
    ] = None,
    progress: Callable[[str], None] = lambda _: None,
) -> WhatIf:
    """Change fields of a study, and see what its plan would cost and order first.

    The quick answer is told as progress; the exact one is returned. `outlay.session` keeps the
    study for more than one question, `plan` with the same options makes the whole report.

    Raises InputError where the input is wrong, InfeasibleError where no plan meets every limit.

    >>> found = what_if("examples/lab-training/study.yaml", overrides=["discount_rate=12 %/year"])
    >>> found.stage, found.difference > 0
    ('exact', True)
    """
    from outlay.api.plans.session import session
    from outlay.core.errors import InputError
    from outlay.report.words.plans.what_if import what_if_lines

    if not overrides:
        raise InputError("nothing is changed", where="--set", allowed="path=value, at least once")
    refuse_twice(overrides)
    base = loaded(study, (), scenario, allow_outside=allow_outside)
    base.again(overrides)  # what is wrong with the changes, before the study is solved
    kept = session(base, allow_outside=allow_outside, out=out, progress=progress)
    answers: Iterator[WhatIf] = kept.ask(overrides)
    for found in answers:
        if found.stage == "quick":
            for line in what_if_lines(found):
                progress(line)
    return found
