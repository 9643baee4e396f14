"""Planning: what to buy, lease and site, when, and what then, as one multi-stage programme.

`solver.solve.solve(problem) -> Plan`. What it is worth: `values`, `hedges`, `no_regret`,
`regret_table`, `near_optimal`, `break_even_probability`. How large it would be: `size_estimate`.
"""

from typing import TYPE_CHECKING, Any

from outlay.planning.problem.tree import Factor, Tree, product_tree
from outlay.planning.problem.types import PlanProblem
from outlay.planning.result import Certificates, Flow, Plan, Price, Slack

if TYPE_CHECKING:
    from outlay.planning.answers.alternatives import break_even_probability, near_optimal
    from outlay.planning.answers.decisions import hedges, no_regret, regret_table
    from outlay.planning.answers.policy import do_nothing
    from outlay.planning.answers.value import Values, values
    from outlay.planning.programme.draft import Options
    from outlay.planning.programme.size import size_estimate

__all__ = [
    "Certificates",
    "Factor",
    "Flow",
    "Options",
    "Plan",
    "PlanProblem",
    "Price",
    "Slack",
    "Tree",
    "Values",
    "break_even_probability",
    "do_nothing",
    "hedges",
    "near_optimal",
    "no_regret",
    "product_tree",
    "regret_table",
    "size_estimate",
    "values",
]

_HOME = {
    "Options": "programme.draft",
    "Values": "answers.value",
    "break_even_probability": "answers.alternatives",
    "do_nothing": "answers.policy",
    "hedges": "answers.decisions",
    "near_optimal": "answers.alternatives",
    "no_regret": "answers.decisions",
    "regret_table": "answers.decisions",
    "size_estimate": "programme.size",
    "values": "answers.value",
}


def __getattr__(name: str) -> Any:
    """Functions are imported when first asked for: types alone stay light."""
    import importlib

    if name in _HOME:
        return getattr(importlib.import_module(f"outlay.planning.{_HOME[name]}"), name)
    raise AttributeError(name)
