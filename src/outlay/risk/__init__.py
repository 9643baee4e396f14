"""Risk: how sure a plan is, and what would change the decision.

`plan_outlook(study, plan, demand, capacity) -> Outlook` lives through sampled worlds with a plan.
Below it, for any problem: `worlds.worlds` draws keyed, correlated worlds, `outlook.make_outlook`
evaluates a policy in them; `goal.goal_seek` finds the input at which an answer reaches a target;
`backtest.back_test` scores what was said earlier.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from outlay.risk.of_plan import plan_outlook

__all__ = ["plan_outlook"]


def __getattr__(name: str) -> Any:
    """What needs the study's models is imported when first asked for."""
    if name == "plan_outlook":
        from importlib import import_module

        return import_module("outlay.risk.of_plan").plan_outlook
    raise AttributeError(f"module 'outlay.risk' has no attribute '{name}'")
