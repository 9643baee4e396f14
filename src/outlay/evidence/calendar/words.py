"""Calendar expressions in English and Chinese, resolved against the date of the document.

A `When` is a span of text and the ISO period it means: `2026`, `2026-Q1`, `2026-H1`, `2025-10`,
`FY2026` (the fiscal year that ends in 2026), or `2026/2028` for a run of years.
"""

from __future__ import annotations

import re

import outlay.evidence.calendar.en as calendar_en
import outlay.evidence.calendar.zh as calendar_zh
from outlay.evidence.calendar.base import MONTH, MONTHS, Anchor, When

__all__ = ["MONTH", "MONTHS", "Anchor", "When", "find_periods", "shift_year"]


def find_periods(text: str, anchor: Anchor, future: bool, chinese: bool) -> list[When]:
    """Calendar expressions of one sentence, left to right; `future` where it speaks of plans."""
    pattern, resolve = calendar_en.pattern(), calendar_en.resolve
    if chinese:
        pattern, resolve = calendar_zh.pattern(), calendar_zh.resolve
    found = (resolve(m, anchor, future) for m in pattern.finditer(text))
    return [w for w in found if w is not None]


def shift_year(period: str, years: int) -> str:
    """The same period `years` later: `2025-Q3` and -1 give `2024-Q3`."""
    return re.sub(r"(?:19|20)\d{2}", lambda m: str(int(m[0]) + years), period)
