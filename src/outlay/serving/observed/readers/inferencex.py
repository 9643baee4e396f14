"""Result files of InferenceX (InferenceMAX before): a load test's results for each chip.

Throughput stands for each chip and is taken times the chips: those of prefill and decode together,
and for output of a pool apart those of decode alone. `intvty` is 1000 / tpot, of no use beside it.
Latencies are in seconds, with no unit in their names. Rows of the published list are alike.
"""

from __future__ import annotations

import math
from typing import Final

from outlay.serving.observed.readers.fields import Fields
from outlay.serving.observed.readers.spreads import flat, named
from outlay.serving.observed.types import Load, Observation, Setup

__all__ = ["is_inferencex", "read_inferencex"]

_SETTINGS: Final = (
    "isl", "osl", "dp_attention", "dcp_size", "pcp_size", "prefill_dcp_size", "prefill_pcp_size",
    "decode_dcp_size", "decode_pcp_size", "prefill_ep", "prefill_pp", "decode_pp",
    "power_metric_schema_version", "power_valid",
)  # fmt: skip


def is_inferencex(found: Fields) -> bool:
    """Whether a mapping is a result that was made for each chip."""
    return all(k in found for k in ("hw", "conc", "tput_per_gpu", "framework"))


def read_inferencex(found: Fields) -> Observation:
    """One run at one concurrency."""
    prefill, decode = found.whole("num_prefill_gpu") or 0, found.whole("num_decode_gpu") or 0
    chips = prefill + decode or _alone(found)
    total = _times(found.number("tput_per_gpu"), chips)
    output = _times(found.number("output_tput_per_gpu"), decode or chips)
    conc = found.whole("conc")
    isl, osl = found.whole("isl"), found.whole("osl")
    for key in [k for k in found.values if "intvty" in k]:
        found.raw(key)
    found.number("input_tput_per_gpu")  # what is left of the total
    metrics = {
        "ttft_s": flat(found, "ttft", "", 1.0),
        "tpot_s": flat(found, "tpot", "", 1.0),
        "itl_s": flat(found, "itl", "", 1.0),
        "e2e_s": flat(found, "e2el", "", 1.0),
    }
    notes = [f"lengths asked for: {isl} in and {osl} out"] if isl and osl else []
    if prefill or decode:
        notes.append(
            f"prefill on {prefill} chips, decode on {decode}, apart: a replay has them together"
        )
    return Observation(
        tool="InferenceX", version="", where=found.file, load=Load("closed", concurrency=conc),
        label=_label(found, conc),
        setup=Setup(
            engine=found.text("framework"), engine_version=found.text("image"),
            model=found.text("model"), chip=found.text("hw"), n_chips=chips,
            tp=_either(found, "tp"), pp=found.whole("pp"), ep=_either(found, "ep"),
            weights=found.text("precision"),
        ),
        input_tok_s=None if total is None or output is None else total - output,
        output_tok_s=output, metrics=named(metrics), notes=tuple(notes),
        unread=found.unread(known=_SETTINGS),
    )  # fmt: skip


def _alone(found: Fields) -> int:
    """Chips of a pool that does prefill and decode."""
    return math.prod(found.whole(k) or 1 for k in ("tp", "pp", "pcp_size"))


def _either(found: Fields, key: str) -> int | None:
    """A degree of a pool, or of the pool that decodes."""
    return found.whole(key) or found.whole(f"decode_{key}")


def _times(each: float | None, chips: int) -> float | None:
    return None if each is None else each * chips


def _label(found: Fields, conc: int | None) -> str:
    parts = [found.text("hw"), found.text("framework"), f"concurrency {conc}"]
    spec = found.text("spec_decoding") or found.text("mtp")
    return ", ".join([*parts, spec] if spec and spec != "none" else parts)
