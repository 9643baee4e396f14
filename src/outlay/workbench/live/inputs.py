"""The numbers of a study as sliders: how far each may go, whose it is, where it stands."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from outlay.core.errors import OutlayError, StudyError
from outlay.core.quantities.fx import FxTable
from outlay.results.kept.inputs import GROUPS, Group, Input, InputGroup, Inputs
from outlay.results.study import Number
from outlay.study.ledger import shown
from outlay.study.paths import Path, get, read_path, text_of

if TYPE_CHECKING:
    from outlay.report.words.language import Words
    from outlay.study.model.study import Source, Study
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["inputs_of"]

LETTERS = {
    "official": "R", "reported": "R", "derived": "D", "estimate": "E", "recalled": "E",
    "guess": "A", "assumption": "A", "measured": "M",
}  # fmt: skip
"""Grade of a source → the letter of its status."""
PRICES = frozenset(
    ("money", "price_per_token", "price_per_chip_hour", "price_per_watt", "price_per_watt_month",
     "energy_price")
)  # fmt: skip
RATES = frozenset(("rate_per_year", "growth", "spread"))
SHARES = ("fraction",)
SECTIONS: Mapping[str, Group] = {
    "budget": "budget", "services": "demand", "work": "demand", "demand": "demand",
    "training": "training", "discount_rate": "rates",
}  # fmt: skip
FIRST = ("supply", "sites", "fleet")
"""What comes first in a group: what is bought, where it stands."""
TIMES = 2.0
"""How far from its value a number without a stated range slides, within what is usual."""
STEPS = 100
"""Steps of a slider, about."""
NUMBERED = re.compile(
    r"(?P<before>[^\d-]*)(?P<n>-?\d[\d,]*(?:\.\d+)?)\s*(?P<code>[A-Z]{3}(?=/))?(?P<unit>\D.*)"
)
"""A number with what stands before and behind it: `¥160bn`, `0.3 CNY/kWh`."""
YEAR = 31_557_600.0
HOURS = 8766.0
"""Of a year."""
UNITS: Mapping[str, tuple[tuple[float, float, str], ...]] = {
    "1/year": ((0.0, 1e2, "%/year"),),
    "W": ((1e5, 1e-6, "MW"), (0.0, 1e-3, "kW")),
    "s": ((YEAR / 2, 1 / YEAR, "years"), (0.0, 1.0, "s")),
    "FLOP/s": ((1e11, 1e-12, "TFLOP/s"), (0.0, 1.0, "FLOP/s")),
    "token/day": ((1e12, 1e-12, "T tokens/day"), (1e9, 1e-9, "B tokens/day"),
                  (0.0, 1.0, "tokens/day")),
    "{c}": ((1e9, 1e-9, "bn {c}"), (1e6, 1e-6, "m {c}"), (0.0, 1.0, "{c}")),
    "{c}/token": ((0.0, 1e6, "{c}/Mtok"),),
    "{c}/W-month": ((0.0, 1e3, "{c}/kW-month"),),
    "month": ((0.0, 1.0, "months"),),
    "year": ((0.0, 1.0, ""),),
}  # fmt: skip
"""Base unit → from which size on, how many of the unit there are in one of it, and that unit, in
which people move it. {c}: a currency."""
TEXTS = ("as_of", "horizon.start", "horizon.periods", "currency")
"""Fields that are no numbers of the ledger, and that one may change all the same."""


@dataclass(frozen=True)
class Called:
    """What people call the things of a study and, in a language's words, their fields."""

    names: Mapping[str, str]
    say: Words

    def field(self, parts: Sequence[str]) -> str:
        """A field by its place; empty where the language has no words for it.

        One part may be whose it is (`places.*`) or which of a list (`value.tiers.N.share`).
        """
        for n in (None, *range(len(parts))):
            for any_ in ("N", "*"):
                key = [any_ if k == n else p for k, p in enumerate(parts)]
                if (known := f"field.{'.'.join(key)}") in self.say.texts:
                    return self.say(known, n="" if n is None else self._which(parts[n]))
        return ""

    def _which(self, part: str) -> str:
        if part.isdigit():
            return str(int(part) + 1)
        return self.names.get(part) or self.say.called(part)


