"""The examples of the finance page run, and the figures it states are the ones worked out."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "finance" / "index.md"


def test_every_block_of_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), {})
    out = capsys.readouterr().out
    assert "buy.h200.price [2026]: 27,000 USD/chip" in out


def test_the_figures_of_the_published_cases_are_those_of_the_examples() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    epoch: dict[str, Any] = runpy.run_path(str(ROOT / "examples" / "epoch-1gw" / "run.py"))
    yearly = [epoch["model"](life)["economic.total"][0, 0] / 1e9 for life in (3.0, 5.0, 7.0)]
    assert "{:.1f}, {:.1f} and {:.1f} billion a year".format(*yearly) in text
    day_of = runpy.run_path(str(ROOT / "examples" / "deepseek-day" / "run.py"))
    day = day_of["day"](day_of["model"]())
    assert f"${day['cost']:,.0f} a day, {day['margin_on_cost']:.0%} on cost" in text
    per = f"${day['usd_per_mtok_input']:.3f} and ${day['usd_per_mtok_output']:.3f} per million"
    assert per in text
