"""`outlay catalogue`: chips, models, prices and other sourced tables, for people or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

__all__ = ["catalogue_command"]

Cell = Callable[[Mapping[str, Any]], str]


def catalogue_command(
    table: Annotated[
        str,
        typer.Argument(
            help="chips, models, prices, fx, regions, events, series, peers or costs.",
        ),
    ],
    name: Annotated[
        str, typer.Argument(help="One chip or model, or a word to look for in the other tables.")
    ] = "",
    as_of: Annotated[
        str, typer.Option(help="Only what was known on this day (dated tables).")
    ] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show what Outlay knows of chips, models, prices and the market, with sources.

    With a name, every number of that chip or model is shown with its unit, date, grade and source.
    """
    from outlay.catalogue.document import catalogue_document

    body = catalogue_document(table, name, as_of)
    if json_:
        from outlay.app.cli.output import print_json

        print_json("catalogue", body)
        return
    _print_rows(table, body["rows"])
    if "facts" in body:
        _print_facts(body["facts"])


def _quantity(field: str, unit: str) -> Cell:
    from outlay.core.formats import format_quantity

    return lambda row: format_quantity(row[field], unit) if row[field] else "–"


def _text(field: str) -> Cell:
    return lambda row: "–" if row[field] in (None, "") else str(row[field])


def _peak(kind: str) -> Cell:
    from outlay.core.formats import format_quantity

    return lambda row: (
        format_quantity(row["peak_flop_s"][kind], "FLOP/s").removesuffix("FLOP/s").strip()
        if kind in row["peak_flop_s"]
        else "–"
    )


def _span(currency: str = "", suffix: str = "") -> Cell:
    """`low` to `high` in the row's currency, or as plain numbers."""
    from outlay.core.formats import format_money, format_number

    def cell(row: Mapping[str, Any]) -> str:
        code = row.get("currency") or currency
        ends = [row["low"]] if row["high"] in (None, row["low"]) else [row["low"], row["high"]]
        return "–".join(format_money(v, code) if code else format_number(v) for v in ends) + suffix

    return cell


def _columns(table: str) -> dict[str, Cell]:
    """Heading → cell, for the columns that fit a terminal; `--json` holds them all."""
    if table == "chips":
        return {
            "chip": _text("id"),
            "bf16 FLOP/s": _peak("bf16"),
            "fp8 FLOP/s": _peak("fp8"),
            "memory": _quantity("memory_bytes", "byte"),
            "bandwidth": _quantity("memory_byte_s", "byte/s"),
            "IT power": _quantity("it_w", "W"),
            "grade": _text("grade"),
        }
    if table == "models":
        return {
            "model": _text("id"),
            "parameters": _quantity("total_params", "parameter"),
            "active": _quantity("active_params", "parameter"),
            "attention": _text("attn_type"),
            "KV/token": _quantity("kv_bytes_per_token_bf16", "byte"),
            "weights": _text("weight_dtype"),
            "grade": _text("grade"),
        }
    if table == "regions":
        return {
            "region": _text("id"),
            "country": _text("country"),
            "tariff per kWh": lambda r: (
                f"{r['tariff']:g} {r['tariff_currency']}" if r["tariff"] else "–"
            ),
            "PUE": _text("pue"),
            "grade": _text("grade"),
        }
    names = {
        "prices": ("item", "unit", "date", "region", "grade"),
        "peers": ("company", "period", "status", "as_of", "grade"),
        "costs": ("id", "item", "unit", "date", "grade"),
        "fx": ("date", "kind", "base", "quote", "rate", "grade"),
        "events": ("date", "actor", "event", "grade"),
        "series": ("series", "date", "grade"),
    }[table]
    columns = {n: _text(n) for n in names}
    if table == "series":
        columns["tokens"] = _quantity("value", "token/day")
        columns["floor"] = lambda r: "over" if r["floor"] else ""
    elif table in ("prices", "peers", "costs"):
        columns["value"] = _span()
    return columns


def _print_rows(table: str, found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    columns = _columns(table)
    shown = Table(title=f"{table}: {len(found)} rows (--json for all fields)")
    for i, heading in enumerate(columns):
        shown.add_column(heading, overflow="fold", justify="left" if i == 0 else "right")
    for row in found:
        shown.add_row(*(cell(row) for cell in columns.values()))
    Console().print(shown)


def _print_facts(facts: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    sources = list(dict.fromkeys(f["source"] for f in facts))
    shown = Table(title="each number with its date, grade and source")
    for heading in ("parameter", "value", "unit", "date", "grade", "source", "note"):
        shown.add_column(heading, overflow="fold")
    for f in facts:
        number = str(sources.index(f["source"]) + 1)
        value = f"{f['value']:g}"
        shown.add_row(f["parameter"], value, f["unit"], f["date"], f["grade"], number, f["note"])
    console.print(shown)
    for i, source in enumerate(sources, 1):
        console.print(f"{i}  {source}", highlight=False, markup=False)