def inputs_of(
    loaded: LoadedStudy, say: Words, study: str = "", version: int = 0,
    weights: Mapping[str, float] | None = None,
) -> Inputs:  # fmt: skip
    """Every number of the study that one may move, in groups.

    weights: path → how much it moves the plan, where that is known; those come first, then what
    is bought and where it stands, the largest things first (most money, most power, most tokens),
    what has a stated range before the rest, defaults last.
    """
    from outlay.report.words.names import names_of
    from outlay.runs.documents.things import things_of
    from outlay.study.checks.money import rates
    from outlay.workbench.parts.exchanged import rates_from

    called, fx = Called(names_of(things_of(loaded.study), say), say), rates(loaded.study.as_of)
    weighty = _weighty(loaded, fx)
    found: dict[Group, list[Input]] = {g: [] for g in GROUPS}
    like = _largest(loaded.ledger)
    for number in loaded.ledger:
        path = _path(loaded, number)
        if path is not None:
            row = _input(loaded, number, path, called, fx, like)
            found[row.group].append(row)
    found["other"] += _texts(loaded, called)
    known = weights or {}

    def place(row: Input) -> tuple[float, int, float, bool, bool]:
        head = row.path.partition(".")[0]
        rank = FIRST.index(head) if head in FIRST else len(FIRST)
        moved, size = known.get(row.path, 0.0), weighty.get(_thing(row.path), 0.0)
        return -moved, rank, -size, row.low is None, not row.stated

    groups = tuple(
        InputGroup(group, tuple(sorted(rows, key=place))) for group, rows in found.items() if rows
    )
    own, day = loaded.study.currency, loaded.study.as_of
    scenarios = tuple(loaded.study.scenarios)
    return Inputs(study, version, own, rates_from(day, own), groups, scenarios)


def _thing(path: str) -> str:
    """What of the study a number belongs to: `supply.h200`, `sites.oslo`."""
    return ".".join(path.split(".")[:2])


def _weighty(loaded: LoadedStudy, fx: FxTable) -> dict[str, float]:
    """Thing → how large it is among its kind: the money that its first orders may take in a year,
    its power, its tokens; of chances, whether an offer waits for them."""
    study, out = loaded.study, dict[str, float]()
    price, cap = dict[str, float](), dict[str, float]()
    for number in loaded.ledger:
        thing, field = _thing(number.path), number.path.removeprefix(f"{_thing(number.path)}.")
        name = field.partition(".")[0]
        if name in ("price", "rent") and number.value > 0 and thing.startswith("supply."):
            code, hour, _ = number.unit.partition("/chip-hour")
            with suppress(OutlayError):  # no rate of that currency is known
                paid = fx.convert(number.value, code, study.currency, study.as_of)
                price.setdefault(thing, paid * (HOURS if hour else 1.0))
        elif name == "cap" and number.value > 0:
            cap.setdefault(thing, number.value)
        elif name in ("power", "tokens_per_day"):
            out[thing] = max(out.get(thing, 0.0), number.value)
    most = max(cap.values(), default=1.0)
    out |= {k: paid * cap.get(k, 0.0 if study.supply[_id(k)].cap else most)
            for k, paid in price.items()}  # fmt: skip
    waited = {o.needs for o in study.supply.values() if o.needs}
    return out | {_thing(f"uncertainty.{factor}"): 1.0 for factor in waited}


def _id(thing: str) -> str:
    return thing.partition(".")[2]


def _path(loaded: LoadedStudy, number: Number) -> Path | None:
    """Where it stands, for a number of the study itself: not of a state's effect, nor of a
    scenario, nor one that is implied."""
    if ".effect." in number.path or number.path.startswith("scenarios."):
        return None
    with suppress(StudyError):
        return read_path(number.path, loaded.raw)
    return None


def _group(path: Path, measured: str) -> Group:
    head = str(path[0])
    if head == "uncertainty" and "states" in path:
        return "chances"
    if head in SECTIONS and not (measured in PRICES and head != "budget"):
        return SECTIONS[head]
    if "cap" in path:
        return "caps"
    if measured == "power":
        return "power"
    if measured in RATES:
        return "rates"
    return "prices" if measured in PRICES and head != "finance" else "other"


def _largest(numbers: Iterable[Number]) -> dict[tuple[str, str], float]:
    """(what of the study, unit) → the largest of its numbers: how far one that is nought may go."""
    out: dict[tuple[str, str], float] = {}
    for n in numbers:
        key = _kin(n)
        out[key] = max(out.get(key, 0.0), abs(n.value))
    return out


def _kin(number: Number) -> tuple[str, str]:
    head, *_ = number.path.split(".")
    return f"{head} cap" if ".cap" in number.path else head, number.unit


def _input(
    loaded: LoadedStudy, number: Number, path: Path, called: Called, fx: FxTable,
    like: Mapping[tuple[str, str], float],
) -> Input:  # fmt: skip
    from outlay.study.checks.plausible import dimension

    measured, study = dimension(path), loaded.study
    group = _group(path, measured)
    low, high = number.low, number.high
    if group == "chances":
        least, most = 0.0, 1.0
    else:
        least, most = _span(number, path, measured, study, fx, like.get(_kin(number), 0.0))
    above, period = _schedule(path)
    of, name = _name(path if not period else path[:-1], called)
    source = study.sources.get(number.source)
    by, unit = read_in(number.value or most, number.unit)
    low, high = (None if end is None else _tidy(by * end) for end in (low, high))
    least, most = _tidy(by * least), _tidy(by * most)
    return Input(
        path=text_of(path), name=f"{name} {period}".strip(), of=of, group=group, slides=True,
        value=_tidy(by * number.value), unit=unit, low=low, high=high,
        shown=_read_as(shown(number.value, number.unit), called.say), least=least, most=most,
        step=_step(least, most, whole=measured == "months"),
        source=number.source, source_text=_told(source), grade=number.grade,
        letter=LETTERS.get(number.grade, "A"), note=number.note, line=number.line or None,
        stated=number.stated, schedule_of=above, period=period,
    )  # fmt: skip


