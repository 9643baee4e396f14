"""The same study in months and in quarters: what goes by quarters costs the same by months."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.contract_studies import plan_of, study

MONTHS = {"2026-Q1": "2026-01", "2026-Q2": "2026-04", "2026-Q3": "2026-07", "2026-Q4": "2026-10"}


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Work that changes by the quarter; a purchase, a lease and a hall with clocks of quarters."""
    need = draw(st.lists(st.integers(0, 20), min_size=4, max_size=4))
    lead = draw(st.sampled_from([0, 3, 6]))
    buy = {
        "chip": "h200-sxm", "by": "purchase", "to": ["US"], "lead": f"{lead} months",
        "price": f"{draw(st.integers(1, 40))}_000 USD", "deposit": "20 %",
    }  # fmt: skip
    lease = {
        "chip": "h200-sxm", "by": "lease", "to": ["US"],
        "rent": f"{draw(st.integers(5, 50)) / 10} USD/chip-hour",
        "term": f"{draw(st.sampled_from([3, 6, 9, 24]))} months",
    }  # fmt: skip
    if draw(st.booleans()):
        lease["notice"] = "3 months"
    old = {
        "chip": "h200-sxm", "quantity": draw(st.integers(1, 10)), "places": ["US"],
        "tenure": "leased", "rent": "2 USD/chip-hour", "lease_end": "2026-Q3",
    }  # fmt: skip
    hall = {
        "region": "US", "power": f"{draw(st.integers(5, 30))} kW", "pue": "1.25",
        "electricity": "0.1 USD/kWh", "rent": "100 USD/kW-month",
        "minimum_use": draw(st.sampled_from(["0 %", "50 %", "100 %"])),
    }  # fmt: skip
    data = study(fleet={"old": old}, supply={"b": buy, "l": lease}, sites={"a": hall})
    data["work"]["serve"]["need"] = {q: n * 1.0 for q, n in zip(MONTHS, need, strict=True)}
    data["finance"] = {"lives": {"accelerators": {"book": "5 years", "economic": "5 years"}}}
    return data


@settings(max_examples=60, deadline=None)
@given(cases())
def test_quarters_and_months_agree(data: dict[str, Any]) -> None:
    """Without discount, and with every clock a whole number of quarters."""
    by_quarter = plan_of(data)
    by_month = plan_of({**data, "horizon": {"start": "2026-01", "periods": 12}})
    assert by_month.objective <= by_quarter.objective * (1 + 1e-6) + 1e-3
    assert by_month.objective == pytest.approx(by_quarter.objective, rel=1e-6, abs=1e-3)
