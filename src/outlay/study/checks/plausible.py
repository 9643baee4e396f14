"""Numbers outside the range that the field has seen: doubtful ones are echoed, absurd refused.

`data/plausible.csv` has the range of single fields, `data/kinds.csv` that of all others by what
they are measured in; so every number of a study has one. `least` is the smallest that can be meant
where it is not nought.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from outlay.catalogue import find_chip
from outlay.core.errors import FxError, UnknownNameError
from outlay.core.quantities.fx import FxTable
from outlay.results.study import Number
from outlay.study.findings import Finding
from outlay.study.ledger import shown
from outlay.study.model.shape import field_of
from outlay.study.model.study import Study

__all__ = ["dimension", "plausible_findings", "usual"]


TIMES = 6.0
"""Below or above what the catalogue knows of a chip's price or rent, for it to be doubted."""


@dataclass(frozen=True, slots=True)
class Band:
    """Soft and hard ends for the numbers under `path` (`*` is any name), in `unit`."""

    path: tuple[str, ...]
    unit: str
    hard_low: float
    low: float
    high: float
    hard_high: float
    why: str
    least: float = 0.0

    def holds(self, path: Sequence[str | int]) -> bool:
        """Whether `path` is, or lies under, this band's."""
        if len(path) < len(self.path):
            return False
        for want, got in zip(self.path, path, strict=False):  # the innermost loop of a load
            if want != "*" and want != got and want != str(got):
                return False
        return True


