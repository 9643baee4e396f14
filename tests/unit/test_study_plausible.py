"""Prices of a chip are held against what the catalogue knows of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from outlay.api.plans.check import check
from support.study_text import SMALL


@pytest.mark.parametrize(
    ("price", "doubted"),
    [("20_000 USD", False), ("150_000 CNY", False), ("2_000 USD", True), ("20_000 CNY", True)],
)
def test_a_price_far_from_the_catalogue_is_doubted(
    tmp_path: Path, price: str, doubted: bool
) -> None:
    study = tmp_path / "study.yaml"
    assert "value: 20_000 USD" in SMALL
    study.write_text(SMALL.replace("value: 20_000 USD", f"value: {price}"), encoding="utf-8")
    said = [w for w in check(study).warnings if "in the catalogue" in w.allowed]
    assert bool(said) is doubted
    for warning in said:
        assert warning.what == "an unusual number, taken as written"
        assert warning.where.endswith("supply.h200.price")
        assert warning.allowed == "$20,000 to $40,000 for h200-sxm in the catalogue"


@pytest.mark.parametrize(
    ("model", "said"), [("deepseek-v4.1-flash", ["8B parameters a token"]), ("hy3", [])]
)
def test_a_model_that_is_not_all_counted_is_said(
    tmp_path: Path, model: str, said: list[str]
) -> None:
    study = tmp_path / "study.yaml"
    assert "model: qwen3-235b-a22b" in SMALL
    study.write_text(SMALL.replace("model: qwen3-235b-a22b", f"model: {model}"), encoding="utf-8")
    found = [w for w in check(study).warnings if w.what == "not all of this model is counted"]
    assert [w.where.rpartition(" ")[2] for w in found] == ["services.chat.model"] * len(said)
    assert all(part in w.hint for part, w in zip(said, found, strict=True))


def test_a_model_that_another_stands_in_for_is_said_once(tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(SMALL.replace("qwen3-235b-a22b", "k-exaone-2.0"), encoding="utf-8")
    found = [w for w in check(study).warnings if "stand in" in w.what]
    assert [w.where.rpartition(" ")[2] for w in found] == ["services.chat.model"]
    assert found[0].what.endswith("those of k-exaone-236b-a23b stand in")


@pytest.mark.parametrize("late", [True, False])
def test_a_day_long_after_the_newest_price_is_said(tmp_path: Path, late: bool) -> None:
    import outlay

    day = "2029-01-01" if late else "2026-12-01"
    outlay.init("founder", tmp_path / "study.yaml", tokens="6bn/day", as_of=day)
    found = [w for w in check(tmp_path / "study.yaml").warnings if "nothing so late" in w.what]
    assert [w.where.rpartition(" ")[2] for w in found] == ["as_of"] * late
