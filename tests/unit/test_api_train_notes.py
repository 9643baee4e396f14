"""What `outlay.train` says beside its layouts: borrowed figures, and what no run would do."""

from __future__ import annotations

import pytest

from outlay.api.models.train import train
from outlay.core.errors import InputError
from outlay.performance.constants.training import LATEST


def test_figures_of_a_chip_that_sources_dispute_or_that_are_borrowed_are_named() -> None:
    disputed = train("qwen3-8b", "mi455x", 64).warnings
    assert any(w.startswith("memory bandwidth of mi455x is disputed: 19.6 TB/s") for w in disputed)
    borrowed = train("qwen3-8b", "bytedance-inhouse", 64).warnings
    assert borrowed == (
        "no figures of bytedance-inhouse are published: those of h20-96g stand in, as a guess",
    )
    assert train("qwen3-8b", "h100-sxm", 64).warnings == ()


def test_chips_that_divide_into_few_layouts_stand_beside_fewer_that_train_faster() -> None:
    few = train("qwen3-235b-a22b", "h100-sxm", 1009)
    note = next(w for w in few.warnings if "divide into few layouts" in w)
    words = note.split()
    fewer = train("qwen3-235b-a22b", "h100-sxm", int(words[6].replace(",", "")))
    ratio = (
        fewer.configurations[0].tok_s_per_chip * fewer.n_chips
        / (few.configurations[0].tok_s_per_chip * few.n_chips)
    )  # fmt: skip
    assert few.configurations[0].feasible
    assert ratio > 1.05
    assert not any("few layouts" in w for w in fewer.warnings)


def test_chips_on_which_nothing_fits_name_fewer_on_which_something_does() -> None:
    none = train("kimi-k2", "h200-sxm", 131)
    assert not none.configurations[0].feasible
    assert "131 chips divide into few layouts: 128 of them fit" in none.warnings


@pytest.mark.parametrize(
    ("software", "said"),
    [
        ("2031-02", f"no software after {LATEST} is known: that of 2031-02 is taken to be as fast"),
        ("2024-01", "gb300-nvl72 is available from 2025-H2: software of 2024-01 is older"),
        (LATEST, ""),
    ],
)
def test_a_month_that_no_software_ran_in_is_said(software: str, said: str) -> None:
    notes = train("qwen3-8b", "gb300-nvl72", 64, software=software).warnings
    assert [w[: len(said)] for w in notes] == ([said] if said else [])


def test_a_model_released_in_fewer_bits_is_told_what_it_was_trained_in() -> None:
    said = "deepseek-v3 was released in fp8 and is trained in bf16 here"
    assert any(w.startswith(said) for w in train("deepseek-v3", "h800-sxm", 2048).warnings)
    for precision, chip in (("fp8", "h800-sxm"), ("bf16", "a100-80g-sxm")):
        found = train("deepseek-v3", chip, 2048, precision=precision)
        assert not any(w.startswith(said) for w in found.warnings)


def test_a_precision_that_a_chip_lacks_is_refused_with_those_that_training_takes() -> None:
    with pytest.raises(InputError) as refused:
        train("qwen3-8b", "h100-sxm", 8, precision="fp4")
    assert refused.value.problems()[0].allowed == "bf16, fp8"
