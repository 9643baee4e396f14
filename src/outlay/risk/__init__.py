"""Risk: how sure a plan is, and what would change the decision.

`plan_outlook(study, plan, demand, capacity) -> Outlook` lives through sampled worlds with a plan.
Below it, for any problem: `WorldModel` and `draw_worlds` (keyed, correlated), `Evaluator` and
`make_outlook`; `goal_seek` finds the input at which an answer reaches a target; `back_test`.
"""

from typing import TYPE_CHECKING, Any

from outlay.risk.backtest import Actual, Band, back_test, bands_of, read_actuals
from outlay.risk.goal import Goal, goal_seek
from outlay.risk.outlook import make_outlook
from outlay.risk.policy.evaluate import Evaluator, evaluate_worlds
from outlay.risk.sensitivity import Bar
from outlay.risk.types import Chance, Distribution, Driver, Outlook, Promise
from outlay.risk.worlds.marginals import Marginal
from outlay.risk.worlds.worlds import WorldModel, Worlds, draw_worlds

if TYPE_CHECKING:
    from outlay.risk.of_plan import plan_outlook
    from outlay.risk.worlds.of_study import StudyWorlds, study_worlds

__all__ = [
    "Actual",
    "Band",
    "Bar",
    "Chance",
    "Distribution",
    "Driver",
    "Evaluator",
    "Goal",
    "Marginal",
    "Outlook",
    "Promise",
    "StudyWorlds",
    "WorldModel",
    "Worlds",
    "back_test",
    "bands_of",
    "draw_worlds",
    "evaluate_worlds",
    "goal_seek",
    "make_outlook",
    "plan_outlook",
    "read_actuals",
    "study_worlds",
]

_STUDY = {
    "plan_outlook": "of_plan",
    "study_worlds": "of_study",
    "StudyWorlds": "of_study",
}
"""Names that need the study's models, imported when first asked for."""


def __getattr__(name: str) -> Any:
    if name in _STUDY:
        from importlib import import_module

        return getattr(import_module(f"outlay.risk.{_STUDY[name]}"), name)
    raise AttributeError(f"module 'outlay.risk' has no attribute '{name}'")
