"""Planning: what to buy, lease and site, when, and what then, as one multi-stage programme.

`outlay.planning.solve.solve(problem) -> Plan`. What it is worth: `values`, `hedges`, `no_regret`,
`regret_table`, `near_optimal`, `break_even_probability`. How large it would be: `size_estimate`.
"""

from typing import TYPE_CHECKING, Any

from outlay.planning.result import Certificates, Flow, Plan, Price, Slack
from outlay.planning.tree import Factor, Tree, product_tree
from outlay.planning.types import PlanProblem

if TYPE_CHECKING:
    from outlay.planning.alternatives import break_even_probability, near_optimal
    from outlay.planning.decisions import hedges, no_regret, orders, regret_table
    from outlay.planning.policy import do_nothing
    from outlay.planning.rows.draft import Options
    from outlay.planning.size import size_estimate
    from outlay.planning.value import Values, values

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
    "orders",
    "product_tree",
    "regret_table",
    "size_estimate",
    "values",
]

_HOME = {
    "Options": "rows.draft",
    "Values": "value",
    "break_even_probability": "alternatives",
    "do_nothing": "policy",
    "hedges": "decisions",
    "near_optimal": "alternatives",
    "no_regret": "decisions",
    "orders": "decisions",
    "regret_table": "decisions",
    "size_estimate": "size",
    "values": "value",
}


def __getattr__(name: str) -> Any:
    """Functions are imported when first asked for: types alone stay light."""
    import importlib

    if name in _HOME:
        return getattr(importlib.import_module(f"outlay.planning.{_HOME[name]}"), name)
    raise AttributeError(name)
