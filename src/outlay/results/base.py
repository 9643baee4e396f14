"""What every result is made of: rows that state their units, and documents that leave Outlay.

A document is a frozen dataclass; its fields, units and sentences are its schema. Annotations are
read only when a schema is asked for, so that nothing here is heavy to import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

__all__ = [
    "Chips",
    "Kind",
    "Money",
    "Percentiles",
    "Row",
    "Seconds",
    "Share",
    "Unit",
    "absent",
    "named",
]


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a number, as its JSON Schema states it."""

    name: str

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {**handler(core), "unit": self.name}


Money = Annotated[float, Unit("study currency")]
Share = Annotated[float, Unit("share")]
Seconds = Annotated[float, Unit("s")]
Chips = Annotated[float, Unit("chip")]


def _is_empty(value: object) -> bool:
    return value is None or value in ("", (), {})


def absent() -> Any:
    """Mark of a field that is left out of the JSON where it is empty."""
    from pydantic import Field

    return Field(exclude_if=_is_empty)


def named(name: str) -> Any:
    """Mark of a field whose JSON name is no name in Python."""
    from pydantic import Field

    return Field(alias=name)


class Row:
    """Base of every row: no other fields than those named, each with the sentence below it."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {
        "extra": "forbid",
        "ser_json_inf_nan": "null",
        "validate_by_name": True,
        "serialize_by_alias": True,
    }


class Kind(Row):
    """Base of what leaves Outlay whole: a row of one named kind."""

    __slots__ = ()
    kind: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Percentiles(Row):
    """Percentiles and mean of a time over requests."""

    p50: Annotated[float | None, Unit("s")]
    """Half of the requests take no longer."""
    p90: Annotated[float | None, Unit("s")]
    """Nine in ten take no longer."""
    p99: Annotated[float | None, Unit("s")]
    """All but one in a hundred take no longer."""
    mean: Annotated[float | None, Unit("s")]
    """Mean over the requests."""
