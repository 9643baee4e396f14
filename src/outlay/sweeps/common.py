"""What all cases of a sweep share, as bytes that any worker on any machine can begin from."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.core.errors import OutlayError
from outlay.sweeps.asked.design import Design, Packed

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["Common"]

FORM = 1


@dataclass(frozen=True)
class Common:
    """The study with all that it brings in, where it was solved, and the cases.

    inputs: as a run keeps them. kept: the basis that every case starts from, as the file of it;
    empty: none. mapping: whether the study was handed over as one.
    """

    inputs: dict[str, bytes]
    path: str
    mapping: bool
    overrides: tuple[str, ...]
    scenario: str
    kept: bytes
    design: Design

    def to_bytes(self) -> bytes:
        """For the workers."""
        told = _Told(
            FORM, {k: base64.b64encode(v).decode() for k, v in self.inputs.items()}, self.path,
            self.mapping, self.overrides, self.scenario, base64.b64encode(self.kept).decode(),
            self.design.packed,
        )  # fmt: skip
        return _reader().dump_json(told)

    @classmethod
    def from_bytes(cls, data: bytes) -> Common:
        """What `to_bytes` gave. Raises OutlayError for another form."""
        from pydantic import ValidationError

        try:
            told = _reader().validate_json(data)
        except ValidationError:
            told = None
        if told is None or told.form != FORM:
            raise OutlayError("the workers are of another version of Outlay than who asks them")
        return cls(
            {k: base64.b64decode(v) for k, v in told.inputs.items()}, told.path, told.mapping,
            told.overrides, told.scenario, base64.b64decode(told.kept), told.design.design,
        )  # fmt: skip

    @property
    def home(self) -> Path:
        """What errors call the study."""
        return Path(self.path)


@dataclass(frozen=True, slots=True)
class _Told:
    """The same as plain values; bytes in base64."""

    form: int
    inputs: dict[str, str]
    path: str
    mapping: bool
    overrides: tuple[str, ...]
    scenario: str
    kept: str
    design: Packed


@cache
def _reader() -> TypeAdapter[_Told]:
    from pydantic import TypeAdapter

    return TypeAdapter(_Told)
