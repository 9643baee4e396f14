"""The page of published runs prints what its own commands answer."""

from __future__ import annotations

import sys

import pytest

from support.shared import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import training_page as page

ROWS = page.rows()
PAGE = (ROOT / "docs/performance/training.md").read_text("utf-8")
SOME = (0, 4, 17, 18, 21, 25, 38)  # of every kind of measure, format and maker


@pytest.mark.parametrize("at", SOME)
def test_a_row_is_what_its_command_answers(at: int) -> None:
    """Run `make docs` after the model, its constants or the command have changed."""
    c = page.compared(ROWS[at])
    assert f"`{c.command}` | {c.predicted:,.0f} ({c.low:,.0f} to {c.high:,.0f})" in PAGE


def test_every_run_stands_on_the_page_once() -> None:
    for row in ROWS:
        assert PAGE.count(f"`outlay train {row['options']}`") == 1


def test_deepseek_v3_with_the_defaults_takes_the_hours_of_its_report() -> None:
    """2.664 million H800-hours for 14.8T tokens; step, layout and recomputation are ours."""
    c = page.compared(ROWS[0])
    assert c.published == pytest.approx(14.8e12 / 2.664e6 / 3600.0)
    assert abs(c.off) <= 0.15
    assert c.inside


def test_nearly_nine_in_ten_lie_inside_their_band() -> None:
    """As the page itself counts them: rows outside say so. Three of five are PyTorch's own."""
    outside = sum(line.count("(outside)") for line in PAGE.splitlines() if line.startswith("| "))
    assert 0 < outside <= 0.12 * len(ROWS)
    assert f"{len(ROWS) - outside} inside the 90 % range" in PAGE
