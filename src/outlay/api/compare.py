"""Compare two plans: what changed between them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from outlay.api.says import Says
from outlay.results.comparison import Comparison

__all__ = ["compare"]


def compare(
    before: Annotated[Path, Says("Folder of a run, or its result.json.", argument=True)],
    after: Annotated[Path, Says("Folder of the other run.", argument=True)],
) -> Comparison:
    """Compare two plans: steps of cost that sum to the difference, and orders that changed.

    Raises InputError where one of them is no result of this version, or the currencies differ.

    >>> compare(Path("no/such/run"), Path("no/such/run"))
    Traceback (most recent call last):
    outlay.core.errors.InputError: no/such/run: no result here (a folder written by `plan --out`...
    """
    from outlay.runs.compare import compare_results, read_result

    return compare_results(read_result(Path(before)), read_result(Path(after)))
