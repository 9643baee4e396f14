"""What all cases of a sweep share, as bytes that any worker on any machine can begin from."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outlay.core.errors import OutlayError
from outlay.sweeps.asked.design import Design

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
        told: dict[str, Any] = {
            "form": FORM,
            "inputs": {k: base64.b64encode(v).decode() for k, v in self.inputs.items()},
            "path": self.path,
            "mapping": self.mapping,
            "overrides": self.overrides,
            "scenario": self.scenario,
            "kept": base64.b64encode(self.kept).decode(),
            "design": self.design.to_json(),
        }
        return json.dumps(told, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Common:
        """What `to_bytes` gave. Raises OutlayError for another form."""
        told = json.loads(data)
        if told.get("form") != FORM:
            raise OutlayError("the workers are of another version of Outlay than who asks them")
        return cls(
            {k: base64.b64decode(v) for k, v in told["inputs"].items()},
            told["path"], told["mapping"], tuple(told["overrides"]), told["scenario"],
            base64.b64decode(told["kept"]), Design.from_json(told["design"]),
        )  # fmt: skip

    @property
    def home(self) -> Path:
        """What errors call the study."""
        return Path(self.path)
