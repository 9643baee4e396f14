"""What an engine takes beyond the step table: kept in a file, put on the table of its own chip."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import outlay
from outlay.catalogue import find_chip, find_model
from outlay.core.errors import TableError
from outlay.performance import Layout, Precision, step_table
from outlay.performance.constants.calibrated import INFERENCE, calibration_of, shipped_basis
from outlay.performance.overhead import Overhead, beyond, overhead_for, overhead_text
from outlay.serving.engine.steps import dense

BF16 = Precision("bf16", "bf16")
SHIPPED = {
    name: files("outlay.performance").joinpath("data", name).read_bytes() for name in INFERENCE
}


OVERHEAD = Overhead(
    "llama-3.1-8b", "h100-sxm", "bf16", factor=1.25, step_s=0.002, first_token_s=0.05,
    engine="vllm 0.11", layout="tp 1", constants=shipped_basis(), runs=3,
)  # fmt: skip


def observed(text: str, new: str = "") -> dict[str, bytes]:
    return {"overhead.toml": overhead_text([OVERHEAD]).replace(text, new).encode()}


def test_an_overhead_is_read_as_it_was_written() -> None:
    assert calibration_of(observed("\0"), "mine").overheads == (OVERHEAD,)


def test_an_engine_takes_its_factor_and_its_time_a_step() -> None:
    plain = step_table(find_model("llama-3.1-8b"), find_chip("h100-sxm"), Layout(1), BF16)
    own = calibration_of(observed("\0"), "mine")
    slow = step_table(
        find_model("llama-3.1-8b"), find_chip("h100-sxm"), Layout(1), BF16, calibration=own
    )
    before, after = dense(plain), dense(slow)
    for b in (1, 8, 64):
        assert after.decode_s(b, 1000 * b) == pytest.approx(
            1.25 * before.decode_s(b, 1000 * b) + 0.002
        )
    assert after.prefill_s(700, 300) == pytest.approx(1.25 * before.prefill_s(700, 300) + 0.002)
    assert slow.first_token_s == 0.05


def test_what_a_mixed_step_gives_back_stays_that_of_the_table() -> None:
    plain = step_table(find_model("llama-3.1-8b"), find_chip("h100-sxm"), Layout(1), BF16)
    before = replace(plain, mixed_saving=0.4)
    after = beyond(before, OVERHEAD)
    given = 1.25 * before.mixed_saving * before.decode_base_s
    assert np.median(after.mixed_saving * after.decode_base_s / given) == pytest.approx(
        1.0, rel=1e-4
    )


def test_an_overhead_holds_for_its_model_and_chip_alone() -> None:
    assert overhead_for([OVERHEAD], "llama-3.1-8b", "h100-sxm", "fp8") is OVERHEAD
    assert overhead_for([OVERHEAD], "llama-3.1-8b", "h200-sxm", "bf16") is None
    fp8 = replace(OVERHEAD, weights="fp8")
    assert overhead_for([OVERHEAD, fp8], "llama-3.1-8b", "h100-sxm", "fp8") is fp8


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (observed("factor = 1.25", "factor = 0"),
         "mine/overhead.toml:7: not factor of an engine (found 0); allowed: a number from 0.05"),
        (observed("step_s", "step"), "mine/overhead.toml:8: not step of an engine (found 0.002)"),
        (observed("runs = 3", "runs = true"), "mine/overhead.toml:13: not runs of an engine"),
        (observed('model = "llama-3.1-8b"\n'), "an engine of which this is not said (found model)"),
        (observed("[[engine]]", "[engine]"), "mine/overhead.toml: no tables [[engine]]"),
        ({"overhead.toml": overhead_text([OVERHEAD, OVERHEAD]).encode()},
         "mine/overhead.toml: an engine given twice"),
        (observed(f'constants = "{shipped_basis()}"', 'constants = "ab"'),
         "mine/overhead.toml: an overhead beyond other constants than these"),
        ({**SHIPPED, **observed("bf16"), "cells.csv": SHIPPED["cells.csv"] + b"\n"},
         "an overhead beyond other constants than these"),
    ],
)  # fmt: skip
def test_an_overhead_that_cannot_be_is_refused_with_its_place(
    held: dict[str, bytes], said: str
) -> None:
    with pytest.raises(TableError) as error:
        calibration_of(held, "mine")
    assert said in str(error.value)


def test_answers_that_do_not_use_an_overhead_say_so(tmp_path: Path) -> None:
    """Neither a score of measurements nor a training run has what an engine was seen to take."""
    (tmp_path / "overhead.toml").write_bytes(observed("\0")["overhead.toml"])
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "row_id,model,chip,metric,value,unit\na,Llama-3.1-405B,H100,mfu,0.41,fraction\n"
    )
    scored = outlay.validate("performance", measured=rows, calibration=tmp_path)
    assert "llama-3.1-8b on h100-sxm) is not in these errors" in scored.warnings[0]
    assert "those that come with Outlay" in scored.warnings[0]
    assert outlay.validate("performance", measured=rows).warnings == ()
    trained = outlay.train("llama-3.1-8b", "h100-sxm", 64, calibration=tmp_path).warnings
    assert any("holds no constants of training" in w for w in trained)
    assert any("is of serving: nothing of it is in this answer" in w for w in trained)
    plain = outlay.train("llama-3.1-8b", "h100-sxm", 64).warnings
    assert not any(("training" in w and "holds no" in w) or "overhead" in w for w in plain)
