"""`outlay read`: what documents claim, contradictions first; and a study drafted from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from outlay.evidence.types import Reading

__all__ = ["read_command"]


def read_command(
    documents: Annotated[
        list[Path],
        typer.Argument(help="Texts, Markdown, HTML, PDF, CSV or XLSX files.", show_default=False),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    draft: Annotated[
        Path | None, typer.Option(help="Write a study drafted from the documents.")
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="Write the ledger of facts accepted and rejected.")
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(help="Day the documents were written (YYYY-MM-DD); else they are asked."),
    ] = None,
) -> None:
    """Read documents: claims with their sentences, contradictions and identities."""
    from outlay.core.periods import parse_date
    from outlay.evidence.reading import read
    from outlay.evidence.second_reader import configured, with_second_reader

    day = str(parse_date(date)) if date else None
    reading = read(list(documents), date=day)
    endpoint = configured()
    if endpoint is not None:
        reading = with_second_reader(reading, endpoint)
    written = _write(reading, draft, ledger)
    if as_json:
        from outlay.app.cli.output import print_json

        body = reading.to_document()
        body.pop("kind", None)
        print_json("claims", body)
        return
    _print(reading)
    for path in written:
        typer.echo(f"written: {path}")


def _write(reading: Reading, draft: Path | None, ledger: Path | None) -> list[Path]:
    out: list[Path] = []
    if ledger is not None:
        from outlay.evidence.ledger import from_reading, save_ledger

        save_ledger(from_reading(reading, ledger.stem), ledger)
        out.append(ledger)
    if draft is not None:
        from outlay.core.errors import OutlayError
        from outlay.evidence.draft import draft_study

        try:
            draft.write_text(draft_study(reading, draft.resolve().parent), encoding="utf-8")
        except OSError as err:
            raise OutlayError(f"cannot write {draft}: {err.strerror}") from None
        out.append(draft)
    return out


def _print(reading: Reading) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from outlay.evidence.compare import show

    console = Console()
    for d in reading.documents:
        dated = f"{d.date} ({d.date_basis})" if d.date else "no date: say --date"
        console.print(f"[bold]{escape(d.name)}[/bold]  {dated}, {len(d.text):,} characters")
        for note in d.notes:
            if note.span is None:
                console.print(f"  note: {escape(note.what)}")
    marks = {"hard": "[red]contradiction[/red]", "soft": "[yellow]look[/yellow]", "note": "note"}
    for x in reading.contradictions:
        console.print(f"{marks[x.severity]}: {escape(x.text)}")
        if x.keep and x.severity != "note":
            console.print(f"  keep {escape(x.keep)}")
    for i in reading.identities:
        console.print(f"{i.verdict}: {escape(i.name)}: {escape(i.statement)}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "who", "what", "value", "period", "said"):
        table.add_column(name, overflow="fold")
    for c in reading.claims:
        low, high = c.value_low, c.value_high
        if low is not None and high is not None and low != high:
            value = f"{show(low, c.unit)} to {show(high, c.unit)}"
        else:
            value = show(low if low is not None else high or 0.0, c.unit)
        hedge = "" if c.hedge in ("exact", "range") else f"{c.hedge} "
        said = c.kind + (", denied" if c.negated else "") + (", if …" if c.condition else "")
        table.add_row(
            *(escape(v) for v in (c.id, c.subject, c.metric, hedge + value, c.period, said))
        )
    console.print(table)
