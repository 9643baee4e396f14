"""Where a number of a study or of its result comes from, down to the sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from outlay.api.says import Says
from outlay.api.studies import Overrides, Scenario, StudyFile
from outlay.results.explanation import Explanation

__all__ = ["explain"]

PATH = (
    "An input (supply.h200-import.price), or a result (cost_per_mtok.chat.output, "
    "capex.2026, balance.cash.2026, income.net.2027, cells.chat/decode.h200-sxm)."
)


def explain(
    study: StudyFile,
    path: Annotated[str, Says(PATH, argument=True)],
    *,
    overrides: Overrides = (),
    scenario: Scenario = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Explanation:
    """Explain one number: its formula, inputs and sources, or the assumption it is.

    Raises StudyError for a bad study, UnknownNameError for a path that names nothing.

    >>> explain("examples/gpu-cloud-founder/study.yaml", "discount_rate").assumption
    'young firm; stated in the study'
    """
    from outlay.api.studies import loaded
    from outlay.runs.documents.explain import explain as explanation

    return explanation(loaded(study, overrides, scenario), path, progress)
