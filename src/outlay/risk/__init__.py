"""Risk: how sure a plan is, and what would change the decision.

`plan_outlook(study, plan, demand, capacity) -> Outlook` lives through sampled worlds with a plan.
Below it, for any problem: `WorldModel` and `draw_worlds` (keyed, correlated), `Evaluator` and
`make_outlook`; `tornado`, `saltelli_sample` with `sobol_indices`, `given_data_indices`,
`goal_seek`; `stochastic_values`, `perfect_information`, `partial_information`,
`sample_information`; `regret_table`, `compare_plans`; `back_test`.
"""

from typing import TYPE_CHECKING, Any

from outlay.risk.backtest import Actual, Band, back_test, bands_of, read_actuals
from outlay.risk.compare import PlanComparison, compare_plans
from outlay.risk.evaluate import Evaluator, evaluate_worlds
from outlay.risk.marginals import Marginal
from outlay.risk.outlook import make_outlook
from outlay.risk.sensitivity import (
    Bar,
    Sobol,
    given_data_indices,
    goal_seek,
    saltelli_sample,
    sobol_indices,
    tornado,
)
from outlay.risk.types import Chance, Distribution, Driver, Outlook, Promise
from outlay.risk.value import (
    Regret,
    StochasticValues,
    partial_information,
    perfect_information,
    regret_table,
    sample_information,
    stochastic_values,
)
from outlay.risk.worlds import WorldModel, Worlds, draw_worlds

if TYPE_CHECKING:
    from outlay.risk.of_plan import plan_outlook
    from outlay.risk.of_study import StudyWorlds, study_worlds

__all__ = [
    "Actual",
    "Band",
    "Bar",
    "Chance",
    "Distribution",
    "Driver",
    "Evaluator",
    "Marginal",
    "Outlook",
    "PlanComparison",
    "Promise",
    "Regret",
    "Sobol",
    "StochasticValues",
    "StudyWorlds",
    "WorldModel",
    "Worlds",
    "back_test",
    "bands_of",
    "compare_plans",
    "draw_worlds",
    "evaluate_worlds",
    "given_data_indices",
    "goal_seek",
    "make_outlook",
    "partial_information",
    "perfect_information",
    "plan_outlook",
    "read_actuals",
    "regret_table",
    "saltelli_sample",
    "sample_information",
    "sobol_indices",
    "stochastic_values",
    "study_worlds",
    "tornado",
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
