"""`outlay read`: what documents claim, contradictions first; and a study drafted from them."""

from __future__ import annotations

import typer

from outlay.api.read import Read, read
from outlay.app.cli.command import command

__all__ = ["read_command"]

COLOURS = {"hard": "red", "soft": "yellow", "note": "none"}


def show(doc: Read) -> None:
    """Print documents, contradictions, identities, then a table of claims."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from outlay.report.words import claims as words

    console = Console()
    for d in doc.documents:
        console.print(f"[bold]{escape(d.name)}[/bold]  {words.document_line(d)}")
        for note in d.notes:
            if note.span is None:
                console.print(f"  note: {escape(note.what)}")
    for x in doc.contradictions:
        colour = COLOURS[x.severity]
        console.print(f"[{colour}]{words.MARKS[x.severity]}[/{colour}]: {escape(x.text)}")
        if keep := words.to_keep(x):
            console.print(f"  {escape(keep)}")
    for i in doc.identities:
        console.print(escape(words.identity_line(i)))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in words.CLAIM_COLUMNS:
        table.add_column(name, overflow="fold")
    for c in doc.claims:
        table.add_row(*map(escape, words.claim_cells(c)))
    console.print(table)
    for path in doc.written:
        typer.echo(f"written: {path}")


read_command = command(read, show)
