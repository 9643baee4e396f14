"""The run record: hashes of everything a result depends on, so that it can be repeated."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from outlay.core.version import __version__

__all__ = [
    "catalogue_hash",
    "code_hash",
    "content_hash",
    "data_hash",
    "result_hash",
    "versions",
]

PACKAGE = Path(__file__).resolve().parents[2]
TRACKED = ("numpy", "scipy", "highspy", "numba", "pydantic", "ruamel.yaml")
"""Libraries whose version may change a number."""


def content_hash(value: object) -> str:
    """SHA-256 of the canonical JSON of plain values (sorted keys, shortest round-trip floats)."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


UNHASHED = ("record", "outlay", "headline", "answers")
"""Parts of a result that say when and with what it was made, or say the facts in words."""
WORDED = {"worth": {"name": "", "how": ""}}
"""Rows of it that get words later, and what stands there before."""


def result_hash(result: Mapping[str, object]) -> str:
    """Hash of the facts of a result's document, with its words or before it has them."""
    kept = {k: v for k, v in result.items() if k not in UNHASHED}
    for name, words in WORDED.items():
        if isinstance(rows := kept.get(name), list):
            kept[name] = [r | words if isinstance(r, dict) else r for r in rows]
    return content_hash(kept)


def _tree_hash(root: Path, suffixes: tuple[str, ...], leave_out: tuple[str, ...] = ()) -> str:
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.suffix in suffixes and "__pycache__" not in parts and parts[0] not in leave_out:
            digest.update(str(path.relative_to(root)).encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


WORDS = "report"
"""The package whose tables are words for people: no result rests on them."""


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
    return _tree_hash(PACKAGE, (".csv", ".toml", ".yaml", ".json"), (WORDS,))


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries whose version may change a number."""
    out = {"outlay": __version__, "python": platform.python_version()}
    for name in TRACKED:
        try:
            out[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # an optional library
            out[name] = "not installed"
    return out
