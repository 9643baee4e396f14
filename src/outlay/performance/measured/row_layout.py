"""Read the layout a measurement was published with: what tp, ep and dp mean differs by source.

In one source tensor and attention-data-parallel degrees multiply, in another both name the same
chips; some columns are empty. The rule: the product must equal the chips of a worker and the
weights must fit; chips left over are independent replicas.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from outlay.performance.measured.row_cells import is_yes
from outlay.performance.operators.formats import WEIGHT_BYTES
from outlay.performance.questions.legal import divisors, fills, layout_problems, limits_of
from outlay.performance.types import Layout, Precision
from outlay.results.chips_models import Chip, Model

__all__ = ["Placed", "default_layout", "normalised", "place"]

_POOL = re.compile(r"P(\d+)(?:x(\d+))?\s+D(\d+)(?:x(\d+))?", re.IGNORECASE)
FILL = 0.80  # of memory that weights fill at most where the layout is not published
WHOLE_SERVER = 8
FLEET_EP = 144  # decode group of the one published fleet
DIES = {"ascend-910c": 2, "mi250x": 2, "mi250": 2}  # that some count as chips of a layout
MOST_DIES = 2  # of a package, each of which some sources count as a rank
FIT = 1.05  # weights may exceed chip memory by rounding only


@dataclass(frozen=True, slots=True)
class Placed:
    """Layout of one worker, how many there are, and of the prefill pool where there is one."""

    layout: Layout
    replicas: float
    n_chips: int  # chips behind the published number
    prefill: Layout | None = None
    prefill_workers: float = 0.0
    note: str = ""  # what of the published layout was not taken


def _int(row: Mapping[str, str], name: str) -> int:
    try:
        return max(int(float(row.get(name, "") or 0)), 0)
    except (ValueError, OverflowError):
        return 0


def place(row: Mapping[str, str], model: Model, chip: Chip, precision: Precision) -> Placed | str:
    """The layout of a row, or why it cannot have been."""
    phase = row.get("phase", "").lower()
    n = _int(row, "n_chips")
    if phase.startswith("disagg"):
        return _pools(row, model, chip, n)
    tp, pp, ep, dp = (_int(row, name) for name in ("tp", "pp", "ep", "dp_attention"))
    if is_yes(row.get("dp_attention", "")):
        dp = max(tp, 1)  # of the same chips
    bad = _impossible(n, tp, pp, ep, dp, DIES.get(chip.id, 1))
    if bad:
        return bad
    n = n or max(tp, 1) * max(pp, 1) * max(dp, 1)
    if phase.startswith("fleet") and not ep:
        ep = dp = FLEET_EP
        tp = 1
    if not tp and not dp and not ep:
        layout = default_layout(model, chip, precision, n)
        held = model.total_params * WEIGHT_BYTES[precision.weights]
        if held > FIT * chip.memory_bytes * layout.n_chips:
            return _too_large(held, chip, layout)
        return Placed(layout, n / layout.n_chips, n)
    layout = normalised(model, n, tp, pp, ep, dp)
    if phase.startswith(("prefill", "decode", "fleet")) and layout.n_chips < n and ep > 1:
        layout = normalised(model, min(ep, n), tp, pp, ep, dp)
    bad = _illegal(model, chip, layout)
    if bad:
        return bad
    weights = model.total_params * WEIGHT_BYTES[precision.weights]
    if weights > FIT * chip.memory_bytes * layout.n_chips:
        wider = default_layout(model, chip, precision, n)
        if weights > FIT * chip.memory_bytes * wider.n_chips:
            return _too_large(weights, chip, wider)
        note = f"weights do not fit the layout as published: tp {wider.tp} dp {wider.dp} taken"
        return Placed(wider, n / wider.n_chips, n, note=note)
    return Placed(layout, n / layout.n_chips, n)


def _impossible(n: int, tp: int, pp: int, ep: int, dp: int, dies: int) -> str:
    """Why degrees as published cannot be of `n` chips (0 = not stated); empty if they can."""
    group = max(tp, 1) * max(pp, 1)
    if n and (group > dies * n or dies * n % group):
        return f"tp × pp = {group} does not divide n_chips = {n}"
    for name, degree in (("ep", ep), ("dp_attention", dp)):
        if n and degree > max(dies, MOST_DIES) * n:
            return f"{name} = {degree} of n_chips = {n}"
    return ""


def _illegal(model: Model, chip: Chip, lay: Layout) -> str:
    """What keeps a layout, as it was read, from being one of this model; empty if nothing."""
    for p in layout_problems(
        limits_of(model), chip, tp=lay.tp, pp=lay.pp, dp=lay.dp, ep=lay.ep, where=str
    ):
        return f"{p.where} = {p.value}: {p.what}; allowed: {p.allowed}"
    return ""


def _too_large(weights: float, chip: Chip, layout: Layout) -> str:
    return (
        f"layout does not fit the chips of the row: {weights / 1e9:,.0f} GB of weights, "
        f"{layout.n_chips} × {chip.memory_bytes / 1e9:,.0f} GB"
    )


def normalised(model: Model, n: int, tp: int, pp: int, ep: int, dp: int) -> Layout:
    """A layout whose tp × pp × dp divides `n`, from degrees as published (0 = not stated)."""
    tp, pp, dp = max(tp, 1), max(pp, 1), max(dp, 1)
    moe = model.n_moe_layers > 0
    stated_ep = ep
    if tp * pp * dp > n or (dp > 1 and tp == dp and tp * pp * dp != n):
        if dp > 1 and tp * pp <= n:  # both name the same group of chips
            tp = max(tp // dp, 1)
        elif dp * pp <= n:
            tp = max(n // (dp * pp), 1)
        else:
            tp, pp, dp = n, 1, 1
    if tp * pp * dp > n:  # dies counted as ranks, or more ranks than chips
        dp = max(n // (tp * pp), 1)
    if dp == 1 and moe and stated_ep > tp * pp and stated_ep <= n:
        dp = max(stated_ep // tp, 1)
    if not moe:  # attention data parallelism of a dense model is replicas
        return Layout(tp * pp, tp, pp, 1, 1)
    stage = tp * dp
    if stated_ep == 0:
        ep = stage if dp > 1 else 1
    return Layout(stage * pp, tp, pp, stage if ep > 1 else 1, dp)


def default_layout(model: Model, chip: Chip, precision: Precision, n: int) -> Layout:
    """Where nothing is published: the fewest chips that leave a fifth of memory for the cache.

    Large mixtures take a server with attention data parallelism, as such systems are run.
    """
    weights = model.total_params * WEIGHT_BYTES[precision.weights]
    need, limits = weights / (FILL * chip.memory_bytes), limits_of(model)
    group: int = min(2 ** math.ceil(math.log2(max(need, 1.0))), max(n, 1))
    while n % group:
        group += 1
    if model.n_moe_layers and need > 1.0:
        group = min(max(group, WHOLE_SERVER), n)
        while n % group:
            group += 1
        ep = group if limits.spreads(group, fills(chip, group)) else 1
        return Layout(group, 1, 1, ep, group)
    tp = max(t for t in divisors(group) if limits.divides(t))
    return Layout(group, tp, group // tp)


def _pools(row: Mapping[str, str], model: Model, chip: Chip, n: int) -> Placed | str:
    """Prefill and decode pools, written `P<workers>x<tp> D<workers>x<tp>`."""
    match = _POOL.match(row.get("tp", ""))
    n_p, n_d = _int(row, "n_chips_prefill"), _int(row, "n_chips_decode")
    if match is None or not n_p or not n_d:
        return (
            f"pools need tp as 'P<workers>x<tp> D<workers>x<tp>' (found {row.get('tp', '')!r}), "
            "n_chips_prefill and n_chips_decode"
        )
    first = [int(g) if g else 0 for g in match.groups()]
    if match.group(2) is None:  # one number: the degree, workers from the chips
        tp_p, tp_d = max(first[0], 1), max(first[2], 1)
        w_p, w_d = max(n_p // tp_p, 1), max(n_d // tp_d, 1)
    else:
        w_p, tp_p, w_d, tp_d = (max(x, 1) for x in first)
    for name, ranks, chips in (("prefill", w_p * tp_p, n_p), ("decode", w_d * tp_d, n_d)):
        if ranks > chips:
            return f"{name} pool: {ranks} ranks of n_chips_{name} = {chips}"
    ep_p, ep_d = _pair(row.get("ep", ""))
    dp_p, dp_d = _pair(row.get("dp_attention", ""))
    prefill = normalised(model, max(n_p // w_p, 1), tp_p, 1, ep_p, dp_p)
    decode = normalised(model, max(n_d // w_d, 1), tp_d, 1, ep_d, dp_d)
    bad = _illegal(model, chip, prefill) or _illegal(model, chip, decode)
    if bad:
        return bad
    return Placed(decode, n_d / decode.n_chips, n or n_p + n_d, prefill, n_p / prefill.n_chips)


def _pair(text: str) -> tuple[int, int]:
    match = _POOL.match(text)
    if match is None:
        return (int(text), int(text)) if text.isdigit() else (0, 0)
    return int(match.group(1)), int(match.group(3))
