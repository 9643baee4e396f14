"""Widths of intervals found back from errors of a known spread."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from outlay.performance.constants.widths import Widths, widths
from outlay.performance.fit.widths_fit import HELD, Off, held, intervals_toml, widths_from

NOW = Widths(
    unseen={"source": 0.5, "model": 0.5, "chip": 0.5, "family": 0.5, "engine": 0.5, "shape": 0.25},
    scale={"loop": 2.0, "fill": 2.0, "pool": 1.1, "pre": 1.8, "first": 1.6},
    first_token={"sd": 0.45},
)


def _rows(sd: float, unseen: dict[str, float], n: int = 4000, kind: str = "loop") -> list[Off]:
    """Errors of standard deviation `sd`, of which cells leave 0.1 and the scenario nothing."""
    draws = np.random.default_rng(3).normal(0.0, sd, n)
    return [Off(float(x), 0.01, 0.0, kind, unseen, str(i)) for i, x in enumerate(draws)]


def test_each_width_is_what_its_own_split_shows() -> None:
    """0.15 in all and 0.1 of cells: a scale of 1.5; a level of 0.2 beside it, with half a share."""
    splits = {
        "group": _rows(0.15, {}),
        "model": _rows(0.25, {"model": 1.0}),
        "engine": _rows(float(np.hypot(0.15, 0.3)), {"engine": 0.5}),
    }
    found = widths_from(splits, NOW)
    assert found.scale["loop"] == pytest.approx(1.5, abs=0.051)
    assert found.unseen["model"] == pytest.approx(0.20, abs=0.021)
    assert found.unseen["engine"] == pytest.approx(0.3 * np.sqrt(2), abs=0.041)
    assert (found.scale["fill"], found.unseen["shape"]) == (2.0, 0.25)  # nothing measured them
    assert found.unseen["source"] == 0.0
    for by, rows in splits.items():
        assert HELD <= held(rows, found) < HELD + 0.02, by


def test_groups_count_once_however_many_rows() -> None:
    inside = [Off(0.0, 0.01, 0.0, "loop", {}, "many") for _ in range(99)]
    outside = [Off(9.0, 0.01, 0.0, "loop", {}, "one")]
    assert held([*inside, *outside], NOW) == 0.5


def test_the_scenario_s_own_spread_is_never_scaled() -> None:
    edge = Off(1.6448 * 0.3, 0.0, 0.09, "loop", {}, "a")
    assert held([edge], NOW) == 1.0
    assert held([Off(1.65 * 0.3, 0.0, 0.09, "loop", {}, "a")], NOW) == 0.0


def test_they_are_written_as_they_are_read() -> None:
    text = intervals_toml(NOW, "# Widths.")
    assert text.startswith("# Widths.\n\n[unseen]\n")
    assert Widths(**tomllib.loads(text)) == NOW
    shipped = widths()
    assert shipped.unseen.keys() == NOW.unseen.keys()
    assert shipped.scale.keys() == NOW.scale.keys()
