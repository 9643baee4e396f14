"""The founder's study at another size: the same business of one ten-thousandth or ten thousand
times the tokens, chips, power and money; what one chip, one token or one kilowatt costs stays."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["FOUNDER", "sized"]

FOUNDER = Path(__file__).parents[2] / "examples" / "gpu-cloud-founder" / "study.yaml"
GROWS = re.compile(
    r"^\s*(tokens_per_day|slow|base|fast|cumulative_cap|cap|lot|power|opening_cash|2026|2027):"
)
"""Lines whose numbers grow with the business; `power` of a site, not of a chip."""
AMOUNT = re.compile(r"(?<![\w.:-])(\d[\d_]*(?:\.\d+)?)(bn/day|m USD| kW)")
CHIPS = re.compile(r"(:\s*)(\d+)$")


def sized(k: float) -> str:
    """The study's text, k times as large; a chip is the least that can be capped or ordered."""
    lines = FOUNDER.read_text(encoding="utf-8").splitlines()
    return "\n".join(_grown(line, k) if GROWS.match(line) else line for line in lines) + "\n"


def _grown(line: str, k: float) -> str:
    line = AMOUNT.sub(lambda m: _amount(float(m[1].replace("_", "")) * k, m[2]), line)
    return CHIPS.sub(lambda m: f"{m[1]}{max(1, round(int(m[2]) * k))}", line)


def _amount(value: float, unit: str) -> str:
    """A number as a study may write it, without an exponent."""
    return f"{value:.9f}".rstrip("0").rstrip(".") + unit
