"""`outlay plan --language zh` as a reader has it: terminal, page, result; the facts stay."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import outlay
from outlay.api.plans.plan import Planned
from outlay.app.cli.main import main
from outlay.report.words.language import words
from outlay.report.words.wrapped import columns
from support.small import SMALL


@pytest.fixture(scope="module")
def chinese() -> Planned:
    return outlay.plan(SMALL, quick=True, language="zh")


def test_the_facts_are_those_of_the_english_plan(chinese: Planned) -> None:
    english = outlay.plan(SMALL, quick=True)
    assert chinese.record.result_hash == english.record.result_hash
    assert (chinese.headline.language, english.headline.language) == ("zh", "en")
    assert chinese.headline.sentence != english.headline.sentence


def test_checks_and_statements_are_said_in_chinese(chinese: Planned) -> None:
    say = words("zh")
    told = [c.statement for c in chinese.invariants] + [c.name for c in chinese.invariants]
    lines = [line.label for rows in chinese.accounts.statements.values() for line in rows]
    assert len(told) > 20
    assert len(lines) > 10
    silent = {text for text in (*told, *lines) if say.coded(text) == text and text != "EBITDA"}
    assert silent == set()


def test_terminal_page_and_result_are_in_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["plan", str(SMALL), "--quick", "--language", "zh", "--out", str(tmp_path)])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert "现在决定" in shown
    assert "报告：" in shown
    assert max(columns(x) for x in shown.splitlines() if str(tmp_path) not in x) <= 80
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<html lang="zh">' in page
    heads = re.findall(r"<h2[^>]*>(.*?)</h2>", page, re.DOTALL)
    assert heads
    assert all(re.search("[\u4e00-\u9fff]", h) for h in heads), heads
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result["headline"]["language"] == "zh"
    assert all(a["sentence"].endswith("。") for a in result["answers"])


def test_an_unknown_language_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["plan", str(SMALL), "--language", "zhong"])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert "--language" in said
    assert "en, zh" in said
