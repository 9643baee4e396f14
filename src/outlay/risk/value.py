"""What knowing is worth: EVPI, EVPPI and VSS of scenario problems; regret of plans.

For minimised costs. Wait-and-see <= recourse <= expected-value policy holds for every problem
(Birge & Louveaux, Introduction to Stochastic Programming, 2nd ed., section 4.3), so that each
value is >= 0; a solver's noise below `NOISE` of the cost is cut to 0, more raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from outlay.core.errors import InvariantError, QuantityError

__all__ = [
    "Regret",
    "ScenarioProblem",
    "StochasticValues",
    "partial_information",
    "perfect_information",
    "regret_table",
    "sample_information",
    "stochastic_values",
]

Array = npt.NDArray[np.float64]
S = TypeVar("S")
X = TypeVar("X")
S_contra = TypeVar("S_contra", contravariant=True)

NOISE = 1e-7


class ScenarioProblem(Protocol[S_contra, X]):
    """A minimisation whose first-stage decision X comes before the scenario S is seen."""

    def __call__(
        self, scenarios: Sequence[S_contra], probabilities: Sequence[float], fixed: X | None
    ) -> tuple[float, X]:
        """Least expected cost and its first stage; with `fixed`, of that first stage."""


@dataclass(frozen=True)
class StochasticValues(Generic[X]):
    """Costs of the four ways of deciding, and what the differences are worth (all >= 0).

    wait_and_see: each scenario decided knowing it. recourse: the stochastic solution.
    expected_value: the plan for the mean scenario, living with what comes.
    static: every decision made now, if given. evpi = recourse - wait_and_see;
    vss = expected_value - recourse; flexibility = static - recourse.
    """

    wait_and_see: float
    recourse: float
    expected_value: float
    decision: X
    mean_decision: X
    static: float | None = None

    @property
    def evpi(self) -> float:
        return _not_negative(self.recourse - self.wait_and_see, self.recourse, "EVPI")

    @property
    def vss(self) -> float:
        return _not_negative(self.expected_value - self.recourse, self.recourse, "VSS")

    @property
    def flexibility(self) -> float | None:
        if self.static is None:
            return None
        return _not_negative(self.static - self.recourse, self.recourse, "flexibility")


def stochastic_values(
    solve: ScenarioProblem[S, X],
    scenarios: Sequence[S],
    probabilities: Sequence[float],
    mean_scenario: S,
    static: Callable[[], float] | None = None,
) -> StochasticValues[X]:
    """Solve the problem in each of the ways above. Scenarios of probability 0 change nothing."""
    p = _probabilities(probabilities, len(scenarios))
    alone = [
        solve([s], [1.0], None)[0] if w > 0 else 0.0 for s, w in zip(scenarios, p, strict=True)
    ]
    recourse, decision = solve(scenarios, p, None)
    _, mean_decision = solve([mean_scenario], [1.0], None)
    expected_value, _ = solve(scenarios, p, mean_decision)
    return StochasticValues(
        float(np.dot(p, alone)),
        recourse,
        expected_value,
        decision,
        mean_decision,
        None if static is None else static(),
    )


def perfect_information(cost: Array, probabilities: Sequence[float]) -> float:
    """EVPI of a table cost [decision, scenario]: min_d E c - E min_d c."""
    p = np.array(_probabilities(probabilities, cost.shape[1]))
    best: Array = cost.min(axis=0)
    known = float(best @ p)
    return _not_negative(float(np.min(cost @ p)) - known, known, "EVPI")


def partial_information(
    cost: Array, probabilities: Sequence[float], factor: Sequence[int]
) -> float:
    """Value of knowing one factor now: min_d E c - sum_k P(k) min_d E[c | k].

    factor: [scenario] the state of the factor in each scenario (EVPPI). With one state per
    scenario it is the EVPI, with a single state it is 0.
    """
    p = np.array(_probabilities(probabilities, cost.shape[1]))
    states = np.asarray(factor, dtype=np.int64)
    sets = [states == k for k in np.unique(states).flat]
    known = sum(float(np.min(cost[:, mine] @ p[mine])) for mine in sets)
    return _not_negative(float(np.min(cost @ p)) - known, known, "EVPPI")


def sample_information(cost: Array, probabilities: Sequence[float], likelihood: Array) -> float:
    """Value of an imperfect signal: likelihood [signal, scenario] of each signal, columns sum 1.

    Equation: min_d E c - sum_s min_d sum_k P(k) P(s | k) c_dk (Raiffa & Schlaifer 1961).
    """
    p = np.array(_probabilities(probabilities, cost.shape[1]))
    L = np.asarray(likelihood, dtype=np.float64)
    if (L < 0).any() or not np.allclose(L.sum(axis=0), 1.0, atol=1e-9):
        raise QuantityError("each scenario's signal probabilities must be >= 0 and sum to 1")
    known = float(sum(np.min(cost @ (p * L[s, :])) for s in range(len(L))))
    return _not_negative(float(np.min(cost @ p)) - known, known, "value of the signal")


@dataclass(frozen=True)
class Regret:
    """Regret table: cost of each plan in each scenario over the best plan there.

    regret: [plan, scenario] >= 0, a zero in each column. expected, worst: [plan].
    safest: the plan of least worst regret; cheapest: of least expected cost.
    """

    plans: tuple[str, ...]
    scenarios: tuple[str, ...]
    cost: Array
    regret: Array
    expected: Array
    worst: Array
    cheapest: str
    safest: str


def regret_table(
    plans: Sequence[str], scenarios: Sequence[str], cost: Array, probabilities: Sequence[float]
) -> Regret:
    """Regret of every plan in every scenario (Savage 1951). cost: [plan, scenario]."""
    p = np.array(_probabilities(probabilities, len(scenarios)))
    table = np.asarray(cost, dtype=np.float64)
    if table.shape != (len(plans), len(scenarios)) or not np.isfinite(table).all():
        raise QuantityError("a regret table needs a finite cost of each plan in each scenario")
    regret: Array = table - table.min(axis=0)
    worst: Array = regret.max(axis=1)
    return Regret(
        tuple(plans),
        tuple(scenarios),
        table,
        regret,
        np.asarray(regret @ p),
        worst,
        plans[int(np.argmin(table @ p))],
        plans[int(np.argmin(worst))],
    )


def _probabilities(p: Sequence[float], n: int) -> list[float]:
    out = [float(x) for x in p]
    if len(out) != n or any(not x >= 0 for x in out) or abs(sum(out) - 1) > 1e-9:
        raise QuantityError(
            "probabilities must be >= 0 and sum to 1", value=", ".join(f"{x:g}" for x in out)
        )
    return out


def _not_negative(value: float, scale: float, name: str) -> float:
    if value < -NOISE * max(1.0, abs(scale)):
        raise InvariantError(f"{name} came out below zero: {value:g} on a cost of {scale:g}")
    return max(value, 0.0)
