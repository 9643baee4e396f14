"""`outlay catalogue`: chips, models, prices and other sourced tables, for people or as JSON."""

from __future__ import annotations

from outlay.api.catalogue import catalogue
from outlay.app.cli.command import command
from outlay.results.catalogue import Catalogue

__all__ = ["catalogue_command"]


def _show(doc: Catalogue) -> None:
    from rich.console import Console
    from rich.table import Table

    from outlay.report.words import catalogue as words

    console = Console()
    shown = Table(title=f"{doc.table}: {doc.n} rows (--json for all fields)")
    for i, heading in enumerate(words.HEADS[doc.table]):
        shown.add_column(heading, overflow="fold", justify="left" if i == 0 else "right")
    for row in doc.rows:
        shown.add_row(*words.cells(row))
    console.print(shown)
    if not doc.name or doc.table not in ("chips", "models"):
        return
    sources = words.sources(doc.facts)
    shown = Table(title=words.FACTS)
    for heading in words.FACT_HEADS:
        shown.add_column(heading, overflow="fold")
    for fact in doc.facts:
        shown.add_row(*words.fact_cells(fact, sources))
    console.print(shown)
    for i, source in enumerate(sources, 1):
        console.print(f"{i}  {source}", highlight=False, markup=False)


catalogue_command = command(catalogue, _show, rows="rows")
