"""One lease under each standard: the same cash, other reports."""

from __future__ import annotations

import numpy as np
import numpy_financial as npf
import pytest

from outlay.core.periods import Period, horizon
from outlay.finance import AssetClass, Flows, Lease, Policy, Sale
from support.finance_cases import presentations

YEARS = horizon(Period.parse("2026"), 3)
RENT = 2.0 * 1000 * float(np.mean([p.days for p in YEARS])) * 24
VALUE = -npf.pv(0.08, 3, RENT)
"""1,000 chips at 2 USD an hour for three years, and what that is worth at 8 %."""


def ways() -> dict[str, dict[str, float]]:
    """Presentation → row → its value in the first year."""
    lease = Lease("chips", np.array([1.0, 0, 0]), RENT, "USD", 3, 0.08, fair_value=6e7,
                  economic_years=6)  # fmt: skip
    flows = Flows(YEARS, "USD", leases=(lease,), sales=(Sale("api", "output", 1e6, 50.0),))
    policy = Policy({"accelerators": AssetClass(3, 3)}, discount_rate=0.09)
    return {
        name: {row: float(np.ravel(a[row])[0]) for row in a.rows}
        for name, a in presentations(flows, policy).items()
    }


def test_cash_and_value_are_the_same_under_every_standard() -> None:
    rows = list(ways().values())
    assert rows[0]["cash.before_owner"] == pytest.approx(50e6 - RENT)
    for name in ("cash.before_owner", "return.npv"):
        assert [r[name] for r in rows] == pytest.approx([rows[0][name]] * 4)


def test_leases_are_opex_is_true_or_false_by_standard() -> None:
    rows = ways()
    operating, service = rows["US GAAP, operating lease"], rows["service contract"]
    owed = VALUE * 1.08 - RENT
    assert operating["opex.total"] == pytest.approx(RENT)
    assert operating["capex.with_leases"] == 0
    assert operating["income.ebitda"] == pytest.approx(50e6 - RENT)
    assert operating["balance.lease_liability"] == pytest.approx(owed)
    assert operating["cover.leverage"] == 0
    for row in (rows["IFRS 16"], rows["US GAAP, finance lease"]):
        assert row["opex.total"] == 0
        assert row["capex.with_leases"] == pytest.approx(VALUE)
        assert row["income.ebitda"] == pytest.approx(50e6)
        assert row["cover.leverage"] == pytest.approx(owed / 50e6)
    assert service["balance.lease_liability"] == 0
    assert service["balance.lease_obligation_off_balance"] == pytest.approx(owed)
