"""Points under the roof and times by part are of the same passes."""

from __future__ import annotations

import pytest

from outlay.catalogue import find_chip, find_model
from outlay.performance.constants.cases import case_for
from outlay.performance.operators.timing import decode_pass
from outlay.performance.questions.roofline import part_times, roofline
from outlay.performance.types import Layout, Precision


def test_a_pass_does_its_operations_in_the_time_of_its_parts() -> None:
    model, chip = find_model("qwen3-8b"), find_chip("h100-sxm")
    k = case_for(model, chip, Layout(2, dp=2), Precision())
    context, batch = 4096.0, 64.0
    seconds = sum(t.seconds for t in part_times(k, batch, context) if t.phase == "decode")
    one = decode_pass(k, batch / 2, context)  # a data-parallel rank holds half
    assert seconds == pytest.approx(float(one.total))
    found = roofline(k, context)
    (point,) = (p for p in found.points if (p.phase, p.tokens) == ("decode", batch))
    assert point.flop_s * seconds == pytest.approx(float(one.flops_s) * found.peak_flop_s)
    assert point.flop_s < found.roof_flop_s(point.flop_per_byte)
    assert found.roof_flop_s(1e9) == found.peak_flop_s
