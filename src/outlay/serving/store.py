"""Capacities on disk by content hash, so that an unchanged service is not simulated again."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["code_fingerprint", "default_folder", "load", "save"]


def default_folder() -> Path | None:
    """`$OUTLAY_CACHE`, else the user's cache folder; None where `OUTLAY_CACHE` is `off`."""
    named = os.environ.get("OUTLAY_CACHE")
    if named == "off":
        return None
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(base) / "outlay" if base else Path.home() / ".cache" / "outlay"


@lru_cache(maxsize=1)
def code_fingerprint() -> str:
    """Hash of the code and data that a capacity depends on: performance and serving."""
    digest = hashlib.blake2b(digest_size=16)
    root = Path(__file__).resolve().parents[1]
    for package in ("performance", "serving"):
        for path in sorted((root / package).rglob("*")):
            if path.is_file() and path.suffix in (".py", ".csv", ".json", ".yaml", ".toml"):
                digest.update(str(path.relative_to(root)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def load(folder: Path | None, key: str) -> Any:
    """The stored value of `key`, or None where there is none that can be read."""
    if folder is None:
        return None
    try:
        return json.loads((folder / "capacity" / key[:2] / f"{key}.json").read_text())
    except (OSError, ValueError):
        return None


def save(folder: Path | None, key: str, value: Any) -> None:
    """Store `value`; a folder that cannot be written is no error, only slower next time."""
    if folder is None:
        return
    place = folder / "capacity" / key[:2]
    try:
        place.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place, suffix=".tmp")
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(value, file)  # not synced: a torn entry reads as missing
            os.replace(temporary, place / f"{key}.json")
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError:
        return
