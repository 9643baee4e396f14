"""Rows of the result: what is ordered and what it costs."""

from __future__ import annotations

import pytest

from outlay.runs.tables import order_rows
from support.small import small_run


def test_what_an_order_spends_holds_its_hosts() -> None:
    run = small_run()
    rows = [r for r in order_rows(run.plan) if r.offer == "h200-import"]
    assert rows
    for r in rows:
        assert r.spend == pytest.approx(r.quantity * (r.unit_price + 60_000))
    rented = [r for r in order_rows(run.plan) if r.kind == "operating_lease"]
    assert all(r.spend == 0 for r in rented)
