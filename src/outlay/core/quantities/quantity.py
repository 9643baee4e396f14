"""Reads quantities as people write them ("85bn CNY", "30T tokens/day", "1600亿元") to floats.

Every dimension has one base unit; a `Quantity` is a plain float in it, with the currency where
money is involved. Nothing is guessed: money without a currency, a bare number where a unit is
needed, a bare 50 where a share is meant, NaN and infinity are refused with a hint.

>>> parse("30T tokens/day", "token_rate")
Quantity(value=30000000000000.0, unit='token/day', currency=None)
>>> parse("1600亿元", "money")
Quantity(value=160000000000.0, unit='CNY', currency='CNY')
>>> parse("0.38 CNY/kWh", "energy_price")
Quantity(value=0.38, unit='CNY/kWh', currency='CNY')
"""

from __future__ import annotations

import math
import numbers
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from outlay.core.errors import Problem, QuantityError, nearest
from outlay.core.quantities.currencies import CODES, match_currency, nearest_currency, readings
from outlay.core.quantities.formats import format_money, format_quantity
from outlay.core.quantities.scales import leading_scale, said_elsewhere
from outlay.core.quantities.units import BASE_UNIT, UNITS, lookup

__all__ = ["DIMENSIONS", "Dimension", "Quantity", "format_money", "format_quantity", "parse"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in the base `unit` of its dimension; `currency` is set where the unit has one."""

    value: float
    unit: str
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """How one dimension is written.

    of: what stands above the line: `money`, `share` (percent), `number`, or a table of units.
    unit: base unit, with `{c}` for the currency. per: tables of the units below the line.
    bare: whether a number without a unit is taken, and `bare_limit` its largest size.
    """

    of: str
    unit: str
    example: str
    per: tuple[str, ...] = ()
    bare: bool = False
    bare_limit: float = math.inf
    per_optional: bool = False


DIMENSIONS: Mapping[str, Dimension] = MappingProxyType(
    {
        "money": Dimension("money", "{c}", "85bn CNY, $20_000, 1600亿元"),
        "price_per_chip": Dimension(
            "money", "{c}/chip", "20_000 USD/chip", ("chips",), per_optional=True
        ),
        "price_per_token": Dimension("money", "{c}/token", "20 CNY/Mtok", ("tokens",)),
        "price_per_chip_hour": Dimension(
            "money", "{c}/chip-hour", "2.9 USD/chip-hour", ("chips", "duration")
        ),
        "price_per_watt": Dimension("money", "{c}/W", "29 CNY/W", ("power",)),
        "price_per_watt_month": Dimension(
            "money", "{c}/W-month", "350 CNY/kW-month", ("power", "duration")
        ),
        "price_per_year": Dimension("money", "{c}/year", "2m USD/year", ("duration",)),
        "energy_price": Dimension("money", "{c}/kWh", "0.38 CNY/kWh", ("energy",)),
        "power": Dimension("power", "W", "120 MW"),
        "energy": Dimension("energy", "kWh", "30 GWh"),
        "power_per_chip": Dimension(
            "power", "W/chip", "1.3 kW/chip", ("chips",), per_optional=True
        ),
        "duration": Dimension("duration", "s", "2 s, 50 ms, 3 years"),
        "bytes": Dimension("bytes", "byte", "80 GiB"),
        "byte_rate": Dimension("byte_rate", "byte/s", "4.8 TB/s, 400 Gbit/s"),
        "tokens": Dimension("tokens", "token", "30T tokens, 2_500", bare=True),
        "token_rate": Dimension("tokens", "token/day", "30T tokens/day", ("duration",)),
        "chips": Dimension("chips", "chip", "40_000 chips, 40k", bare=True),
        "flop": Dimension("flop", "FLOP", "1.2e25 FLOP"),
        "flop_rate": Dimension("flop_rate", "FLOP/s", "400 TFLOP/s"),
        "count_rate": Dimension("items", "item/day", "150M items/day", ("duration",)),
        "fraction": Dimension("share", "1", "50 %, 0.5", bare=True, bare_limit=1.0),
        "growth": Dimension("share", "1", "6 %, 0.06", bare=True, bare_limit=1.0),
        "spread": Dimension(
            "share", "1", "12 %, 4 %/year", ("duration",), True, 3.0, per_optional=True
        ),
        "rate_per_year": Dimension("share", "1/year", "9 %/year", ("duration",)),
        "ratio": Dimension("number", "1", "1.7, 45 %", bare=True),
        "year": Dimension("number", "year", "2025", bare=True),
    }
)
"""name → how it is written. Prices are per single token, W, W-month, chip-hour and kWh."""

_LONGEST = 200
_TIME_BASE = {"token/day": "day", "item/day": "day", "{c}/chip-hour": "hour"}
_TIME_BASE |= {"{c}/W-month": "month", "1/year": "year", "{c}/year": "year"}
_NUMBER = re.compile(
    r"""(?P<sign>[+-]?)\s*
        (?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)? | \d+(?:_\d+)*(?:\.\d*)? | \.\d+)
        (?:[eE](?P<exp>[+-]?\d{1,4}) | \s*[×x*]\s*10(?:\^|\*\*)(?P<pow>[+-]?\d{1,4}))?
        (?![\d_,.])""",
    re.VERBOSE | re.ASCII,
)
_PERCENT = re.compile(r"(%|percent\b|per\s?cent\b|pct\b)", re.IGNORECASE)
_BASIS_POINTS = re.compile(r"(bps|bp|basis points?)$", re.IGNORECASE)
_PER = re.compile(r"\s*/\s*|\s+per\s+|\s+an?\s+|(?<=[\w元])每(?=\w)")
_TIMES = re.compile(r"\s*[-·*⋅]\s*|\s+")
_ANNUAL = re.compile(r"(?:%\s*|\s+)(?:p\.?\s?a\.?|annually|a year)$", re.IGNORECASE)
_RANGE = re.compile(r"\d\s*(?:-|–|—|~|to|至)\s*\d")


def parse(
    text: object,
    dimension: str,
    *,
    where: str = "",
    default_unit: str | None = None,
    home: str = "",
) -> Quantity:
    """Read `text` as a quantity of `dimension` (a key of DIMENSIONS) in its base unit.

    A bare number takes `default_unit` if given; otherwise it is refused where a unit is needed.
    home: the currency of the study in which it stands, by which a sign that several currencies have
    is read, or refused; none = as documents are read.
    Raises QuantityError with what was found, what is allowed, and a hint; `where` is passed on.
    """
    return _Reader(text, dimension, where, home).read(default_unit)


class _Reader:
    """One parse: the text, its dimension, and how to complain about it."""

    def __init__(self, text: object, dimension: str, where: str, home: str) -> None:
        self.text = text
        self.home = home
        self.name = dimension
        self.where = where
        if dimension not in DIMENSIONS:
            raise KeyError(f"no dimension named {dimension!r}")
        self.spec = DIMENSIONS[dimension]

    def error(self, what: str, hint: str = "") -> QuantityError:
        shown = repr(self.text)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        return QuantityError(
            Problem(what, self.where, shown, f"for example {self.spec.example}", hint)
        )

    # -- the whole ------------------------------------------------------------------------

    def read(self, default_unit: str | None) -> Quantity:
        if isinstance(self.text, bool) or self.text is None:
            raise self.error(f"not a quantity ({self.name.replace('_', ' ')})")
        if isinstance(self.text, numbers.Real | Decimal):
            number, rest, currency = self._real(self.text), "", None
        elif isinstance(self.text, str):
            number, rest, currency = self._split(self.text)
        else:
            raise self.error(f"not a quantity ({self.name.replace('_', ' ')})")
        if not rest and currency is None:
            if default_unit is None:
                return self._bare(number)
            rest = default_unit
        head, tail = self._line(rest)
        value, currency = self._above(number, head, currency)
        value /= self._below(tail)
        return self._quantity(value, currency, bool(tail), number)

    def _quantity(
        self, exact: Decimal, currency: str | None, has_per: bool, number: Decimal
    ) -> Quantity:
        value = float(exact)
        if not math.isfinite(value) or (value == 0 and number != 0):
            raise self.error("number out of range")
        unit = self.spec.unit.replace("{c}", currency or "")
        if self.name == "spread" and has_per:
            unit = "1/year"
        return Quantity(value + 0.0, unit, currency)

    def _bare(self, number: Decimal) -> Quantity:
        spec = self.spec
        if not spec.bare:
            if spec.of == "money":
                raise self.error("money without a currency")
            raise self.error("a number without its unit")
        if abs(number) > spec.bare_limit:
            raise self.error(
                "a share must be written in percent or as a fraction",
                f"write {float(number):g} % if you mean {float(number) / 100:g}",
            )
        return self._quantity(number, None, False, number)

    # -- the number -----------------------------------------------------------------------

    def _real(self, number: object) -> Decimal:
        try:
            value = float(number)  # type: ignore[arg-type]  # Real and Decimal both convert
        except (OverflowError, ValueError):
            value = math.inf
        if not math.isfinite(value):
            raise self.error("not a finite number")
        return number if isinstance(number, Decimal) else Decimal(repr(value))

    def _split(self, raw: str) -> tuple[Decimal, str, str | None]:
        """Number, what follows it, and the currency that stood before it."""
        if len(raw) > _LONGEST:
            raise self.error(f"longer than {_LONGEST} characters")
        text = unicodedata.normalize("NFKC", raw.strip().replace("，", ",")).strip()
        text = text.replace("−", "-").replace("﹣", "-")
        if re.fullmatch(r"[+-]?\s*(nan|inf|infinity|∞)\b.*", text, re.IGNORECASE):
            raise self.error("not a finite number")
        sign = ""
        if text[:1] in "+-" and text[1:2] and not text[1:2].isdigit():
            sign, text = text[0].replace("+", ""), text[1:].lstrip()
        currency = None
        before = self._currency(text, 0)
        if before:
            currency, end = before
            text = text[end:].lstrip()
        found = _NUMBER.match(text)
        if found is None:
            raise self._no_number(text)
        digits = sign + found["sign"] + found["digits"].replace(",", "").replace("_", "")
        if digits.startswith(("--", "-+")):
            raise self.error("two signs before the number")
        number = Decimal(digits).scaleb(int(found["exp"] or found["pow"] or 0))
        return number, text[found.end() :].strip(), currency

    def _currency(self, text: str, start: int) -> tuple[str, int] | None:
        """The currency named at `start`, as the study's own makes it clear, and where it ends."""
        found = match_currency(text, start)
        if found is None:
            return None
        code, end = found
        codes = readings(text[start:end], code, self.home)
        if len(codes) > 1:
            both = " or ".join(codes)
            raise self.error(f"`{text[start:end]}` may be {both}", f"write {both}")
        return codes[0], end

    def _no_number(self, text: str) -> QuantityError:
        if re.match(r"[+-]?\d", text):
            hint = "group digits in threes (1,600) or with _; the decimal sign is a point"
            return self.error("digits that do not form a number", hint)
        word = re.match(r"[A-Z]{3}\b", text)
        if word and word.group() not in CODES:
            return self.error("unknown currency", nearest_currency(word.group()))
        return self.error("does not start with a number", "put words such as 'about' in a note")

    # -- above and below the line -----------------------------------------------------------

    def _line(self, rest: str) -> tuple[str, list[str]]:
        """What stands above the line, and the factors below it."""
        if _RANGE.match("0" + rest):
            raise self.error("a range where one number is needed", "write low and high apart")
        rest = _ANNUAL.sub(lambda m: m.group()[:1].strip() + "/year", rest)
        if self.spec.of in UNITS and rest in UNITS[self.spec.of]:
            return rest, []  # units such as GB/s hold their own line
        head, *below = _PER.split(" " + rest)
        if self.spec.of == "byte_rate" or self.spec.of == "flop_rate":
            return rest, []
        factors = [f for part in below for f in self._factors(part)]
        return head.strip(), factors

    def _factors(self, part: str) -> list[str]:
        part = re.sub(r"^1\s*(?=\D)", "", part.strip())
        if any(self._fits(part, table) for table in self.spec.per):
            return [part]
        return [f for f in _TIMES.split(part) if f]

    def _above(
        self, number: Decimal, head: str, currency: str | None
    ) -> tuple[Decimal, str | None]:
        of = self.spec.of
        if of == "money":
            return self._money(number, head, currency)
        if currency is not None:
            raise self.error(f"money where {self.name.replace('_', ' ')} is needed")
        if of in ("share", "number"):
            return number * self._percent(head), None
        return number * self._unit(head, of, is_head=True), None

    def _money(self, number: Decimal, head: str, currency: str | None) -> tuple[Decimal, str]:
        scale: Decimal | None = None
        position = 0
        while position < len(head):
            if head[position].isspace():
                position += 1
                continue
            found = self._currency(head, position)
            if found:
                code, position = found
                if currency not in (None, code):
                    raise self.error(f"two currencies, {currency} and {code}")
                currency = code
                continue
            factor = leading_scale(head[position:])
            if factor is None or scale is not None:
                while position and head[position - 1].isalpha():
                    position -= 1  # a letter that was taken for a scale begins the word
                word = head[position:].split()[0]
                if hint := said_elsewhere(word):
                    raise self.error(f"cannot read {word!r} as a scale", hint)
                if re.fullmatch(r"[A-Za-z]{3}", word):
                    raise self.error(f"unknown currency {word!r}", nearest_currency(word))
                raise self.error(f"cannot read {word!r} as a scale or currency")
            scale, length = factor
            position += length
        if currency is None:
            raise self.error("money without a currency")
        return number * (scale or Decimal(1)), currency

    def _percent(self, head: str) -> Decimal:
        if _PERCENT.fullmatch(head):
            return Decimal(1) / 100
        if _BASIS_POINTS.fullmatch(head):
            return Decimal(1) / 10_000
        if head in ("x", "×", "times", "倍") and self.spec.of == "number":
            return Decimal(1)
        if not head and self.spec.bare:
            return Decimal(1)
        raise self.error(f"cannot read {head!r} as a percentage")

    def _unit(self, written: str, table: str, *, is_head: bool = False) -> Decimal:
        """Factor of a unit of `table`, with an optional scale before it."""
        factor = lookup(table, written)
        if factor is not None:
            return factor
        if written[:2] == "mW" or written[:2] == "mw":
            raise self.error("mW is a milliwatt", "write MW for megawatts")
        scale = leading_scale(written)
        rest = written[scale[1] :].strip() if scale else ""
        may_scale = scale is not None and (
            table in ("tokens", "chips", "items") or scale[1] > 1 or not written[0].isascii()
        )
        if scale and may_scale:
            if not rest and (self.spec.bare or self.spec.per):
                return scale[0]
            factor = lookup(table, rest)
            if factor is None and table == "items" and _is_noun(rest):
                factor = Decimal(1)
            if factor is not None:
                return scale[0] * factor
        if is_head and table == "items" and (not written or _is_noun(written)):
            return Decimal(1)
        if is_head and table == "tokens" and not written and self.spec.per:
            return Decimal(1)
        if is_head and not written:
            raise self.error("a number without its unit")
        hint = said_elsewhere(written) or nearest(written, UNITS[table])
        raise self.error(f"cannot read {written!r} as a unit of {table.replace('_', ' ')}", hint)

    def _below(self, factors: list[str]) -> Decimal:
        """Product of the factors below the line, in base units (a day, an hour, a month...)."""
        spec = self.spec
        if not factors and (not spec.per or spec.per_optional):
            return Decimal(1)
        if not spec.per:
            raise self.error(f"{'/'.join(factors)!r} may not stand below the line here")
        if len(factors) != len(spec.per):
            missing = " and ".join(BASE_UNIT[t] for t in spec.per)
            raise self.error(f"not {self.name.replace('_', ' ')}", f"needs per {missing}")
        waiting = list(spec.per)
        product = Decimal(1)
        for written in factors:
            table = next((t for t in waiting if self._fits(written, t)), None)
            if table is None:
                raise self.error(f"cannot read {written!r} below the line")
            waiting.remove(table)
            factor = self._unit(written, table)
            if table == "duration":
                base = _TIME_BASE.get(spec.unit, "year")
                if spec.unit in ("1/year", "1") and factor != UNITS["duration"]["year"]:
                    raise self.error("a yearly rate is needed", "write it per year")
                factor /= UNITS["duration"][base]
            product *= factor
        return product

    @staticmethod
    def _fits(written: str, table: str) -> bool:
        if lookup(table, written) is not None:
            return True
        scale = leading_scale(written)
        return scale is not None and lookup(table, written[scale[1] :].strip()) is not None


def _is_noun(word: str) -> bool:
    return bool(re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)?", word)) and match_currency(word) is None
