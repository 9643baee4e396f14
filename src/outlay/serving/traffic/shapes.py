"""Shape of the lengths of a trace: how they spread around their means, and go together.

A published trace is known by its name: its shape is shipped (`trace_shapes.csv`, made by
`scripts/trace_shapes.py` from the traces themselves). A trace of the user's own is read from its
file. A service may state other means than its trace has; the shape is then laid around them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from outlay.core.arrays import Array
from outlay.serving.spec import Lengths
from outlay.serving.traffic.loaders import load_trace
from outlay.serving.traffic.requests import Traffic

__all__ = ["PROBABILITIES", "Shape", "known_shape", "own_shape", "shape_of"]

PROBABILITIES = (
    0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999,
    1.0,
)  # fmt: skip
"""Where the quantiles of a trace are taken: close where the promises are."""
Quantiles = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Mean tokens of a request, and how they spread around the means."""

    input_tokens: float
    output_tokens: float
    lengths: Lengths


def shape_of(traffic: Traffic) -> Shape:
    """Of requests: quantiles over the mean, and the correlation of the normal scores."""
    inp, out = (np.asarray(x, dtype=float) for x in (traffic.input_tokens, traffic.output_tokens))
    return Shape(
        float(inp.mean()),
        float(out.mean()),
        Lengths(
            input_quantiles=_quantiles(inp),
            output_quantiles=_quantiles(out),
            correlation=_correlation(inp, out),
        ),
    )


def own_shape(name: str, data: bytes) -> Shape:
    """Of the trace that a file of this name holds, in any format that `load_trace` reads.

    Raises TableError.
    """
    return shape_of(load_trace(name, sort=True, data=data).traffic)


def known_shape(name: str) -> Shape | None:
    """Of a published trace by its name; None where none is called so."""
    return _known().get(name)


@cache
def _known() -> dict[str, Shape]:
    text = (files("outlay.serving") / "data" / "trace_shapes.csv").read_text(encoding="utf-8")
    rows: dict[str, dict[str, list[float]]] = {}
    for row in csv.DictReader(text.splitlines(), strict=True):
        values = [float(row[f"p{p:g}"]) for p in PROBABILITIES]
        end = [float(row["mean"]), float(row["correlation"]), *values]
        rows.setdefault(row["trace"], {})[row["tokens"]] = end
    return {name: _shape(ends["input"], ends["output"]) for name, ends in rows.items()}


def _shape(inp: list[float], out: list[float]) -> Shape:
    lengths = Lengths(
        input_quantiles=tuple(zip(PROBABILITIES, inp[2:], strict=True)),
        output_quantiles=tuple(zip(PROBABILITIES, out[2:], strict=True)),
        correlation=inp[1],
    )
    return Shape(inp[0], out[0], lengths)


def _quantiles(tokens: Array) -> Quantiles:
    """Over the mean, to four digits: more would say which requests they were.

    The last is not the longest request but the end of a straight line that has the mean of the
    top thousandth: one request of a million may be as long as thousands.
    """
    mean: float = tokens.mean()
    found: Array = np.quantile(tokens, PROBABILITIES) / mean
    rest = min(int(PROBABILITIES[-2] * len(tokens)), len(tokens) - 1)
    top = float(np.sort(tokens)[rest:].mean()) / mean
    before = found.item(-2)
    found[-1] = max(2 * top - before, before)
    return tuple((p, float(f"{found.item(i):.4g}")) for i, p in enumerate(PROBABILITIES))


def _correlation(a: Array, b: Array) -> float:
    """Of the normal scores (van der Waerden): that of the copula which draws them together."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    x, y = (np.asarray(ndtri(rankdata(v) / (len(v) + 1)), dtype=np.float64) for v in (a, b))
    return float(f"{np.corrcoef(x, y).item(1):.3f}")
