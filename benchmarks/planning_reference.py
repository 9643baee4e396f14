"""The reference-like study: CPU seconds to plan, by way of starting, and of the default values.

python benchmarks/planning_reference.py [--all]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def main() -> None:
    from planning_case import reference_like

    from outlay.planning.answers.value import values
    from outlay.planning.programme.draft import Options
    from outlay.planning.programme.model import build
    from outlay.planning.solver.highs import Session
    from outlay.planning.solver.solve import solve

    problem = reference_like(slices=2)
    began = time.process_time()
    plan = solve(problem)
    planned = time.process_time() - began
    print(f"plan, all in        {planned:7.2f} CPU s   objective {plan.objective:.6e}")
    print(f"  solve alone       {plan.certificates.seconds:7.2f} s wall")
    began = time.process_time()
    values(problem, plan)
    print(f"default values      {time.process_time() - began:7.2f} CPU s")
    if "--all" not in sys.argv:
        return
    for name, full in (("by place", False), ("by hall", True)):
        matrix = build(problem, Options(full=full)).matrix
        for method in ("simplex", "ipm"):
            began = time.process_time()
            found = Session(matrix).solve(method)
            took = time.process_time() - began
            off = found.objective / plan.objective - 1
            print(f"{name}, {method:8s} {took:7.2f} CPU s   objective off {off:+.2e}")


if __name__ == "__main__":
    main()
