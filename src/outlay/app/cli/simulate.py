"""`outlay simulate`: replay or draw requests on replicas of a model on a chip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from outlay.app.cli.output import print_json, progress
from outlay.core.errors import InputError, Problem

__all__ = ["simulate_command"]

_TRACE = "Requests: CSV, Parquet or JSONL (plain, Azure, BurstGPT, Mooncake, recorded sessions)."


def simulate_command(
    model: Annotated[str, typer.Option(help="Catalogue model, or a path to a config.json.")],
    chip: Annotated[str, typer.Option(help="Catalogue id of the chip.")],
    trace: Annotated[Path | None, typer.Option(help=_TRACE)] = None,
    clients: Annotated[
        Path | None, typer.Option(help="Client rates (ServeGen) instead of a trace.")
    ] = None,
    workload: Annotated[
        Path | None, typer.Option(help="A load test's YAML (inference-perf) instead of a trace.")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="Draw requests at this rate, 1/s.")] = None,
    requests: Annotated[int, typer.Option(help="How many to draw.")] = 20_000,
    isl: Annotated[float, typer.Option(help="Mean input tokens to draw.")] = 1024.0,
    osl: Annotated[float, typer.Option(help="Mean output tokens to draw.")] = 256.0,
    burst_cv: Annotated[float, typer.Option(help="CV of interarrival times (1 = Poisson).")] = 1.0,
    length_cv: Annotated[float, typer.Option(help="CV of drawn lengths (0 = all alike).")] = 0.0,
    replicas: Annotated[int, typer.Option(help="Replicas behind the router.")] = 1,
    n_chips: Annotated[int | None, typer.Option(help="Chips of one replica.")] = None,
    tp: Annotated[int | None, typer.Option(help="Tensor parallel degree.")] = None,
    pp: Annotated[int, typer.Option(help="Pipeline stages.")] = 1,
    dp: Annotated[int, typer.Option(help="Attention data-parallel groups.")] = 1,
    ep: Annotated[int, typer.Option(help="Expert parallel degree.")] = 1,
    weights: Annotated[str, typer.Option(help="Weight format; empty = native.")] = "",
    kv: Annotated[str, typer.Option(help="KV-cache format.")] = "bf16",
    stack: Annotated[str, typer.Option(help="Serving stack: vllm, sglang, trtllm.")] = "",
    prefill_replicas: Annotated[
        int, typer.Option(help="Split: this many replicas prefill, `--replicas` decode.")
    ] = 0,
    routing: Annotated[str, typer.Option(help="Routing policy.")] = "least_loaded",
    prefix_cache: Annotated[str, typer.Option(help="lru, given or off.")] = "lru",
    cache_life: Annotated[float | None, typer.Option(help="Life of an unused prefix, s.")] = None,
    token_budget: Annotated[int, typer.Option(help="Tokens of one step.")] = 8192,
    max_batch: Annotated[int | None, typer.Option(help="Most sequences in a batch.")] = None,
    ttft_p99: Annotated[float | None, typer.Option(help="TTFT limit for goodput, s.")] = None,
    tpot_p99: Annotated[float | None, typer.Option(help="TPOT limit for goodput, s.")] = None,
    speed: Annotated[float, typer.Option(help="Replay this many times as fast.")] = 1.0,
    spread: Annotated[float, typer.Option(help="Spread quantised times in slots of s.")] = 0.0,
    sort: Annotated[bool, typer.Option(help="Order a trace whose times fall.")] = False,
    session_rate: Annotated[float, typer.Option(help="Starts of recorded sessions, 1/s.")] = 0.05,
    seed: Annotated[int, typer.Option(help="Root of every draw.")] = 0,
    workers: Annotated[int, typer.Option(help="Threads (independent routing only).")] = 1,
    records: Annotated[
        Path | None, typer.Option(help="Write one row per request (.parquet or .csv).")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for pictures and the document.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Simulate serving: latency, throughput, preemptions and energy of a trace on replicas."""
    from outlay.serving import replay
    from outlay.serving.engine import Policy
    from outlay.serving.metrics import Slo

    sources = [s is not None for s in (trace, clients, workload, rate)]
    if sum(sources) != 1:
        raise InputError(
            Problem(
                "give exactly one source of requests",
                allowed="--trace FILE, --clients FILE, --workload FILE or --rate R",
            )
        )
    warnings: tuple[str, ...] = ()
    if trace is not None:
        t, warnings = replay.read_traffic(
            trace, sort=sort, spread_s=spread, speed=speed, session_rate=session_rate, seed=seed
        )
    elif clients is not None:
        from outlay.serving.clients import client_traffic

        t, warnings = client_traffic(clients, most=requests, seed=seed)
    elif workload is not None:
        from outlay.serving.workload import workload_traffic

        t = workload_traffic(workload, seed=seed)
    else:
        assert rate is not None
        t = replay.drawn_traffic(requests, rate, isl, osl, burst_cv, length_cv, seed)
    for w in warnings:
        progress(f"note: {w}")
    replica = replay.replica_for_traffic(
        t, model, chip, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep, weights=weights, kv=kv,
        stack=stack,
    )  # fmt: skip
    policy = Policy(
        routing=routing,
        token_budget=token_budget,
        max_batch=max_batch,
        prefix_cache=prefix_cache,
        cache_life_s=float("inf") if cache_life is None else cache_life,
    )
    slo = Slo(ttft_p99, tpot_p99)
    found, result, wall = replay.simulate(
        t, replica, replicas=replicas, policy=policy, slo=slo, seed=seed, workers=workers,
        prefill_replicas=prefill_replicas,
    )  # fmt: skip
    body = replay.simulation_document(result, replica, replicas, wall, warnings)
    if records is not None:
        replay.write_records(found, records)
    if out is not None:
        _pictures(out, found, slo, body)
    if as_json:
        print_json("simulation", body)
    else:
        _show(body)


