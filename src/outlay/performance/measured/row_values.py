"""The numbers a row measured, in the quantities the model predicts, and the factor to its unit."""

from __future__ import annotations

import math
from collections.abc import Mapping

from outlay.performance.measured.measures import PERCENTILE, Measure
from outlay.performance.measured.row_cells import positive
from outlay.results.chips_models import Chip

__all__ = ["values_of"]

NODE_CHIPS = 8  # of a server whose size the catalogue does not have
AGREE = 0.2  # logarithm: a published value and its normalised column; lengths are often rounded
COLUMNS = (
    ("tpot_s", "tpot_ms", 1e-3), ("ttft_s", "ttft_ms", 1e-3), ("e2e_s", "e2e_s", 1.0),
    ("out", "out_tok_s_per_chip", 1.0), ("total", "total_tok_s_per_chip", 1.0),
    ("input", "in_tok_s_per_chip", 1.0),
)  # fmt: skip
STATISTICS = {"ttft_stat": "ttft_s", "tpot_stat": "tpot_s"}
OF_OUTPUT = ("total", "requests")  # predicted as output tokens times a fixed factor


def values_of(
    row: Mapping[str, str], measure: Measure, chip: Chip, n_chips: int,
    lengths: tuple[float, float, float],
) -> tuple[dict[str, float], float] | str:  # fmt: skip
    """What a row measured, and units of its value in one unit of what is predicted for it.

    Quantities: tpot_s, ttft_s, e2e_s [s]; out, total, input [token/s per chip]. lengths: prompt,
    cached and output tokens. The reason, where the value and its normalised column contradict
    each other. Where both stand, the published factor between them is exact; else it follows from
    the metric and the words of the unit.
    """
    found = {name: scale * positive(row, c) for name, c, scale in COLUMNS if positive(row, c)}
    for stat, of in STATISTICS.items():
        if PERCENTILE.search(row.get(stat, "").lower()):
            if measure.quantity == of:
                return f"column {stat}: {row[stat]!r}; means and medians are predicted"
            found.pop(of, None)
    name = "out" if measure.quantity in OF_OUTPUT else measure.quantity
    factor, value = _factor(measure, chip, n_chips, lengths), positive(row, "value")
    own = value / factor
    stated = found.get(name)
    if stated and abs(math.log(own / stated)) > AGREE:
        column = next(c for n, c, _ in COLUMNS if n == name)
        return (
            f"value {row['value']} {row.get('unit', '')} and column {column} {row[column]} "
            f"contradict each other"
        )
    if stated:
        return found, value / stated if not name.endswith("_s") else factor
    if name == "speed":
        found.setdefault("tpot_s", 1.0 / own)
    elif not (name == "out" and "total" in found):
        found[name] = own
    return found, factor


def _factor(m: Measure, chip: Chip, n_chips: int, lengths: tuple[float, float, float]) -> float:
    """Units of the row in one unit of the quantity predicted [per chip where a rate]."""
    if m.quantity.endswith("_s") or m.quantity == "speed":
        return m.factor
    prompt, cached, output = lengths
    whole = {"total": (prompt + cached + output) / output, "requests": 1.0 / output}
    node = m.node_chips or chip.chips_per_server or NODE_CHIPS
    chips = {"chip": 1.0, "node": float(node)}.get(m.per, float(n_chips))
    return m.factor * chips * whole.get(m.quantity, 1.0)
