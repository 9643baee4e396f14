"""Bars of planning, as ratios in one run: build, memory, plain node form, warm re-solve.

    python benchmarks/planning_tree.py [leaves …] [--plain]

For each number of leaves of the synthetic instance: build share of the solve, CPU seconds of our
way (places, from its branches) and with --plain of the plain node form given to HiGHS's interior point,
distance of the objectives, re-solve after a changed price, peak memory. Each case runs in a
process of its own, so that memory is its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def measure(leaves: int, plain: bool) -> dict[str, float]:
    """Figures of one case, in this process."""
    import resource

    import numpy as np
    from planning_case import synthetic

    from outlay.planning.programme.draft import Options
    from outlay.planning.programme.model import build
    from outlay.planning.programme.size import size_estimate
    from outlay.planning.solver.certify import certify
    from outlay.planning.solver.highs import Session
    from outlay.planning.solver.solve import solve_linear

    build(synthetic(1, periods=3))  # imports are not part of a build
    problem = synthetic(leaves)
    size = size_estimate(problem)
    t0 = time.process_time()
    model = build(problem)
    t1 = time.process_time()
    Session(model.matrix, time_limit_s=580)
    t2 = time.process_time()
    session, solution = solve_linear(model)
    t3 = time.process_time()
    certificate = certify(model.matrix, solution)
    rows, columns, entries = model.matrix.shape
    out = {
        "leaves": leaves, "nodes": len(problem.tree), "rows": rows, "columns": columns,
        "build_cpu_s": t1 - t0, "hand_over_cpu_s": t2 - t1, "solve_cpu_s": t3 - t2,
        "build_share": (t2 - t0) / (t3 - t2), "objective": solution.objective,
        "certificate": max(certificate.primal, certificate.dual, certificate.gap),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "memory_estimate_mb": size.memory_mb, "entries": entries,
    }  # fmt: skip
    dearer = replace(problem.offers[0], price=problem.offers[0].price * 1.05)
    changed = build(replace(problem, offers=(dearer, *problem.offers[1:]))).matrix
    cols = np.flatnonzero(changed.cost != model.matrix.cost)
    t4 = time.process_time()
    session.set_costs(cols, changed.cost[cols])
    again = session.solve()
    out["resolve_share"] = (time.process_time() - t4) / (t3 - t2)
    assert again.status == "optimal"
    if plain:
        full = build(problem, Options(full=True))
        t5 = time.process_time()
        other = Session(full.matrix, time_limit_s=580).solve("ipm")
        out["plain_cpu_s"] = time.process_time() - t5
        out["plain_over_ours"] = out["plain_cpu_s"] / (t3 - t2)
        if other.status == "optimal":
            out["objective_off"] = abs(solution.objective - other.objective) / other.objective
    return out


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("leaves", nargs="*", type=int, default=[1, 9, 27])
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--here", action="store_true")
    args = parser.parse_args()
    if args.here:
        print(json.dumps(measure(args.leaves[0], args.plain)))
        return
    for leaves in args.leaves:
        command = [sys.executable, __file__, str(leaves), "--here"]
        command += ["--plain"] if args.plain else []
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        print("  ".join(f"{k} {v:.4g}" for k, v in found.items()), flush=True)


if __name__ == "__main__":
    main()
