"""`outlay explain`: where a number comes from, down to the sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["explain_command"]


def explain_command(
    study: Annotated[Path, typer.Argument(help="The study file (YAML).", show_default=False)],
    path: Annotated[
        str,
        typer.Argument(
            help="An input (supply.h200-import.price), or a result (cost_per_mtok.chat.output, "
            "capex.2026, balance.cash.2026, income.net.2027, cells.chat/decode.h200-sxm)."
        ),
    ],
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Override one field: path=value.")
    ] = None,
    scenario: Annotated[str | None, typer.Option(help="A named scenario of the study.")] = None,
    depth: Annotated[int, typer.Option(help="How many levels to print.")] = 6,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Explain one number: its formula, inputs and sources, or the assumption it is."""
    from outlay.app.cli.output import print_json, progress
    from outlay.runs.execute import Options
    from outlay.runs.explain import explain

    tree = explain(study, path, Options(overrides=tuple(set_ or ()), scenario=scenario), progress)
    if as_json:
        print_json("explanation", tree)
        return
    for line in _lines(tree, depth):
        typer.echo(line)


def _lines(node: dict[str, Any], depth: int, level: int = 0) -> list[str]:
    from outlay.core.formats import format_number

    pad = "  " * level
    value = node.get("value")
    shown = format_number(value, 5) if isinstance(value, int | float) else str(value or "")
    out = [f"{pad}{node['name']} = {shown} {node.get('unit', '')}".rstrip()]
    if node.get("formula"):
        out.append(f"{pad}  = {node['formula']}")
    source = node.get("source")
    if source:
        parts = (source.get(k) for k in ("document", "publisher", "date", "url", "grade", "text"))
        said = "; ".join(str(p) for p in parts if p)
        out.append(f"{pad}  source: {said}")
        if source.get("sentence"):
            out.append(f"{pad}  “{source['sentence']}”")
    if node.get("assumption"):
        out.append(f"{pad}  assumption: {node['assumption']}")
    if level < depth:
        for child in node.get("inputs", []):
            out += _lines(child, depth, level + 1)
    return out
