"""`outlay validate simulator`: queueing theory, flow balance, the twin, and speed."""

from __future__ import annotations

from typing import Annotated

import typer

from outlay.app.cli.output import print_json
from outlay.core.errors import InputError, nearest

__all__ = ["validate_simulator_command"]


def validate_simulator_command(
    check: Annotated[
        list[str] | None, typer.Option(help="md1, mmc, saturation, little, twin or speed.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Root of every draw.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Score the serving simulator against theory and its own twin; exit 1 if a check fails."""
    from outlay.serving.validate import CHECKS, validate

    names = tuple(check or CHECKS)
    for name in names:
        if name not in CHECKS:
            raise InputError(
                "unknown check", value=name, allowed=", ".join(CHECKS), hint=nearest(name, CHECKS)
            )
    rows = validate(names, seed)
    failed = [r for r in rows if not r.ok]
    if as_json:
        fields = ("check", "case", "value", "expected", "low", "high", "source", "ok")
        print_json(
            "validation",
            {
                "of": "simulator",
                "rows": [{f: getattr(r, f) for f in fields} for r in rows],
                "overall": {"n": len(rows), "failed": len(failed)},
            },
        )
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, pad_edge=False)
        for column in ("check", "case", "found", "expected", ""):
            table.add_column(column, justify="right" if column in ("found", "expected") else "left")
        for r in rows:
            verdict = "ok" if r.ok else f"outside {r.low:.4g}–{r.high:.4g}"
            table.add_row(r.check, r.case, f"{r.value:.5g}", f"{r.expected:.5g}", verdict)
        Console(width=100).print(table)
    if failed:
        raise typer.Exit(1)
