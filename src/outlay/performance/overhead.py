"""What one engine takes beyond the step table of a model on a chip, as it was observed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np

from outlay.core.arrays import Array
from outlay.performance.types import StepTable

__all__ = ["HEAD", "MOST_FACTOR", "Overhead", "beyond", "overhead_for", "overhead_text"]

MOST_FACTOR = 20.0
"""Of an engine over the table, or the other way round: beyond it another chip or model ran."""
HEAD = "# What engines were observed to take beyond the step table."
"""How the file of overheads begins."""


@dataclass(frozen=True, slots=True)
class Overhead:
    """Constants of one engine that runs `model` with `weights` on `chip`.

    A step that the table gives t seconds takes `factor` t + `step_s`; a first token comes
    `first_token_s` after its step, whatever the table says of that. engine, layout: what it was
    observed on, for people. constants: what names those that the table was made with, beyond which
    it holds. runs: measurements behind it, the last of them on the day `observed` (ISO, where
    their files say one). error: mean |log ratio| of the replay to
    the measurements, before and after.
    """

    model: str
    chip: str
    weights: str
    factor: float = 1.0
    step_s: float = 0.0
    first_token_s: float = 0.0
    engine: str = ""
    layout: str = ""
    constants: str = ""
    runs: int = 0
    observed: str = ""
    error_before: float = 0.0
    error_after: float = 0.0


def overhead_for(known: Iterable[Overhead], model: str, chip: str, weights: str) -> Overhead | None:
    """The overhead of this model on this chip, in these weights where it was observed in them.

    None: nobody observed it. Weights of another size leave the host's part as it is; without it
    they would look the faster for not having been observed.
    """
    own = [o for o in known if (o.model, o.chip) == (model, chip)]
    return next((o for o in own if o.weights == weights), own[0] if own else None)


def beyond(table: StepTable, own: Overhead | None) -> StepTable:
    """The step table as the engine keeps it.

    Decode base, prefill base and all slopes by the factor; `step_s` once a step. A mixed step
    gives back a share of its decode base: the share shrinks so that what is given back is that of
    the table, at the median of its batches.

    Equation: t' = factor t + step_s.
    """
    if own is None:
        return table
    base = np.asarray(table.decode_base_s, dtype=float)
    slope = np.asarray(table.decode_s_per_kv_token, dtype=float)
    slower: Array = own.factor * base + own.step_s
    kept = np.where(slower > 0, own.factor * base / np.maximum(slower, 1e-300), 1.0)
    return replace(
        table,
        decode_base_s=slower,
        decode_s_per_kv_token=own.factor * slope,
        prefill_base_s=own.factor * table.prefill_base_s + own.step_s,
        prefill_s_per_token=own.factor * table.prefill_s_per_token,
        prefill_s_per_token_ctx=own.factor * table.prefill_s_per_token_ctx,
        mixed_saving=table.mixed_saving * float(np.median(kept)),
        first_token_s=own.first_token_s,
    )


def overhead_text(known: Iterable[Overhead]) -> str:
    """The file that keeps overheads, a table an engine."""
    tables = [
        "\n".join(["[[engine]]", *(f"{f.name} = {_toml(getattr(o, f.name))}" for f in fields(o))])
        for o in known
    ]
    return "\n\n".join([HEAD, *tables]) + "\n"


def _toml(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else f"{value:.6g}"
