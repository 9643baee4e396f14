"""What every result is made of: rows that state their units, and documents that leave Outlay.

A document is a frozen dataclass; its fields, units and sentences are its schema. Annotations are
read only when a schema is asked for, so that nothing here is heavy to import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "Chips",
    "Document",
    "Money",
    "Percentiles",
    "Row",
    "Seconds",
    "Share",
    "Unit",
    "absent",
    "extended",
    "named",
]

LONGEST = 60
"""Characters of a text that `repr` shows."""


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


def absent() -> Any:
    """Mark of a field that is left out of the JSON where it is empty."""
    from pydantic import Field

    return Field(exclude_if=lambda value: value is None or value in ("", (), {}))


def named(name: str) -> Any:
    """Mark of a field whose JSON name is no name in Python."""
    from pydantic import Field

    return Field(alias=name)


class Row:
    """Base of every row: no other fields than those named, each with the sentence below it."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {
        "extra": "forbid",
        "use_attribute_docstrings": True,
        "ser_json_inf_nan": "null",
        "validate_by_name": True,
        "serialize_by_alias": True,
    }


def _brief(value: object) -> str | None:
    """One field of a document as `repr` shows it; None where it would not help."""
    if isinstance(value, str):
        text = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
        return repr(text) if value else None
    if isinstance(value, bool | int):
        return repr(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple) and value:
        return f"<{len(value)}>"
    return None


class Document(Row):
    """A result of one kind: it writes itself, gives its rows as frames and shows itself."""

    __slots__ = ()
    kind: ClassVar[str] = ""

    def to_json(self) -> dict[str, Any]:
        """The JSON document: header, kind, then the fields."""
        from outlay.results.schema import to_json

        return to_json(self)

    def to_polars(self, name: str) -> pl.DataFrame:
        """The rows called `name` (`orders`, `outlook.tornado`) as a frame.

        Raises UnknownNameError where the document holds no such rows.
        """
        from outlay.results.frames import to_polars

        return to_polars(self, name)

    def save(self, folder: str | Path) -> Path:
        """Write `KIND.json` into the folder, which is made where needed; returns its path."""
        from outlay.results.schema import to_text

        path = Path(folder) / f"{self.kind}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_text(self) + "\n", encoding="utf-8")
        return path

    def __repr__(self) -> str:
        assert is_dataclass(self)
        shown = ((f.name, _brief(getattr(self, f.name))) for f in fields(self))
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in shown if v)})"

    def _repr_html_(self) -> str:
        from outlay.results.frames import to_html

        return to_html(self)


D = TypeVar("D", bound=Document)


def extended(kind: type[D], row: Row, **more: object) -> D:
    """A document with the fields of `row`, which its class derives from, and `more`."""
    assert is_dataclass(row)
    return kind(**{f.name: getattr(row, f.name) for f in fields(row)}, **more)


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
