"""What each number of a planning problem runs over and may be, read off the field that holds it.

A field says it once, `price: Annotated[Array, axes("node")]`; what checks shapes and values, puts a
problem on another tree or prints the table of arrays asks here. `Number` for `Array` says that one
number for all does as well, `| None` that there may be none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, TypeVar, get_args, get_type_hints

import numpy as np

from outlay.core.arrays import Array, BoolArray, Number

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Amount", "Axes", "Axis", "Entry", "axes", "declared", "entries", "join", "pick"]

Axis = Literal["chip", "site", "load", "slice", "node"]
T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class Axes:
    """over: what an array runs over, nodes last (empty: one number). endless: may be infinite.
    signed: may be negative."""

    over: tuple[Axis, ...]
    endless: bool = False
    signed: bool = False

    def __post_init__(self) -> None:
        if "node" in self.over[:-1]:
            raise ValueError("nodes are the last axis: what holds by node is picked there")

    @property
    def by_node(self) -> bool:
        return self.over[-1:] == ("node",)


def axes(*over: Axis, endless: bool = False, signed: bool = False) -> Axes:
    """What a field's array runs over; finite and not negative but where it is said."""
    return Axes(over, endless, signed)


Amount: TypeAlias = Annotated[float, axes()]
"""One number, finite and not negative."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a problem, what its field says of it, and where it stands in an error's words.

    one: one number for all of the axes does as well.
    """

    where: str
    value: Number | BoolArray
    axes: Axes
    one: bool


@cache
def declared(kind: type[DataclassInstance]) -> dict[str, tuple[Axes, bool]]:
    """Field → (axes, may be one number for all), of the fields of `kind` that say their axes."""
    hints = get_type_hints(kind, include_extras=True)
    out = {}
    for f in fields(kind):
        said = [x for x in getattr(hints[f.name], "__metadata__", ()) if isinstance(x, Axes)]
        if said:
            held = get_args(hints[f.name])[0]
            out[f.name] = said[0], float in (held, *get_args(held))
    return out


def entries(thing: DataclassInstance, where: str = "") -> Iterator[Entry]:
    """Every value that is there, of `thing` and of what it holds, whose field says its axes."""
    for name, (of, one) in declared(type(thing)).items():
        value = getattr(thing, name)
        if value is not None:
            yield Entry(f"{where}.{name}" if where else name, value, of, one)
    for name, held in _held(thing).items():
        for part in held:
            yield from entries(part, getattr(part, "id", where or name))


def pick(thing: T, choose: Callable[[Array], Array]) -> T:
    """A copy with `choose` applied to every array over nodes, all the way down."""
    return _rebuilt([thing], lambda found: choose(found[0]))


def join(things: Sequence[T]) -> T:
    """Equal things as one, their arrays over nodes one after the other."""
    return _rebuilt(things, lambda found: np.concatenate(found, axis=-1))


def _rebuilt(things: Sequence[T], make: Callable[[Sequence[Array]], Array]) -> T:
    """The first of `things` with what `make` makes of each array over nodes of all of them."""
    first = things[0]
    change: dict[str, object] = {}
    for name, (of, _) in declared(type(first)).items():
        value = getattr(first, name)
        if of.by_node and value is not None and np.ndim(value):
            change[name] = make([np.asarray(getattr(x, name)) for x in things])
    held = [_held(x) for x in things]
    for name in held[0]:
        parts = tuple(_rebuilt(row, make) for row in zip(*(x[name] for x in held), strict=True))
        change[name] = parts if isinstance(getattr(first, name), tuple) else parts[0]
    return replace(first, **change) if change else first


def _held(thing: DataclassInstance) -> dict[str, tuple[DataclassInstance, ...]]:
    """Field → the parts of the problem that it holds. Its tree is none: data stand on it."""
    out = {}
    for f in fields(thing):
        value = getattr(thing, f.name)
        parts = value if isinstance(value, tuple) else (value,)
        if parts and is_dataclass(parts[0]) and type(parts[0]).__name__ != "Tree":
            out[f.name] = parts
    return out
