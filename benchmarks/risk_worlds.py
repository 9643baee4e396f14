"""Time 1,000 worlds of a study's plan, re-optimised, on one and two processes; same bits or fail.

    python benchmarks/risk_worlds.py examples/bytedance-2026/study.yaml [worlds]

The plan itself is solved first and not counted. Prints one JSON line per run.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np


def main(study: str, n: int = 1_000) -> None:
    from outlay.planning.solver.solve import solve
    from outlay.risk.policy.evaluate import evaluate_worlds
    from outlay.risk.policy.policy import PlanPolicy
    from outlay.risk.worlds.of_study import study_worlds
    from outlay.risk.worlds.worlds import draw_worlds
    from outlay.runs.pipeline.execute import prepare
    from outlay.study import load

    stages = prepare(load(study))
    plan = solve(stages.problem)
    made = study_worlds(stages.loaded.study, plan.problem, stages.demand, stages.capacity)
    worlds = draw_worlds(made.model, n, stages.loaded.study.seed)
    tables = []
    for workers in (1, 2):
        begun = time.perf_counter()
        policy = PlanPolicy(plan, made.settings)
        tables.append(evaluate_worlds(policy, worlds, workers=workers))
        seconds = time.perf_counter() - begun
        print(json.dumps({"worlds": n, "workers": workers, "wall_s": round(seconds, 2)}))
    if not np.array_equal(tables[0], tables[1]):
        raise SystemExit("one and two workers differ")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000)
