"""One list of payments: the objective, cash, budgets, tail and flows are all read from it.

An entry says: column `col` costs `amount` currency per unit at node `node`, worth `discount`
now. Because every use reads the same list, the parts add up to the objective by construction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray, Number, chosen, shared_shape
from outlay.planning.problem.types import Treatment

__all__ = ["Entries", "Ledger"]

T = TypeVar("T")


@dataclass(frozen=True)
class Entries:
    """The list as arrays of one length; `kind` numbers `Ledger.kinds`, `item` `Ledger.items`."""

    col: IntArray
    node: IntArray
    amount: Array
    discount: Array
    kind: IntArray
    item: IntArray
    quantity: Array


def _kept(cols: IntArray, nodes: IntArray, amount: Number, quantity: Number = 1.0) -> BoolArray:
    """Of all broadcast together: where a column exists and something is paid."""
    some: BoolArray = (cols >= 0) & np.asarray(amount != 0)
    shape = shared_shape(cols, nodes, amount, quantity)
    return some if some.shape == shape else np.broadcast_to(some, shape)


@dataclass
class Ledger:
    """Collects entries. `discount` [node] is the middle of the node's period."""

    discount: Array
    kinds: list[tuple[str, Treatment, str]] = field(default_factory=list)  # entry, …, class
    items: list[str] = field(default_factory=list)
    booked: list[tuple[str, str, IntArray, IntArray, Array]] = field(default_factory=list)
    _kind_number: dict[tuple[str, Treatment, str], int] = field(default_factory=dict)
    _item_number: dict[str, int] = field(default_factory=dict)
    _parts: list[tuple[IntArray, ...]] = field(default_factory=list)
    _values: list[tuple[Array, ...]] = field(default_factory=list)

    def pay(
        self,
        cols: IntArray,
        nodes: IntArray,
        amount: Number,
        entry: str,
        treatment: Treatment,
        item: str,
        capex_class: str = "",
        discount: float | None = None,
        quantity: Number = 1.0,
    ) -> None:
        """`amount` per unit of `cols` at `nodes` (broadcast together); -1 is skipped."""
        keep = _kept(cols, nodes, amount, quantity)
        if not keep.any():
            return
        c, n = chosen(cols, keep), chosen(nodes, keep)
        a, q = (chosen(np.asarray(x, np.float64), keep) for x in (amount, quantity))
        kind = self._number(self.kinds, self._kind_number, (entry, treatment, capex_class))
        thing = self._number(self.items, self._item_number, item)
        d = self.discount[n] if discount is None else np.full(len(n), discount)
        full = np.full(len(c), kind), np.full(len(c), thing)
        self._parts.append((c, n, *full))
        self._values.append((a, d, q))

    def book(
        self, basis: str, capex_class: str, cols: IntArray, nodes: IntArray, amount: Number
    ) -> None:
        """Capex as a budget of that basis counts it, where that is not as paid."""
        keep = _kept(cols, nodes, amount)
        a = chosen(np.asarray(amount, np.float64), keep)
        self.booked.append((basis, capex_class, chosen(cols, keep), chosen(nodes, keep), a))

    def entries(self) -> Entries:
        if not self._parts:
            z, f = np.zeros(0, dtype=np.int64), np.zeros(0)
            return Entries(z, z, f, f, z, z, f)
        col, node, kind, item = (np.concatenate(p) for p in zip(*self._parts, strict=True))
        amount, discount, quantity = (np.concatenate(p) for p in zip(*self._values, strict=True))
        return Entries(col, node, amount, discount, kind, item, quantity)

    def close(self) -> Entries:
        """`entries`, for the last time: what was collected is let go."""
        found = self.entries()
        self._parts, self._values, self.booked = [], [], []
        return found

    @staticmethod
    def _number(values: list[T], numbers: dict[T, int], value: T) -> int:
        if value not in numbers:
            numbers[value] = len(values)
            values.append(value)
        return numbers[value]
