"""Which claims a study may be drafted from, and whose it is: one company's, or nobody's."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from outlay.core.errors import Problem, QuantityError, UnknownNameError
from outlay.core.periods import Period
from outlay.evidence.checks.company import Company
from outlay.evidence.draft.uses import Use, chip_of, said, use_of
from outlay.evidence.ledger import set_aside
from outlay.evidence.lexicon import fiscal_year_ends, rows
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim, Reading

__all__ = ["UNDATED", "Drafted", "covers"]

NO_ACTORS = ("chip", "app", "model", "unit", "kind")
OF_SITES = {"power", "pue", "electricity", "hall rent", "build"}
OF_CHIPS = {"price", "rent"}
UNDATED = "2025-12-31"
"""The day of a study none of whose documents has one."""
FEW = 3
"""Years that are planned by quarters; more are planned by years."""
MOST_YEARS = 10


def covers(period: str, fiscal_end: int = 12) -> tuple[Period, Period] | None:
    """First and last of the periods that a claim's names; None where it names none."""
    ends = period.replace("FY", "").split("/")
    try:
        first, last = (Period.parse(e) for e in (ends[0], ends[-1]))
    except QuantityError:
        return None
    early = 12 - fiscal_end if period.startswith("FY") else 0
    return _earlier(first, early), _earlier(last, early)


