"""One million draws of a fleet's accounts through the calculation graph, on one core.

A plan is accounted for once: that of the study named, or one made up in the size of the reference
study (eight quarters, eighteen scenario paths, about forty contracts in two currencies). Then chip
prices, rents, tariffs and the exchange rate are drawn a million times and capex, costs, profit and
present value worked out for each draw on its own path. Prints the seconds taken.

Run: python benchmarks/finance_monte_carlo.py [STUDY] [--draws 1000000]
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one core, whatever the machine has

import numpy as np  # noqa: E402

from outlay.core.periods import Period, horizon  # noqa: E402
from outlay.core.seeds import stream  # noqa: E402
from outlay.finance import Accounts, AssetClass, Cost, Flows, Lease, Policy, Purchase, account  # noqa: E402

PERIODS, PATHS, OFFERS, LEASES, SITES = 8, 18, 14, 10, 12
OUTPUTS = ("return.npv", "year.2026.capex.owned", "year.2027.capex.owned", "year.2026.opex.total")


def plan() -> Accounts:
    """Accounts of a made-up plan with as many lines as the reference study's."""
    rng = stream(1, "benchmark", "plan")
    shape = (PATHS, PERIODS)
    classes = {
        "accelerators": AssetClass(5, 4.5, 0.0),
        "servers": AssetClass(5, 4.5, 0.0),
        "buildings": AssetClass(20, 20, 0.2),
    }
    purchases = []
    for k in range(OFFERS):
        cur = "USD" if k % 2 else "CNY"
        bought = np.round(rng.uniform(0, 30_000, shape))
        purchases.append(
            Purchase(f"offer{k}", "accelerators", bought, rng.uniform(5e3, 3e4), cur, f"chip{k}",
                     index=f"price{k}")
        )  # fmt: skip
        purchases.append(Purchase(f"host{k}", "servers", bought, 8e3, "USD", f"chip{k}"))
    leases = tuple(
        Lease(f"lease{k}", np.round(rng.uniform(0, 5_000, shape)), 2.4 * 2190, "USD",
              int(rng.integers(4, 13)), 0.08, fair_value=27_000.0, economic_years=4.5,
              chip=f"chip{k}", index=f"rent{k}")
        for k in range(LEASES)
    )  # fmt: skip
    costs = tuple(
        Cost(f"power{k}", "power", rng.uniform(1e4, 3e5, shape), 400.0, "CNY", "MWh",
             variable=0.6, index="tariff")
        for k in range(SITES)
    )  # fmt: skip
    flows = Flows(
        periods=horizon(Period.parse("2026-Q1"), PERIODS),
        currency="CNY",
        paths=tuple(f"leaf{k}" for k in range(PATHS)),
        probability=np.full(PATHS, 1 / PATHS),
        fx={"USD": 7.04},
        purchases=tuple(purchases),
        leases=leases,
        costs=costs,
        available={f"chip{k}": rng.uniform(1e9, 1e11, shape) for k in range(OFFERS)},
    )
    return account(flows, Policy(classes, discount_rate=0.09, tax_rate=0.25))


SIGMA = {"price": 0.12, "rent": 0.18}
OTHER, YUAN = 0.1, 0.04  # of tariffs; of the exchange rate, a year


def planned(study: Path) -> Accounts:
    """Accounts of a study's plan."""
    from outlay.planning.solve import solve
    from outlay.runs.execute import Options, prepare
    from outlay.runs.money import accounts_of

    stages = prepare(study, Options())
    return accounts_of(stages, solve(stages.problem)).accounts


def draw(a: Accounts, draws: int) -> dict[str, np.ndarray]:
    """Factors of each draw: prices σ 12 %, rents 18 %, tariffs 10 %, the yuan 4 % a year."""
    rng = stream(1, "benchmark", "draws")
    out = {}
    for name, now in a.inputs.items():
        if name.startswith("index."):
            kind = name.removeprefix("index.")[:5].rstrip(":0123456789")
            s = SIGMA.get(kind, OTHER)
            out[name] = np.exp(s * rng.standard_normal(draws) - s * s / 2)
        elif name.startswith("fx."):
            years = np.sqrt((np.arange(len(a.flows.periods)) + 0.5) / 4)
            walk = rng.standard_normal((draws, 1)) * YUAN * years
            out[name] = np.mean(now) * np.exp(walk)
    return out


def sample(a: Accounts, worlds: dict[str, np.ndarray], path: np.ndarray) -> dict[str, np.ndarray]:
    """Outputs of every draw, each on its own path of the tree."""
    out = {name: np.empty(len(path)) for name in OUTPUTS}
    for leaf, program in enumerate(a.samplers(tuple(worlds), OUTPUTS)):
        chosen = np.flatnonzero(path == leaf)
        got = program.run({k: v[chosen] for k, v in worlds.items()})
        for name in OUTPUTS:
            out[name][chosen] = got[name]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1_000_000)
    parser.add_argument("study", nargs="?", type=Path)
    args = parser.parse_args()
    draws = args.draws
    begin = time.perf_counter()
    a = plan() if args.study is None else planned(args.study)
    accounted = time.perf_counter() - begin
    worlds = draw(a, draws)
    path = stream(1, "benchmark", "paths").integers(0, len(a.flows.paths), draws)
    begin, cpu = time.perf_counter(), time.process_time()
    out = sample(a, worlds, path)
    wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
    factors, steps = a.sampler(0, tuple(worlds), OUTPUTS).size
    print(f"accounts of {len(a.flows.paths)} paths, {len(a.rows)} rows: {accounted:.2f} s")
    print(
        f"{draws:,} draws: {wall:.2f} s wall, {cpu:.2f} s of one core; "
        f"{factors} factors, {steps} steps that are not linear"
    )
    npv = out["return.npv"]
    print(f"present value: mean {npv.mean():.4g}, 5 % {np.quantile(npv, 0.05):.4g}")


if __name__ == "__main__":
    main()
