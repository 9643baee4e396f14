"""How much more of a thing a worth is about, in words: `8`, `2,000`, `10 kW`, `1 MW`."""

from __future__ import annotations

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.results.plans.worth import Worth

__all__ = ["power", "step"]

KW_PER_MW = 1e3


def power(mw: float, say: Words) -> str:
    """Power as people say it: kilowatts below a megawatt."""
    if 0 < abs(mw) < 1:
        return say("number.kw", n=format_number(mw * KW_PER_MW))
    return say("number.mw", n=format_number(mw))


def step(row: Worth, say: Words) -> dict[str, str]:
    """What the name of a row says of its step, where it has one."""
    if row.quantity is None:
        return {"n": "", "basis": ""}
    if row.what == "megawatt":
        return {"n": power(row.quantity, say), "basis": ""}
    key = "worth_name.in_all" if row.basis == "in all" else "worth_name.per_period"
    return {"n": say.count(row.quantity), "basis": say(key)}
