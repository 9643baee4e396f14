"""What no document states: defaults as large as what the documents do state."""

from __future__ import annotations

from outlay.catalogue import find_chip
from outlay.catalogue.quotes import first_day, price_of, rent_of
from outlay.evidence.draft.inputs import BUY, LEASE, MAIN, TOKENS, Inputs
from outlay.evidence.draft.uses import written
from outlay.evidence.quantities.fx import in_currency
from outlay.results.study import DRAFTED

__all__ = ["DEFAULT", "fill"]

DEFAULT = DRAFTED
MORE = "further-buy"
"""The offer beside those that are limited."""
PER_CHIP, WATTS, CHIP_USD, CHIPS = 5e8, 2_000.0, 40_000.0, 10_000.0
"""Tokens a day that a chip serves, its watts in a hall, its dollars with a host: a first guess by
which a default is as large as the rest; chips where nothing says how large it is."""
LOST = {"input": 0.6, "output": 3.5}
SOLD = {"input": 0.3, "output": 1.5}
"""Dollars for a million tokens."""


def _scale(inputs: Inputs) -> float:
    """Chips that demand, fleet, power or money stated come to."""
    first = {".".join(p[:1] + p[2:3]): e[0] for p, e in reversed(inputs.at.items()) if e}
    money = next((e[0] for p, e in inputs.at.items() if p[0] == "budget" and e), None)
    sizes = [
        (inputs.at[TOKENS][0], PER_CHIP) if inputs.at.get(TOKENS) else None,
        (first["fleet.quantity"], 1.0) if "fleet.quantity" in first else None,
        (first["sites.power"], WATTS) if "sites.power" in first else None,
        (money, CHIP_USD) if money else None,
        (first["supply.cumulative_cap"], 1.0) if "supply.cumulative_cap" in first else None,
    ]
    for size in sizes:
        if size is not None and (value := size[0].claim.value * size[0].factor) > 0:
            usd = in_currency(value, size[0].unit, "USD", size[0].claim.said_on)
            return max((usd if size[0] is money and usd else value) / size[1], 1.0)
    return CHIPS


def fill(study: dict[str, dict[str, object]], inputs: Inputs, region: str) -> int:
    """Put a default at each input that the study has none for; how many were put."""
    d, put = inputs.d, 0

    def set_(text: object, *path: str, note: str = DEFAULT, plain: bool = False) -> None:
        nonlocal put
        at: dict[str, object] = study  # type: ignore[assignment]
        for key in path[:-1]:
            at = at.setdefault(key, {})  # type: ignore[assignment]
        if path[-1] not in at:
            at[path[-1]] = text if plain else {"value": text, "note": note}
            put += not plain

    def cash(dollars: float, per: str = "") -> str:
        value = in_currency(dollars, "USD", d.currency, str(d.as_of)) or dollars
        return f"{value:.3g} {d.currency}{per}" if value < 1e3 else f"{value:.0f} {d.currency}{per}"

    chips, day = _scale(inputs), max(d.as_of, first_day())
    size = f"default: what {chips:,.0f} chips serve"
    set_(written(float(f"{chips * PER_CHIP:.2g}"), "token/day"), *TOKENS, note=size)
    tokens = ("services", "tokens")
    model = "doubao-seed-1.6" if d.company == "ByteDance" else "qwen3-235b-a22b"
    set_(model, *tokens, "model", plain=True)
    for path, text in {
        ("mix", "input"): "3.6", ("mix", "cached"): "40 %", ("lengths", "input"): "2500 tokens",
        ("lengths", "output"): "700 tokens", ("slo", "ttft", "p99"): "2 s",
        ("slo", "tpot", "p99"): "50 ms", ("busiest_hour",): "1.7",
    }.items():  # fmt: skip
        set_(text, *tokens, *path)
    set_([region], *tokens, "serve_from", plain=True)
    value = study["services"]["tokens"].setdefault("value", {})  # type: ignore[attr-defined]
    for kind in LOST:
        if "price" in value:
            set_(cash(SOLD[kind], "/Mtok"), *tokens, "value", "price", kind)
        if "value" not in value.get("unserved", {}):
            set_(cash(LOST[kind], "/Mtok"), *tokens, "value", "unserved", kind)
    supply = study.setdefault("supply", {})
    limited = {p[1] for p in inputs.at if p[-1] in ("cap", "cumulative_cap")} | set(inputs.needs)
    if not any(k.endswith("buy") and k not in limited for k in supply):
        supply[MORE if BUY in supply else BUY] = {}
    for key in supply:
        chip = key.rpartition("-")[0] if key not in (BUY, MORE, LEASE) else inputs.chip
        at, quote = ("supply", key), find_chip(chip)
        set_(chip, *at, "chip", plain=True)
        set_("purchase" if key.endswith("buy") else "lease", *at, "by", plain=True)
        set_([region], *at, "to", plain=True)
        if key.endswith("buy"):
            set_(cash(price_of(quote, day).middle), *at, "price")
            set_(cash(8_000.0), *at, "host")
            set_("3 months", *at, "lead", plain=True)
        else:
            set_(cash(rent_of(quote, day).middle, "/chip-hour"), *at, "rent")
            set_("12 months", *at, "term", plain=True)
    for chip, pool in study.get("fleet", {}).items():
        pool.update(chip=chip, places=[region])  # type: ignore[attr-defined]
    sites = dict.fromkeys(p[1] for p in inputs.at if p[0] == "sites")
    for site in sites or (MAIN,):
        at = ("sites", site)
        set_(region, *at, "region", plain=True)
        if not study.get("sites", {}).get(site, {}).get("power"):  # type: ignore[attr-defined]
            grows = (*at, "expand", "limit") in inputs.at
            drawn = "nothing is said to stand" if grows else f"what {chips:,.0f} chips draw"
            watts = 0.0 if grows else float(f"{chips * WATTS:.2g}")
            set_(written(watts, "W"), *at, "power", str(d.start), note=f"{DEFAULT}: {drawn}")
        set_("1.25", *at, "pue")
        set_(cash(0.07, "/kWh"), *at, "electricity")
        set_(written(float(f"{chips * WATTS / 4:.2g}"), "W"), *at, "expand", "per_period")
        set_(str(d.start), *at, "expand", "first", plain=True)
        set_(cash(10.0, "/W"), *at, "expand", "capex")
    return put
