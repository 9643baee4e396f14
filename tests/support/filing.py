"""Filings as they are filed: inline XBRL pages and saved company facts, with numbers of our own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal

__all__ = ["Printed", "company_facts", "page", "printed"]

NAMESPACES = {
    "ixt": "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12",
    "ixw": "http://www.sec.gov/inlineXBRL/transformation/2015-08-31",
    "xbrli": "http://www.xbrl.org/2003/instance",
    "xbrldi": "http://xbrl.org/2006/xbrldi",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "iso4217": "http://www.xbrl.org/2003/iso4217",
    "utr": "http://www.xbrl.org/2009/utr",
    "gaap25": "http://fasb.org/us-gaap/2025",
    "cover": "http://xbrl.sec.gov/dei/2025",
    "brin": "http://brindle.example/20251231",
}  # the prefixes of a file are its own
FORMATS = {
    "ixt:num-dot-decimal": (",", "."), "ixt:num-comma-decimal": (".", ","),
    "ixt:numspacecomma": (" ", ","), "": ("", "."),
}  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """A fact: its value and how it is printed. days: (start, end) or (end,)."""

    concept: str
    value: Decimal
    days: tuple[str, ...]
    unit: str = "USD"
    scale: int = 0
    format: str = "ixt:num-dot-decimal"
    decimals: str = "INF"
    dimensions: tuple[tuple[str, str], ...] = field(default=())


def printed(value: Decimal, scale: int, form: str) -> str:
    """The digits that stand on the page for a value."""
    thousands, point = FORMATS[form]
    text = f"{abs(value).scaleb(-scale):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", "|").replace(".", point).replace("|", thousands)


def _measure(unit: str) -> str:
    def one(name: str) -> str:
        where = "iso4217" if len(name) == 3 and name.isupper() else "utr"
        prefix = "xbrli" if name in ("shares", "pure") else where
        return f"<xbrli:measure>{prefix}:{name}</xbrli:measure>"

    over, _, under = unit.partition("/")
    if not under:
        return one(over)
    return (
        f"<xbrli:divide><xbrli:unitNumerator>{one(over)}</xbrli:unitNumerator>"
        f"<xbrli:unitDenominator>{one(under)}</xbrli:unitDenominator></xbrli:divide>"
    )


def _context(name: str, days: tuple[str, ...], dimensions: tuple[tuple[str, str], ...]) -> str:
    members = "".join(
        f'<xbrldi:typedMember dimension="{a}"><brin:name>{m[1:]}</brin:name></xbrldi:typedMember>'
        if m[0] == "="
        else f'<xbrldi:explicitMember dimension="{a}">{m}</xbrldi:explicitMember>'
        for a, m in dimensions
    )
    segment = f"<xbrli:segment>{members}</xbrli:segment>" if members else ""
    period = (
        f"<xbrli:startDate>{days[0]}</xbrli:startDate><xbrli:endDate>{days[1]}</xbrli:endDate>"
        if len(days) == 2
        else f"<xbrli:instant>{days[0]}</xbrli:instant>"
    )
    return (
        f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier scheme="http://x">0000</xbrli:'
        f"identifier>{segment}</xbrli:entity><xbrli:period>{period}</xbrli:period></xbrli:context>"
    )


def page(
    facts: list[Printed], *, name: str = "Brindle Compute Corp", year_end: str = "--12-31",
    covers: tuple[str, str] = ("2025-01-01", "2025-12-31"), body: str = "", hidden: str = "",
    ix: str = "ix",
) -> str:  # fmt: skip
    """A filing of these facts, one in a row of a table, as filing software writes them.

    body, hidden: more of the page, and of its hidden facts; contexts there are c0 (the cover's) and
    by place c1, c2, ...; units by their names.
    """
    keys = list(dict.fromkeys((f.days, f.dimensions) for f in facts))
    contexts = [_context("c0", covers, ())]
    contexts += [_context(f"c{n}", *key) for n, key in enumerate(keys, 1)]
    units = dict.fromkeys(f.unit for f in facts)
    made = "".join(f'<xbrli:unit id="{u}">{_measure(u)}</xbrli:unit>' for u in units)
    rows = []
    for f in facts:
        form = f' format="{f.format}"' if f.format else ""
        sign = ' sign="-"' if f.value < 0 else ""
        context = keys.index((f.days, f.dimensions)) + 1
        tag = (
            f'<{ix}:nonFraction name="{f.concept}" contextRef="c{context}"'
            f' unitRef="{f.unit}" scale="{f.scale}" decimals="{f.decimals}"{form}{sign}>'
            f"{printed(f.value, f.scale, f.format)}</{ix}:nonFraction>"
        )
        negative = f.value < 0
        open_, close = ("<td>(", "</td><td>)</td>") if negative else ("<td>", "</td><td></td>")
        rows.append(
            f'<tr><td colspan="3" style="padding:2px">A line</td><td>$</td>{open_}{tag}{close}</tr>'
        )
    spaces = "".join(f' xmlns:{k}="{v}"' for k, v in NAMESPACES.items())
    return (
        '<?xml version="1.0" encoding="utf-8"?><!-- made -->\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:{ix}="http://www.xbrl.org/2013/inlineXBRL"{spaces}><head><title>brin-20251231</title>'
        f'</head><body><div style="display:none"><{ix}:header><{ix}:hidden>{hidden}'
        f'<{ix}:nonNumeric name="cover:CurrentFiscalYearEndDate" contextRef="c0">{year_end}'
        f"</{ix}:nonNumeric></{ix}:hidden><{ix}:resources>{''.join(contexts)}{made}</{ix}:resources>"
        f"</{ix}:header></div><p><b>FORM 10-K</b></p><p>For the period ended "
        f'<{ix}:nonNumeric name="cover:DocumentPeriodEndDate" contextRef="c0" '
        f'format="ixt:date-month-day-year-en">{_day(covers[1])}</{ix}:nonNumeric></p>'
        f'<p><{ix}:nonNumeric name="cover:EntityRegistrantName" contextRef="c0">{name}'
        f"</{ix}:nonNumeric></p><table>{''.join(rows)}</table>{body}</body></html>"
    )


def _day(iso: str) -> str:
    names = "January February March April May June July August September October November December"
    year, month, day = iso.split("-")
    return f"{names.split()[int(month) - 1]} {int(day)}, {year}"


def company_facts(name: str, facts: dict[tuple[str, str], list[dict[str, object]]]) -> bytes:
    """A saved file of company facts: entries by (concept, unit)."""
    out: dict[str, dict[str, dict[str, object]]] = {}
    for (concept, unit), entries in facts.items():
        taxonomy, local = concept.split(":")
        body = out.setdefault(taxonomy, {}).setdefault(local, {"label": local, "units": {}})
        body["units"][unit] = entries  # type: ignore[index]
    return json.dumps({"cik": 1234567, "entityName": name, "facts": out}).encode()
