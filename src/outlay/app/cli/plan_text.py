"""How a plan reads in the terminal: the answer in one screen, in 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from outlay.core.formats import format_money, format_number
from outlay.report.cells import cell

__all__ = ["print_plan"]

Doc = Mapping[str, Any]


def _grid(title: str, *columns: str) -> Table:
    out = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for i, c in enumerate(columns):
        out.add_column(c, justify="left" if i == 0 else "right", overflow="fold")
    return out


def _orders(doc: Doc) -> Table:
    roots = {n["id"] for n in doc["nodes"] if n["parent"] < 0}
    out = _grid("Order now", "offer", "chips", "there by", "price each", "sum")
    now = [r for r in doc["orders"] if r["node"] in roots]
    for r in sorted(now, key=lambda r: -r["spend"]):
        each = (
            format_money(r["unit_price"], doc["currency"])
            if r["unit_price"] > 0
            else f"{format_number(r['rent_hour'])} /h"
        )
        out.add_row(
            r["offer"],
            format_number(r["quantity"], 4),
            r["delivered_at"],
            each,
            format_money(r["spend"], doc["currency"]) if r["spend"] > 0 else "rent",
        )
    if not now:
        out.add_row("nothing", "", "", "", "")
    return out


def _capex(doc: Doc) -> Table:
    out = _grid("Capital expenditure (expected)", "year", "plan", "authorised", "of it processors",
                "authorised")  # fmt: skip
    limits = {(b["kind"], b["year"]): b["amount"] for b in doc["budgets"]}
    for year, classes in doc["capex_by_year"].items():
        total, chips = sum(classes.values()), classes.get("processors", 0.0)
        cells = [
            format_money(v, doc["currency"]) if v is not None else "–"
            for v in (total, limits.get(("capex", year)), chips, limits.get(("processors", year)))
        ]
        out.add_row(year, *cells)
    return out


def _unit_cost(doc: Doc) -> Table:
    out = _grid(
        f"Cost per million tokens, {doc['currency']} (horizon, expected)",
        "service", "input", "cached", "output",
    )  # fmt: skip
    for service, kinds in doc["cost_per_mtok"].items():
        out.add_row(service, *(cell(kinds.get(k)) for k in ("input", "cached", "output")))
    return out


def _worth(doc: Doc) -> Table:
    out = _grid("What it is worth", "thing", "value")
    for v in doc["worth"]:
        if v["value"] is not None:
            shown = (
                format_money(v["value"], doc["currency"])
                if v["unit"] == doc["currency"]
                else f"{cell(v['value'])} {v['unit']}"
            )
            out.add_row(v["name"], shown)
    return out


def print_plan(
    doc: Doc, written: Mapping[str, Path] | None, console: Console | None = None
) -> None:
    """Print the answer of the result document, then where the report lies."""
    to = console or Console(highlight=False, soft_wrap=False)
    to.print()
    to.print(Text(doc["title"], style="bold"))
    if doc["verdict"] != "valid":
        broken = [c for c in doc["invariants"] if c["status"] == "broken"]
        to.print(Text("INVALID: this run broke its own identities", style="bold red"))
        for c in broken:
            to.print(f"  {c['id']} {c['name']}: {c['statement']} (worst {c['worst']:.2e})")
        return
    to.print(Text(doc["headline"]["sentence"]))
    for part in (_orders(doc), _capex(doc), _unit_cost(doc), _worth(doc)):
        if part.row_count:
            to.print()
            to.print(part)
    to.print()
    for i, answer in enumerate(doc["answers"], 1):
        to.print(Text(f"{i}. {answer['question']}", style="bold"))
        to.print(Text(f"   {answer['sentence']}"))
        if answer["id"] == "worth":  # one sentence per question that `--deep` asks
            for note in answer["notes"]:
                to.print(Text(f"   - {note}"))
        if answer["open"]:
            to.print(Text(f"   not answered yet: {answer['open']}", style="dim"))
    found = doc["evidence"]["contradictions"]
    if found:
        to.print()
        to.print(Text(f"Contradictions found: {len(found)}", style="bold"))
        for c in found:
            to.print(f"  - {c['text']}")
    to.print()
    held = sum(c["status"] == "holds" for c in doc["invariants"])
    to.print(
        f"{held} of {len(doc['invariants'])} invariants hold; {len(doc['assumptions'])} numbers "
        f"are assumptions; result {doc['record']['result_hash'][:12]}"
    )
    if written:
        to.print(Text(f"Report: {written['report']}", style="bold"))
