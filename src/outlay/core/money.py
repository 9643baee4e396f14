"""Exact money: whole minor units of one currency, never added to another currency's.

>>> total([Money.of("0.10", "USD")] * 3)
Money(minor=30, currency='USD')
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from outlay.core.currencies import CODES, MINOR_DIGITS
from outlay.core.errors import InputError, nearest
from outlay.core.formats import format_money

__all__ = ["CurrencyMismatchError", "Money", "total"]


class CurrencyMismatchError(InputError):
    """Two currencies met where only one can stand; convert at a dated rate first."""


def _digits(currency: str) -> int:
    if currency not in CODES:
        raise InputError("unknown currency", value=repr(currency), hint=nearest(currency, CODES))
    return MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of `currency` in its smallest unit (`minor`: cents, fen, whole yen)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | float | str | int, currency: str) -> Money:
        """`amount` in units of `currency`, rounded half to even to the smallest unit.

        A float is read by its shortest decimal form, so that 0.1 is ten cents exactly.
        """
        exact = Decimal(repr(amount)) if isinstance(amount, float) else Decimal(amount)
        if not exact.is_finite():
            raise InputError("money must be finite", value=repr(amount))
        scaled = exact.scaleb(_digits(currency)).to_integral_value(ROUND_HALF_EVEN)
        return cls(int(scaled), currency)

    @property
    def amount(self) -> Decimal:
        """Amount in units of the currency."""
        return Decimal(self.minor).scaleb(-_digits(self.currency))

    def _same(self, other: Money) -> None:
        if not isinstance(other, Money):
            raise TypeError(f"money and {type(other).__name__} do not add")
        if other.currency != self.currency:
            raise CurrencyMismatchError(
                "unlike currencies never add",
                value=f"{self.currency} and {other.currency}",
                hint="convert one of them at a dated rate",
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __mul__(self, factor: int | float | Decimal) -> Money:
        """Amount times a plain number, rounded half to even."""
        exact = Decimal(repr(factor)) if isinstance(factor, float) else Decimal(factor)
        if not exact.is_finite():
            raise InputError("money must be finite", value=repr(factor))
        product = (Decimal(self.minor) * exact).to_integral_value(ROUND_HALF_EVEN)
        return Money(int(product), self.currency)

    __rmul__ = __mul__

    def split(self, weights: Iterable[float]) -> list[Money]:
        """Parts in proportion to `weights` (>= 0) that add up to the amount, to the last cent.

        The largest remainders take the left-over units (Hamilton's method).
        """
        exact = [Decimal(repr(float(w))) for w in weights]
        whole = sum(exact, Decimal(0))
        if not exact or any(w < 0 for w in exact) or whole <= 0:
            raise InputError("weights must be 0 or more and not all 0", value=str(exact))
        shares = [self.minor * w / whole for w in exact]
        floors = [int(s.to_integral_value("ROUND_FLOOR")) for s in shares]
        order = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i], i))
        for i in order[: self.minor - sum(floors)]:
            floors[i] += 1
        return [Money(f, self.currency) for f in floors]

    def __float__(self) -> float:
        return float(self.amount)

    def __str__(self) -> str:
        return format_money(float(self.amount), self.currency)


def total(amounts: Iterable[Money], currency: str | None = None) -> Money:
    """Exact sum. An empty sum needs `currency`; unlike currencies raise CurrencyMismatchError."""
    it = iter(amounts)
    start = Money(0, currency) if currency is not None else next(it, None)
    if start is None:
        raise InputError("the sum of no amounts has no currency")
    for amount in it:
        start = start + amount
    return start
