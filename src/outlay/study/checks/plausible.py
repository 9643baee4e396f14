"""Numbers outside the range that the field has seen: doubtful ones are echoed, absurd refused."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from outlay.core.errors import FxError
from outlay.core.quantities.fx import FxTable
from outlay.results.study import Number
from outlay.study.findings import Finding
from outlay.study.ledger import shown
from outlay.study.model.study import Study

__all__ = ["plausible_findings"]


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

    def holds(self, path: Sequence[str | int]) -> bool:
        """Whether `path` is, or lies under, this band's."""
        if len(path) < len(self.path):
            return False
        for want, got in zip(self.path, path, strict=False):  # the innermost loop of a load
            if want != "*" and want != got and want != str(got):
                return False
        return True


@cache
def _bands() -> dict[str, tuple[Band, ...]]:
    """Bands by top-level section."""
    text = (files("outlay.study") / "data" / "plausible.csv").read_text(encoding="utf-8")
    found: dict[str, list[Band]] = {}
    for r in csv.DictReader(text.splitlines(), strict=True):
        hard_low, low, high, hard_high = (
            float(r[k]) for k in ("hard_low", "low", "high", "hard_high")
        )
        path = tuple(r["path"].split("."))
        band = Band(path, r["unit"], hard_low, low, high, hard_high, r["why"])
        found.setdefault(path[0], []).append(band)
    return {section: tuple(bands) for section, bands in found.items()}


def plausible_findings(
    study: Study, numbers: Iterable[tuple[tuple[str | int, ...], Number]], fx: FxTable
) -> Iterator[Finding]:
    """Numbers that the user wrote which lie outside their band."""
    for path, entry in numbers:
        if not entry.stated:
            continue
        for band in _bands().get(str(path[0]), ()):
            if band.holds(path):
                yield from _judge(path, entry, band, study, fx)


def _judge(
    path: tuple[str | int, ...], entry: Number, band: Band, study: Study, fx: FxTable
) -> Iterator[Finding]:
    rate = _to_band(entry.unit, band.unit, study, fx)
    if rate is None:
        return
    value = entry.value * rate
    possible = band.hard_low <= value <= band.hard_high
    if possible and (band.low <= value <= band.high or value == 0):
        return
    read = shown(entry.value, entry.unit)
    if not possible:
        allowed = f"{shown(band.hard_low, band.unit)} to {shown(band.hard_high, band.unit)}"
        yield Finding(path, "a number that cannot be meant", read, allowed, band.why)
    else:
        usual = f"usually {shown(band.low, band.unit)} to {shown(band.high, band.unit)}"
        yield Finding(path, "an unusual number, taken as written", read, usual, band.why, warn=True)


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
