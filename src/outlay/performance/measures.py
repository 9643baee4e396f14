"""Read what a published metric and its unit say: which quantity, per what, and the factor to it."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Measure", "measure_of"]

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
TOKENS_PER_SECOND = re.compile(
    r"\btok(?:en)?s?\b[^/]*?(?:/|\bper\b)\s*(?:wall\s+)?s(?:ec(?:ond)?s?)?\b", re.IGNORECASE
)
TIME = (("ms", 1e3), ("millisecond", 1e3), ("us", 1e6), ("µs", 1e6), ("microsecond", 1e6),
        ("s", 1.0), ("sec", 1.0), ("second", 1.0), ("seconds", 1.0))  # fmt: skip
REQUESTS_PER_SECOND = re.compile(
    r"\breq(?:uest)?s?\b\s*(?:/|\bper\b)\s*s(?:ec(?:ond)?s?)?\b", re.IGNORECASE
)
PER_CHIP = re.compile(
    r"(?:per|/)[\s_]*(?:chip|gpu|device|accelerator|npu|card|910c)\b", re.IGNORECASE
)
PER_NODE = re.compile(
    r"(?:per|/)[\s_]*(?:(\d+)[-\s](?:chip|gpu|npu)\s)?(?:node|server|host)\b", re.IGNORECASE
)


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
    quantity = next((q for q, words in METRICS if any(w in name for w in words)), "")
    if not quantity or any(w in name for w in NOT_TOKENS):
        known = "ttft, tpot, e2e, output_, total_ and input_throughput (_per_chip, _per_node)"
        return f"unknown metric {metric!r}; known: {known}, request_throughput, tok_s_per_user"
    if quantity.endswith("_s"):
        word = re.split(r"[^a-zµ]+", unit.strip().lower())[0]
        factor = dict(TIME).get(word)
        if factor is None:
            return f"unit {unit!r} of {metric} is not a time; known: ms, s, us"
        return Measure(quantity, factor=factor)
    wanted, words = TOKENS_PER_SECOND, "tokens per second"
    if quantity == "requests":
        wanted, words = REQUESTS_PER_SECOND, "requests per second"
    if not wanted.search(unit):
        return f"unit {unit!r} of {metric} is not {words}"
    if quantity == "speed":
        return Measure(quantity)
    both = f"{name} {unit}"
    if quantity == "out" and re.search(r"input\s*\+\s*output|prompt\s*\+\s*generated", unit):
        quantity = "total"
    if PER_CHIP.search(both):
        return Measure(quantity, "chip")
    node = PER_NODE.search(unit) or PER_NODE.search(name)
    if node:
        return Measure(quantity, "node", int(node.group(1) or 0))
    return Measure(quantity)
