"""A plan's money in another currency: all of it, at one rate, and nothing that is no money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import pytest

from outlay.core.errors import FxError
from outlay.results.plans.plan import Plan
from outlay.results.schema import json_schema, to_json
from outlay.workbench.parts.exchanged import exchanged, rate_to, rates_from
from outlay.workbench.parts.plan import fragment
from support.tiny_run import tiny_result

DAY = date(2025, 12, 31)
USD = rate_to(DAY, "CNY", "USD")


def amounts(value: Any, schema: Any, defs: Any, at: str = "") -> Iterator[tuple[str, float, str]]:
    """(where, number, unit) of every number of a document, the unit as its schema states it."""
    if "$ref" in schema:
        schema = {**defs[schema["$ref"].rpartition("/")[2]], **schema}
        schema.pop("$ref")
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return
    for part in schema.get("anyOf", ()):
        if part.get("type") != "null":
            schema = {**schema, **part}
            return (yield from amounts(value, {k: v for k, v in schema.items() if k != "anyOf"},
                                       defs, at))  # fmt: skip
    if isinstance(value, int | float):
        yield at, value, schema.get("unit", "")
    elif isinstance(value, list):
        for n, part in enumerate(value):
            inner = schema.get("items") or schema["prefixItems"][n]
            yield from amounts(part, inner, defs, f"{at}[{n}]")
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        for key, part in value.items():
            inner = known.get(key) or schema["additionalProperties"]
            yield from amounts(part, inner, defs, f"{at}.{key}")


def test_what_the_schema_calls_money_is_exchanged_and_nothing_else() -> None:
    plan = tiny_result()
    schema = json_schema("plan")
    before, after = (
        list(amounts(to_json(p), schema, schema["$defs"]))
        for p in (plan, exchanged(plan, replace(USD, rate=2.0)))
    )
    assert [at for at, *_ in before] == [at for at, *_ in after]
    moved = 0
    for (at, was, unit), (_, now, _) in zip(before, after, strict=True):
        if unit.startswith("study currency"):
            assert now == 2 * was, at
            moved += was != 0
        elif not unit and now != was:  # a row that says that its unit is the study's currency
            assert now == 2 * was, at
            assert at.startswith((".worth", ".outlook", ".slacks", ".duals")), at
        else:
            assert now == was, at
    assert moved > 50


def _units(value: Any) -> Iterator[str]:
    if is_dataclass(value):
        for f in fields(value):
            part = getattr(value, f.name)
            if f.name == "unit":
                yield str(part)
            else:
                yield from _units(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _units(part)


def test_a_part_says_its_amounts_at_the_rate_of_the_studys_day() -> None:
    plan = tiny_result()
    own, theirs = (fragment(plan, None, "money", currency=c) for c in ("CNY", "USD"))
    assert own == fragment(plan, None, "money")
    assert "CNY" not in theirs.partition("</p>")[2]
    assert f"{USD.rate:.5g} USD for one CNY" in theirs
    assert USD.known_on in theirs
    whole: Plan = exchanged(plan, USD)
    assert whole.expected_cost == pytest.approx(USD.rate * plan.expected_cost)
    assert "CNY" not in {*_units(whole.worth), *_units(whole.outlook)}
    assert "以USD计" in fragment(plan, None, "money", "zh", currency="USD")


def test_currencies_are_those_with_a_rate_and_others_are_refused_by_name() -> None:
    known = rates_from(DAY, "CNY")
    assert (known[0].code, known[0].rate) == ("CNY", 1.0)
    assert {"USD", "EUR"} <= {r.code for r in known}
    assert all(r.source and r.known_on <= DAY.isoformat() for r in known if r.code != "USD")
    with pytest.raises(FxError, match="XAU"):
        rate_to(DAY, "CNY", "XAU")
