"""What no document states: defaults (`data/draft.toml`) as large as what the documents do state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from outlay.catalogue import find_chip
from outlay.catalogue.quotes import first_day, price_of, rent_of
from outlay.evidence.draft.inputs import BUY, LEASE, MAIN, TOKENS, Inputs
from outlay.evidence.draft.uses import said, written
from outlay.evidence.quantities.fx import in_currency
from outlay.results.study import DRAFTED

__all__ = ["DEFAULT", "Defaults", "Tree", "under"]

DEFAULT = DRAFTED
MORE = "further-buy"
"""The offer beside those that are limited."""
BARE = {LEASE, BUY, MORE}
SERVICE = TOKENS[:2]
Tree = dict[str, object]


class Defaults:
    """Fills a study where documents say nothing; `put` counts the numbers that it made up."""

    def __init__(self, study: Tree, inputs: Inputs, region: str) -> None:
        self.study, self.inputs, self.region, self.put = study, inputs, region, 0
        self.chips = _chips(inputs)
        self._service()
        self._supply()
        for site in dict.fromkeys(p[1] for p in inputs.at if p[0] == "sites") or (MAIN,):
            self._site(("sites", site))

    def _plain(self, path: Iterable[str], text: object) -> bool:
        """Put a text where none stands; whether it was."""
        *above, last = path
        at = self.study
        for key in above:
            at = under(at, key)
        new = last not in at
        at.setdefault(last, text)
        return new

    def _number(self, path: Iterable[str], text: str, note: str = DEFAULT) -> None:
        self.put += self._plain(path, {"value": text, "note": note})

    def _numbers(self, path: tuple[str, ...], held: Mapping[str, object]) -> None:
        for key, value in held.items():
            if isinstance(value, Mapping):
                self._numbers((*path, key), value)
            else:
                self._number((*path, key), str(value))

    def _cash(self, dollars: float, per: str = "") -> str:
        d = self.inputs.d
        value = in_currency(dollars, "USD", d.currency, str(d.as_of)) or dollars
        return f"{value:{'.3g' if value < 1e3 else '.0f'}} {d.currency}{per}"

    def _size(self, each: str, unit: str, part: float = 1.0) -> str:
        return written(float(f"{self.chips * said()['sizes'][each] * part:.2g}"), unit)

    def _service(self) -> None:
        note = f"default: what {self.chips:,.0f} chips serve"
        self._number(TOKENS, self._size("tokens_per_chip", "token/day"), note)
        own = self.inputs.d.company == "ByteDance"
        self._plain((*SERVICE, "model"), "doubao-seed-1.6" if own else "qwen3-235b-a22b")
        self._numbers(SERVICE, said()["service"])
        self._plain((*SERVICE, "serve_from"), [self.region])
        value = under(under(under(self.study, "services"), "tokens"), "value")
        usd = {"price": said()["usd"]["price"], "unserved": said()["usd"]["unserved"]}
        for field in ("price", "unserved") if "price" in value else ("unserved",):
            if "value" not in under(value, field):
                for kind, dollars in usd[field].items():
                    self._number((*SERVICE, "value", field, kind), self._cash(dollars, "/Mtok"))

    def _supply(self) -> None:
        supply = under(self.study, "supply")
        paths = self.inputs.at
        limited = {p[1] for p in paths if p[-1] in ("cap", "cumulative_cap")}
        limited |= self.inputs.needs.keys()
        if not any(k.endswith("buy") and k not in limited for k in supply):
            supply[MORE if BUY in supply else BUY] = {}
        for key in supply:
            at, day = ("supply", key), max(self.inputs.d.as_of, first_day())
            chip = find_chip(self.inputs.chip if key in BARE else key.rpartition("-")[0])
            buy = key.endswith("buy")
            self._plain((*at, "chip"), chip.id)
            self._plain((*at, "by"), "purchase" if buy else "lease")
            self._plain((*at, "to"), [self.region])
            if buy:
                self._number((*at, "price"), self._cash(price_of(chip, day).middle))
                self._number((*at, "host"), self._cash(said()["usd"]["host"]))
                self._plain((*at, "lead"), "3 months")
            else:
                rent = rent_of(chip, day).middle
                self._number((*at, "rent"), self._cash(rent, "/chip-hour"))
                self._plain((*at, "term"), "12 months")
        fleet = under(self.study, "fleet") if "fleet" in self.study else {}
        for owned in fleet:
            under(fleet, owned).update(chip=owned, places=[self.region])

    def _site(self, at: tuple[str, ...]) -> None:
        usd = said()["usd"]
        self._plain((*at, "region"), self.region)
        if not under(under(self.study, "sites"), at[1]).get("power"):
            grows = (*at, "expand", "limit") in self.inputs.at
            drawn = "nothing is said to stand" if grows else f"what {self.chips:,.0f} chips draw"
            watts = "0 MW" if grows else self._size("watts_per_chip", "W")
            self._number((*at, "power", str(self.inputs.d.start)), watts, f"default: {drawn}")
        self._number((*at, "pue"), "1.25")
        self._number((*at, "electricity"), self._cash(usd["electricity"], "/kWh"))
        self._number((*at, "expand", "per_period"), self._size("watts_per_chip", "W", 0.25))
        self._plain((*at, "expand", "first"), str(self.inputs.d.start))
        self._number((*at, "expand", "capex"), self._cash(usd["build"], "/W"))


def under(held: Tree, key: str) -> Tree:
    """The table under a key, put there where none is."""
    return cast(Tree, held.setdefault(key, {}))


def _chips(inputs: Inputs) -> float:
    """Chips that the demand, fleet, power, money or order stated comes to, the first that is."""
    sizes = said()["sizes"]
    for head, field, each in (
        ("services", "tokens_per_day", "tokens_per_chip"), ("fleet", "quantity", ""),
        ("sites", "power", "watts_per_chip"), ("budget", "", "usd_per_chip"),
        ("supply", "cumulative_cap", ""),
    ):  # fmt: skip
        found = (e[0] for p, e in inputs.at.items() if e and p[0] == head and field in ("", p[2]))
        if (entry := next(found, None)) is not None and entry.claim.value > 0:
            value = entry.claim.value * entry.factor
            usd = in_currency(value, entry.unit, "USD", entry.claim.said_on)
            return max((usd or value) / (sizes[each] if each else 1.0), 1.0)
    return float(sizes["chips"])
