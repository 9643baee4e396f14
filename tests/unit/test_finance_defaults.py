"""Default lives are complete, sourced, and accepted by the accounts."""

from __future__ import annotations

import csv
from importlib.resources import files

from outlay.core.periods import Period, horizon
from outlay.finance import Flows, Policy, account, default_classes


def test_defaults_are_a_valid_policy() -> None:
    classes = default_classes()
    assert {"accelerators", "servers", "network", "storage", "buildings"} <= set(classes)
    assert classes["buildings"].book_years > classes["accelerators"].book_years
    assert all(c.source for c in classes.values())
    account(Flows(horizon(Period.parse("2026"), 1), "CNY"), Policy(classes, 0.09))


def test_every_default_lies_in_its_range_and_names_its_source() -> None:
    text = files("outlay.finance").joinpath("data/asset_classes.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), row
        assert row["source"]
        named = row["source"].startswith("no source")
        assert named == (row["grade"] == "assumption"), row
