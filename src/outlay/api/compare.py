"""Compare two plans: what changed between them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

from outlay.api.says import Says
from outlay.results.base import Document
from outlay.results.comparison import Comparison

__all__ = ["ComparisonAnswer", "compare"]


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


def compare(
    before: Annotated[Path, Says("Folder of a run, or its result.json.", argument=True)],
    after: Annotated[Path, Says("Folder of the other run.", argument=True)],
) -> ComparisonAnswer:
    """Compare two plans: steps of cost that sum to the difference, and orders that changed.

    Raises InputError where one of them is no result of this version, or the currencies differ.

    >>> compare(Path("no/such/run"), Path("no/such/run"))
    Traceback (most recent call last):
    outlay.core.errors.InputError: no/such/run: no result here (a folder written by `plan --out`...
    """
    from outlay.runs.compare import compare_results, read_result

    found = compare_results(read_result(Path(before)), read_result(Path(after)))
    return ComparisonAnswer(**{f.name: getattr(found, f.name) for f in fields(found)})
