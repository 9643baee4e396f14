"""Claims compared in groups say what comparing each with each says; the work grows with them."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.evidence.checks import rivals as rivals_module
from outlay.evidence.checks import wholes as wholes_module
from outlay.evidence.checks.compare import PARTS, comparable, converted
from outlay.evidence.checks.contradictions import find_contradictions
from outlay.evidence.checks.growth import growth
from outlay.evidence.checks.identities import find_identities
from outlay.evidence.checks.unsaid import MOST_ALIKE, Unsaid
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.types import Claim, Document

DOCUMENTS = [Document("x.md", "t" * 500), Document("y.md", "t" * 500)]
FAMILIES = [
    "capex", "spending", "AI processor spending", "leasing", "data centre spending", "revenue",
    "AI spending", "amount", "capex growth", "share",
]  # fmt: skip


def drawn(seed: int, most: int) -> list[Claim]:
    """Claims of few actors, measures and periods, so that many meet; noughts and debts too."""
    r = random.Random(seed)
    out: list[Claim] = []
    for i in range(r.randrange(2, most)):
        family = r.choice(FAMILIES)
        relative = family in ("capex growth", "share")
        unit = "fraction" if relative else r.choice(["USD", "CNY", "USD", "chip", "USD/chip", "W"])
        value = r.choice([0.0, -3.0, 1.0, 2.0, 5.0, 10.0, 14.0, 100.0, 1e30, 1e-30])
        value *= 0.01 if relative else 1.0
        low = None if r.random() < 0.1 else value
        high = None if low is not None and r.random() < 0.1 else value
        ids, at = [c.id for c in out] or [""], 40 * r.randrange(9)
        out.append(Claim(
            id=f"c{i}", document=r.choice(["x.md", "y.md"]), subject=r.choice("ABC"),
            metric="share of capex on AI processor" if family == "share" else family,
            value_low=low, value_high=high, unit=unit, period=r.choice(["2024", "2025", "2025", ""]),
            said_on=r.choice(["2025-01-02", "2026-01-02"]), attribution=r.choice(["", "two sources"]),
            hedge=r.choice(["exact", "about", "over"]), kind=r.choice(["reported", "planned"]),
            condition="", span=(at, at + 39), sentence="Total | 3, x", quote="7", family=family,
            value_span=(at + r.randrange(30), at + 35), vague=r.random() < 0.15,
            status=r.choice(["current", "current", "earlier"]), headline=r.random() < 0.1,
            converts=r.choice(ids) if r.random() < 0.15 else "",
            whole=r.choice(ids) if family == "share" else "",
            compared_with=r.choice(ids) if r.random() < 0.2 else "",
        ))  # fmt: skip
    return out


def parts_above(claims: Sequence[Claim]) -> Iterator[tuple[str, str]]:
    """Each part against each total, by the words of the documentation."""
    usable = [c for c in claims if comparable(c) and not c.vague]
    for whole in usable:
        for part in usable:
            if whole.family != "capex" or not whole.period:
                continue
            if part.family not in PARTS - {"leasing", "AI spending"}:
                continue
            if (part.subject, part.period) != (whole.subject, whole.period):
                continue
            same = part.span == whole.span and part.value == whole.value
            pair = converted(part, whole.unit)
            if same or pair is None or not math.isfinite(pair[0]):
                continue
            if pair[0] > whole.interval()[1] * 1.02:
                yield whole.id, part.id


def shares_off(claims: Sequence[Claim]) -> Iterator[tuple[str, ...]]:
    """Each share against each part of its whole's actor and period."""
    by_id = {c.id: c for c in claims}
    for share, part in ((s, p) for s in claims for p in claims):
        whole = by_id.get(share.whole)
        if whole is None or share.unit != "fraction" or not currency_of(whole.unit):
            continue
        if part.family not in PARTS or not comparable(part):
            continue
        if not share.metric.endswith(f"on {part.family.removesuffix(' spending')}"):
            continue
        pair = converted(part, whole.unit)
        if (part.subject, part.period) != (whole.subject, whole.period) or pair is None:
            continue
        if not whole.value or not math.isfinite(pair[0]):
            continue
        amount = part.value if part.unit == whole.unit else pair[0]
        if abs(amount / whole.value - share.value) >= 0.01:
            yield share.id, part.id, whole.id


def stated_growth(new: Claim, claims: Sequence[Claim]) -> Claim | None:
    """The growth of its measure nearest to `new`, in its sentence or of its period."""
    said = [
        r for r in claims
        if r.family == f"{new.family} growth" and r.subject == new.subject
        and (r.span == new.span or (r.period and (r.period, r.document) == (new.period, new.document)))
    ]  # fmt: skip
    return min(said, key=lambda r: abs(r.value_span[0] - new.value_span[0]), default=None)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_groups_say_what_comparing_each_with_each_says(seed: int) -> None:
    claims = drawn(seed, 30)  # fewer than MOST_ALIKE of a kind, but for a rare draw
    alike = Counter((c.subject, c.period, c.family) for c in claims)
    found = find_contradictions(claims, DOCUMENTS, find_identities(claims))
    told = {(c.relation, tuple(sorted(c.claims))) for c in found}
    if max(alike.values()) <= MOST_ALIKE // 2:
        above = {tuple(sorted(ids)) for ids in parts_above(claims)}
        assert {ids for relation, ids in told if relation == "part above its whole"} == above
        shares = {tuple(sorted(ids)) for ids in shares_off(claims)}
        assert {i for relation, i in told if relation == "share against part and whole"} == shares
    by_id = {c.id: c for c in claims}
    for identity in growth(claims, by_id):
        stated = stated_growth(by_id[identity.claims[0]], claims)
        assert identity.claims[2:] == ((stated.id,) if stated else ())


