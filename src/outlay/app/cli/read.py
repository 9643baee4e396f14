"""`outlay read`: what documents claim, contradictions first; and a study drafted from them."""

from __future__ import annotations

from outlay.api.read import Read, read
from outlay.app.cli.command import command
from outlay.app.cli.output import tell

__all__ = ["read_command"]

COLOURS = {"hard": "red", "soft": "yellow", "note": "none"}


def show(doc: Read) -> None:
    """Print documents, contradictions, identities, then a table of claims."""
    from rich.table import Table
    from rich.text import Text

    from outlay.app.cli.columns import console
    from outlay.report.words import claims as words

    out = console()
    out.print(Text(words.found_line(doc), "bold"))
    for d in doc.documents:
        out.print(Text.assemble((d.name, "bold"), f"  {words.document_line(d)}"))
        for note in d.notes:
            if note.span is None:
                out.print(f"  note: {note.what}")
    for x in doc.contradictions:
        out.print(Text.assemble((words.MARKS[x.severity], COLOURS[x.severity]), f": {x.text}"))
        if keep := words.to_keep(x):
            out.print(f"  {keep}")
    for line in words.identity_lines(doc):
        out.print(line)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in words.CLAIM_COLUMNS:
        table.add_column(name, overflow="fold")
    for c in doc.claims:
        table.add_row(*words.claim_cells(c))
    out.print(table)
    for path in doc.written:
        tell(f"written: {path}")
    if doc.drafted is not None:
        tell(doc.drafted.said())


def _unread(doc: Read) -> str:
    """Which documents were not read, on stderr whatever the form of the answer."""
    lines = [
        f"error: {d.name}: {note.what}"
        for d in doc.documents
        if d.form == "unread"
        for note in d.notes
    ]
    if not lines:
        return ""
    return "\n".join([*lines, f"{len(doc.unread):,} of {len(doc.documents):,} documents not read"])


read_command = command(read, show, rows="claims", failed=_unread)
