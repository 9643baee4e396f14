"""`outlay validate plan`: what a plan said would happen against what happened."""

from __future__ import annotations

from outlay.api.validation.plan import validate_plan
from outlay.app.cli.command import command
from outlay.results.models.validation_runs import PlanValidation

__all__ = ["validate_plan_command"]


def show(doc: PlanValidation) -> None:
    """Print a row for each outcome, and how often the bands held."""
    from outlay.app.cli.columns import console, text_table
    from outlay.report.words.models import validation_runs as words

    out = console()
    rows = map(words.outcome_cells, doc.rows)
    out.print(text_table(words.OUTCOME_COLUMNS, rows, title=words.plan_heading(doc)))
    out.print(words.plan_line(doc), highlight=False)


def _nothing(doc: PlanValidation) -> str:
    from outlay.report.words.models.validation_runs import nothing_scored

    return nothing_scored(doc)


validate_plan_command = command(validate_plan, show, rows="rows", failed=_nothing)
