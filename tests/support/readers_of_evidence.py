"""Readers of documents with structure: tagged facts, typed tables, tables with spans."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from support.filing import Printed, company_facts, page
from support.reader import Reader, encoded, of_file
from support.reading_apart import by_many

__all__ = ["EVIDENCE", "evidence"]

YEAR, BEFORE = ("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-31")
SAID = {"accn": "a", "fy": 2025, "fp": "FY", "form": "10-K"}


def evidence(path: Path) -> None:
    """A document to its claims, and these to text."""
    from outlay.evidence import read
    from outlay.evidence.document import claims_document
    from outlay.results.schema import to_text

    to_text(claims_document(read(path)))


@cache
def _facts() -> list[bytes]:
    entries = [
        {"start": a, "end": b, "val": value, "filed": "2026-02-10", **SAID}
        for (a, b), value in ((YEAR, 9e8), (YEAR, 8.7e8), (BEFORE, 6.1e8))
    ]
    balance: list[dict[str, object]] = [{"end": "2025-12-31", "val": -4, "filed": None, **SAID}]
    said = {
        ("us-gaap:PaymentsToAcquirePropertyPlantAndEquipment", "USD"): entries,
        ("us-gaap:EarningsPerShareDiluted", "USD/shares"): balance,
    }
    return [company_facts("Brindle Inc", said)]


@cache
def _filings() -> list[bytes]:
    facts = [
        Printed("gaap25:Revenues", Decimal(4_200_000_000), YEAR, scale=6),
        Printed("gaap25:Revenues", Decimal(-310_000), BEFORE, "EUR", 3, "ixt:num-comma-decimal"),
        Printed("brin:Load", Decimal(12), ("2025-12-31",), "MW"),
    ]
    return [page(facts).encode()]


INSTANCE = b"""<x xmlns="http://www.xbrl.org/2003/instance"
xmlns:g="http://fasb.org/us-gaap/2025" xmlns:iso4217="http://www.xbrl.org/2003/iso4217">
<context id="c"><entity><identifier scheme="s">1</identifier></entity><period>
<startDate>2025-01-01</startDate><endDate>2025-12-31</endDate></period></context>
<unit id="u"><measure>iso4217:USD</measure></unit>
<g:Revenues contextRef="c" unitRef="u" decimals="-6">4200000000</g:Revenues></x>"""
SPANS = b"""<h1>Prices in USD per million tokens</h1><table><caption>March 2026</caption><tr>
<th rowspan="2">Model</th><th colspan="2">Batch</th></tr><tr><th>Input</th><th>Output</th></tr>
<tr><td rowspan="2">Tarn</td><td>$2.5</td><td>$12</td></tr><tr><td>$5</td><td>1.2x</td></tr>
</table><p>In 2026 capex is $4bn, not $5bn. Power of A and B is 3 and 4 MW, respectively.</p>"""
TYPED = (
    "Brindle Inc, 3 March 2026\nUSD in millions\n\n"
    "Item       FY2025   FY2024\nRevenue    840.1    612\nLoad (MW)  (12)     11\n",
    "单位：人民币千元\n\n项目      2025年     2024年\n营业收入  4,120,530  2,977\n",
    "it_load_mw,rent_usd_per_gpu_hour,term_years\n12,2.2,5\n",
)
NOTE = (
    "# Brindle\n\n| US$bn | 2025 | 2026E |\n|---|---:|---|\n| Capex | 4.1 | 6.0 |\n"
    "| Chips, share | 30% | n/a |\n\nCorrection: capex in 2026 is $6bn, not $60bn.\n",
)

EVIDENCE: Mapping[str, Reader] = {
    "company facts": Reader(by_many("a.json", evidence), _facts, share=0.2),
    "company facts as a tree": Reader(by_many("a.json", evidence), _facts, "tree", 0.2),
    "inline XBRL": Reader(by_many("a.html", evidence), _filings, share=0.2),
    "XBRL instance": Reader(by_many("a.xml", evidence), lambda: [INSTANCE], share=0.2),
    "table with spans": Reader(by_many("a.html", evidence), lambda: [SPANS], share=0.2),
    "typed table": Reader(of_file("a.txt", evidence), encoded(TYPED), share=0.2),
    "Markdown table": Reader(of_file("a.md", evidence), encoded(NOTE), share=0.2),
}
"""What is read → how."""
