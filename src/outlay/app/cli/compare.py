"""`outlay compare`: what changed between two results, as a waterfall."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["compare_command"]


def compare_command(
    before: Annotated[Path, typer.Argument(help="Folder of a run, or its result.json.")],
    after: Annotated[Path, typer.Argument(help="Folder of the other run.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Compare two plans: steps of cost that sum to the difference, and orders that changed."""
    from outlay.app.cli.output import print_json
    from outlay.core.formats import format_money, format_number
    from outlay.runs.compare import compare_results, read_result

    body = compare_results(read_result(before), read_result(after))
    if as_json:
        print_json("run", body)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    out = Console(highlight=False)
    currency = body["currency"]
    total = format_money(body["difference"], currency)
    out.print(f"Expected discounted cost changes by {total}:")
    grid = Table(box=box.SIMPLE_HEAD)
    grid.add_column("step")
    grid.add_column("change", justify="right")
    grid.add_row(f"from: {body['from']['title']}",
                 format_money(body["from"]["expected_cost"], currency))  # fmt: skip
    for s in body["steps"]:
        grid.add_row(s["name"], format_money(s["value"], currency))
    grid.add_row(f"to: {body['to']['title']}",
                 format_money(body["to"]["expected_cost"], currency))  # fmt: skip
    out.print(grid)
    for r in body["orders"]:
        out.print(f"  order now, {r['offer']}: {format_number(r['from'])} → "
                  f"{format_number(r['to'])} chips")  # fmt: skip
