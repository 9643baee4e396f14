"""The published record: a fit whose bands do not hold on what it has not seen is a failed fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from outlay.performance.constants.constants import shipped
from outlay.performance.fit.crossval import SPLITS

PAGE = (Path(__file__).parents[2] / "docs" / "performance" / "errors.md").read_text("utf-8")
HEADLINES = ("TPOT in a closed loop", "offline throughput", "disaggregated TPOT")


def _bars() -> dict[tuple[str, str], tuple[float, float, float]]:
    """Median, 90th percentile and share inside the interval, by what and by what was left out."""
    found = {}
    for line in PAGE.split("## Bars")[1].split("## Left out")[0].splitlines():
        cells = [c.strip() for c in line.strip("|").split("|")]
        if len(cells) == 8 and cells[1] in SPLITS:
            median, tail, inside = (float(re.findall(r"[\d.]+", cells[i])[0]) for i in (4, 5, 7))
            found[cells[0], cells[1]] = (median, tail, inside)
    return found


def test_the_page_is_of_the_shipped_fit() -> None:
    assert f"`{str(shipped().meta['data_sha256'])[:16]}`" in PAGE


@pytest.mark.parametrize("what", HEADLINES)
@pytest.mark.parametrize("by", SPLITS)
def test_bands_hold_whatever_was_left_out(what: str, by: str) -> None:
    _, _, inside = _bars()[what, by]
    assert inside >= 85, (what, by)


@pytest.mark.parametrize(
    ("what", "by", "median", "tail"),
    [
        ("TPOT in a closed loop", "group", 8, 27),
        ("offline throughput", "group", 7, 20),
        ("disaggregated TPOT", "group", 15, 50),
        ("TPOT in a closed loop", "model", 18, 40),
        ("TPOT in a closed loop", "chip", 17, 45),
        ("offline throughput", "model", 12, 32),
        ("offline throughput", "chip", 10, 30),
        ("TPOT in a closed loop", "source", 20, 60),
        ("offline throughput", "source", 20, 60),
    ],
)
def test_errors_are_not_above_what_was_reached(
    what: str, by: str, median: float, tail: float
) -> None:
    found = _bars()[what, by]
    assert found[0] <= median
    assert found[1] <= tail
