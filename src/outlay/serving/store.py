"""Capacities on disk by content hash, so that an unchanged service is not simulated again."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = [
    "SHIPPED",
    "code_fingerprint",
    "default_folder",
    "fingerprint",
    "load",
    "save",
    "shipped",
]

SHIPPED = Path(__file__).parent / "data" / "capacities.jsonl"
"""Cells of the examples, by the key under which the cache folder would hold them. A key covers the
code and the data that a cell depends on, so a change of either finds none of them: `python
scripts/ship_capacities.py` writes them anew. The ending is not one that `code_fingerprint` reads,
or the file would be its own reason to be out of date."""


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
    """Hash of the code and data that a capacity depends on beside its question."""
    return fingerprint(Path(__file__).resolve().parents[1])


def fingerprint(root: Path) -> str:
    """Hash of a package's performance and serving, and of its models: a model whose shapes are
    unknown takes those of another, and measurements speak for every model of the same shapes."""
    digest = hashlib.blake2b(digest_size=16)
    for package, names in (("performance", "*"), ("serving", "*"), ("catalogue", "model*")):
        for path in sorted((root / package).rglob(names)):
            if path.is_file() and path.suffix in (".py", ".csv", ".json", ".yaml", ".toml"):
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """The shipped cells by key; none where the file is not there."""
    try:
        lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    return {row["key"]: row["cell"] for row in map(json.loads, lines)}


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
