"""The invariant of contracts sees rent that is signed and not paid, and whose it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.runs.pipeline.contracts import unpaid
from support.contract_studies import plan_of, study

OLD = {"chip": "h200-sxm", "quantity": 1000, "places": ["US"], "tenure": "leased",
       "rent": "2 USD/chip-hour", "lease_end": "2026-Q4"}  # fmt: skip
HALL = {"region": "US", "power": "100 MW", "pue": "1.25", "electricity": "0 USD/kWh",
        "rent": "100 USD/kW-month"}  # fmt: skip


@pytest.mark.parametrize("item", ["old", "a", "y"])
def test_what_is_signed_and_not_paid_is_seen(item: str) -> None:
    lease = {"chip": "h200-sxm", "by": "lease", "rent": "1 USD/chip-hour", "term": "2 quarters",
             "to": ["US"]}  # fmt: skip
    data = study(fleet={"old": OLD}, supply={"y": lease}, sites={"a": HALL})
    data["work"]["serve"]["need"] = 1500
    plan = plan_of(data)
    assert unpaid(plan)[0] == pytest.approx(0.0, abs=1e-9)
    half = tuple(
        replace(f, amount=f.amount / 2)
        if f.item == item and f.entry in ("rent", "site_rent") and f.node == 1
        else f
        for f in plan.flows
    )
    worst, where = unpaid(replace(plan, flows=half))
    assert where == item
    assert worst == pytest.approx(0.5)
