"""Planning: what to buy, lease and site, when, and what then, as one multi-stage programme.

`solver.solve.solve(problem) -> Plan`. What it is worth: `values`, `hedges`, `near_optimal`, and
more beside them in `answers`. How large it would be: `size_estimate`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from outlay.planning.answers.alternatives import near_optimal
    from outlay.planning.answers.decisions import hedges
    from outlay.planning.answers.value import values
    from outlay.planning.programme.size import size_estimate

__all__ = ["hedges", "near_optimal", "size_estimate", "values"]

_HOME = {
    "hedges": "answers.decisions",
    "near_optimal": "answers.alternatives",
    "size_estimate": "programme.size",
    "values": "answers.value",
}


def __getattr__(name: str) -> Any:
    """Functions are imported when first asked for: types alone stay light."""
    import importlib

    if name in _HOME:
        return getattr(importlib.import_module(f"outlay.planning.{_HOME[name]}"), name)
    raise AttributeError(name)
