"""Measure how wide intervals must be: of each level, what fits were off by that had not seen it.

In turn, each on the split that leaves its level out, the others as already found: the scale of
what cells leave by how a number was measured (groups left out), then models, chips, families,
engines and sources. Each is the smallest that holds `HELD` of the groups, and `EACH` of those of
every way of measuring that has enough of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from outlay.performance.constants.cells import Cells
from outlay.performance.constants.constants import Constants
from outlay.performance.constants.widths import Z90, Widths
from outlay.performance.fit.correction_fit import KIND, NOISE
from outlay.performance.fit.predict import answers
from outlay.performance.measured.rows import Question

__all__ = ["HELD", "Off", "intervals_toml", "offs", "widths_from"]

HELD, EACH = 0.90, 0.88
LEVELS = ("model", "chip", "family", "engine", "source")
JUDGED = ("closed", "offline", "disaggregated", "decode", "prefill", "single")
FEWEST = 12  # groups of a kind from which its scale is measured
SCALES = np.arange(1.0, 3.01, 0.05)
WIDTHS = np.arange(0.0, 0.81, 0.01)


@dataclass(frozen=True, slots=True)
class Off:
    """How far one prediction was off [logarithm], and what its interval is made of."""

    off: float
    var: float
    other: float
    kind: str
    unseen: Mapping[str, float]
    group: str


def offs(questions: Sequence[Question], constants: Constants, cells: Cells) -> list[Off]:
    """Of every question's own metric that could be predicted."""
    predicted, found = answers(questions, constants, cells)
    out = []
    for i, (q, (own, *_)) in enumerate(zip(questions, predicted, strict=True)):
        if q.kind not in JUDGED or not own.predicted or own.measured <= 0:
            continue
        rate = q.kind == "disaggregated" and own.metric.startswith("output")
        other = float(found.other[i]) + (NOISE["rate disaggregated"] ** 2 if rate else 0.0)
        off = float(np.log(own.predicted / own.measured))
        group = f"{own.group}|{own.source}|{own.metric}"
        out.append(Off(off, float(found.var[i]), other, KIND[q.kind], found.unseen[i], group))
    return out


def held(rows: Sequence[Off], wide: Widths) -> float:
    """Share inside the 90 % interval, the mean inside each group first."""
    inside: dict[str, list[bool]] = {}
    for r in rows:
        sd = np.sqrt(wide.variance(r.kind, r.var, r.unseen) + r.other)
        inside.setdefault(r.group, []).append(bool(abs(r.off) <= Z90 * sd))
    return float(np.mean([np.mean(found) for found in inside.values()]))


def _holds(rows: Sequence[Off], wide: Widths) -> bool:
    kinds = [[r for r in rows if r.kind == kind] for kind in sorted({r.kind for r in rows})]
    enough = [own for own in kinds if len({r.group for r in own}) >= FEWEST]
    return held(rows, wide) >= HELD and all(held(own, wide) >= EACH for own in enough)


def widths_from(splits: Mapping[str, Sequence[Off]], now: Widths) -> Widths:
    """Scales and widths of levels that hold; what no split measures stays as it is `now`."""
    wide = replace(now, unseen={**now.unseen, **dict.fromkeys(LEVELS, 0.0)})
    for kind in sorted(now.scale):
        rows = [r for r in splits.get("group", ()) if r.kind == kind]
        if len({r.group for r in rows}) >= FEWEST:
            tried = [replace(wide, scale={**wide.scale, kind: float(x)}) for x in SCALES]
            wide = _first(rows, tried)
    for level in LEVELS:
        rows = [r for r in splits.get(level, ()) if level in r.unseen]
        if rows:
            tried = [replace(wide, unseen={**wide.unseen, level: float(x)}) for x in WIDTHS]
            wide = _first(rows, tried)
    return wide


def _first(rows: Sequence[Off], tried: Sequence[Widths]) -> Widths:
    """The first that holds, else the widest."""
    return next((wide for wide in tried if _holds(rows, wide)), tried[-1])


def intervals_toml(wide: Widths, head: str) -> str:
    """The widths as data/intervals.toml holds them, below its `head` of comments."""
    parts = [
        ("unseen", wide.unseen), ("scale", wide.scale), ("first_token", wide.first_token),
    ]  # fmt: skip
    tables = (
        [f"\n[{name}]", *(f"{k} = {float(v):.4g}" for k, v in table.items())]
        for name, table in parts
    )
    return "\n".join([head.rstrip(), *(line for table in tables for line in table)]) + "\n"
