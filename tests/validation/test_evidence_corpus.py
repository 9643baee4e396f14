"""Documents with known claims: the floors that the reader must hold on those kept for scoring."""

from __future__ import annotations

import pytest

from support.evidence_scores import PAGE, documents, page, score, totals


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
    assert PAGE.read_text(encoding="utf-8") == page()
