"""What the page of the model says of training's errors is what the page of errors says."""

from __future__ import annotations

import re

import pytest

from support.shared import ROOT

ERRORS = (ROOT / "docs/performance/errors.md").read_text("utf-8")
MODEL = (ROOT / "docs/performance/model.md").read_text("utf-8")
TRAINING = ERRORS[ERRORS.index("## Training") :]


def _row(name: str) -> list[float]:
    """Runs, median, 90th percentile, bias and coverage of the first row of this name."""
    found = re.search(rf"^\| {name} \| (.*) \|$", TRAINING, re.M)
    assert found is not None, name
    return [float(x.strip().rstrip("%")) for x in found[1].split("|")]


@pytest.mark.parametrize(
    ("said", "row"),
    [
        (r"With a source left out the median error is (\d+) %", "source"),
        (r"With a source left out the median error is \d+ %, with a chip (\d+) %", "chip"),
        (r"other engines are in no fit: (\d+) %", "all"),
    ],
)
def test_a_median_error_stands_alike_on_both_pages(said: str, row: str) -> None:
    found = re.search(said, MODEL)
    assert found is not None
    assert int(found[1]) == round(_row(row)[1])
