"""Draft a runnable study from a reading: facts with their source, defaults named as assumptions.

The draft is text (YAML), written for a person to go on with: each number that a document states
carries `source:`; each that none states is a default, commented, and listed by `outlay check`.
"""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from outlay.core.errors import OutlayError
from outlay.evidence.checks.company import Company
from outlay.evidence.quantities.fx import currency_of, in_currency
from outlay.evidence.types import Claim, Contradiction, Reading

__all__ = ["draft_study"]

_SCALES = ((1e12, "T"), (1e9, "bn"), (1e6, "m"))
_HOMES = {"CNY": "CN", "USD": "US", "EUR": "NO", "JPY": "JP", "MYR": "MY", "SGD": "SG", "GBP": "GB"}


def _money(value: float, code: str) -> str:
    for size, word in _SCALES[1:]:
        if abs(value) >= size:
            return f"{value / size:.10g}{word} {code}"
    return f"{value:.10g} {code}"


class _Drafter:
    """Chooses among the claims of one actor and writes the sections of the study."""

    def __init__(self, reading: Reading, beside: Path | None, at: Mapping[str, Path]) -> None:
        self.reading = reading
        self.read = [d for d in reading.documents if d.form != "unread"]
        self.beside = beside
        self.at = at
        self.dropped = self._dropped()
        self.claims = [
            c for c in reading.claims
            if not c.negated and c.status == "current" and not c.vague and c.id not in self.dropped
        ]  # fmt: skip
        self.subject = self._main_subject()
        self.mine = [c for c in self.claims if c.subject == self.subject]
        self.trust = Company(self.mine).trust
        self.currency = self._currency()
        self.as_of = self._as_of()
        self.sources = {d.name: self._source_id(n) for n, d in enumerate(reading.documents)}
        self.region = self._region()
        self.conditions: list[tuple[str, Claim]] = []

    def _dropped(self) -> dict[str, Contradiction]:
        """Claims that a hard contradiction says not to keep."""
        out = {}
        for c in self.reading.contradictions:
            if c.severity == "hard":
                out.update({i: c for i in c.claims if i != c.keep})
        return out

    def _main_subject(self) -> str:
        planned = Counter(
            c.subject for c in self.claims if c.kind == "planned" and currency_of(c.unit)
        )
        every = Counter(c.subject for c in self.claims if c.subject)
        pool = planned or every
        pool.pop("", None)
        return pool.most_common(1)[0][0] if pool else ""

    def _currency(self) -> str:
        money = Counter(
            c.unit
            for c in self.mine
            if currency_of(c.unit) and "/" not in c.unit and not c.converts
        )
        return money.most_common(1)[0][0] if money else "USD"

    def _as_of(self) -> date:
        days = [
            d.date for d in self.reading.documents if re.fullmatch(r"\d{4}-\d{2}-\d{2}", d.date)
        ]
        if days:
            return date.fromisoformat(max(days))
        years = [int(d.date[:4]) for d in self.reading.documents if d.date]
        return date(max(years), 12, 31) if years else date(2025, 12, 31)

    def _region(self) -> str:
        return _HOMES.get(self.currency, "US") if self.currency in ("CNY", "USD") else "US"

    def _source_id(self, n: int) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", Path(self.reading.documents[n].name).stem.lower()).strip(
            "-"
        )
        return f"{stem or 'document'}-{n + 1}" if n or not stem else stem

    def best(self, families: set[str], unit: str = "", period: str = "") -> Claim | None:
        """The most trusted claim of the actor in these families; plans before reports, new before old."""
        pool = [
            c for c in self.mine
            if c.family in families and (not unit or c.unit == unit) and (not period or c.period == period)
        ]  # fmt: skip
        return max(pool, key=lambda c: (self.trust(c), c.period)) if pool else None

    def num(self, written: str, claim: Claim | None, note: str = "") -> str:
        """A number with its source, or a default with the reason for it."""
        if claim is None:
            return f"{{value: {written}, note: {note or 'default'}}}"
        return f"{{value: {written}, source: {self.cite(claim)}}}"

    def cite(self, claim: Claim) -> str:
        return f"{self.sources[claim.document]}-{claim.id.rsplit('.', 1)[-1]}"

    def header(self) -> list[str]:
        year, quarter = self.as_of.year, (self.as_of.month - 1) // 3 + 2
        if quarter == 5:
            year, quarter = year + 1, 1
        years = [
            int(c.period)
            for c in self.mine
            if re.fullmatch(r"\d{4}", c.period) and c.kind == "planned"
        ]
        first = min((y for y in years if y >= year), default=year)
        start = f"{first}-Q1" if first > year else f"{year}-Q{quarter}"
        return [
            "outlay: 1",
            f"title: {_quoted((self.subject or 'A buyer') + ' as the documents have it (draft)')}",
            f"as_of: {self.as_of}",
            f"currency: {self.currency}",
            f"horizon: {{start: {start}, periods: 4}}",
            "discount_rate: {value: 9 %/year, note: default}  # put your own cost of capital",
            "",
        ]

    def source_lines(self, used: list[Claim]) -> list[str]:
        """One source per fact used, so that each cites its own claim and sentence."""
        out = ["sources:"]
        for d in self.read:
            out.append(f"  {self.sources[d.name]}: {{{self._origin(d.name)}, grade: reported}}")
        for c in {c.id: c for c in used}.values():
            grade = "estimate" if c.kind == "estimated" else "reported"
            quote = _quoted(c.quote)
            out.append(
                f"  {self.cite(c)}: {{{self._origin(c.document)}, grade: {grade}, claim: {c.id}, quote: {quote}}}"
            )
        return [*out, ""]

    def _origin(self, name: str) -> str:
        dates = {d.name: d.date for d in self.reading.documents}
        day = dates[name] if re.fullmatch(r"\d{4}-\d{2}-\d{2}", dates[name]) else ""
        path = (
            os.path.relpath(self.at.get(name, Path(name)), self.beside)
            if self.beside
            else Path(name).name
        )
        return f"document: {_quoted(Path(path).as_posix())}" + (f", date: {day}" if day else "")

    def service(self, used: list[Claim]) -> list[str]:
        claim = self.best({"tokens"}, "token/day")
        volume = f"{(claim.value if claim else 1e12) / 1e12:.10g}T tokens/day"
        used += [claim] if claim else []
        model = "doubao-seed-1.6" if self.subject == "ByteDance" else "qwen3-235b-a22b"
        per = "CNY" if self.currency == "CNY" else "USD"
        low, high = ("4", "25") if per == "CNY" else ("0.6", "3.5")
        return [
            "services:",
            "  tokens:",
            f"    model: {model}  # default: a model of that class whose shape is public",
            f"    tokens_per_day: {self.num(volume, claim, 'default; no document states a daily volume')}",
            "    mix: {input: {value: 3.6, note: default}, cached: {value: 40 %, note: default}}",
            "    lengths: {input: {value: 2500 tokens, note: default}, output: {value: 700 tokens, note: default}}",
            "    slo: {ttft: {p99: {value: 2 s, note: default}}, tpot: {p99: {value: 50 ms, note: default}}}",
            "    busiest_hour: {value: 1.7, note: default}",
            f"    serve_from: [{self.region}]",
            f"    value: {{unserved: {{input: {{value: {low} {per}/Mtok, note: default}}, output: {{value: {high} {per}/Mtok, note: default}}}}}}",
            "",
        ]

    def supply(self, used: list[Claim]) -> list[str]:
        from outlay.catalogue.chip_rows import find_chip

        out = ["supply:"]
        seen: set[str] = set()
        offers = [
            c
            for c in self.claims
            if c.unit.endswith(("/chip", "/chip-hour")) and currency_of(c.unit)
        ]
        for c in sorted(offers, key=lambda c: c.period, reverse=True):
            name = (c.about or c.subject).split(" ", 1)[-1]
            try:
                chip = find_chip(name).id
            except OutlayError:
                continue
            bought = c.unit.endswith("/chip")
            key = f"{chip}-{'buy' if bought else 'rent'}"
            if key in seen:
                continue
            seen.add(key)
            used.append(c)
            code = currency_of(c.unit)
            if bought:
                needs = (
                    f", needs: {key}-allowed, cap: {{value: 1m chips, note: default}}"
                    if c.condition
                    else ""
                )
                if c.condition:
                    self.conditions.append((key, c))
                out.append(
                    f"  {key}: {{chip: {chip}, by: purchase, price: {self.num(f'{c.value:.10g} {code}', c)}, host: {{value: {_shell(self.currency)}, note: default}}, to: [{self.region}], lead: 1 quarter{needs}}}"
                )
            else:
                out.append(
                    f"  {key}: {{chip: {chip}, by: lease, rent: {self.num(f'{c.value:.10g} {code}/chip-hour', c)}, term: 1 year, to: [{self.region}]}}"
                )
        if self.region == "CN" or not any(k.endswith("-buy") for k in seen):
            price = "190_000 CNY" if self.currency == "CNY" else "30_000 USD"
            chip = "ascend-910c" if self.currency == "CNY" else "h200-sxm"
            out.append(
                f"  default-buy: {{chip: {chip}, by: purchase, price: {{value: {price}, note: default}}, host: {{value: {_shell(self.currency)}, note: default}}, to: [{self.region}], lead: 1 quarter}}"
            )
        return [*out, ""]

    def site(self, used: list[Claim]) -> list[str]:
        power = self.best({"power"}, "W")
        pue = self.best({"pue"}, "ratio")
        tariffs = [c for c in self.mine if c.unit.endswith("/kWh")]
        tariff = tariffs[0] if tariffs else None
        used += [c for c in (power, pue, tariff) if c]
        cny = self.currency == "CNY"
        watts = f"{power.value / 1e6:.10g} MW" if power else "500 MW"
        rate = (
            f"{tariff.value:.10g} {tariff.unit}"
            if tariff
            else "0.45 CNY/kWh"
            if cny
            else "0.07 USD/kWh"
        )
        ratio = f"{max(1.0, pue.value):.10g}" if pue else "1.25"
        start = (
            next(ln for ln in self.header() if ln.startswith("horizon"))
            .split("start: ")[1]
            .split(",")[0]
        )
        build = "70 CNY/W" if cny else "10 USD/W"
        return [
            "sites:",
            f"  main: {{region: {self.region}, power: {self.num(watts, power)}, pue: {self.num(ratio, pue)}, electricity: {self.num(rate, tariff)}, "
            f"expand: {{per_period: {{value: 500 MW, note: default}}, first: {start}, capex: {{value: {build}, note: default}}}}}}",
            "",
        ]

    def budget(self, used: list[Claim]) -> list[str]:
        years: dict[str, dict[str, Claim]] = {"capex": {}, "processors": {}}
        for name, families in (("capex", {"capex"}), ("processors", {"AI processor spending"})):
            for c in self.mine:
                if (
                    c.family in families
                    and re.fullmatch(r"(?:FY)?\d{4}", c.period)
                    and c.kind == "planned"
                    and currency_of(c.unit)
                    and "/" not in c.unit
                ):
                    year = c.period.removeprefix("FY")
                    old = years[name].get(year)
                    if int(year) >= self.as_of.year and (
                        old is None
                        or self.trust(c) > self.trust(old)
                        or (old.unit != self.currency and c.unit == self.currency)
                    ):
                        years[name][year] = c
        lines = []
        for name, found in years.items():
            if found:
                used += found.values()
                inner = ", ".join(
                    f"{y}: {self.num(_money(c.value, c.unit), c)}" for y, c in sorted(found.items())
                )
                lines.append(f"  {name}: {{{inner}}}")
        return (
            ["budget:", *lines, ""]
            if lines
            else ["# budget: no document states one for the horizon", ""]
        )

    def rivals(self) -> list[str]:
        """Claims that were set aside, for the reader of the study to see."""
        out = []
        for c in self.reading.contradictions:
            if c.severity != "hard":
                continue
            for claim_id in c.claims:
                if claim_id == c.keep:
                    continue
                claim = self.reading.claim(claim_id)
                about = (
                    f"{claim.metric} of {claim.subject} in {claim.period}"
                    if claim.period
                    else f"{claim.metric} of {claim.subject}"
                )
                out.append(
                    f"#   {about}: {claim.quote!r} set aside, {c.likely_cause.splitlines()[0]}"
                )
        return ["# Set aside because the documents contradict themselves:", *out, ""] if out else []

    def uncertainty(self, used: list[Claim]) -> list[str]:
        """Conditions and rival budgets live on as states of uncertain factors."""
        out = self._conditional()
        for c in self.reading.contradictions:
            pair = [self.reading.claim(i) for i in c.claims]
            if (
                "rival" not in c.likely_cause
                or len(pair) != 2
                or any(p.family != "capex" or p.subject != self.subject for p in pair)
            ):
                continue
            year = pair[0].period
            if not re.fullmatch(r"\d{4}", year) or int(year) < self.as_of.year:
                continue
            kept = self.reading.claim(c.keep)
            other = next(p for p in pair if p.id != c.keep)
            value = in_currency(other.value, other.unit, self.currency, other.said_on)
            if value is None or kept.kind != "planned":
                continue
            used += pair
            out += [
                f"  rival-budget:  # {kept.id} against {other.id}; the chances are a default",
                f"    reveal: {year}-Q3",
                "    states: {kept: {value: 60 %, note: default}, rival: {value: 40 %, note: default}}",
                f"    effect: {{kept: {{}}, rival: {{budget.capex.{year}: {_money(value, self.currency)}}}}}",
            ]
            break
        return ["uncertainty:", *out, ""] if out else []

    def _conditional(self) -> list[str]:
        """An offer that a document makes conditional may turn out to be refused."""
        start = (
            next(ln for ln in self.header() if ln.startswith("horizon"))
            .split("start: ")[1]
            .split(",")[0]
        )
        reveal = f"{start[:6]}{min(4, int(start[-1]) + 1)}"
        out = []
        for key, claim in self.conditions:
            out += [
                f"  {key}-allowed:  # {' '.join(claim.condition.split())}",
                f"    reveal: {reveal}",
                "    states: {allowed: {value: 50 %, note: default}, refused: {value: 50 %, note: default}}",
                f"    effect: {{allowed: {{}}, refused: {{supply.{key}.cap: 0 chips}}}}",
            ]
        return out


def _shell(currency: str) -> str:
    return "60_000 CNY" if currency == "CNY" else "8_000 USD"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def draft_study(
    reading: Reading, beside: Path | None = None, at: Mapping[str, Path] = MappingProxyType({})
) -> str:
    """The text of a study (YAML): facts cited, defaults noted, contradicted claims set aside.

    `beside` is the folder where the study will lie: documents are named relative to it.
    `at` says where each lies, by its name; one that it does not hold lies in the working folder.
    """
    d = _Drafter(reading, beside, at)
    used: list[Claim] = []
    body = [*d.service(used), *d.supply(used), *d.site(used), *d.budget(used), *d.uncertainty(used)]
    top = [
        "# Drafted from: " + ", ".join(Path(x.name).name for x in d.read),
        *(f"# Not read: {ascii(x.name)[1:-1]}" for x in reading.documents if x.form == "unread"),
        "# Numbers with a `source` are stated in a document; those with the note `default` are",
        "# assumptions to look at. `outlay check` lists them all.",
        "",
    ]
    return "\n".join([*top, *d.rivals(), *d.header(), *d.source_lines(used), *body]).rstrip() + "\n"
