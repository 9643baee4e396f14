"""List prices per million tokens of a model, as its maker or seller stated them by a day."""

from __future__ import annotations

import re
from datetime import date

from outlay.catalogue.market import known_on, prices
from outlay.catalogue.model_rows import models
from outlay.results.catalogue import Price

__all__ = ["list_prices"]

KINDS = {"cached": ("cached", "hit"), "output": ("output",), "input": ("input",)}
"""Kind → words of an item that name it; the first kind that fits counts."""
VARIANTS = frozenset({"flash", "lite", "mini", "air", "pro", "turbo", "thinking", "vision"})
"""Words that make an item another model's unless the model has them too."""


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+|\d+(?:\.\d+)?", text.casefold()))


def list_prices(model: str, as_of: date, region: str = "") -> dict[str, Price]:
    """Kind (`input`, `cached`, `output`) → the latest list price known on `as_of`.

    model: a catalogue id. An item is the model's where it has all words of the id and no other
    model's variant. region: `world` or a country's name, where both are listed; empty = the
    first found. Empty where nothing is listed; an item for two kinds at once is left out.
    """
    if model not in models():
        return {}
    wanted = _words(model.replace("-", " "))
    found: dict[str, Price] = {}
    for p in prices():
        words = _words(p.item)
        if p.category != "api" or p.unit != "Mtoken" or not wanted <= words:
            continue
        if (words & VARIANTS) - wanted or known_on(p.date) > as_of:
            continue
        if region and p.region.casefold() != region.casefold():
            continue
        named = [k for k, said in KINDS.items() if words.intersection(said)]
        if not named or {"input", "output"} <= words:
            continue
        kind = named[0]
        if kind not in found or known_on(found[kind].date) < known_on(p.date):
            found[kind] = p
    return found