def _rows(name: str) -> Iterator[tuple[str, Band]]:
    text = (files("outlay.study") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    for r in csv.DictReader(text.splitlines(), strict=True):
        ends = (float(r[k]) for k in ("hard_low", "low", "high", "hard_high"))
        hard_low, low, high, hard_high = ends
        of = r.get("path") or r["dimension"]
        yield of, Band(
            tuple(of.split(".")), r["unit"], hard_low, low, high, hard_high, r["why"],
            float(r.get("least") or 0.0),
        )  # fmt: skip


@cache
def _bands() -> dict[str, tuple[Band, ...]]:
    """Bands by top-level section."""
    found: dict[str, list[Band]] = {}
    for _, band in _rows("plausible"):
        found.setdefault(band.path[0], []).append(band)
    return {section: tuple(bands) for section, bands in found.items()}


@cache
def _kinds() -> Mapping[tuple[str, str], Band]:
    """Bands by dimension and unit; money in dollars."""
    return {(of, band.unit.replace("USD", "{c}")): band for of, band in _rows("kinds")}


@cache
def _dimension(path: tuple[str | int, ...]) -> str:
    """What the field at `path` is measured in; empty for a plain number."""
    shape = field_of(path)
    if shape.is_months:
        return "months"
    return "" if shape.number is None else shape.number.dimension


def _kind(path: tuple[str | int, ...], unit: str) -> Band | None:
    code, _, below = unit.partition("/")
    money = len(code) == 3 and code.isupper()
    written = f"{{c}}{'/' + below if below else ''}" if money else unit
    return _kinds().get((_dimension(path), written))


def plausible_findings(
    study: Study, numbers: Iterable[tuple[tuple[str | int, ...], Number]], fx: FxTable
) -> Iterator[Finding]:
    """Numbers that the user wrote which lie outside their band."""
    for path, entry in numbers:
        if not entry.stated:
            continue
        kind = _kind(path, entry.unit)
        own = [b for b in _bands().get(str(path[0]), ()) if b.holds(path)]
        if kind is not None and (found := _too_small(path, entry, kind, study, fx)):
            yield found
            continue
        judged: list[Finding] = []
        for band in own or ([] if kind is None else [kind]):
            judged += _judge(path, entry, band, study, fx)
        yield from judged or _against_catalogue(path, entry, study, fx)


def usual(
    path: tuple[str | int, ...], entry: Number, study: Study, fx: FxTable
) -> tuple[float, float] | None:
    """What such a number usually is, from the band of its field or else of its kind, in its own
    unit; None where neither is known."""
    kind = _kind(path, entry.unit)
    for band in (*_bands().get(str(path[0]), ()), *([] if kind is None else [kind])):
        if band is not kind and not band.holds(path):
            continue
        if rate := _to_band(entry.unit, band.unit, study, fx):
            return band.low / rate, band.high / rate
    return None


def dimension(path: tuple[str | int, ...]) -> str:
    """What the field at `path` is measured in; empty for a plain number."""
    return _dimension(path)


def _ends(entry: Number) -> Iterator[tuple[str, float]]:
    yield "", entry.value
    if entry.low is not None:
        yield "its low end, ", entry.low
    if entry.high is not None:
        yield "its high end, ", entry.high


def _too_small(
    path: tuple[str | int, ...], entry: Number, kind: Band, study: Study, fx: FxTable
) -> Finding | None:
    """A number that is not nought and yet less than anything of its kind."""
    rate = _to_band(entry.unit, kind.unit, study, fx)
    for which, value in _ends(entry):
        if rate is not None and 0 < abs(value * rate) < kind.least:
            what, found = "a number that cannot be meant", f"{which}{value:g} {entry.unit}"
            return Finding(path, what, found, f"0, or {kind.least:g} {kind.unit} or more", kind.why)
    return None


def _judge(
    path: tuple[str | int, ...], entry: Number, band: Band, study: Study, fx: FxTable
) -> Iterator[Finding]:
    rate = _to_band(entry.unit, band.unit, study, fx)
    if rate is None:
        return
    for which, end in _ends(entry):
        if not band.hard_low <= end * rate <= band.hard_high:
            allowed = f"{_shown(band.hard_low, band.unit)} to {_shown(band.hard_high, band.unit)}"
            read = which + _shown(end, entry.unit)
            yield Finding(path, "a number that cannot be meant", read, allowed, band.why)
            return
    value = entry.value * rate
    if not (band.low <= value <= band.high or value == 0):
        read = shown(entry.value, entry.unit)
        usual = f"usually {shown(band.low, band.unit)} to {shown(band.high, band.unit)}"
        yield Finding(path, "an unusual number, taken as written", read, usual, band.why, warn=True)


def _against_catalogue(
    path: tuple[str | int, ...], entry: Number, study: Study, fx: FxTable
) -> Iterator[Finding]:
    """A price or rent of a chip that is many times another's, by what the catalogue knows of it."""
    offer = study.supply.get(str(path[1])) if path[0] == "supply" and len(path) > 2 else None
    if offer is None or path[2] not in ("price", "rent"):
        return
    try:
        chip = find_chip(offer.chip)
    except UnknownNameError:
        return  # said by the check of names
    known, unit = (
        (chip.price_usd, "USD") if path[2] == "price" else (chip.rent_usd_h, "USD/chip-hour")
    )
    rate = _to_band(entry.unit, unit, study, fx)
    if known is None or rate is None or not entry.value:
        return
    low, high = known[0] / TIMES, known[1] * TIMES
    if not low <= entry.value * rate <= high:
        read, ends = shown(entry.value, entry.unit), (shown(end, unit) for end in known)
        usual = f"{' to '.join(ends)} for {chip.id} in the catalogue"
        yield Finding(path, "an unusual number, taken as written", read, usual, warn=True)


def _shown(value: float, unit: str) -> str:
    """A number that may be far too long to be written out."""
    return f"{value:g} {unit}" if abs(value) >= 1e21 else shown(value, unit)


def _to_band(unit: str, wanted: str, study: Study, fx: FxTable) -> float | None:
    """What one `unit` is in the band's; None where they are not of one kind."""
    if unit == wanted:
        return 1.0
    code, _, below = unit.partition("/")
    other, _, below_wanted = wanted.partition("/")
    if other != "USD" or below != below_wanted:
        return None
    try:
        return fx.rate(code, "USD", study.as_of)
    except FxError:
        return None  # said by the check of currencies
