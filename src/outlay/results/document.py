"""What every kind of result can do: write itself, give its rows as frames, and show itself."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from outlay.core.written import refuse_unmeant, write_atomic
from outlay.results.base import Kind, Row
from outlay.results.frames import to_html, to_polars
from outlay.results.schema import to_json, to_text

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Document", "extended"]

LONGEST = 60
"""Characters of a text that `repr` shows."""


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


class Document(Kind):
    """A result of one kind: it writes itself, gives its rows as frames and shows itself."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """The JSON document: header, kind, then the fields."""
        return to_json(self)

    def to_polars(self, name: str) -> pl.DataFrame:
        """The rows called `name` (`orders`, `outlook.tornado`) as a frame.

        Raises UnknownNameError where the document holds no such rows.
        """
        return to_polars(self, name)

    def save(self, folder: str | Path) -> Path:
        """Write `KIND.json` into the folder, which is made where needed; returns its path."""
        path = Path(folder) / f"{self.kind}.json"
        refuse_unmeant(Path(folder))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, to_text(self) + "\n")
        return path

    def __repr__(self) -> str:
        assert is_dataclass(self)
        shown = ((f.name, _brief(getattr(self, f.name))) for f in fields(self))
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in shown if v)})"

    def _repr_html_(self) -> str:
        return to_html(self)


D = TypeVar("D", bound=Document)


def extended(kind: type[D], row: Row, **more: object) -> D:
    """A document with the fields of `row`, which its class derives from, and `more`."""
    assert is_dataclass(row)
    return kind(**{f.name: getattr(row, f.name) for f in fields(row)}, **more)
