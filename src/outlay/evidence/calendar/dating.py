"""When a document was written: the date it states, or the year its words give away."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re

from outlay.evidence.calendar.words import MONTH, MONTHS

__all__ = ["document_date", "infer_year"]

_STAMP = re.compile(
    rf"(?P<iso>(20\d\d)[-/.](\d{{1,2}})[-/.](\d{{1,2}}))"
    rf"|(?P<zh>(20\d\d)年(\d{{1,2}})月(\d{{1,2}})日)"
    rf"|(?P<dmy>(\d{{1,2}})(?:st|nd|rd|th)? ({MONTH}),? (20\d\d))"
    rf"|(?P<mdy>({MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?,? (20\d\d))"
)


def document_date(text: str) -> str:
    """The day a document says it was written: a full date in its opening or last lines."""
    head = text[:800]
    lines = [ln for ln in head.splitlines()[:12] if len(ln) < 160]
    tail = [ln for ln in text[-300:].splitlines()[-3:] if len(ln) < 60]
    for line in [*lines, head[:240], *tail]:
        match = _STAMP.search(line)
        if match is None:
            continue
        if re.search(r"(?:as of|ended|ending|截至|截止|由|自)\s*(?:on )?$", line[: match.start()]):
            continue
        g = match.groups()
        if match["iso"] or match["zh"]:
            base = 1 if match["iso"] else 5
            y, m, d = int(g[base]), int(g[base + 1]), int(g[base + 2])
        elif match["dmy"]:
            y, m, d = int(g[11]), MONTHS[g[10].rstrip(".")], int(g[9])
        else:
            y, m, d = int(g[15]), MONTHS[g[13].rstrip(".")], int(g[14])
        if 1 <= m <= 12 and 1 <= d <= 31:
            return f"{y}-{m:02d}-{d:02d}"
    return ""


def infer_year(text: str) -> str:
    """The year a document without a date was written in, from the years it speaks of.

    Years after a word of planning are later than the document; the latest other year is its
    own. '' where it names none.
    """
    planned: list[int] = []
    plain: list[int] = []
    for match in re.finditer(r"(?<![\d.,$])(20[1-4]\d)(?![\d,.]\d|\d)", text[:200_000]):
        before = text[max(0, match.start() - 90) : match.start()]
        cue = r"plan|will|expect|target|aim|forecast|by $|until|budget|to reach|将|计划|预计|到|拟|目标"
        (planned if re.search(cue, before) else plain).append(int(match[1]))
    if plain:
        return str(max(plain))
    return str(min(planned) - 1) if planned else ""
