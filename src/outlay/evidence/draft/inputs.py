"""Claims put where a study takes them: each input by its path, with every claim that is of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from outlay.core.errors import QuantityError
from outlay.core.periods import Period
from outlay.evidence.draft.uses import Use, chip_of, nearest, said_before, written
from outlay.evidence.draft.whose import Drafted, is_whole
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim

__all__ = ["Entry", "Inputs", "slug"]

TOKENS = ("services", "tokens", "tokens_per_day")
GROWTH = ("services", "tokens", "growth")
PER_USER = 2_000.0
"""Tokens of a user and day, an assumption."""
CHIPS = {"CN": "ascend-910c"}
CHIP = "h200-sxm"
LEASE, BUY, MAIN = "default-lease", "default-buy", "main"
OF_SITE = {
    "pue": ("pue",), "electricity": ("electricity",), "hall rent": ("rent",),
    "build": ("expand", "capex"),
}  # fmt: skip
SERVER = 8
"""Chips of a server: no fleet and no order is so small."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim as the value of an input: `factor` times its own, and `plus`, in `unit`."""

    claim: Claim
    factor: float
    unit: str
    note: str = ""
    plus: float = 0.0

    def text(self, value: float | None = None) -> str:
        """The claim's value, or another end of its range, as the study writes it."""
        value = (self.claim.value if value is None else value) * self.factor + self.plus
        whole = self.unit in ("chips", "months")
        return written(round(value) if whole else value, self.unit, 10 if self.factor == 1 else 6)

    def spread(self) -> tuple[float, float] | None:
        """Low and high of a claim that is a range with both ends."""
        low, high = self.claim.value_low, self.claim.value_high
        return (low, high) if low is not None and high is not None and low < high else None


def slug(text: str, taken: Iterable[str] = (), thing: str = "named") -> str:
    """A name for the study from words of a document; of words without Latin letters, `thing`."""
    stem = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:40].strip("-") or thing
    stem = f"n{stem}" if stem[0].isdigit() else stem
    return next(s for n in range(1, 999) if (s := f"{stem}-{n}" if n > 1 else stem) not in taken)


