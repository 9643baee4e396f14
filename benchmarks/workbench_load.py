"""Fifty readers and five planners on one server: errors, lost runs, seconds, memory over time.

    python benchmarks/workbench_load.py [--minutes 10] [--readers 50] [--planners 5] [--workers 1]

Readers ask what the pages ask, one thing after another with a pause; planners hand in a plan with
inputs of its own, wait for it, and read the run it made. All through one server in a process of its
own, on a store of its own. Any answer but the one expected counts as an error, and is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from workbench_server import Server, memory_mb

PAUSE_S = (0.5, 2.0)
ENDED = ("done", "failed", "interrupted", "cancelled")


@dataclass
class Seen:
    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    asked: dict[str, str] = field(default_factory=dict)
    """Work → how it ended."""
    runs: set[str] = field(default_factory=set)
    memory: list[tuple[float, float, float]] = field(default_factory=list)
    """(seconds, server, all its processes) in MB."""


async def ask(
    client: httpx.AsyncClient, seen: Seen, what: str, path: str, **more: object
) -> httpx.Response | None:
    began = time.perf_counter()
    try:
        answer = await client.request("POST" if more else "GET", path, **more)
    except httpx.HTTPError as err:
        seen.errors[f"{what}: {type(err).__name__}"] += 1
        return None
    seen.seconds.setdefault(what, []).append(time.perf_counter() - began)
    if answer.status_code >= 400:
        seen.errors[f"{what}: {answer.status_code} {answer.text[:120]}"] += 1
        return None
    return answer


async def reader(
    client: httpx.AsyncClient, seen: Seen, study: str, rng: random.Random, until: float
) -> None:
    at = f"/api/v1/studies/{study}"
    while time.monotonic() < until:
        what, path = rng.choice([
            ("page", "/"), ("studies", "/api/v1/studies"), ("study", at), ("check", f"{at}/check"),
            ("inputs", f"{at}/inputs"), ("scenarios", f"{at}/scenarios"), ("runs", "/api/v1/runs"),
            ("works", "/api/v1/works"), ("catalogue", "/api/v1/catalogue/chips"), ("run", ""),
            ("part", ""), ("files", ""),
        ])  # fmt: skip
        if not path:
            run = rng.choice(sorted(seen.runs)) if seen.runs else ""
            tail = {"run": "", "part": "/parts/first", "files": "/files"}[what]
            path = f"/api/v1/runs/{run}{tail}" if run else "/api/v1/runs"
        await ask(client, seen, what, path)
        await asyncio.sleep(rng.uniform(*PAUSE_S))


async def planner(
    client: httpx.AsyncClient, seen: Seen, study: str, rng: random.Random, until: float
) -> None:
    while time.monotonic() < until:
        body = {"set": [f"discount_rate={rng.uniform(6, 18):.4f} %/year"], "quick": True}
        answer = await ask(client, seen, "plan", f"/api/v1/studies/{study}/plans", json=body)
        if answer is None:
            await asyncio.sleep(1.0)
            continue
        work = answer.json()
        seen.asked[work["id"]] = "asked"
        while work["state"] not in ENDED and time.monotonic() < until + 300:
            await asyncio.sleep(1.0)
            answer = await ask(client, seen, "work", f"/api/v1/works/{work['id']}")
            work = work if answer is None else answer.json()
        seen.asked[work["id"]] = work["state"]
        if work["state"] != "done":
            seen.errors[f"a plan ended as {work['state']}: {work['why'][:120]}"] += 1
            continue
        answer = await ask(client, seen, "run", f"/api/v1/runs/{work['result']}")
        if answer is None:
            seen.errors["a run is lost"] += 1
        else:
            seen.runs.add(work["result"])


async def watch(server: Server, seen: Seen, began: float, until: float) -> None:
    while time.monotonic() < until:
        first, *rest = (memory_mb(p) for p in server.family())
        seen.memory.append((time.monotonic() - began, first, first + sum(rest)))
        await asyncio.sleep(10.0)


async def load(server: Server, args: argparse.Namespace) -> Seen:
    seen, began = Seen(), time.monotonic()
    until = began + 60.0 * args.minutes
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(
        base_url=server.base, cookies=server.cookies(), headers={"Origin": server.base},
        timeout=60, limits=limits,
    ) as client:  # fmt: skip
        (study,) = (await client.get("/api/v1/studies")).raise_for_status().json()
        people = [(reader, n) for n in range(args.readers)]
        people += [(planner, n) for n in range(args.planners)]
        await asyncio.gather(
            watch(server, seen, began, until),
            *(do(client, seen, study["id"], random.Random(f"{do.__name__} {n}"), until)
              for do, n in people),
        )  # fmt: skip
        kept = {r["id"] for r in (await client.get("/api/v1/runs")).raise_for_status().json()}
        if lost := seen.runs - kept:
            seen.errors["a run is lost"] += len(lost)
    return seen


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--planners", type=int, default=5)
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        server = Server(str(Path(home) / "store.db"), workers=args.workers)
        server.start()
        try:
            seen = asyncio.run(load(server, args))
        finally:
            server.stop()
    many = sum(map(len, seen.seconds.values()))
    print(f"{args.minutes:g} minutes, {args.readers} readers, {args.planners} planners: "
          f"{many:,} answers, {sum(seen.errors.values())} errors, {len(seen.asked)} plans asked, "
          f"{Counter(seen.asked.values())}, {len(seen.runs)} runs")  # fmt: skip
    for what, count in seen.errors.most_common(20):
        print(f"  {count} × {what}")
    for what, seconds in sorted(seen.seconds.items()):
        cuts = (
            statistics.quantiles(seconds, n=100, method="inclusive")
            if len(seconds) > 1
            else seconds * 99
        )
        print(f"  {what:10s} n={len(seconds):6d} median {cuts[49]:.3f} s, 90 % {cuts[89]:.3f}, "
              f"99 % {cuts[98]:.3f}, most {max(seconds):.3f}")  # fmt: skip
    rows = seen.memory
    for i in sorted({0, len(rows) // 4, len(rows) // 2, 3 * len(rows) // 4, len(rows) - 1}):
        at, first, every = rows[i]
        print(f"  after {at:4.0f} s: server {first:.0f} MB, with its processes {every:.0f} MB")


if __name__ == "__main__":
    main()
