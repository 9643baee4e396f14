"""Any set of facts, printed in any way, is read back exactly, with entity and period."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import outlay.evidence.pages.webpage as pages
from outlay.evidence.tagged.claims import tags_of
from outlay.evidence.text.parsed import from_json
from outlay.evidence.types import Document
from support.filing import FORMATS, Printed, page

DAYS = {
    ("2025-01-01", "2025-12-31"): "2025", ("2024-01-01", "2024-12-31"): "2024",
    ("2025-10-01", "2025-12-31"): "2025-Q4", ("2025-01-01", "2025-09-30"): "2025-01/2025-09",
    ("2025-12-31",): "2025-12", ("2024-12-31",): "2024-12",
}  # fmt: skip
UNITS = {"USD": "USD", "EUR": "EUR", "shares": "share", "USD/shares": "USD/share", "kW": "W"}
CONCEPTS = ("gaap25:Revenues", "gaap25:Assets", "brin:HallsLeased", "cover:EntityPublicFloat")
MEMBERS = ((), (("gaap25:RegionAxis", "brin:NorthMember"),), (("brin:SiteAxis", "=Site 7"),))


@pytest.fixture(autouse=True, scope="module")
def in_time() -> Iterator[None]:
    """A parser stops where its process has used much of the processor: this one is not its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "out_of_time", lambda: False)
        yield


@st.composite
def facts(draw: st.DrawFn) -> Printed:
    scale = draw(st.sampled_from([-3, -2, 0, 3, 6, 9]))
    digits = draw(st.integers(min_value=-(10**9), max_value=10**9))
    value = Decimal(digits).scaleb(scale - draw(st.integers(0, 3)))
    return Printed(
        draw(st.sampled_from(CONCEPTS)), value, draw(st.sampled_from(list(DAYS))),
        draw(st.sampled_from(list(UNITS))), scale, draw(st.sampled_from(list(FORMATS))),
        draw(st.sampled_from(["INF", "0", "-3", "-6", "2"])), draw(st.sampled_from(MEMBERS)),
    )  # fmt: skip


def one_each(found: list[Printed]) -> list[Printed]:
    """Facts of different things: two values of one thing are another matter."""
    return list({(f.concept, f.days, f.unit, f.dimensions): f for f in found}.values())


@given(st.lists(facts(), min_size=1, max_size=12).map(one_each))
@settings(max_examples=120, deadline=None)
def test_facts_printed_in_any_way_are_read_back(found: list[Printed]) -> None:
    parsed = from_json(
        json.loads(json.dumps(pages.webpage(page(found, name="Tern Rock plc").encode())))
    )
    assert parsed.tagged
    document = Document("t.htm", parsed.text, "2026-02-01")
    claims, notes = tags_of(parsed.tagged).claims(document, "t")
    assert len(notes) == 1  # how many they are, and nothing unread
    read = sorted((c.tag.split(":")[1], c.period, c.unit, c.about, c.value) for c in claims)
    about = {(): "", MEMBERS[1]: "north", MEMBERS[2]: "site Site 7"}
    assert read == sorted(
        (
            f.concept.split(":")[1], DAYS[f.days], UNITS[f.unit], about[f.dimensions],
            float(f.value) * (1e3 if f.unit == "kW" else 1.0),
        )
        for f in found
    )  # fmt: skip
    assert {c.subject for c in claims} == {"Tern Rock plc"}
    for c in claims:
        assert parsed.text[slice(*c.value_span)] == c.quote
        assert c.quote in c.sentence == parsed.text[slice(*c.span)]
