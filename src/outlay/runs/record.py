"""The run record: hashes of everything a result depends on, so that it can be repeated."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from outlay.core.document import plain
from outlay.core.version import __version__

__all__ = ["RunRecord", "catalogue_hash", "code_hash", "content_hash", "data_hash", "versions"]

PACKAGE = Path(__file__).resolve().parents[1]
TRACKED = ("numpy", "scipy", "highspy", "numba", "pydantic", "ruamel.yaml")
"""Libraries whose version may change a number."""


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value` (sorted keys, shortest round-trip floats)."""
    text = json.dumps(plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _tree_hash(root: Path, suffixes: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in suffixes and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(root)).encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def code_hash() -> str:
    """Hash of the package's source files."""
    return _tree_hash(PACKAGE, (".py",))


def data_hash(calibration_sha256: str = "") -> str:
    """Hash of every data table a result rests on: those shipped, and a study's calibration."""
    if not calibration_sha256:
        return catalogue_hash()
    return hashlib.sha256((catalogue_hash() + calibration_sha256).encode()).hexdigest()


@cache
def catalogue_hash() -> str:
    """Hash of every data table the package ships: catalogue and fitted constants."""
    return _tree_hash(PACKAGE, (".csv", ".toml", ".yaml", ".json"))


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries whose version may change a number."""
    out = {"outlay": __version__, "python": platform.python_version()}
    for name in TRACKED:
        try:
            out[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # an optional library
            out[name] = "not installed"
    return out


@dataclass(frozen=True)
class RunRecord:
    """What a result was made from. `result_hash` covers the result without this record."""

    input_hash: str
    catalogue_hash: str
    code_hash: str
    versions: Mapping[str, str]
    seed: int
    overrides: tuple[str, ...]
    scenario: str
    solver: Mapping[str, Any]
    seconds: Mapping[str, float]
    started: str
    ended: str
    worlds: int = 0
    values: bool = True
    result_hash: str = ""
    study_file: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {k: plain(getattr(self, k)) for k in self.__dataclass_fields__}
