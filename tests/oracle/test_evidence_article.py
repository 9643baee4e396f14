"""The reference article and its retelling against the independent list of what they state."""

from __future__ import annotations

import csv
import math

import pytest

from outlay.evidence import read
from support.shared import ROOT, shared_dir

RETOLD = ROOT / "examples" / "bytedance-2026" / "article.md"

# claim id of the list -> value, unit of ours, hedges that the words allow
STATED = {
    "S01": (1.6e12, "CNY", {"exact"}),
    "S02": (1e11, "USD", {"about", "over"}),
    "S03": (1.6e11, "CNY", {"exact"}),
    "S04": (2.3e10, "USD", {"about"}),
    "S05": (1.5e11, "CNY", {"exact"}),
    "S06": (0.5, "fraction", {"about"}),
    "S07": (8.5e10, "CNY", {"exact"}),
    "S08": (3e11, "USD", {"over"}),
    "S12": (2e4, "chip", {"exact"}),
    "S13": (2e4, "USD/chip", {"about", "may"}),
    "S15": (1e9, "USD", {"about", "over"}),
    "S19": (1, "rank", {"exact"}),
    "S20": (3e13, "token/day", {"over"}),
    "S21": (4.3e13, "token/day", {"exact"}),
    "S22": (1, "rank", {"exact"}),
}
# rows whose period the words leave open
OPEN_PERIOD = {"S15", "S19", "S22"}


@pytest.fixture(scope="module", params=["article", "retelling"])
def reading(request):
    if request.param == "retelling":
        return read(RETOLD, date="2025-12-23")
    return read(shared_dir() / "reference" / "article.txt", date="2025-12-23")


def _subject_agrees(wanted: str, found: str) -> bool:
    return all(word in found for word in wanted.split() if word not in ("and",))


def test_every_stated_number_is_found(reading):
    rows = {
        r["claim_id"]: r
        for r in csv.DictReader(
            (shared_dir() / "data" / "seed_article_claims.csv").open(encoding="utf-8")
        )
    }
    for row_id, (value, unit, hedges) in STATED.items():
        row = rows[row_id]
        hits = [
            c for c in reading.claims
            if c.unit == unit and c.value_low is not None and math.isclose(c.value_low, value)
            and _subject_agrees(row["subject"], c.subject)
        ]  # fmt: skip
        assert hits, f"{row_id}: {row['statement_in_own_words']}"
        if row_id not in OPEN_PERIOD:
            assert any(c.period == row["period"] for c in hits), (row_id, [c.period for c in hits])
        assert any(c.hedge in hedges for c in hits), (row_id, [c.hedge for c in hits])


def test_nothing_else_is_claimed(reading):
    assert len(reading.claims) == len(STATED)
    assert all("00700" not in c.quote for c in reading.claims)


def test_contradictions_are_named_with_their_cause(reading):
    found = {(c.relation, c.severity): c for c in reading.contradictions}
    tenfold = found["same thing, different values", "hard"]
    assert tenfold.factor == pytest.approx(10)
    assert "亿" in tenfold.likely_cause
    assert reading.claim(tenfold.keep).value == pytest.approx(1.6e11)
    magnitude = found["magnitude", "hard"]
    assert reading.claim(magnitude.keep).value == pytest.approx(2.3e10)
    share = found["share against part and whole", "soft"]
    assert "53.1" in share.text
    assert ("scope", "soft") in found
    assert ("repeated text", "note") in found


def test_identities_are_computed(reading):
    by_name: dict[str, list] = {}
    for i in reading.identities:
        by_name.setdefault(i.name, []).append(i)
    (rate,) = by_name["implied exchange rate"]
    assert rate.computed == pytest.approx(160 / 23)
    assert (rate.low, rate.high) == (pytest.approx(160 / 23.5), pytest.approx(160 / 22.5))
    assert rate.verdict == "agrees"
    (value,) = by_name["price × count"]
    assert value.computed == pytest.approx(4e8)
    ratios = sorted(i.computed for i in by_name["ratio of two actors"])
    assert ratios == [pytest.approx(43 / 30), pytest.approx(14.1, rel=0.02)]
    (rest,) = by_name["rest of the whole"]
    assert rest.computed == pytest.approx(75e9)


def test_the_retelling_shares_no_sentence_with_the_article():
    import re

    def runs(text: str) -> set[str]:
        words = re.findall(r"\w+", re.sub(r"\([A-Z0-9]+\.[A-Z]{2}\)", "", text).lower())
        return {" ".join(words[i : i + 8]) for i in range(len(words) - 7)}

    original = runs((shared_dir() / "reference" / "article.txt").read_text(encoding="utf-8"))
    assert not runs(RETOLD.read_text(encoding="utf-8")) & original
