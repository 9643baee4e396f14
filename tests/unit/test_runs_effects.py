"""What a state changes is in the accounts of its histories, and the bridge to the objective holds.

The study has something of everything (`support.effects`); the state is told in the second quarter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve
from outlay.runs.pipeline import execute
from outlay.runs.pipeline.execute import Stages
from outlay.runs.pipeline.money import RunAccounts, accounts_of
from support.effects import FACTOR, closed_form, event, stages_of, study_of

PRICE = {"input": "3 USD/Mtok", "cached": "1 USD/Mtok", "output": "12 USD/Mtok"}
BESIDE: dict[str, Any] = {
    "services.chat.value.price": PRICE,
    "finance.perimeter": "firm",
    "finance.operating_cash_flow": {"2026": "8m USD"},
    "finance.opening_cash": "4m USD",
    "sites.hall": {"power": "0.5 MW", "minimum_use": "60 %"},
    "sites.other.power": "0.1 MW",
    "supply": {"home": {"cap": 60}, "rent": {"cap": 60}, "buy": {"cap": 250}},
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_token_capacity", closed_form)


def told(effect: dict[str, Any], *beside: dict[str, Any]) -> tuple[Stages, Plan, RunAccounts]:
    stages = stages_of(study_of(BESIDE, *beside, **{FACTOR: event(effect)}))
    plan = solve(stages.problem)
    return stages, plan, accounts_of(stages, plan)


MANY: dict[str, Any] = {
    "services.chat": {
        "mix": {"input": 6, "cached": "20 %"},
        "growth": {"2026-Q3": 2},
        "value": {"least": "30 %", "price": {"output": "15 USD/Mtok"}},
    },
    "sites.hall": {"electricity": "0.2 USD/kWh", "rent": "200 USD/kW-month", "pue": 1.5,
                   "capex_due": {"2026-Q1": "2m USD"}, "expand": {"capex": "14 USD/W"}},
    "supply.home.price": "30_000 USD",
    "supply.rent.rent": "4 USD/chip-hour",
    "supply.buy": {"deposit": "40 %", "levy": {"share": "20 %"}, "price": "35_000 USD",
                   "refund": "10 %"},
    "training.run.flop": "3e24 FLOP",
    "budget": {"debt_rate": "12 %/year", "cash": "6m USD", "other_capex": {"2026-Q1": "3m USD"}},
    "finance": {"operating_cash_flow": {"2026": "5m USD"}, "staff_per_mw_year": "200_000 USD"},
}  # fmt: skip
LATE: dict[str, Any] = {"supply.buy": {"lead": "2 quarters", "cap": {"2026-Q1": 0, "2026-Q3": 90}}}
FINANCED: dict[str, Any] = {
    "supply.buy": {"by": "finance_lease", "term": "12 months", "lead": "1 quarter"},
}
DIRECT: dict[str, Any] = {"supply.buy.lead": "0 months"}
BLOCK: dict[str, Any] = {"training.run": {"block": 64, "spread": "free"}}
SMALL: dict[str, Any] = {
    "services.chat.fallback": {"model": "llama-3.1-8b", "most": "20 %", "loss": "5 %"},
    "services.chat.lengths.output": "520 tokens",  # of which the closed form serves fewer
    "fleet.old.quantity": 120,
    "supply": {"buy": {"cap": 0}, "home": {"cap": 0}, "rent": {"cap": 20}},
    "work.rank": {"need": 20, "unserved": "900 USD/chip-hour"},
    "work.video": {"units": {"items": "100k items/day"}, "unserved": "900 USD/chip-hour"},
    "training.run.unserved": "900 USD/chip-hour",
}
SHUT: dict[str, Any] = {**MANY, "supply.buy": {**MANY["supply.buy"], "cap": 0}}


CASES = {
    "plain": (MANY, {}),
    "late": (MANY, LATE),
    "financed": (MANY, FINANCED),
    "direct": (MANY, DIRECT),
    "block": ({**MANY, "training.run.flop": "6e24 FLOP"}, BLOCK),
    "handed over": (MANY, SMALL),
    "shut": (SHUT, {}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_bridge_closes_on_every_history_of_what_states_change(case: str) -> None:
    _, plan, found = told(*CASES[case])
    assert len(plan.leaf_cost) == 2
    shown = {"block": plan.work, "handed over": plan.handed, "shut": plan.cancelled}
    assert np.abs(shown.get(case, plan.orders)).sum() > 1.0  # so that the case is one
    assert {c.id: c.status for c in found.checks if c.status != "holds"} == {}
    assert found.bridge.gap < 0.01


def test_customers_pay_the_branchs_price() -> None:
    """Prices move no plan: the revenue of the branch is twice as much from the quarter on."""
    twice = {k: f"{2 * int(v.split()[0])} USD/Mtok" for k, v in PRICE.items()}
    _, plan, found = told({"services.chat.value.price": twice})
    tree = plan.problem.tree
    on = np.array([tree.labels[n][FACTOR] == "on" for n in tree.leaves])
    a = found.accounts
    for sale in a.flows.sales:
        each = np.broadcast_to(np.asarray(sale.price), (2, 3))
        base = float(PRICE[sale.kind].split()[0])
        assert each[on] == pytest.approx(np.array([[1, 2, 2]]) * base)
        assert each[~on] == pytest.approx(np.full((1, 3), base))
    paid = np.sum([s.mtok * np.broadcast_to(s.price, (2, 3)) for s in a.flows.sales], axis=0)
    assert a["cash.receipts"] == pytest.approx(paid, rel=1e-9)


def test_what_the_firm_earns_and_buys_beside_the_plan_is_the_branchs() -> None:
    effect = {
        "finance.operating_cash_flow": {"2026": "4m USD"},
        "budget.other_capex": {"2026-Q1": "3m USD"},
        "budget.cash": "7m USD",
    }
    _, plan, found = told(effect)
    tree, flows = plan.problem.tree, found.accounts.flows
    on = [tree.labels[n][FACTOR] == "on" for n in tree.leaves].index(True)
    (earned,) = flows.outside
    assert np.asarray(earned.amount)[on] == pytest.approx([2e6, 1e6, 1e6])
    assert np.asarray(earned.amount)[1 - on] == pytest.approx([2e6, 2e6, 2e6])
    (other,) = [p for p in flows.purchases if p.id == "other capex"]
    assert np.asarray(other.price)[on] == pytest.approx([1e6, 3e6, 3e6])
    assert np.asarray(other.price)[1 - on] == pytest.approx([1e6, 1e6, 1e6])
    least = found.accounts["balance.cash_minimum"]
    assert least[on] == pytest.approx([5e6, 7e6, 7e6])
    assert least[1 - on] == pytest.approx([5e6, 5e6, 5e6])


def test_a_deposit_is_lost_as_it_was_agreed_at_the_order() -> None:
    """Ordered at 30,000 with a quarter ahead, half of it to come back; told a quarter later."""
    _, plan, found = told({"supply.buy": {"cap": 0, "deposit": "40 %", "refund": "10 %"}})
    tree, (buy,) = plan.problem.tree, [p for p in found.accounts.flows.purchases if p.id == "buy"]
    on = [tree.labels[n][FACTOR] == "on" for n in tree.leaves].index(True)
    gone = plan.cancelled[[o.id for o in plan.offers].index("buy")][tree.path(tree.leaves[on])]
    assert gone.sum() > 1.0
    assert np.asarray(buy.deposit_lost)[on] == pytest.approx(gone * 30_000 * 0.25 * 0.5, rel=1e-9)
    assert np.asarray(buy.deposit_refunded)[on] == pytest.approx(gone * 30_000 * 0.25 * 0.5)