class Inputs:
    """Every input that claims state: path → entries, the first of them the best."""

    def __init__(self, d: Drafted, region: str) -> None:
        self.d, self.chip = d, CHIPS.get(region, CHIP)
        self.at: dict[tuple[str, ...], list[Entry]] = {}
        self.places: dict[str, str] = {}
        """A site's name in the documents → in the study."""
        self.needs: dict[str, str] = {}
        """Offer → the factor that it waits for."""
        self._demand()
        self._power()
        self._prices()
        self._chips()
        self._terms()
        self._budget()
        for path, entries in self.at.items():
            entries[:] = _added(entries)
            entries.sort(key=lambda e: (*_weight(e.claim, path), -d.trust(e.claim)))
            for e in entries[1:]:
                if not e.claim.condition and e.claim.id not in d.rivals:
                    d.why.setdefault(e.claim.id, f"{entries[0].claim.id} states {'.'.join(path)}")

    def put(self, path: Iterable[str], c: Claim, factor: float, unit: str, note: str = "",
            plus: float = 0.0) -> None:  # fmt: skip
        """Offer a claim as the value of the input at `path`."""
        self.at.setdefault(tuple(path), []).append(Entry(c, factor, unit, note, plus))

    def _latest(self, found: list[tuple[Claim, Use]]) -> list[tuple[Claim, Use]]:
        """The newest of claims about what is; the others are history."""
        new = max((_end(self.d, c) for c, _ in found), default=date.min)
        for c, _ in found:
            if _end(self.d, c) < new:
                self.d.why[c.id] = "a newer figure is stated"
        return [x for x in found if _end(self.d, x[0]) >= new]

    def _planned(self, c: Claim) -> str:
        """The period of the study in which what is claimed begins to hold; empty: it holds now."""
        when, first = self.d.when(c), self.d.start
        if when is None or (when[0].start < first.start and c.kind != "planned"):
            return ""
        last = when[1].shift(1).ordinal - first.ordinal - 1
        step = first.shift(last // first.months)
        return str(step) if when[1].end > first.start and c.period else ""

    def _demand(self) -> None:
        d = self.d
        now = [x for x in d.mine("tokens") if not self._planned(x[0])]
        for c, use in self._latest(now):
            self.put(TOKENS, c, use.factor, use.unit)
        users = list(d.mine("users"))
        if now:
            d.why.update({c.id: "tokens are stated themselves" for c, _ in users})
            users = []
        for c, _ in self._latest(users):
            self.put(TOKENS, c, PER_USER, "token/day", f"default: {PER_USER:,.0f} tokens a user")
        if now and (base := self.at[TOKENS][0]):
            for c, use in d.mine("tokens"):
                if when := self._planned(c):
                    self.put((*GROWTH, when), c, use.factor / (base.claim.value * base.factor), "")
        for c, use in d.mine("growth"):
            if when := self._planned(c):
                self.put((*GROWTH, when), c, 1.0, "", plus=float(use.unit == "fraction"))

    def _power(self) -> None:
        d = self.d
        places: dict[str, list[tuple[Claim, Use]]] = {}
        for c, use in d.mine("power", "pue", "electricity", "hall rent", "build"):
            if is_whole(c):
                d.why[c.id] = "it is the sum of the others"
                continue
            site = self._place(c.subject)
            places.setdefault(site, []).append((c, use))
        whole = places.pop(MAIN, [])
        for site, found in places.items():
            self._site(("sites", site), found)
        named = sum(e[0].claim.value for p, e in self.at.items() if p[2] == "power")
        self._site(("sites", MAIN), whole, named)

    def _place(self, name: str) -> str:
        """What the study calls a site."""
        if not name or name == self.d.company:
            return MAIN
        if name not in self.places:
            self.places[name] = slug(name, self.places.values(), "site")
        return self.places[name]

    def _site(
        self, at: tuple[str, ...], found: list[tuple[Claim, Use]], named: float = 0.0
    ) -> None:
        """A site's inputs; `named`: what stands at sites of their own, out of the company's."""
        now: dict[str, list[tuple[Claim, Use]]] = {}
        for c, use in found:
            if use.kind != "power":
                self.put((*at, *OF_SITE[use.kind]), c, use.factor, use.unit)
            elif told := self._power_of(c, at):
                now.setdefault(told, []).append((c, use))
        what = now.get("standing", [])
        if not what and not self._comes(at):
            what = [x for x in now.get("contracted", []) if x[0].kind != "planned"]
        for c, _ in self._latest(what):
            if c.value > named:
                note = "less what stands at the sites named" if named else ""
                self.put((*at, "power", str(self.d.start)), c, 1.0, "W", note, -named)
            else:
                self.d.why[c.id] = "the sites named have it"
        for c, _ in self._latest(now.get("building", [])):
            self.put((*at, "expand", "limit"), c, 1.0, "W", "under construction")
        self._beyond(at, [x for x in now.get("contracted", []) if x not in what])

    def _beyond(self, at: tuple[str, ...], contracted: list[tuple[Claim, Use]]) -> None:
        """Power that is contracted may be built, but for what stands or comes."""
        base = max(self._comes(at), default=0.0)
        for c, _ in self._latest(contracted):
            if c.value > base:
                self.put((*at, "expand", "limit"), c, 1.0, "W", "beyond what stands", -base)
            else:
                self.d.why[c.id] = "as much stands or comes"

    def _comes(self, at: tuple[str, ...]) -> list[float]:
        """Power of a site that is put down for some period."""
        return [e[0].claim.value for p, e in self.at.items() if p[:3] == (*at, "power")]

    def _power_of(self, c: Claim, at: tuple[str, ...]) -> str:
        """Whether power stands or is contracted; empty where it comes, and was put down."""
        told, when = nearest(c, "standing", "contracted", "building"), self.d.when(c)
        possible = c.hedge in ("may", "up_to") or (c.kind == "planned" and not c.period)
        if possible and not c.condition:
            return "contracted"
        stands = told == "standing" and when and when[0].start <= self.d.as_of
        if not stands and (later := self._planned(c)):
            self.put((*at, "power", later), c, 1.0, "W")
            return ""
        return told or "standing"

    def _chips(self) -> None:
        for c, use in self.d.mine("chips", "yearly chips"):
            chip = chip_of(c) or self.chip
            told = nearest(c, "leased", "ordered", "standing")
            planned = c.kind == "planned" or c.condition or self._planned(c)
            if c.value <= SERVER:
                self.d.why[c.id] = "it is what one server holds"
            elif use.kind == "yearly chips":
                a_year = {"year": 1.0, "quarter": 4.0, "month": 12.0}.get(c.unit.split("/")[1], 1.0)
                self.put(("supply", self._offer(chip), "cap"), c,
                         a_year * self.d.start.months / 12, "chips")  # fmt: skip
            elif told == "leased" or (planned and not told and self._rented(chip)):
                self.put(("supply", self._lease(chip), "cumulative_cap"), c, 1.0, "chips")
            elif planned or told == "ordered":
                self.put(("supply", self._offer(chip), "cumulative_cap"), c, 1.0, "chips")
            else:
                self.put(("fleet", chip, "quantity"), c, 1.0, "chips")

    def _offer(self, chip: str) -> str:
        return BUY if chip == self.chip else f"{chip}-buy"

    def _lease(self, chip: str) -> str:
        return LEASE if chip == self.chip else f"{chip}-lease"

    def _rented(self, chip: str) -> bool:
        """Whether documents state a rent of the chip and no price."""
        bought = ("supply", self._offer(chip), "price") in self.at
        return ("supply", self._lease(chip), "rent") in self.at and not bought

    def _prices(self) -> None:
        by_chip: dict[tuple[str, ...], list[tuple[Claim, Use]]] = {}
        for c, use in self.d.mine("price", "rent"):
            chip = chip_of(c) or self.chip
            key = self._offer(chip) if use.kind == "price" else self._lease(chip)
            by_chip.setdefault(("supply", key, use.kind), []).append((c, use))
        for path, found in by_chip.items():
            for c, use in self._latest(found):
                self.put(path, c, use.factor, use.unit)
        for c, use in self.d.mine("token price"):
            kind = nearest(c, "cached") or nearest(c, "input", "output")
            if kind:
                self.put(("services", "tokens", "value", "price", kind), c, 1.0, use.unit)
            else:
                self.put(("services", "tokens", "value", "unserved"), c, 1.0, use.unit)

    def _terms(self) -> None:
        leases = [p[1] for p in self.at if p[0] == "supply" and p[2] == "rent"]
        for c, use in self.d.mine("term", "lead", "life"):
            if use.kind == "life":
                years = use.factor / 12
                self.put(("finance", "lives", "accelerators", "book"), c, years, "years")
                continue
            if use.kind == "term" and not leases and not nearest(c, "compute"):
                self._hall_term(c, use)
                continue
            months = use.factor * c.value
            plus = math.ceil(round(months, 6)) - months  # counted in whole months
            lease = leases[0] if leases else LEASE
            path = ("supply", lease, "term") if use.kind == "term" else ("supply", BUY, "lead")
            self.put(path, c, use.factor, "months", plus=plus)

    def _hall_term(self, c: Claim, use: Use) -> None:
        """A term of no chips is a hall's, where its rent is stated and no customer signed it."""
        if pattern("draft.of_customers").search(c.sentence):
            self.d.why[c.id] = "it is the term of a customer's contract"
        elif ("sites", MAIN, "rent") not in self.at:
            self.d.why[c.id] = "it is of no chips, and a hall whose rent is not stated"
        else:
            self.put(("sites", MAIN, "expand", "term"), c, use.factor, "months")

    def _budget(self) -> None:
        d = self.d
        found = sorted(d.mine("capex", "processors"), key=lambda x: x[0].family != "capex")
        for c, use in found:
            if c.part_of and use.kind == "capex":
                d.why[c.id] = f"a part of {c.part_of}"
            elif pattern("draft.committed").search(" ".join((c.metric, *c.row, *c.column))):
                d.why[c.id] = "an order is a part of a budget"
            else:
                self._authorised(c, use)
        if not any(p[:2] == ("budget", "capex") for p in self.at):
            spent = [x for x in found if x[0].family == "capex" and _whole_year(d, x[0])]
            for c, use in self._latest(spent):
                d.why.pop(c.id, None)
                note = f"stand-in: as spent in {c.period}, no budget is stated"
                self.put(("budget", "capex", str(d.year(d.start))), c, 1.0, use.unit, note)

    def _authorised(self, c: Claim, use: Use) -> None:
        """An amount as the budget of the years that it is for, evenly over several."""
        years, first = self._years(c), self.d.year(self.d.start)
        note = "" if c.period else "no year is stated"
        if len(years) > 1:
            note = f"of {c.quote} over {len(years)} years, spread evenly"
        if not years or years[-1] < first:
            self.d.why.setdefault(c.id, "it is spent")
        for year in range(max(first, years.start), years.stop):
            path = ("budget", use.kind, str(year))
            whole = any(e.claim.family == "capex" for e in self.at.get(path, ()))
            if whole and use.kind == "capex" and c.family != "capex":
                self.d.why[c.id] = "capital expenditure is stated itself"
            else:
                self.put(path, c, 1 / len(years), use.unit, note)

    def _years(self, c: Claim) -> range:
        """The years that an amount is planned for; none where it was spent."""
        when, first = self.d.when(c), self.d.start
        spent = c.kind != "planned" and c.quantity != "bound" and not c.condition
        if spent if when is None else when[1].end <= self.d.as_of + timedelta(days=1):
            return range(0)
        when = when or (first, first)
        if c.period and when[1].shift(1).ordinal - when[0].ordinal < 12:
            self.d.why[c.id] = "budgets are of whole years"
            return range(0)
        return range(self.d.year(when[0]), self.d.year(when[1]) + 1)


def _weight(c: Claim, path: tuple[str, ...]) -> tuple[bool, ...]:
    """What makes a claim of an input worse than another, whoever says it: the first of these."""
    labels = " ".join((c.metric, *c.row, *c.column, c.attribution))
    spent = path[0] == "budget" and c.kind == "reported" and c.quantity != "bound"
    rule = "draft.by_the_hour" if path[-1] == "rent" else "draft.of_the_market"
    return bool(c.condition), bool(pattern(rule).search(labels)), spent


def _added(entries: list[Entry]) -> list[Entry]:
    """What comes "further" on a condition is beside what is stated anyway."""
    base = next((e for e in entries if not e.claim.condition), None)
    if base is None:
        return entries
    plus = base.claim.value * base.factor
    return [
        replace(e, plus=plus) if e.claim.condition and said_before(e.claim, "draft.further") else e
        for e in entries
    ]


def _whole_year(d: Drafted, c: Claim) -> bool:
    when = d.when(c)
    return when is not None and when[0] == when[1] and when[0].months == 12


def _end(d: Drafted, c: Claim) -> date:
    """The end of what a claim is of; the day it was said where it names no period."""
    if when := d.when(c):
        return when[1].end
    try:
        return Period.parse(c.said_on[:7]).end
    except QuantityError:
        return date.max
