"""Numbers of labelled documents beside quantulum3, price-parser and recognizers-text.

    pip install --target PEERS quantulum3==0.10.0 price-parser==0.5.1 \\
        recognizers-text-suite==1.0.2a2 emoji==1.7.0
    python benchmarks/evidence_beside_libraries.py --peers PEERS [SET or FOLDER ...] [--write]

With --write the page docs/evidence/beside_libraries.md is written, which says how it is counted.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import math
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.evidence_scores import Expected, close, documents, is_live, load  # noqa: E402

SPLIT = re.compile(r"(?<=[.!?;])\s+|(?<=[。；！？])|\n+|\s*\|\s*")


class Found(NamedTuple):
    """What a library took from a text: in base units; no unit for a bare number."""

    low: float
    high: float
    unit: str


def plain(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        text = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</(tr|p|h\d|caption|th|td)>", "\n", text)))
    return text


def pieces(text: str, path: Path) -> Iterator[str]:
    """Sentences and cells: one slip of a library then costs it one of them and not the document."""
    for piece in SPLIT.split(text):
        yield from (piece.split(",") if path.suffix == ".csv" else (piece,))


MONEY = {
    "dollar": "USD", "united states dollar": "USD", "euro": "EUR", "renminbi yuan": "CNY",
    "chinese yuan": "CNY", "yuan": "CNY", "japanese yen": "JPY", "south korean won": "KRW",
    "indian rupee": "INR", "hong kong dollar": "HKD", "new taiwan dollar": "TWD",
    "british pound": "GBP", "pound sterling": "GBP", "rupee": "INR", "yen": "JPY", "won": "KRW",
}  # fmt: skip
SIZES = {"": 1.0, "kilo": 1e3, "mega": 1e6, "giga": 1e9, "tera": 1e12, "peta": 1e15}
UNITS: dict[str, tuple[str, float]] = {
    "percentage": ("fraction", 0.01), "percent": ("fraction", 0.01),
    "basis point": ("basis_point", 1.0), "year": ("year", 1.0), "month": ("month", 1.0),
    "day": ("day", 1.0), "cent per kilowatt hour": ("USD", 0.01), "cent": ("USD", 0.01),
    **{f"{s}watt": ("W", f) for s, f in SIZES.items()},
    **{f"{s}watt hour": ("Wh", f) for s, f in SIZES.items()},
    **{f"{s}byte": ("byte", f) for s, f in SIZES.items()},
    **{name: (code, 1.0) for name, code in MONEY.items()},
}  # fmt: skip
SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "¥": "CNY", "元": "CNY", "₹": "INR", "HK$": "HKD"}


def in_our_terms(low: float, high: float, name: str) -> Found:
    """A price per something counts as its money; a unit that we do not know keeps its name."""
    unit, factor = UNITS.get(name) or UNITS.get(name.split(" per ")[0]) or (name, 1.0)
    return Found(low * factor, high * factor, unit)


def quantulum(text: str, path: Path) -> Iterator[Found]:
    from quantulum3 import parser

    for piece in pieces(text, path):
        for q in parser.parse(piece):
            name = "" if q.unit.name == "dimensionless" else q.unit.name
            slack = q.uncertainty or 0.0
            yield in_our_terms(q.value - slack, q.value + slack, name)


def price_parser(text: str, path: Path) -> Iterator[Found]:
    """One price of each clause, which is the most that it gives."""
    from price_parser import Price

    for piece in pieces(text, path):
        for clause in re.split(r",\s|，|、", piece):
            price = Price.fromstring(clause)
            if price.amount is not None:
                value = price.amount_float
                code = SIGNS.get(price.currency or "", price.currency or "")
                yield Found(value, value, code)


def recognizers(text: str, path: Path) -> Iterator[Found]:
    import recognizers_suite as suite

    culture = suite.Culture.Chinese if path.stem.startswith("zh") else suite.Culture.English
    if re.search(r"[\u4e00-\u9fff]{4}", text):
        culture = suite.Culture.Chinese
    for piece in pieces(text, path):
        taken: list[tuple[int, int]] = []
        for model in (
            suite.recognize_currency, suite.recognize_dimension, suite.recognize_percentage,
            suite.recognize_datetime, suite.recognize_number,
        ):  # fmt: skip
            for m in model(piece, culture):
                got = _recognized(m.resolution or {})
                if got and not any(a <= m.start and m.end <= b for a, b in taken):
                    taken.append((m.start, m.end))
                    yield got


def _recognized(said: dict[str, Any]) -> Found | None:
    if "values" in said:  # a time: only lengths of time are quantities
        timex = re.fullmatch(r"P(\d+)([YMD])", (said["values"] or [{}])[0].get("timex", ""))
        if not timex:
            return None
        value, name = float(timex[1]), {"Y": "year", "M": "month", "D": "day"}[timex[2]]
        return in_our_terms(value, value, name)
    text = str(said.get("value") or "")
    name = "percent" if text.endswith("%") else (said.get("unit") or "").lower()
    try:
        value = float(text.rstrip("%"))
    except ValueError:
        return None
    return in_our_terms(value, value, name)


def outlay(text: str, path: Path) -> Iterator[Found]:
    from outlay.evidence import read

    labels = load(path)
    for c in read(path, date=labels.date).claims if labels.date else read(path).claims:
        low = c.value_high if c.value_low is None else c.value_low
        high = c.value_low if c.value_high is None else c.value_high
        if is_live(c) or any(close(low, v) for v, _ in labels.denied):
            yield Found(low, high, c.unit)


def terms(e: Expected) -> Iterator[Found]:
    """What meets a label: its unit, its money alone, or the bare number of what has no unit."""
    low = e.high if e.low is None else e.low
    high = e.low if e.high is None else e.high
    for unit in e.units:
        head, _, per = unit.partition("/")
        yield Found(low, high, unit)
        if head in MONEY.values():
            scales = (1.0, 1e3, 1e6, 1e9) if per == "W" else (1.0,)
            yield from (Found(low * s, high * s, head) for s in scales)
        elif head in {"W", "Wh", "byte"}:
            yield Found(low, high, head)
        else:
            yield Found(low, high, "")


def meets(e: Expected, left: list[Found]) -> list[Found]:
    """What of the findings meets a label; two of them where each gives one end of a range."""
    for t in terms(e):
        for f in left:
            if f.unit == t.unit and close(f.low, t.low) and close(f.high, t.high):
                return [f]
        if not close(t.low, t.high):
            ends = [
                next(
                    (f for f in left if f.unit == t.unit and close(f.low, v) and f.low == f.high),
                    None,
                )
                for v in (t.low, t.high)
            ]
            if all(ends):
                return [f for f in ends if f]
    return []


def digits(v: float) -> float:
    return round(abs(v) / 10 ** math.floor(math.log10(abs(v))), 6) if v else 0.0


def run(reader: Callable[[str, Path], Iterator[Found]], paths: list[Path]) -> str:
    wanted = met = extra = printed = 0
    spent = -sum(os.times()[:4])
    read = [(p, list(reader(plain(p), p))) for p in paths]
    spent += sum(os.times()[:4])
    for path, found in read:
        labels, left = load(path), list(found)
        seen = {digits(v) for f in found for v in (f.low, f.high)}
        for e in labels.claims:
            wanted += 1
            printed += all(digits(v) in seen for v in (e.low, e.high) if v is not None)
            hit = meets(e, left)
            met += bool(hit)
            for f in hit:
                left.remove(f)
        spared = [t for e in [*labels.claims, *labels.optional] for t in terms(e)]
        extra += sum(
            bool(f.unit)
            and not any(t.unit == f.unit and close(f.low, t.low) for t in spared)
            and not any(t.unit == f.unit and close(f.high, t.high) for t in spared)
            for f in left
        )
    cells = (met / wanted, met / (met + extra) if met else 0.0, printed / wanted)
    return " | ".join(f"{100 * v:.1f}" for v in cells) + f" | {spent:.1f}"


READERS: dict[str, Callable[[str, Path], Iterator[Found]]] = {
    "outlay": outlay,
    "quantulum3": quantulum,
    "recognizers-text-suite": recognizers,
    "price-parser": price_parser,
}


PAGE = ROOT / "docs" / "evidence" / "beside_libraries.md"
HOW = """# Beside other libraries

