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
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np

from outlay.results.plans.rows import Cell
from outlay.serving.engine.steps import DenseTable, dense
from outlay.serving.sizing.edge import Edge, find_edge
from outlay.serving.sizing.flow import PhaseFlow, decode_flow, prefill_flow
from outlay.serving.spec import Deployment, ServiceSpec, content_hash
from outlay.serving.store import default_folder, load, save, shipped
from outlay.serving.types import Capacity

__all__ = ["Deployer", "capacity", "cell_for"]

Deployer = Callable[[ServiceSpec, Any, str], Sequence[Deployment]]
"""(service, chip, phase) -> deployments to choose from, best first; at least one."""

Job: TypeAlias = tuple[ServiceSpec, object, str]
"""A question: service, chip and phase."""

T = TypeVar("T")

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
    progress: Callable[[str], None] = lambda _: None,
) -> Capacity:
    """Capacity of every service phase on every chip.

    chips: catalogue rows (`catalogue.Chip`) or anything that `deployer` understands. Rows of the
    result are `<service>/prefill` and `<service>/decode`, in order. folder: where cells are
    kept between runs, each as soon as it is known (None = nowhere, and those shipped are worked out
    too). progress: told of what takes seconds. A chip that cannot has 0 and a `why_not`.
    """
    ways = deployer or _performance()
    stamp = str(getattr(ways, "stamp", ""))
    place = default_folder() if folder == "default" else None if folder is None else Path(folder)
    jobs = [(s, chip, phase) for s in services for phase in PHASES for chip in chips]
    keys = _keys(jobs, simulate, seed, token_budget, stamp)
    known = _known(place, keys) if stamp else {}
    asked = {key: job for key, job in zip(keys, jobs, strict=True) if key not in known}
    if asked and simulate:
        _announce(len(asked), len(jobs), progress)

    def one(item: tuple[str, Job]) -> Cell:
        key, (spec, chip, phase) = item
        found = cell_for(
            spec,
            ways(spec, chip, phase),
            phase,
            simulate=simulate,
            seed=seed,
            token_budget=token_budget,
        )
        cell = replace(found, chip=_name(chip))
        if stamp:
            save(place, key, cell)
        return cell

    known.update(zip(asked, _each(one, list(asked.items()), workers), strict=True))
    return _table(services, chips, _rows(jobs, [known[key] for key in keys]))


def _table(
    services: Sequence[ServiceSpec], chips: Sequence[object], cells: Sequence[Cell]
) -> Capacity:
    loads = tuple(f"{s.id}/{phase}" for s in services for phase in PHASES)
    shape = (len(loads), len(chips))
    return Capacity(
        loads=loads,
        chips=tuple(map(_name, chips)),
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


def _performance() -> Deployer:
    from outlay.serving.sizing.deploy import PerformanceDeployer

    return PerformanceDeployer()


def _keys(
    jobs: Sequence[Job], simulate: bool, seed: int, token_budget: int, stamp: str
) -> list[str]:
    """Names of the questions [job]: with a stamp a cell is a function of service, chip and code.

    So services that ask the same are one question, and no step table is needed to know that it was
    answered before.
    """
    if not stamp:
        return [f"job {n}" for n in range(len(jobs))]
    return [
        content_hash(replace(s, id=""), chip, phase, simulate, seed, token_budget, stamp)
        for s, chip, phase in jobs
    ]


def _known(place: Path | None, keys: Sequence[str]) -> dict[str, Cell]:
    """Cells that the user's folder holds, or that are shipped, by key."""
    known = {}
    for key in dict.fromkeys(keys):
        found = load(place, key)
        if found is None and place is not None:
            found = shipped().get(key)
        if found is not None:
            known[key] = found
    return known


def _rows(jobs: Sequence[Job], cells: Sequence[Cell]) -> list[Cell]:
    """The cells under the names of those who asked [job]."""
    return [
        replace(cell, load=f"{spec.id}/{phase}")
        for cell, (spec, _, phase) in zip(cells, jobs, strict=True)
    ]


def _each(one: Callable[[T], Cell], items: Sequence[T], workers: int) -> list[Cell]:
    if workers > 1 and len(items) > 1:
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(one, items))
    return [one(item) for item in items]


def _announce(missing: int, cells: int, progress: Callable[[str], None]) -> None:
    from outlay.serving.engine.code.entries import is_ready

    if not is_ready("run_pool"):
        kept = "kept for later runs" if default_folder() else "not kept, as OUTLAY_CACHE is off"
        progress(f"compiling once: the simulator, {kept}")
    progress(f"simulating {missing} of {cells} capacities")


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
        weights=d.precision.weights if d.precision else "",
        kv=d.precision.kv if d.precision else "",
    )
