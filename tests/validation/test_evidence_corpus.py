"""Documents with known claims: the floors that the reader must hold on those kept for scoring."""

from __future__ import annotations

import json

import pytest

from outlay.evidence import read
from support.evidence_scores import CORPUS, KEPT, PAGE, close, documents, load, page, score, totals


def test_the_held_out_third_is_read_well():
    total = totals("held")
    assert total.expected >= 100
    assert total.recall >= 0.95
    assert total.precision >= 0.90
    assert total.share("subject") >= 0.85
    assert total.share("period") >= 0.85
    assert total.share("hedge") >= 0.95


@pytest.mark.parametrize("part", ["later", "later2"])
def test_documents_written_later_are_read_well(part):
    total = totals(part)
    assert total.expected >= 100
    assert total.recall >= 0.93
    assert total.precision >= 0.93
    assert total.share("subject") >= 0.90
    assert total.share("metric") >= 0.90
    assert total.share("period") >= 0.90


REACHED = {  # recall, precision, subject, period, hedge; planted found, false hard, denied live
    "later4": ((0.97, 0.97, 0.95, 0.98, 0.98), (5, 0, 0)),
    "held2": ((0.91, 0.96, 0.96, 0.93, 0.98), (5, 0, 0)),
    "held3": ((0.95, 0.98, 0.98, 0.92, 0.98), (8, 0, 0)),
    "held4": ((0.93, 0.97, 0.91, 0.96, 0.98), (5, 0, 0)),
}
"""What was reached when the reader was last mended, less a claim or two."""


@pytest.mark.parametrize("part", REACHED)
def test_filings_tables_and_notices_are_read_as_well_as_last_time(part):
    pytest.importorskip("pdfplumber")
    total = totals(part)
    shares, (caught, false_hard, live) = REACHED[part]
    reached = (total.recall, total.precision, *map(total.share, ("subject", "period", "hedge")))
    assert [r for r, least in zip(reached, shares, strict=True) if r < least] == []
    assert total.caught >= caught
    assert total.false_hard <= false_hard
    assert total.live <= live


@pytest.mark.parametrize(
    ("part", "count", "planted"),
    [("later4", 12, 5), ("held2", 12, 5), ("held3", 16, 8), ("held4", 18, 11)],
)
def test_each_label_of_the_new_sets_can_be_met(part, count, planted):
    """Without reading: labels are whole, and what is denied is no claim to be found."""
    assert len(documents(part)) == count
    for path in documents(part):
        labels = load(path)
        assert labels.claims, path
        for e in [*labels.claims, *labels.optional]:
            assert e.low is not None or e.high is not None, path
            assert e.low is None or e.high is None or e.low <= e.high, path
            assert set(e.names) == {"subject", "period", "hedge"}, path
        for value, unit in labels.denied:
            assert not any(unit in e.units and value in (e.low, e.high) for e in labels.claims)
        for values in labels.contradictions:
            stated = {v for e in [*labels.claims, *labels.optional] for v in (e.low, e.high)}
            assert set(values) & stated, path
    assert sum(len(load(p).contradictions) for p in documents(part)) == planted


def test_contradictions_between_two_documents_are_found_and_no_others():
    spec = json.loads((CORPUS / "held4" / "across.json").read_text(encoding="utf-8"))
    planted: dict[tuple[str, ...], list[list[float]]] = {}
    for k in spec["contradictions"]:
        planted.setdefault(tuple(k["documents"]), []).append(k["values"])
    found = 0
    for names, pairs in planted.items():
        reading = read([CORPUS / "held4" / name for name in names])
        of = {c.id: c for c in reading.claims}
        hard = (x for x in reading.contradictions if x.severity == "hard")
        told = [[of[i] for i in x.claims if i in of] for x in hard]
        between = [[c.value for c in cs] for cs in told if len({c.document for c in cs}) > 1]
        hit = [[any(close(a, b) for a in vs for b in pair) for pair in pairs] for vs in between]
        assert all(any(row) for row in hit), (names, between)
        found += sum(map(any, zip(*hit, strict=True)))
    assert found >= 4


def test_a_set_that_was_not_run_is_on_no_page():
    rows = (CORPUS / "first_contact.csv").read_text(encoding="utf-8").splitlines()
    for part in KEPT:
        assert not any(row.startswith(f"{part},") for row in rows)
        assert not any(path.stem in PAGE.read_text(encoding="utf-8") for path in documents(part))


@pytest.mark.parametrize("path", documents("tune"), ids=lambda p: p.stem)
def test_a_document_of_the_rest_is_read_whole(path):
    result, notes = score(path)
    assert result.recall >= 0.95, notes
    assert result.precision >= 0.90, notes


def test_half_of_the_documents_are_chinese_and_a_third_is_held_out():
    held, rest = documents("held"), documents("tune")
    assert len(held) + len(rest) >= 28
    assert len(held) * 3 >= len(held) + len(rest)
    chinese = [p for p in [*held, *rest] if p.stem.startswith("zh")]
    assert abs(len(chinese) * 2 - len(held) - len(rest)) <= 2


def test_the_page_of_the_documentation_is_current():
    pytest.importorskip("pdfplumber")
    assert PAGE.read_text(encoding="utf-8") == page()
