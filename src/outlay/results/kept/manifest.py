"""What a run's folder holds, file by file, so that a change of any is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from outlay.results.base import Row, Unit
from outlay.results.document import Document

__all__ = ["Held", "Manifest"]


@dataclass(frozen=True, slots=True)
class Held(Row):
    """One file."""

    sha256: str
    """Of its bytes."""
    bytes: Annotated[int, Unit("byte")]
    """How many they are."""


@dataclass(frozen=True, slots=True, repr=False)
class Manifest(Document):
    """What lies in a run's folder: every file with its hash, and what could not be made."""

    kind: ClassVar[str] = "manifest"
    result: str
    """Hash of the result that every file is of."""
    files: Mapping[str, Held]
    """Path in the folder → the file; all but this one."""
    missing: Mapping[str, str]
    """Path in the folder → why it is not there."""
    parts: Mapping[str, str]
    """Field of result.json → digest of what it holds, so that a change is named."""
    seal: str
    """SHA-256 of this document without its seal."""