Rebuilt by `benchmarks/evidence_beside_libraries.py` on {date}, all readers in one run, on
{sets}, with the labels of [how well documents are read](precision_recall.md). This reader was
mended on `later4`; `held2` and `held3` are for scoring only.

All read the same texts: TXT, Markdown, CSV, and HTML without its tags; no PDF or XLSX, which the
other libraries do not read. They are given one sentence or table cell at a time, since a slip of
one of them would otherwise cost it the document; price-parser, which gives one price of a text, is
given single clauses. quantulum3 runs without its classifier.

A label is met in the terms that they know: a price per GPU-hour or per token by its amount of
money, GPUs, servers and tokens a day by the bare number, 1.9 GW by 1.9 gigawatts, a range by its
two ends. None of them is asked for a subject, a period or a hedge. Precision counts what carries a
unit: a bare number (a year, a note's number) that meets no label counts against nobody. "Digits
found" is the share of labels whose digits some number that was found holds, whatever its scale or
unit: most misses of the others are amounts whose scale stands in a header, and units that they do
not know.
"""


def tables(sets: list[str]) -> Iterator[str]:
    texts = [p for s in sets for p in documents(s) if p.suffix not in {".pdf", ".xlsx"}]
    groups = {"All": texts, "Prose (TXT)": [p for p in texts if p.suffix == ".txt"]}
    for title, paths in groups.items():
        labels = sum(len(load(p).claims) for p in paths)
        yield f"\n## {title}: {len(paths)} documents, {labels} labels\n"
        yield "| reader | recall % | precision % | digits found % | CPU s |\n|---|---|---|---|---|"
        for name, reader in READERS.items():
            yield f"| {name} {importlib.metadata.version(name)} | {run(reader, paths)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", default=["later4"])
    parser.add_argument("--peers", help="folder that the other libraries were installed into")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    given = parser.parse_args()
    if given.peers:
        sys.path.append(given.peers)
    names = ", ".join(f"`{Path(s).name}`" for s in given.sets)
    out = [HOW.format(date=time.strftime("%Y-%m-%d", time.gmtime()), sets=names)]
    for line in tables(given.sets):
        print(line, flush=True)
        out.append(line)
    if given.write:
        PAGE.write_text("\n".join(out).replace("\n\n\n", "\n\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
