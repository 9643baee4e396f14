"""`outlay check`: every error and doubt in a study, and the list of its assumptions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from outlay.study.ledger import Entry
    from outlay.study.load import LoadedStudy

__all__ = ["check_command"]


def check_command(
    study: Annotated[Path, typer.Argument(help="The study file (YAML).", show_default=False)],
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Override one field: path=value.")
    ] = None,
    scenario: Annotated[str | None, typer.Option(help="A named scenario of the study.")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="List every assumption and every fact.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check a study: all errors at once (exit 2), warnings, and numbers without a source."""
    from outlay.study import load

    loaded = load(study, tuple(set_ or ()), scenario)
    if as_json:
        from outlay.app.cli.output import print_json

        print_json("check", _document(loaded))
        return
    _print(loaded, all_)


def _document(loaded: LoadedStudy) -> dict[str, object]:
    return {
        "study": loaded.path.name,
        "title": loaded.study.title,
        "as_of": str(loaded.study.as_of),
        "input_hash": loaded.hash,
        "errors": [],
        "warnings": [w.as_dict() for w in loaded.warnings],
        "assumptions": [e.as_dict() for e in loaded.assumptions],
        "facts": [e.as_dict() for e in loaded.facts],
        "unmodelled": [u.model_dump() for u in loaded.study.unmodelled],
    }


def _print(loaded: LoadedStudy, everything: bool) -> None:
    echo = typer.echo
    stated = [e for e in loaded.assumptions if e.stated]
    defaults = [e for e in loaded.assumptions if not e.stated]
    echo(f"{loaded.path}: {loaded.study.title}")
    for warning in loaded.warnings:
        echo(f"warning: {warning}")
    echo(f"\nAssumptions of the study ({len(stated)}): line, path, value (low to high)")
    for entry in stated:
        echo(_line(entry))
    if everything:
        echo(f"\nDefaults of Outlay's ({len(defaults)}):")
        for entry in defaults:
            echo(_line(entry))
        echo(f"\nNumbers with a source ({len(loaded.facts)}):")
        for entry in loaded.facts:
            echo(_line(entry))
    echo(
        f"\nNo errors. {len(loaded.facts)} numbers have a source, {len(stated)} are assumptions "
        f"of the study, {len(defaults)} are defaults of Outlay's; "
        f"{len(loaded.study.unmodelled)} inputs are kept that no stage uses."
        + ("" if everything else " `--all` lists every number.")
    )


def _line(entry: Entry) -> str:
    from outlay.study.ledger import shown

    place = f"{entry.line:>5}" if entry.line else "    –"
    text = f"{place}  {entry.path}  {shown(entry.value, entry.unit)}"
    if entry.low is not None or entry.high is not None:
        low = entry.value if entry.low is None else entry.low
        high = entry.value if entry.high is None else entry.high
        text += f" ({shown(low, entry.unit)} to {shown(high, entry.unit)})"
    if entry.source:
        text += f"  [{entry.source}, {entry.grade}]"
    return text + (f"  {entry.note}" if entry.note else "")
