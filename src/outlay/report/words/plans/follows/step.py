"""How much more of a thing a worth is about, in words: `8`, `2,000`, `10 kW`, `1 MW`."""

from __future__ import annotations

from outlay.report.words.language import Words
from outlay.results.plans.worth import Worth

__all__ = ["step"]


def step(row: Worth, say: Words) -> dict[str, str]:
    """What the name of a row says of its step, where it has one."""
    if row.quantity is None:
        return {"n": "", "basis": ""}
    if row.what == "megawatt":
        return {"n": say.power(row.quantity), "basis": ""}
    key = "worth_name.in_all" if row.basis == "in all" else "worth_name.per_period"
    return {"n": say.count(row.quantity), "basis": say(key)}