def test_a_growth_is_held_against_the_one_stated_nearest_to_it() -> None:
    base = next(c for c in many(4))
    old = replace(base, id="old", period="2024", value_low=10.0, value_high=10.0)
    new = replace(
        base, id="new", value_low=15.0, value_high=15.0, span=(200, 239), value_span=(205, 209)
    )
    rates = [
        replace(base, id=f"r{at}", family="capex growth", unit="fraction", span=(at, at + 39),
                value_span=(at, at + 4), value_low=0.5, value_high=0.5)
        for at in (0, 150, 280, 400)
    ]  # fmt: skip
    claims = [old, new, *rates]
    told = [i.claims for i in growth(claims, {c.id: c for c in claims})]
    assert told == [("new", "old", "r150")]


def many(n: int) -> list[Claim]:
    """Totals, parts and shares of one actor and one year, each of another value."""
    base = next(c for c in drawn(1, 30) if c.value_low is not None)
    base = replace(
        base, subject="A", period="2025", unit="USD", converts="", compared_with="", whole="",
        status="current", vague=False, negated=False, document="x.md", hedge="exact", headline=False,
    )  # fmt: skip
    out: list[Claim] = []
    for i in range(n):
        kind = ("capex", "AI processor spending", "share", "spending")[i % 4]
        whole = out[i - 2].id if kind == "share" else ""
        out.append(
            replace(
                base, id=f"c{i}", family=kind, value_low=10.0 + i, value_high=10.0 + i,
                metric="share of capex on AI processor" if whole else kind, whole=whole,
                unit="fraction" if whole else "USD", span=(40 * i, 40 * i + 39), vague=kind == "spending",
                value_span=(40 * i + 5, 40 * i + 9),
            )
        )  # fmt: skip
    return out


@pytest.mark.parametrize("n", [200, 1_600])
def test_the_work_grows_with_the_claims(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    """Of one actor and one year, however many: conversions are counted, not seconds."""
    calls = Counter[str]()

    def counted(c: Claim, unit: str) -> tuple[float, float] | None:
        calls["converted"] += 1
        return converted(c, unit)

    for module in (wholes_module, rivals_module):
        if hasattr(module, "converted"):
            monkeypatch.setattr(module, "converted", counted)
    monkeypatch.setattr("outlay.evidence.checks.company.converted", counted)
    monkeypatch.setattr("outlay.evidence.checks.identities.converted", counted)
    find_contradictions(many(n), DOCUMENTS, find_identities(many(n)))
    assert calls["converted"] <= 150 * n


def test_what_is_too_much_is_said() -> None:
    claims = many(200)
    unsaid = Unsaid()
    find_identities(claims, unsaid)
    find_contradictions(claims, DOCUMENTS, (), unsaid)
    first, second = unsaid.on(DOCUMENTS)
    assert [n.what for n in first.notes] == [
        f"A: {what} in 2025 has 50 different values, from {ends}; more than 12 are taken for a table "
        "and not set against one another"
        for what, ends in (("capex", "$10 to $206"), ("AI processor spending", "$11 to $207"))
    ] + [
        "A: 50 totals and 50 parts in 2025; only the first 12 of each are set against one another",
        "A: 50 parts in 2025; a share is set only against those of its sentence",
    ]
    assert not second.notes
    assert unsaid.on([first])[0].notes == first.notes  # told once, however often it is asked


def test_arithmetic_of_one_kind_is_told_up_to_a_number_and_the_rest_is_counted() -> None:
    base = next(c for c in many(4))
    claims = [
        replace(base, id=f"c{i}", family="tokens", unit="token/day", value_low=1e9 + i,
                value_high=1e9 + i, span=(40 * i, 40 * i + 9), period="")
        for i in range(43)
    ]  # fmt: skip
    unsaid = Unsaid()
    assert len(find_identities(claims, unsaid)) == 40
    assert [n.what for n in unsaid.on(DOCUMENTS)[0].notes] == [
        "arithmetic: only the first 40 of 43 figures per second, watt or chip are told"
    ]


def test_one_measure_of_thirteen_values_is_a_note_and_of_twelve_all_pairs() -> None:
    wholes = [c for c in many(60) if c.family == "capex"]
    for n, pairs in ((MOST_ALIKE, 66), (MOST_ALIKE + 1, 0)):
        unsaid = Unsaid()
        some = [replace(c, document=f"{i}.md") for i, c in enumerate(wholes[:n])]
        found = find_contradictions(some, DOCUMENTS, (), unsaid)
        said = [c for c in found if c.relation == "same thing, different values"]
        notes = unsaid.on([Document("0.md", "t")])[0].notes
        assert (len(list(combinations(some, 2))) == pairs == len(said)) or (not pairs and not said)
        assert bool(notes) == (n > MOST_ALIKE)
