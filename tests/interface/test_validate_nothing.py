"""A validation that scored nothing is no success: exit 1, why on stderr, and the document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(*words: str) -> subprocess.CompletedProcess[str]:
    start = "import sys; from outlay.app.cli.main import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", start, "validate", *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("more", [(), ("--held-out", "model")])
def test_measurements_of_which_none_is_predicted(tmp_path: Path, more: tuple[str, ...]) -> None:
    table = tmp_path / "runs.csv"
    table.write_text(
        "row_id,model,chip,metric,value,unit\na,Nobody-9,H100,mfu,0.41,fraction\n", encoding="utf-8"
    )
    done = run("performance", "--measured", str(table), *more, "--json")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "nothing was scored: none of 1 rows could be predicted, as of a: line 2: no shapes and no "
        "size for 'Nobody-9'; give params_total_b and params_active_b"
    )
    body = json.loads(done.stdout)
    assert (body["kind"], body["overall"]["n"]) == ("validation", 0)


def test_series_of_which_none_is_long_enough(tmp_path: Path) -> None:
    series = tmp_path / "series.csv"
    series.write_text("date,value\n2024-01-01,1\n2024-06-01,2\n", encoding="utf-8")
    done = run("forecast", "--series", str(series), "--unit", "token/day", "--json")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"nothing was scored: {series}: no series of 5 points (--min-points 4)"
    )
    assert json.loads(done.stdout)["record"] == []
