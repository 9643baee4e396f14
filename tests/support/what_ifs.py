"""Answers to what-ifs made by hand, one of each sort."""

from __future__ import annotations

from dataclasses import replace

from outlay.results.plans.what_if import WhatIf

__all__ = ["CORNER", "EXACT", "QUICK"]

QUICK = WhatIf(
    title="Small",
    currency="CNY",
    changes=("discount_rate=12 %/year",),
    moved=("cost",),
    stage="quick",
    objective=1.20e9,
    kept=True,
    least=1.14e9,
    gap=0.05,
    base=1.30e9,
    first_orders={"h200": 2000.0, "lease": 512.0},
    base_orders={"h200": 2500.0, "lease": 512.2, "local": 40.0},
)
EXACT = replace(QUICK, stage="exact", least=1.2e9, gap=0.0)
CORNER = replace(QUICK, kept=False, gap=None)
