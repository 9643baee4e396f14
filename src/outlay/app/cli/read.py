"""`outlay read`: what documents claim, contradictions first; and a study drafted from them."""

from __future__ import annotations

from outlay.api.read import Read, read
from outlay.app.cli.command import command
from outlay.app.cli.output import tell

__all__ = ["read_command"]

COLOURS = {"hard": "red", "soft": "yellow", "note": "none"}


def show(doc: Read) -> None:
    """Print documents, contradictions, identities, then a table of claims."""
    from rich.markup import escape
    from rich.table import Table

    from outlay.app.cli.columns import console
    from outlay.report.words import claims as words

    out = console(markup=True)
    for d in doc.documents:
        out.print(f"[bold]{escape(d.name)}[/bold]  {words.document_line(d)}")
        for note in d.notes:
            if note.span is None:
                out.print(f"  note: {escape(note.what)}")
    for x in doc.contradictions:
        colour = COLOURS[x.severity]
        out.print(f"[{colour}]{words.MARKS[x.severity]}[/{colour}]: {escape(x.text)}")
        if keep := words.to_keep(x):
            out.print(f"  {escape(keep)}")
    for i in doc.identities:
        out.print(escape(words.identity_line(i)))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in words.CLAIM_COLUMNS:
        table.add_column(name, overflow="fold")
    for c in doc.claims:
        table.add_row(*map(escape, words.claim_cells(c)))
    out.print(table)
    for path in doc.written:
        tell(f"written: {path}")


read_command = command(read, show, rows="claims")
