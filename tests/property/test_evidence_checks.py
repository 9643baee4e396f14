"""No verdict hangs on the order of claims, on rounding or on scale; the work grows with them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outlay.evidence.checks import compare
from outlay.evidence.checks.contradictions import find_contradictions
from outlay.evidence.checks.identities import find_identities
from outlay.evidence.checks.unsaid import MOST_ALIKE, Unsaid
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.types import Claim, Contradiction, Document

DOCUMENTS = [Document("x.md", "t" * 500), Document("y.md", "t" * 500)]
FAMILIES = [
    "capex", "spending", "AI processor spending", "leasing", "data centre spending", "revenue",
    "AI spending", "amount", "capex growth", "share", "operating margin", "operating profit",
]  # fmt: skip
UNITS = ["USD", "CNY", "USD", "chip", "USD/chip", "W"]
VALUES = [0.0, -3.0, 1.0, 2.4, 4.2, 10.0, 14.0, 24.0, 41.0, 100.0, 1e30, 1e-30]


def drawn(seed: int, most: int) -> list[Claim]:
    """Claims of few actors, measures and periods, so that many meet; noughts and debts too."""
    r = random.Random(seed)
    out: list[Claim] = []
    for i in range(r.randrange(2, most)):
        family = r.choice(FAMILIES)
        relative = family in ("capex growth", "share", "operating margin")
        value = r.choice(VALUES) * (0.01 if relative else 1.0)
        low = None if r.random() < 0.1 else value
        high = None if low is not None and r.random() < 0.1 else value
        ids, at = [c.id for c in out] or [""], 40 * r.randrange(9)
        row = ("Total",) if r.random() < 0.3 else (family,)
        cell = r.random() < 0.4
        out.append(Claim(
            id=f"c{i}", document=r.choice(["x.md", "y.md"]), subject=r.choice("ABC"),
            metric="share of capex on AI processor" if family == "share" else family,
            value_low=low, value_high=high, unit="fraction" if relative else r.choice(UNITS),
            period=r.choice(["2024", "2025", "2025", ""]), period_basis="stated",
            said_on=r.choice(["2025-01-02", "2026-01-02"]),
            attribution=r.choice(["", "two sources"]),
            hedge=r.choice(["exact", "about", "over"]), kind=r.choice(["reported", "planned"]),
            condition="", span=(at, at + 39), sentence=f"A put {family} at 7 in 2025, of which 3",
            quote="7", family=family, value_span=(at + r.randrange(30), at + 35),
            vague=r.random() < 0.15, status=r.choice(["current", "current", "earlier"]),
            headline=r.random() < 0.1, converts=r.choice(ids) if r.random() < 0.15 else "",
            whole=r.choice(ids) if family == "share" else "",
            part_of=r.choice(ids) if r.random() < 0.1 else "",
            compared_with=r.choice(ids) if r.random() < 0.2 else "",
            row=row if cell else (), column=("2025",) if cell else (),
        ))  # fmt: skip
    return out


def found(claims: Sequence[Claim]) -> list[Contradiction]:
    return find_contradictions(claims, DOCUMENTS, find_identities(claims))


def told(claims: Sequence[Claim]) -> set[tuple[str, str, tuple[str, ...], str]]:
    return {(c.relation, c.severity, tuple(sorted(c.claims)), c.keep) for c in found(claims)}


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_no_verdict_hangs_on_the_order_of_the_claims(seed: int, order: int) -> None:
    claims = drawn(seed, 30)
    shuffled = claims.copy()
    random.Random(order).shuffle(shuffled)
    assert told(shuffled) == told(claims)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([1e-3, 10.0, 1e6]))
def test_no_verdict_hangs_on_the_scale_of_the_money(seed: int, scale: float) -> None:
    claims = [c for c in drawn(seed, 30) if c.value not in (1e30, 1e-30)]
    scaled = [
        replace(
            c, rounding=c.rounding * scale,
            value_low=None if c.value_low is None else c.value_low * scale,
            value_high=None if c.value_high is None else c.value_high * scale,
        )
        if currency_of(c.unit) else c
        for c in claims
    ]  # fmt: skip
    assert told(scaled) == told(claims)


@settings(max_examples=200, deadline=None)
@given(st.floats(0.1, 1e6), st.floats(-1, 1), st.sampled_from([0.5, 0.05, 5.0]))
def test_values_equal_within_rounding_are_never_hard(value: float, off: float, half: float) -> None:
    assume(value > 20 * half)
    base = many(1)[0]
    one = replace(base, value_low=value, value_high=value, rounding=half)
    near = value + off * half
    other = replace(
        base, id="other", document="y.md", value_low=near, value_high=near, rounding=half
    )
    assert not found([one, other])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9))
def test_nothing_hard_stands_on_a_denied_an_old_or_a_guessed_claim(seed: int) -> None:
    claims = [c for c in drawn(seed, 30) if not (c.part_of or c.converts or c.compared_with)]
    by_id = {c.id: c for c in claims}
    for c in found(claims):
        if c.severity == "hard" and c.relation == "same thing, different values":
            a, b = (by_id[i] for i in c.claims)
            assert a.status == b.status == "current"
            assert (a.subject, a.family, a.period) == (b.subject, b.family, b.period)
    unknown = [replace(c, grounds=replace(c.grounds, metric="guess")) for c in claims]
    hard = [c for c in found(unknown) if c.severity == "hard"]
    assert {c.relation for c in hard} <= {"magnitude"}


def many(n: int) -> list[Claim]:
    """Totals, parts and shares of one actor and one year, each of another value."""
    base = next(c for c in drawn(1, 30) if c.value_low is not None)
    base = replace(
        base, subject="A", period="2025", unit="USD", converts="", compared_with="", whole="",
        status="current", vague=False, negated=False, document="x.md", hedge="exact",
        headline=False, row=(), column=(), part_of="", sentence="A put it at 7 in 2025",
    )  # fmt: skip
    out: list[Claim] = []
    for i in range(n):
        kind = ("capex", "AI processor spending", "share", "spending")[i % 4]
        whole = out[i - 2].id if kind == "share" else ""
        metric = "share of capex on AI processor" if whole else kind
        out.append(
            replace(
                base, id=f"c{i}", family=kind, metric=metric, whole=whole, vague=kind == "spending",
                value_low=10.0 + i, value_high=10.0 + i, unit="fraction" if whole else "USD",
                span=(40 * i, 40 * i + 39), value_span=(40 * i + 5, 40 * i + 9),
            )
        )  # fmt: skip
    return out


@pytest.mark.parametrize("n", [200, 1_600])
def test_the_work_grows_with_the_claims(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    """Of one actor and one year, however many: conversions are counted, not seconds."""
    calls = Counter[str]()
    plain = compare._factor

    def counted(c: Claim, unit: str) -> float | None:
        calls["converted"] += 1
        return plain(c, unit)

    monkeypatch.setattr(compare, "_factor", counted)
    found(many(n))
    assert n <= calls["converted"] <= 150 * n


def test_what_is_too_much_is_said() -> None:
    claims = many(200)
    unsaid = Unsaid()
    find_identities(claims, unsaid)
    find_contradictions(claims, DOCUMENTS, (), unsaid)
    first, second = unsaid.on(DOCUMENTS)
    assert [n.what for n in first.notes] == [
        f"A: {what} in 2025 has 50 different values, from {ends}; more than 12 are taken for a "
        "table and not set against one another"
        for what, ends in (
            ("capex", "$10 to $206"),
            ("AI processor spending", "$11 to $207"),
            ("spending", "$13 to $209"),
        )
    ] + [
        "A: 50 parts in 2025; a share is set only against the first 12",
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
        "arithmetic: only the first 40 of 43 figures per second are told"
    ]


def test_one_measure_of_thirteen_values_is_a_note_and_of_twelve_all_pairs() -> None:
    wholes = [c for c in many(60) if c.family == "capex"]
    for n, pairs in ((MOST_ALIKE, 66), (MOST_ALIKE + 1, 0)):
        unsaid = Unsaid()
        some = [replace(c, document=f"{i}.md") for i, c in enumerate(wholes[:n])]
        told = find_contradictions(some, DOCUMENTS, (), unsaid)
        said = [c for c in told if c.relation == "same thing, different values"]
        notes = unsaid.on([Document("0.md", "t")])[0].notes
        assert (len(list(combinations(some, 2))) == pairs == len(said)) or (not pairs and not said)
        assert {c.severity for c in said} <= {"soft", "hard"}
        assert bool(notes) == (n > MOST_ALIKE)
