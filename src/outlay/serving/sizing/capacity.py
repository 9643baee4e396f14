"""The plan's table: tokens/s per chip that hold a service's SLO, for each service and chip.

Prefill and decode are two pools: a prefill load counts uncached input tokens (the work of the
cached ones is inside), a decode load counts output tokens. Each cell takes the deployment with
the best flow balance, then the simulator finds the edge of the SLO by bisection on the rate
with common random numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from outlay.results.plans.rows import Cell
from outlay.serving.engine.steps import DenseTable, dense
from outlay.serving.sizing.edge import Edge, find_edge
from outlay.serving.sizing.flow import PhaseFlow, decode_flow, prefill_flow
from outlay.serving.spec import Deployment, ServiceSpec, content_hash
from outlay.serving.store import default_folder, load, save
from outlay.serving.types import Capacity

__all__ = ["Deployer", "capacity", "cell_for"]

Deployer = Callable[[ServiceSpec, Any, str], Sequence[Deployment]]
"""(service, chip, phase) -> deployments to choose from, best first; at least one."""

PHASES = ("prefill", "decode")
TOKEN_BUDGET = 8192
"""Tokens of one prefill step: the default of current serving engines."""


def capacity(
    services: Sequence[ServiceSpec],
    chips: Sequence[object],
    *,
    deployer: Deployer | None = None,
    simulate: bool = True,
    seed: int = 0,
    workers: int = 2,
    folder: Path | str | None = "default",
    token_budget: int = TOKEN_BUDGET,
) -> Capacity:
    """Capacity of every service phase on every chip.

    chips: catalogue rows (`catalogue.Chip`) or anything that `deployer` understands. Rows of the
    result are `<service>/prefill` and `<service>/decode`, in order. folder: where cells are
    kept between runs (None = nowhere). A chip that cannot has 0 and a `why_not`.
    """
    if deployer is None:
        from outlay.serving.sizing.deploy import PerformanceDeployer

        deployer = PerformanceDeployer()
    stamp = str(getattr(deployer, "stamp", ""))
    place = default_folder() if folder == "default" else None if folder is None else Path(folder)
    jobs = [(s, chip, phase) for s in services for phase in PHASES for chip in chips]

    def one(job: tuple[ServiceSpec, object, str]) -> Cell:
        spec, chip, phase = job
        return _cached_cell(spec, chip, phase, deployer, simulate, seed, place, stamp, token_budget)

    if workers > 1 and len(jobs) > 1:
        with ThreadPoolExecutor(workers) as pool:
            cells = list(pool.map(one, jobs))
    else:
        cells = [one(job) for job in jobs]
    names = tuple(map(_name, chips))
    loads = tuple(f"{s.id}/{phase}" for s in services for phase in PHASES)
    shape = (len(loads), len(names))
    return Capacity(
        loads=loads,
        chips=names,
        units_per_chip=np.array([c.units_per_chip for c in cells]).reshape(shape),
        watts_per_chip=np.array([c.watts_per_chip for c in cells]).reshape(shape),
        cells=tuple(cells),
        notes=(
            "prefill and decode run in separate pools; KV transfer between them is overlapped",
            f"a pool of {services[0].pool if services else 0} replicas behind one router",
        ),
    )


def _name(chip: object) -> str:
    return str(getattr(chip, "id", chip))


def _cached_cell(
    spec: ServiceSpec,
    chip: object,
    phase: str,
    deployer: Deployer,
    simulate: bool,
    seed: int,
    place: Path | None,
    stamp: str,
    token_budget: int,
) -> Cell:
    key = ""
    if stamp:  # the table is a function of spec, chip and code: no need to build it to know it
        key = content_hash(replace(spec, id=""), chip, phase, simulate, seed, token_budget, stamp)
        found = load(place, key)
        if found is not None:
            return replace(Cell(**found), load=f"{spec.id}/{phase}")
    cell = cell_for(
        spec,
        deployer(spec, chip, phase),
        phase,
        simulate=simulate,
        seed=seed,
        token_budget=token_budget,
    )
    cell = replace(cell, chip=_name(chip))
    if stamp:
        save(place, key, asdict(cell))
    return cell


def cell_for(
    spec: ServiceSpec,
    deployments: Sequence[Deployment],
    phase: str,
    *,
    simulate: bool = True,
    seed: int = 0,
    token_budget: int = TOKEN_BUDGET,
) -> Cell:
    """Best of `deployments` for one phase of one service, as a cell of the table."""
    load_id = f"{spec.id}/{phase}"
    options = []
    refused = [d.why_not for d in deployments if d.table is None]
    for d in deployments:
        if d.table is None:
            continue
        table = dense(d.table)
        flow = (
            prefill_flow(spec, table, token_budget)
            if phase == "prefill"
            else decode_flow(spec, table)
        )
        options.append((flow.tokens_per_s / table.n_chips, d, table, flow))
    chip = deployments[0].chip if deployments else ""
    options.sort(key=lambda o: -o[0])
    for per_chip, d, table, flow in options:
        if per_chip <= 0:
            refused.append(flow.why_not)
            continue
        if not simulate:
            return _cell(spec, load_id, d, table, flow, None)
        edge = find_edge(spec, table, phase, flow, seed=seed, token_budget=token_budget)
        if edge.tokens_per_s > 0:
            return _cell(spec, load_id, d, table, flow, edge)
        refused.append(edge.why_not)
    why = next((w for w in refused if w), "no deployment")
    return Cell(load_id, chip, 0.0, 0.0, 0.0, 0.0, 0, 0.0, "", "none", why)


def _cell(
    spec: ServiceSpec,
    load_id: str,
    d: Deployment,
    table: DenseTable,
    flow: PhaseFlow,
    edge: Edge | None,
) -> Cell:
    if edge is None:
        units, low, high = flow.tokens_per_s, flow.tokens_per_s * 0.85, flow.tokens_per_s * 1.1
        high = min(high, flow.saturated)
        load_factor, busy = flow.load_factor, min(1.0, flow.load_factor)
        if load_id.endswith("/decode"):
            busy = 1.0 if flow.batch >= 3 else 1 - math.exp(-flow.batch)
        method = "flow balance"
    else:
        units, low, high = edge.tokens_per_s, edge.low, edge.high
        load_factor, busy = edge.tokens_per_s / edge.saturated, edge.busy
        method = "simulated"
    spread_low = math.exp(-math.hypot(math.log(units / low), -math.log(d.low)))
    spread_high = math.exp(math.hypot(math.log(high / units), math.log(d.high)))
    watts = table.idle_w + busy * (table.busy_w - table.idle_w)
    n = table.n_chips
    return Cell(
        load=load_id,
        chip=d.chip,
        units_per_chip=units / n,
        low=units * spread_low / n,
        high=units * spread_high / n,
        load_factor=load_factor,
        chips_per_replica=n,
        watts_per_chip=watts / n,
        bound_by=d.bound_by,
        method=method,
        why_not="",
    )
