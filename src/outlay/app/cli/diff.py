"""`outlay diff`: which inputs differ between two studies, or between a study and its scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["diff_command"]


def diff_command(
    before: Annotated[Path, typer.Argument(help="A study file (YAML).", show_default=False)],
    after: Annotated[
        Path | None, typer.Argument(help="Another; left out, the same one with --set, --scenario.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Override a field of the second: path=value.")
    ] = None,
    scenario: Annotated[str | None, typer.Option(help="A scenario of the second.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show changed inputs in base units: a price respelt is no change. Results: `compare`."""
    from outlay.study import diff, load

    first = load(before)
    second = load(after or before, tuple(set_ or ()), scenario)
    changes = diff(first, second)
    if as_json:
        from outlay.app.cli.output import print_json

        body = {
            "before": {"study": first.path.name, "input_hash": first.hash},
            "after": {"study": second.path.name, "input_hash": second.hash},
            "changes": [c.as_dict() for c in changes],
        }
        print_json("diff", body)
        return
    if not changes:
        typer.echo("No input differs.")
    for c in changes:
        ratio = "" if c.ratio is None or c.ratio == 1 else f"  × {c.ratio:.4g}"
        typer.echo(f"{c.kind:8} {c.path}: {c.before or '–'} → {c.after or '–'}{ratio}")