def _span(
    number: Number, path: Path, measured: str, study: Study, fx: FxTable, like: float
) -> tuple[float, float]:
    """Where the slider begins and ends: the stated range; else what is usual, about the value."""
    from outlay.study.checks.plausible import usual

    value = number.value
    if number.low is not None and number.high is not None and number.low < number.high:
        return min(number.low, value), max(number.high, value)
    band = usual(path, number, study, fx)
    if measured in SHARES and 0 <= value <= 1:
        return 0.0, 1.0
    if value == 0:
        return 0.0, like or (1.0 if band is None else band[1])
    near, far = sorted((value / TIMES, value * TIMES))
    if measured == "months":
        return float(math.floor(near)), float(math.ceil(far))
    if band is not None and band[0] <= value <= band[1]:
        near, far = max(near, band[0]), min(far, band[1])
    return near, far


def read_in(value: float, unit: str) -> tuple[float, str]:
    """(factor, unit) in which a number of a base unit is moved and written."""
    code, sign, below = unit.partition("/")
    money = len(code) == 3 and code.isupper()
    known = UNITS.get(f"{{c}}{sign}{below}" if money else unit, ())
    for size, factor, written in known:
        if abs(value) >= size:
            return factor, written.format(c=code)
    return 1.0, "" if unit == "1" else unit


def _read_as(text: str, say: Words) -> str:
    """A number with its unit as the language has it: 20,000颗 for `20,000 chips`, ¥1,600亿."""
    found = NUMBERED.fullmatch(text)
    if found is None:
        return text
    code, unit = found["code"] or "", found["unit"]
    known = say.texts.get(f"boxed.{unit}")
    if known is None:
        return text
    times, _, word = known.partition(" ")
    number = Decimal(found["n"].replace(",", "")) * Decimal(times)
    gap = " " if code else ""
    return f"{found['before']}{number.normalize():,f}{gap}{code}{word}"


def _tidy(value: float) -> float:
    """A number without the last digits that a change of units left."""
    return float(f"{value:.13g}")


def _step(least: float, most: float, *, whole: bool) -> float:
    """The round number of which the span has about a hundred; one where only whole ones count."""
    if whole:
        return 1.0
    wide = (most - least) / STEPS
    if not wide > 0 or not math.isfinite(wide):
        return 0.0
    size = 10.0 ** math.floor(math.log10(wide))
    return _tidy(min((n * size for n in (1, 2, 5, 10)), key=lambda s: abs(s - wide)))


def _schedule(path: Path) -> tuple[str, str]:
    """(path of the schedule, period) of a number of one period; else nothing."""
    from outlay.core.errors import QuantityError
    from outlay.core.periods import Period

    if len(path) < 2:
        return "", ""
    with suppress(QuantityError):
        Period.parse(str(path[-1]))
        return text_of(path[:-1]), str(path[-1])
    return "", ""


def _name(path: Path, called: Called) -> tuple[str, str]:
    """(what the thing is called, what its field is called)."""
    parts = [str(p) for p in path]
    if whole := called.field(parts):
        return "", whole
    for n, part in enumerate(parts[1:3], 1):
        if n < len(parts) - 1 or part in called.names:
            field = parts[n + 1 :] or [part]
            return called.names.get(part, part), called.field(field) or _plain(field)
    return "", _plain(parts)


def _plain(parts: Iterable[str]) -> str:
    return " ".join(parts).replace("_", " ")


def _told(source: Source | None) -> str:
    if source is None:
        return ""
    parts = (source.title, source.publisher, source.url or source.document or "",
             str(source.date or ""), source.note)  # fmt: skip
    return ", ".join(p for p in parts if p)


def _texts(loaded: LoadedStudy, called: Called) -> Iterator[Input]:
    """Fields that do not slide and are laid as they are written."""
    for text in TEXTS:
        path = read_path(text, loaded.raw)
        written = get(loaded.raw, path)
        if written is not None:
            yield Input(
                path=text, name=called.field(text.split(".")) or text, of="", group="other",
                slides=False, value=None, unit="", shown=str(written), low=None, high=None,
                least=None, most=None, step=None, source="", source_text="", grade="", letter="",
                note="", line=loaded.lines.line(path) or None, stated=True, schedule_of="",
                period="",
            )  # fmt: skip
