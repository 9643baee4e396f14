"""A study that names files of its own: a calibration of speeds, a series of volumes."""

from __future__ import annotations

import csv
import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from outlay.app.cli.main import main
from outlay.performance.constants.calibrated import FILES
from support.small import SMALL


def outlay(*args: object) -> int:
    with pytest.raises(SystemExit) as stop:
        main([str(a) for a in args])
    return int(stop.value.code or 0)


def planned(study: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert outlay("plan", study, "--json", "--quick") == 0
    return dict(json.loads(capsys.readouterr().out))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The small study with a copy of the shipped calibration beside it."""
    text = SMALL.read_text(encoding="utf-8")
    assert "\nperformance:" not in text
    path = tmp_path / "study.yaml"
    path.write_text(text + "\nperformance:\n  calibration: mine\n", encoding="utf-8")
    data = files("outlay.performance").joinpath("data")
    (tmp_path / "mine").mkdir()
    for name in FILES:
        (tmp_path / "mine" / name).write_text(data.joinpath(name).read_text("utf-8"), "utf-8")
    return path


def slower(folder: Path, by: float) -> None:
    """Every pass takes exp(`by`) times as long."""
    path = folder / "effects.csv"
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    base = [r for r in rows if r[:3] == ["time", "", ""]]
    total = by + sum(float(r[3]) for r in base)
    rows = [r for r in rows if r not in base] + [["time", "", "", f"{total:.6f}"]]
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


def test_the_shipped_calibration_beside_a_study_changes_nothing(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, shipped = planned(study, capsys), planned(SMALL, capsys)
    assert own["record"]["catalogue_hash"] != shipped["record"]["catalogue_hash"]
    for part in ("orders", "fleet", "prices", "status"):
        assert own[part] == shipped[part]


def test_slower_chips_cost_more(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = planned(study, capsys)
    slower(study.parent / "mine", 0.7)
    after = planned(study, capsys)
    assert after["objective"] > before["objective"]
    assert after["record"]["catalogue_hash"] != before["record"]["catalogue_hash"]


def test_a_run_with_its_own_calibration_can_be_replayed(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slower(study.parent / "mine", 0.2)
    out = tmp_path / "out"
    assert outlay("plan", study, "--out", out, "--quick") == 0
    shutil.rmtree(study.parent / "mine")
    capsys.readouterr()
    assert outlay("replay", out) == 0
    assert "same result" in capsys.readouterr().out


def test_a_folder_that_is_none_is_refused_with_its_line(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(study.parent / "mine")
    assert outlay("check", study) == 2
    said = capsys.readouterr()
    text = " ".join((said.out + said.err).split())
    assert "performance.calibration" in text
    assert "no such folder beside the study" in text
    line = next(n for n, x in enumerate(study.read_text().splitlines(), 1) if "mine" in x)
    assert f":{line}" in text


def test_a_folder_without_a_calibration_is_refused(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (study.parent / "mine" / "cells.csv").unlink()
    assert outlay("plan", study, "--quick") == 2
    assert "not a calibration" in capsys.readouterr().err


def test_a_series_stands_beside_the_study_not_where_one_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, elsewhere = tmp_path / "study", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    text = SMALL.read_text(encoding="utf-8")
    assert "tokens_per_day: 2T tokens/day\n    growth: {2026-Q4: 2.0}\n" in text
    own = "tokens_per_day: {series: mine.csv}\n"
    (home / "study.yaml").write_text(
        text.replace("tokens_per_day: 2T tokens/day\n    growth: {2026-Q4: 2.0}\n", own), "utf-8"
    )
    points = [f"2025-{m:02d}-15,{1.0 + 0.1 * m:.1f}e12,token/day" for m in range(1, 13)]
    (home / "mine.csv").write_text("\n".join(["date,value,unit", *points]) + "\n", "utf-8")
    monkeypatch.chdir(elsewhere)
    out = tmp_path / "out"
    assert outlay("plan", home / "study.yaml", "--quick", "--out", out) == 0
    assert (out / "inputs" / "mine.csv").read_bytes() == (home / "mine.csv").read_bytes()
    capsys.readouterr()
