"""`outlay size`: the fewest chips that hold an SLO over a trace, ideal and real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from outlay.app.cli.output import print_json, progress

__all__ = ["size_command"]


def size_command(
    trace: Annotated[Path, typer.Option(help="Requests: CSV, Parquet or JSONL.")],
    model: Annotated[str, typer.Option(help="Catalogue model, or a path to a config.json.")],
    chip: Annotated[str, typer.Option(help="Catalogue id of the chip.")],
    ttft_p99: Annotated[float | None, typer.Option(help="Limit on TTFT, s.")] = None,
    tpot_p99: Annotated[float | None, typer.Option(help="Limit on TPOT, s.")] = None,
    percentile: Annotated[float, typer.Option(help="Percentile that the limits hold at.")] = 0.99,
    n_chips: Annotated[int | None, typer.Option(help="Chips of one replica.")] = None,
    tp: Annotated[int | None, typer.Option(help="Tensor parallel degree.")] = None,
    pp: Annotated[int, typer.Option(help="Pipeline stages.")] = 1,
    dp: Annotated[int, typer.Option(help="Attention data-parallel groups.")] = 1,
    ep: Annotated[int, typer.Option(help="Expert parallel degree.")] = 1,
    weights: Annotated[str, typer.Option(help="Weight format; empty = native.")] = "",
    kv: Annotated[str, typer.Option(help="KV-cache format.")] = "bf16",
    stack: Annotated[str, typer.Option(help="Serving stack: vllm, sglang, trtllm.")] = "",
    routing: Annotated[str, typer.Option(help="Routing policy.")] = "least_loaded",
    prefix_cache: Annotated[str, typer.Option(help="lru, given or off.")] = "lru",
    window: Annotated[float | None, typer.Option(help="Window of the series, s.")] = None,
    load_delay: Annotated[float, typer.Option(help="Seconds to start a replica.")] = 120.0,
    price: Annotated[
        float | None, typer.Option(help="USD per chip-hour; else the catalogue's middle rent.")
    ] = None,
    speed: Annotated[float, typer.Option(help="Replay this many times as fast.")] = 1.0,
    spread: Annotated[float, typer.Option(help="Spread quantised times in slots of s.")] = 0.0,
    sort: Annotated[bool, typer.Option(help="Order a trace whose times fall.")] = False,
    session_rate: Annotated[float, typer.Option(help="Starts of recorded sessions, 1/s.")] = 0.05,
    seed: Annotated[int, typer.Option(help="Root of every draw.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for pictures and the document.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Size a fleet: fewest chips for a trace and SLO over time, ideal, real, and the gap."""
    from outlay.serving import replay
    from outlay.serving.engine import Policy
    from outlay.serving.sizing import size
    from outlay.serving.sizing_document import sizing_document
    from outlay.serving.steps import dense

    slo = replay.checked_slo(ttft_p99, tpot_p99, percentile)
    t, warnings = replay.read_traffic(
        trace, sort=sort, spread_s=spread, speed=speed, session_rate=session_rate, seed=seed
    )
    for w in warnings:
        progress(f"note: {w}")
    replica = replay.replica_for_traffic(
        t, model, chip, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep, weights=weights, kv=kv,
        stack=stack, slo=slo,
    )  # fmt: skip
    policy = Policy(routing=routing, prefix_cache=prefix_cache)
    found = size(
        t, dense(replica.table), slo, policy, window_s=window, load_delay_s=load_delay, seed=seed
    )
    body = sizing_document(found, replica, slo, price, warnings)
    if out is not None:
        _pictures(out, found, body)
    if as_json:
        print_json("size", body)
    else:
        _show(body)


def _pictures(out: Path, found: Any, body: dict[str, Any]) -> None:
    from outlay.core.document import document
    from outlay.report.pictures.serving import chips_picture, cost_picture
    from outlay.report.theme import write_picture

    out.mkdir(parents=True, exist_ok=True)
    write_picture(out / "chips.svg", chips_picture(found))
    curve = body["cost_against_use"]
    if curve["usd_per_mtok"]:
        write_picture(out / "cost.svg", cost_picture(curve["use"], curve["usd_per_mtok"], "USD"))
    (out / "size.json").write_text(json.dumps(document("size", body), indent=1))
    progress(f"wrote {out}")


def _show(body: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=80)
    r = body["replica"]
    console.print(
        f"{r['model']} on {r['chip']}: one replica of {body['chips_per_replica']} chips holds "
        f"{body['capacity_req_s_per_replica']:.3g} requests/s within the SLO"
    )
    table = Table(box=None, pad_edge=False)
    for column in ("fleet", "peak chips", "mean chips", "chip-hours", "USD"):
        table.add_column(column, justify="left" if column == "fleet" else "right")
    for row in body["fleets"]:
        cost = "–" if row["usd"] is None else f"{row['usd']:,.0f}"
        table.add_row(
            row["fleet"],
            f"{row['chips_peak']:,.0f}",
            f"{row['chips_mean']:,.1f}",
            f"{row['chip_hours']:,.1f}",
            cost,
        )
    console.print(table)
    gap = body["gap"]
    money = "" if gap["usd"] is None else f" = {gap['usd']:,.0f} USD"
    console.print(f"real over perfect: {gap['chip_hours']:,.1f} chip-hours{money}")
    for note in body["notes"]:
        console.print(f"note: {note}")
