"""The unit table: every written unit, its dimension, and its factor to the base unit.

Base units: byte, byte/s, W, kWh, s, token, chip, FLOP, FLOP/s. Time units that follow the
calendar use the mean Gregorian year of 365.25 days (a month is 30.4375 days, a quarter three).
Source of SI factors: BIPM, The International System of Units, 9th ed., tables 7 and 8;
binary prefixes: IEC 80000-13.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from outlay.core.periods import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_YEAR

__all__ = ["BASE_UNIT", "UNITS", "lookup", "unit_factor"]

_SI = {"": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18, "Z": 21, "Y": 24}
_IEC = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5}
_HOUR = Decimal(SECONDS_PER_HOUR)
_DAY = Decimal(SECONDS_PER_DAY)
_YEAR = Decimal(SECONDS_PER_YEAR)

BASE_UNIT: Mapping[str, str] = MappingProxyType(
    {
        "bytes": "byte",
        "byte_rate": "byte/s",
        "power": "W",
        "energy": "kWh",
        "duration": "s",
        "tokens": "token",
        "chips": "chip",
        "flop": "FLOP",
        "flop_rate": "FLOP/s",
        "items": "item",
    }
)


def _prefixed(
    symbols: tuple[str, ...], prefixes: Mapping[str, int], factor: Decimal = Decimal(1)
) -> dict[str, Decimal]:
    return {p + s: factor * Decimal(10) ** e for s in symbols for p, e in prefixes.items()}


def _named(factor: Decimal, *names: str) -> dict[str, Decimal]:
    return dict.fromkeys(names, factor)


def _bytes(suffix: str = "") -> dict[str, Decimal]:
    binary = {p + "B" + suffix: Decimal(1024) ** e for p, e in _IEC.items()}
    return _prefixed(("B" + suffix, "byte" + suffix, "bytes" + suffix), _SI) | binary


_UNITS: dict[str, dict[str, Decimal]] = {
    "bytes": _bytes(),
    "byte_rate": _bytes("/s") | _prefixed(("bit/s", "bps", "b/s"), _SI, Decimal(1) / 8),
    "power": _prefixed(("W",), _SI)
    | _named(Decimal(1), "watt", "watts", "瓦")
    | _named(Decimal(1000), "kilowatt", "kilowatts", "千瓦")
    | _named(Decimal(10) ** 6, "megawatt", "megawatts", "兆瓦")
    | _named(Decimal(10) ** 9, "gigawatt", "gigawatts", "吉瓦"),
    "energy": _prefixed(("Wh",), _SI, Decimal(1) / 1000)
    | _named(Decimal(1), "千瓦时", "度", "kilowatt-hour", "kilowatt-hours")
    | {p + "J": Decimal(10) ** e / 3_600_000 for p, e in _SI.items()},
    "duration": _named(Decimal(10) ** -9, "ns")
    | _named(Decimal(10) ** -6, "us", "µs", "μs", "microsecond", "microseconds")
    | _named(Decimal(10) ** -3, "ms", "millisecond", "milliseconds", "毫秒")
    | _named(Decimal(1), "s", "sec", "secs", "second", "seconds", "秒")
    | _named(Decimal(60), "min", "mins", "minute", "minutes", "分钟")
    | _named(_HOUR, "h", "hr", "hrs", "hour", "hours", "小时")
    | _named(_DAY, "d", "day", "days", "天", "日")
    | _named(7 * _DAY, "week", "weeks", "wk", "周")
    | _named(_YEAR / 12, "month", "months", "mo", "月", "个月")
    | _named(_YEAR / 4, "quarter", "quarters", "季度", "季")
    | _named(_YEAR / 2, "half-year", "half", "halves")
    | _named(_YEAR, "year", "years", "yr", "yrs", "y", "a", "年"),
    "tokens": _prefixed(("tok", "token", "tokens"), {**_SI, "B": 9, "K": 3})
    | _named(Decimal(1), "词元"),
    "chips": _named(
        Decimal(1),
        *("chip", "chips", "gpu", "gpus", "GPU", "GPUs", "card", "cards", "accelerator"),
        *("accelerators", "npu", "NPU", "tpu", "TPU", "颗", "片", "张", "枚", "卡"),
    ),
    "flop": _prefixed(("FLOP", "FLOPs", "flop", "flops"), _SI),
    "flop_rate": _prefixed(("FLOP/s", "FLOPS", "flop/s"), _SI)
    | _prefixed(("OP/s", "OPS"), _SI)
    | {"ExaFLOPS": Decimal(10) ** 18},
    "items": _named(Decimal(1), "item", "items"),
}

UNITS: Mapping[str, Mapping[str, Decimal]] = MappingProxyType(
    {name: MappingProxyType(table) for name, table in _UNITS.items()}
)
"""dimension → written unit (case matters) → factor to the base unit."""


def unit_factor(unit: str, dimension: str) -> float:
    """Base units in one `unit` of `dimension`; raises KeyError where the table lacks it."""
    return float(UNITS[dimension][unit])


def lookup(table: str, written: str) -> Decimal | None:
    """Factor of `written`; letter case may differ where only one unit could be meant."""
    units = UNITS[table]
    if written in units:
        return units[written]
    if written[:1] == "m" and len(written) < 4:
        return None  # mW, mb: milli or mega, never guessed
    folded = written.casefold()
    near = {f for u, f in units.items() if u.casefold() == folded}
    return near.pop() if len(near) == 1 else None
