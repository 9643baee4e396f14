"""Tables: each number cell is a claim with its row and column, or is counted as unread."""

from __future__ import annotations

from outlay.evidence.blocks.types import Scope
from support.evidence_tables import claims

FILER = Scope(entity="Silverlake Compute", currency="USD", scale=1e6, period="2025-Q2")


def test_a_header_of_several_rows_with_signs_in_cells_of_their_own() -> None:
    text = """{1}|Three Months Ended June 30,{6}|% Change{2}
|2025{3}|2024{3}|{2}
Revenue:
Cloud services|$|1,204.5||$|903.1||33|%
Licences||88.0|||(4.2|)|n.m.|
Total revenue|$|1,292.5||$|898.9||44|%
Purchases of property and equipment||740.2|||512.0||45|%
Diluted earnings per share|$|1.42||$|0.98||45|%
Headcount||8,412|||7,903||6|%"""
    found, _ = claims(text, "", FILER, heads=2)
    values = {(c.row[-1], c.column[-1]): c for c in found}
    cloud = values["Cloud services", "2025"]
    assert (cloud.value, cloud.unit, cloud.period) == (1.2045e9, "USD", "2025-Q2")
    assert cloud.row == ("Revenue:", "Cloud services")
    assert cloud.column == ("Three Months Ended June 30,", "2025")
    assert values["Licences", "2024"].value == -4.2e6
    assert values["Licences", "2024"].period == "2024-Q2"
    growth = values["Cloud services", "% Change"]
    assert (growth.value, growth.unit, growth.quantity) == (0.33, "fraction", "change")
    assert growth.period == "2025-Q2"
    capex = values["Purchases of property and equipment", "2025"]
    assert (capex.metric, capex.value, capex.row) == (
        "capital expenditure", 740.2e6, ("Purchases of property and equipment",),
    )  # fmt: skip
    assert values["Headcount", "2024"].value == 7903
    assert values["Headcount", "2024"].unit == "employee"
    assert {c.subject for c in found} == {"Silverlake Compute"}
    assert cloud.grounds.subject == "scope"
    assert cloud.grounds.period == "cell"
    # an amount for each share is no amount in millions
    assert "Diluted earnings per share" not in {c.row[-1] for c in found if c.unit == "USD"}