def _earlier(p: Period, months: int) -> Period:
    at = p.ordinal - 1 - months
    return Period(at // 12, at % 12 + 1, p.months)


class Drafted:
    """The claims of one actor among those of a reading, and what a study is framed by."""

    def __init__(self, reading: Reading, company: str = "") -> None:
        self.reading = reading
        self.lost, self.rivals = _refuted(reading)
        live = _bound([c for c in reading.claims if _live(c)])
        self.uses = {c.id: (c, use) for c in live if (use := use_of(c)) is not None}
        self.entities = {d.name: d.entity for d in reading.documents}
        self.sites = {c.subject for c, use in self.uses.values() if self._site(c, use)}
        self.actors = {name: self._actors(name) for name in self.entities}
        self.company = self._called(company) if company else self._main()
        self.why = self._apart()
        """Usable claims that are no input, and the reason."""
        self.fiscal_end = self._fiscal_end()
        self.fiscal = any(c.period.startswith("FY") for c, _ in self.mine())
        self.trust = Company([c for c, _ in self.mine()]).trust
        self.as_of = self._as_of()
        self.currency = self._currency()
        self.start, self.periods = self._horizon()

    def _fiscal_end(self) -> int:
        own = (d.fiscal_end for d in self.reading.documents if d.entity == self.company != "")
        return next(own, fiscal_year_ends().get(self.company, 12))

    def _apart(self) -> dict[str, str]:
        """Claims that documents refute, and those of others, with the reason."""
        out = {i: why for i, why in self.lost.items() if i in self.uses}
        for c, use in self.uses.values():
            low, high = said()["bounds"].get(use.kind, (1e-9, 1e18))
            if not low <= c.value * use.factor <= high:
                out.setdefault(c.id, "no planner can mean it")
            if is_whole(c) and not self._mine(c, use):
                out.setdefault(c.id, "it is the sum of the others")
            if not self._mine(c, use):
                out.setdefault(c.id, f"it is of {c.subject}" if c.subject else "it names nobody")
        return out

    def mine(self, *kinds: str) -> Iterator[tuple[Claim, Use]]:
        """The company's claims of these kinds, with what they can be; all where none is named."""
        for c, use in self.uses.values():
            if c.id not in self.why and (not kinds or use.kind in kinds):
                yield c, use

    def when(self, c: Claim) -> tuple[Period, Period] | None:
        """First and last of the periods that the claim is of, by the calendar."""
        return covers(c.period, self.fiscal_end)

    def year(self, period: Period) -> int:
        """The fiscal year of the study in which a period ends."""
        first = self.fiscal_end % 12 + 1 if self.fiscal else 1
        last = _earlier(period, 1 - period.months)
        return Period(last.year, last.month, 1).fiscal_year(first)

    def own(self, c: Claim) -> bool:
        """Whether the claim is of the company, whatever became of it."""
        return self._mine(c, self.uses[c.id][1])

    def others(self) -> Iterator[tuple[Claim, Use]]:
        """Claims of other companies that peers of a study hold."""
        for c, use in self.uses.values():
            held = use.kind in ("capex", "tokens") and c.id not in self.lost
            if held and c.subject and not is_whole(c) and not self._mine(c, use):
                yield c, use

    def _actors(self, document: str = "") -> list[str]:
        """Companies by how many usable claims they have; who has claims of power alone is a site,
        and a chip, an app or a model is nobody."""
        kinds: dict[str, list[str]] = {}
        for c, use in self.uses.values():
            listed = use.kind == "token price" and c.subject in c.row  # a model, not who sells it
            if document in ("", c.document) and _actor(c) and not listed:
                kinds.setdefault(c.subject, []).append(use.kind)
        firms = [a for a, k in kinds.items() if a in _kinds() or not OF_SITES.issuperset(k)]
        return sorted(firms, key=lambda a: (-len(kinds[a]), _kinds().get(a) != "company"))

    def _main(self) -> str:
        """Whose documents they are; else who most usable claims are of, then who most are of."""
        actors = self._actors()
        if owner := self._owner(actors):
            return owner
        sites = {c.subject for c, use in self.uses.values() if use.kind in OF_SITES}
        most = Counter(c.subject for c in self.reading.claims if _actor(c))
        others = [*actors, *(a for a, _ in most.most_common() if a not in sites)]
        name = next(iter(others or (sites if len(sites) == 1 else [""])))
        return min((a for a in actors if _same(a, name)), key=len, default=name)

    def _owner(self, actors: Sequence[str]) -> str:
        """Whose most documents are, of those who are spoken of; '' if they are none of theirs."""
        owners = Counter(d.entity for d in self.reading.documents if d.entity)
        for name in sorted(owners, key=lambda n: (-owners[n], -self._plans_of(n))):
            if not actors or any(_same(name, a) for a in actors):
                return name
        return ""

    def _plans_of(self, name: str) -> int:
        """Of how many kinds its own figures are; a list of prices is for others."""
        own = (use.kind for c, use in self.uses.values() if _same(c.subject, name))
        return len(set(own) - OF_CHIPS - {"token price"})

    def _called(self, name: str) -> str:
        found = [*self._actors(), *(d.entity for d in self.reading.documents if d.entity)]
        for actor in found:
            if _same(actor.casefold(), name.casefold()):
                return actor
        raise UnknownNameError(
            Problem("no claim is of this company", "--company", name, ", ".join(found) or "none")
        )

    def _mine(self, c: Claim, use: Use) -> bool:
        """Whether the claim may be the company's: its own, or what no other is named for."""
        if _same(c.subject, self.company) or (use.kind in OF_CHIPS and not _actor(c)):
            return True
        if use.kind == "token price" and c.subject in c.row:
            return _same(self.entities.get(c.document, ""), self.company) and _unknown(c.subject)
        if not self.company:
            return _kinds().get(c.subject) != "company"
        owner = self.entities.get(c.document, "")
        ours = _same(owner, self.company)
        if not c.subject or (owner and not ours):  # in a document of another's, its sites
            return ours
        alone = all(_same(a, self.company) for a in self.actors[c.document])
        site = c.subject in self.sites and use.kind in OF_SITES
        return alone and (site or _kinds().get(c.subject) in NO_ACTORS)

    def _site(self, c: Claim, use: Use) -> bool:
        """Whether a claim's subject is a place where chips stand: it says so, or its document,
        which is a company's own, has a row of it."""
        if use.kind not in OF_SITES or c.subject in _kinds():
            return False
        words = " ".join((c.sentence, *c.row, *c.column))
        own = self.entities.get(c.document) and c.subject in c.row
        return bool(own or pattern("draft.site").search(words))

    def _currency(self) -> str:
        money = Counter(
            currency_of(c.unit)
            for c, use in self.mine()
            if currency_of(c.unit) and not c.converts and use.kind not in OF_CHIPS
        ) or Counter(currency_of(c.unit) for c in self.reading.claims if currency_of(c.unit))
        chinese = any(d.language == "zh" for d in self.reading.documents)
        return money.most_common(1)[0][0] if money else "CNY" if chinese else "USD"

    def _as_of(self) -> date:
        """The day of the newest document; of one that states a year or month alone, the last of
        what it reports, else the first."""
        newest = max((d.date for d in self.reading.documents if d.date), default=UNDATED)
        parts = [int(p) for p in re.findall(r"\d+", newest)]
        day = date(*(*parts, 1, 1)[:3])
        if len(parts) == len(("year", "month", "day")):
            return day
        return max((e for e in self._ends() if e.year == day.year), default=day)

    def _ends(self) -> Iterator[date]:
        """The last days of periods that are reported; a year that is planned is not over."""
        when = (self.when(c) for c in self.reading.claims if c.kind == "reported")
        plans = (self.when(c) for c in self.reading.claims if c.kind == "planned")
        ahead = {w[1].end for w in plans if w}
        return (w[1].end - timedelta(days=1) for w in when if w and w[1].end not in ahead)

    def _horizon(self) -> tuple[Period, int]:
        """From the quarter after the day to the last one that a claim plans, a year at least."""
        now = Period(self.as_of.year, (self.as_of.month - 1) // 3 * 3 + 1, 3)
        dated = [w for c, _ in self.mine() if (w := self.when(c))]
        first, last = now.shift(1), now.shift(4)
        years = [w[0].year for c, _ in self.mine("capex", "processors")
                 if (w := self.when(c)) and w[1].end > first.start]  # fmt: skip
        if years and min(years) > first.year:
            first = Period(min(years), 1, 3)
        ends = [w[1].shift(1).ordinal - first.ordinal for w in dated]
        months = max(
            [12, last.shift(1).ordinal - first.ordinal, *(e for e in ends if e <= 12 * MOST_YEARS)]
        )
        if months <= 12 * FEW:
            return first, -(-months // 3)
        year = Period(first.year, 1, 12)
        return year if first.month == 1 else year.shift(1), -(-months // 12)


@cache
def _kinds() -> dict[str, str]:
    """Name → what sort of thing it is, of those that the tables know."""
    return {r["name"]: r["kind"] for r in rows("entities.csv")}


def _refuted(reading: Reading) -> tuple[dict[str, str], dict[str, str]]:
    """Claims that documents refute or that are old, with why; and those of which neither is."""
    lost, rivals = set_aside(reading)
    old = {i: why for i, why in rivals.items() if "rival" not in why}
    return lost | old, {i: why for i, why in rivals.items() if i not in old}


def _live(c: Claim) -> bool:
    """Whether a claim stands as it is said, and is no other's conversion."""
    refused = c.negated or c.vague or c.converts or c.replaced_by
    return c.status == "current" and math.isfinite(c.value) and not refused


def _bound(claims: list[Claim]) -> Iterator[Claim]:
    """The claims; of several of one thing before a condition that ends their sentence, only the
    last waits for it."""
    last: dict[object, int] = {}
    for c in claims:
        if _ends_with_condition(c):
            last[_thing(c)] = max(c.value_span[0], last.get(_thing(c), 0))
    for c in claims:
        free = _ends_with_condition(c) and c.value_span[0] < last[_thing(c)]
        yield replace(c, condition="") if free else c


def _ends_with_condition(c: Claim) -> bool:
    return bool(c.condition) and c.sentence.find(c.condition) > c.value_span[0] - c.span[0]


def _thing(c: Claim) -> object:
    return c.document, c.span, c.condition, c.subject, c.about, c.unit, c.period


def _actor(c: Claim) -> bool:
    """Whether a company can be meant by whom the claim is of."""
    product = _kinds().get(c.subject) in NO_ACTORS or (c.subject == c.about and chip_of(c))
    return bool(c.subject) and not product and not pattern("draft.whole").search(c.subject)


def _unknown(name: str) -> bool:
    """Whether the tables know no company of this name."""
    return _kinds().get(name) != "company"


def _same(a: str, b: str) -> bool:
    """Whether two names are one actor's: one begins with the words of the other."""
    short, long = sorted((a, b), key=len)
    if not short or not long.startswith(short):
        return False
    return len(short) == len(long) or long[len(short)] == " " or not short[-1].isascii()


def is_whole(c: Claim) -> bool:
    """Whether a row or column calls itself the sum of the others."""
    return any(pattern("draft.whole").search(label) for label in (*c.row, *c.column))