def _pictures(out: Path, found: Any, slo: Any, body: dict[str, Any]) -> None:
    from outlay.core.document import document
    from outlay.report.pictures.serving import latency_picture, timeline_picture
    from outlay.report.theme import write_picture

    out.mkdir(parents=True, exist_ok=True)
    write_picture(out / "latency.svg", latency_picture(found, slo))
    write_picture(out / "timeline.svg", timeline_picture(found))
    (out / "simulation.json").write_text(json.dumps(document("simulation", body), indent=1))
    progress(f"wrote {out}")


def _show(body: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    r = body["replica"]
    console = Console(width=80)
    console.print(
        f"{r['model']} on {body['replicas']} × {r['n_chips']} {r['chip']} "
        f"(tp {r['tp']}, pp {r['pp']}, dp {r['dp']}, {r['weights']})"
    )
    table = Table(box=None, pad_edge=False)
    for column in ("", "p50", "p90", "p99", "mean"):
        table.add_column(column, justify="right" if column else "left")
    for name in ("ttft_s", "tpot_s", "e2e_s", "queue_s"):
        row = body[name]
        cells = (f"{row[k]:.4g}" for k in ("p50", "p90", "p99", "mean"))
        table.add_row(name.replace("_s", " [s]"), *cells)
    console.print(table)
    console.print(
        f"{body['requests']:,} requests: {body['completed']:,} done, {body['rejected']:,} never "
        f"fit, {body['preemptions']:,} preemptions; {100 * body['cached_share']:.1f} % of input "
        "cached"
    )
    console.print(
        f"{body['output_tok_s']:,.0f} output tok/s, busy {100 * body['utilisation']:.1f} %, "
        f"{body['joule_per_output_token']:.2f} J per output token"
    )
    console.print(
        f"{100 * body['goodput_share']:.2f} % within limits; {body['simulated_s']:,.0f} s of "
        f"traffic in {body['wall_s']:.2f} s"
    )
