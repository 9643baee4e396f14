"""Compare two plans: what changed between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import STUDY_ENDINGS, File, Says
from outlay.results.comparison import Comparison
from outlay.results.document import Document, extended
from outlay.results.plans.plan import Plan

__all__ = ["ComparisonAnswer", "compare", "plan_of", "refuse_study"]


@dataclass(frozen=True, slots=True, repr=False)
class ComparisonAnswer(Comparison):
    """Kind `run`, and its waterfall."""

    def draw(self, path: str | Path) -> None:
        """Write the waterfall: .svg, .png or .json (Vega-Lite). Raises InputError for another."""
        from outlay.report.pictures.comparison import comparison_picture
        from outlay.report.theme import write_picture
        from outlay.report.words.language import words

        write_picture(Path(path), comparison_picture(self, words()))

    def save(self, folder: str | Path) -> Path:
        """Write `run.json` and `run.svg`; returns the document's path."""
        written = Document.save(self, folder)
        self.draw(written.with_suffix(".svg"))
        return written


def plan_of(given: Plan | str | Path, progress: Callable[[str], None] = lambda _: None) -> Plan:
    """A plan that is there already, or the one in a run's folder. Raises InputError."""
    from outlay.core.errors import InputError
    from outlay.runs.documents.compare import read_result

    if isinstance(given, Plan):
        return given
    if isinstance(given, str | Path):
        refuse_study(Path(given))
        return read_result(Path(given), progress)
    raise InputError(
        "not a plan", value=type(given).__name__, allowed="a plan, or the folder of its run"
    )


def refuse_study(path: Path) -> None:
    """Raise InputError for a study's file, where the result of a run is meant."""
    from outlay.core.errors import InputError

    if path.suffix.lower() in STUDY_ENDINGS and path.is_file():
        raise InputError(
            "a study, not the result of a run", where=str(path),
            allowed="a folder written by `outlay plan --out`, or its result.json",
            hint="`outlay diff` compares studies; `outlay plan --out FOLDER` makes a result",
        )  # fmt: skip


@checked
def compare(
    before: Annotated[Plan | File, Says("Folder of a run, or its result.json.", argument=True)],
    after: Annotated[Plan | File, Says("Folder of the other run.", argument=True)],
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> ComparisonAnswer:
    """Compare two plans: steps of cost that sum to the difference, and orders that changed.

    Raises InputError where one of them is no result of this version or was changed since, and where
    the currencies differ.

    >>> compare("no/such/run", "no/such/run")
    Traceback (most recent call last):
    outlay.core.errors.InputError: no/such/run: no result here; allowed: a folder written by ...
    """
    from outlay.runs.documents.compare import compare_results

    return extended(
        ComparisonAnswer, compare_results(plan_of(before, progress), plan_of(after, progress))
    )
