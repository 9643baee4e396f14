"""Read what a published metric and its unit say: which quantity, per what, and the factor to it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from outlay.core.errors import nearest

__all__ = ["PERCENTILE", "Measure", "measure_of"]

METRICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # quantity, words of a metric's name; the first found wins
    ("ttft_s", ("ttft", "time_to_first")),
    ("e2e_s", ("e2e", "end_to_end", "request_latency")),
    ("speed", ("per_user", "interactivity")),
    ("requests", ("request_throughput", "requests_per_second", "request_rate")),
    ("tpot_s", ("tpot", "itl", "inter_token", "time_per_output", "time_per_token")),
    ("input", ("input_throughput", "prefill_throughput", "prompt_throughput")),
    ("total", ("total_throughput", "total_token")),
    ("out", ("output_throughput", "decode_throughput", "generation_throughput",
             "output_token_throughput", "throughput")),
)  # fmt: skip
NOT_TOKENS = ("image", "sample", "query", "queries")
PERCENTILE = re.compile(r"p\d\d|percentile|(?:^|_)max(?:_|$)|(?:^|_)min(?:_|$)|worst")
TIME = {
    "ms": 1e3, "millisecond": 1e3, "milliseconds": 1e3, "us": 1e6, "µs": 1e6, "microsecond": 1e6,
    "microseconds": 1e6, "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0,
}  # fmt: skip
# The whole unit is read: a scale, what is counted, "per second", and per what, if anything.
RATE = re.compile(
    r"(?:(?P<scale>k|thousands?|m|millions?)\s*(?:of\s+)?)?"
    r"(?:(?P<both>input\s*\+\s*output|prompt\s*\+\s*generated|total)\s+|"
    r"(?:output|input|decode|prefill|generated|prompt)\s+)?"
    r"(?P<what>tok(?:en)?s?|req(?:uest)?s?|prompts?(?=\s*(?:/|per)))\s*(?:/|per)\s*(?:wall\s+)?s(?:ec(?:ond)?s?)?"
    r"(?:\s*(?:/|per)\s*(?P<per>.+))?"
)
SCALE = {"": 1.0, "k": 1e-3, "t": 1e-3, "m": 1e-6}
CHIP = re.compile(r"(?:chip|gpu|device|accelerator|npu|xpu|tpu|card|910c)")
CHIPS = re.compile(r"(\d+)[\s-]*(?:chip|gpu|npu|device|accelerator)s?(?:\s+(?:node|server|host))?")
NODE = re.compile(r"(?:node|server|host)")
USER = re.compile(r"(?:user|request|stream|session)")


@dataclass(frozen=True, slots=True)
class Measure:
    """quantity: ttft_s, tpot_s, e2e_s [s]; out, input, total [token/s]; speed [token/s of a user];
    requests [request/s]. per: chip, node or system; chips of a node where stated, else 0. factor:
    units of the row in one unit of the quantity."""

    quantity: str
    per: str = "system"
    node_chips: int = 0
    factor: float = 1.0


def measure_of(metric: str, unit: str) -> Measure | str:
    """What a metric in a unit measures, or why it cannot be read.

    >>> measure_of("output_throughput", "tokens/s/GPU").per
    'chip'
    """
    name = metric.strip().lower().replace("-", "_").replace(" ", "_")
    quantity = next((q for q, words in METRICS if any(_holds(name, w) for w in words)), "")
    if not quantity or any(w in name for w in NOT_TOKENS):
        known = (
            "ttft, tpot, e2e, output_, total_ and input_throughput (_per_chip, _per_node), "
            "request_throughput, tok_s_per_user; of training: mfu, tokens_per_s_per_chip, "
            "model_tflops_per_chip, gpu_hours, step_s"
        )
        near = nearest(name, [w for _, words in METRICS for w in words]) if name else ""
        return f"unknown metric {metric!r}; known: {known}" + (f" ({near})" if near else "")
    if PERCENTILE.search(name):
        return f"{metric} is a percentile or an extreme; means and medians are predicted"
    if quantity.endswith("_s"):
        word = re.split(r"[^a-zµ]+", unit.strip().lower())[0]
        if word not in TIME:
            return f"unit {unit!r} of {metric} is not a time; known: ms, s, us"
        return Measure(quantity, factor=TIME[word])
    return _rate(name, metric, unit, quantity)


def _holds(name: str, words: str) -> bool:
    """Whether a name holds words as parts of their own: `tpot_mean`, not `tpott`."""
    return (
        re.search(rf"(?:^|[^a-z]|mean|median|avg){words}(?:s|ms|us)?(?:[^a-z]|$)", name) is not None
    )


def _rate(name: str, metric: str, unit: str, quantity: str) -> Measure | str:
    """A throughput: the unit in full, its denominator from the metric's name where it has none."""
    wanted = "requests per second" if quantity == "requests" else "tokens per second"
    bad = f"unit {unit!r} of {metric} is not {wanted}, whole, per chip, per node or per user"
    text, _, more = re.sub(r"\(([^()+]*)\)", " ", unit.lower()).partition(",")
    text = re.sub(r"[()]", " ", text)
    found = RATE.fullmatch(" ".join(text.split()).replace("+ ", "+"))
    if found is None or found["what"].startswith(("req", "prompt")) != (quantity == "requests"):
        return bad
    stated = found["per"] or next(iter(re.findall(r"^\s*(?:per|/)\s*(.+)$", more)), "")
    named = re.search(r"_per_(\w+)$", name)
    measure = _per(stated.strip() or (named.group(1) if named else ""))
    if measure is None:
        return bad
    if stated and named and (_per(named.group(1)) or measure)[0] != measure[0]:
        return f"unit {unit!r} contradicts {metric}"
    per, chips = measure
    if (per == "user" and quantity in ("out", "speed")) or quantity == "speed":
        per, quantity = "system", "speed"
    elif per == "user":
        return bad
    if quantity == "out" and found["both"]:
        quantity = "total"
    return Measure(quantity, per, chips, SCALE[(found["scale"] or " ")[0].strip()])


def _per(words: str) -> tuple[str, int] | None:
    """chip, node, user or system, and the chips of a node; None for anything else."""
    words = words.replace("_", " ").strip()
    one = words.removesuffix("s")
    if not words or words == "second":
        return "system", 0
    for pattern, per in ((CHIP, "chip"), (NODE, "node"), (USER, "user")):
        if pattern.fullmatch(one):
            return per, 0
    several = CHIPS.fullmatch(words)
    return ("node", int(several.group(1))) if several else None
