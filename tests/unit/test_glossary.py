"""Words of the trade that readers meet are in the glossary, each once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from support.pages import pages, written_by_hand
from support.shared import ROOT

PLAIN = {
    "AI", "API", "CJK", "CPU", "CSV", "DOI", "HTML", "INVALID", "ISO", "JSON", "MPS", "PDF", "PNG",
    "SVG", "TSV", "XLSX", "YAML", "FAILED", "MB", "MCP", "TMPDIR", "UTF",
}  # fmt: skip
"""Abbreviations of files and programs, and a word that is shouted: none is of this trade."""
DEEP = (
    "docs/architecture.md", "docs/catalogue.md", "docs/decisions/", "docs/demand/",
    "docs/evidence/", "docs/performance/", "docs/planning/", "docs/serving/",
)  # fmt: skip
"""Pages for those who know the trade of each stage, with its own words."""
JARGON = ("prefill", "decode", "shadow price", "tornado", "regret", "goodput", "hedge", "levy")


def terms() -> dict[str, Mapping[str, Any]]:
    """Term → what the glossary says."""
    topics = YAML(typ="safe").load(ROOT / "docs" / "glossary.yaml")
    return {term: said for rows in topics.values() for term, said in rows.items()}


def known() -> list[str]:
    return [word for term, said in terms().items() for word in (term, *said.get("also", ()))]


def abbreviations(text: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]{2,7}\b", text)) - PLAIN


def test_each_term_stands_once_and_says_what_it_means() -> None:
    assert [word for word, n in Counter(known()).items() if n > 1] == []
    for term, said in terms().items():
        assert set(said) <= {"means", "unit", "also"}, term
        assert re.search(r"[.]$", said["means"]), term


def test_abbreviations_of_the_report_s_words_are_in_it() -> None:
    words = {w for word in known() for w in word.split()}
    for path in (ROOT / "src/outlay/report/data").glob("words.en*.toml"):
        said = re.sub(r"^\s*#.*$", "", path.read_text("utf-8"), flags=re.M)
        said = re.sub(
            r"^\[place\]\n(?:[A-Z]{2} = .*\n)+", "", said, flags=re.M
        )  # codes of countries
        assert abbreviations(said) - words == set(), path.name


def test_abbreviations_of_pages_for_everyone_are_in_it() -> None:
    words = {w for word in known() for w in word.split()}
    for page in pages():
        if written_by_hand(page) and not page.startswith(DEEP):
            text = (ROOT / page).read_text("utf-8")
            text = re.sub(r"^```.*?^```$|`[^`]*`|\]\([^)]*\)", "", text, flags=re.M | re.S)
            assert abbreviations(text) - words == set(), page


def test_jargon_is_in_it() -> None:
    assert set(JARGON) - set(known()) == set()


def test_fields_of_the_study_that_are_abbreviations_are_in_it() -> None:
    """Names that a newcomer cannot read as words."""
    assert {"ttft", "tpot", "pue", "cv"} - set(known()) == set()
