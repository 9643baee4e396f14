"""The correction's table beside the sum over all cells, written out as it is defined."""

from __future__ import annotations

import math

import numpy as np
import pytest

from outlay.catalogue import chips, find_chip, models
from outlay.performance import Precision, Stack
from outlay.performance.constants.cells import LENGTHS, Cells, shipped_cells
from outlay.performance.constants.components import (
    COMPONENTS,
    SPREADS,
    shape_group,
    sizes_of,
    spread_of,
)
from outlay.performance.constants.correction import correct, spread_index, surface
from outlay.performance.constants.elders import elders
from outlay.performance.constants.widths import widths

ASKED = (
    ("deepseek-v3", "h200-sxm", "fp8", "sglang"),
    ("qwen3-235b-a22b", "b200-hgx", "fp8", "vllm"),
    ("gpt-oss-120b", "mi355x", "fp4", "vllm"),
    ("llama-3.1-70b", "vr200-nvl72", "fp8", "trtllm"),
    ("kimi-k2", "ascend-910c", "int8", ""),
)


@pytest.fixture
def cells() -> Cells:
    found = shipped_cells()
    assert found is not None
    return found


def _by_hand(
    cells: Cells, names: dict[str, str], places: dict[str, float], chip: str
) -> tuple[float, float, float, float, float]:
    """Mean of all terms but a chip's own, of those; what is left of the
    variance of either, and the latter's whole."""
    shared, own, left, left_own, whole = 0.0, 0.0, cells.noise, 0.0, 0.0
    for c in COMPONENTS:
        s2 = cells.variance[c.label]
        nearest: dict[int, float] = {}
        total = 0.0
        for i in range(len(cells)):
            values = {**names, "chip": chip}
            if any(cells.names[n][i] != values[n] or not values[n] for n in c.names):
                continue
            away = sum(((cells.axes[a][i] - places[a]) / LENGTHS[a]) ** 2 for a in c.axes)
            k = math.exp(-0.5 * away)
            total += s2 * k * cells.alpha[i]
            group = int(cells.group[i])
            nearest[group] = max(nearest.get(group, 0.0), k * k)
        n = sum(nearest.values())
        unsaid = s2 * (1.0 - n / (n + cells.noise / s2)) if nearest else s2
        if "chip" in c.names:
            own += total
            left_own += unsaid if nearest else 0.0
            whole += s2 if nearest else 0.0
            left += 0.0 if nearest else s2
        else:
            shared += total
            left += unsaid
    return shared, own, left, left_own, whole


@pytest.mark.parametrize(("name", "on", "weights", "engine"), ASKED)
def test_the_table_is_the_sum_over_cells(
    cells: Cells, name: str, on: str, weights: str, engine: str
) -> None:
    model, chip = models()[name], find_chip(on)
    prompt, output, batch, size, kind = 2048.0, 700.0, 16.0, 8.0, 2
    found = surface(model, chip, Precision(weights), Stack(engine), prompt, output, cells=cells)
    assert found is not None
    names = {
        "model": name, "vendor": chip.vendor.lower(), "family": chip.family, "stack": engine,
        "precision": weights, "kind": "loop", "run": "closed", "source": "",
        "shape": shape_group(model), "spread": SPREADS[kind],
    }  # fmt: skip
    names["family"] = {"rubin": "blackwell"}.get(chip.family, chip.family)
    if weights == "int8" and not ((cells.names["precision"] == "int8") & (
        cells.names["chip"] == on)).any():  # fmt: skip
        names["precision"] = "fp8"
    active, whole = sizes_of(model)
    places = {"batch": math.log2(batch), "chips": math.log2(size), "prompt": math.log2(prompt),
              "output": math.log2(output), "active": math.log2(active),
              "whole": math.log2(whole)}  # fmt: skip
    shared, own, left, left_own, whole = _by_hand(cells, names, places, on)
    held_to = elders(chip, cells.chips, cells.families, names["precision"])
    theirs = [_by_hand(cells, names, places, elder)[1] for elder in held_to]
    measured = on in cells.chips
    behind = max([own, *theirs]) - own  # closed as far as the chip's own cells leave it open
    held = own + left_own / whole * behind if whole else own
    mean = shared + (held if measured else max(theirs or [own]))
    at = found.at(np.array([batch]), np.array([size]), np.array([kind]))
    assert float(at.factor[0]) == pytest.approx(math.exp(-mean), rel=1e-9)
    assert float(np.ravel(at.var)[0]) == pytest.approx(left + left_own, rel=1e-9)


def test_between_doublings_of_batch_it_is_a_straight_line(cells: Cells) -> None:
    found = surface(models()["deepseek-v3"], chips()["h200-sxm"], Precision("fp8"),
                    Stack("vllm"), 1024.0, 1024.0, cells=cells)  # fmt: skip
    assert found is not None
    batch = np.array([4.0, 2.0**2.5, 8.0])
    low, middle, high = np.log(found.at(batch, np.array([8.0]), np.array([0])).factor)
    assert middle == pytest.approx((low + high) / 2, rel=1e-12)


def test_kinds_of_layout_have_their_own_place() -> None:
    found = spread_index(np.array([1, 8, 8]), np.array([1, 1, 8]))
    assert [SPREADS[i] for i in found] == ["tensor", "tensor-expert", "attention-data"]
    assert list(spread_of([8, 8, 1], [1, 8, 8], [1, 1, 8])) == [SPREADS[i] for i in found]


def test_what_no_measurement_has_widens_the_band_by_its_level() -> None:
    """A chip that follows measured ones, an engine on a vendor's chips, a family of its own."""

    def sd(model: str, chip: str, engine: str) -> float:
        asked = (models()[model], find_chip(chip), Precision("bf16"), Stack(engine))
        return float(correct(*asked, (1024, 1024), 64.0, 8.0, (8, 1, 1)).sd)

    wide = widths().unseen
    assert wide["chip"] > 0
    assert wide["engine"] > 0
    seen = sd("llama-3.1-70b", "b200-hgx", "vllm")
    assert sd("llama-3.1-70b", "gb300-nvl72", "vllm") > math.hypot(wide["chip"], seen) * 0.8
    assert sd("llama-3.1-70b", "b200-hgx", "lmdeploy") > math.hypot(wide["engine"], seen) * 0.8
    both = sd("llama-3.1-70b", "tpu-v7", "vllm")
    assert both > math.hypot(wide["chip"], wide["family"], wide["engine"]) * 0.99
