"""Capacities on disk by content hash, so that an unchanged service is not simulated again."""

from __future__ import annotations

import hashlib
import json
import math
import os
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.core.errors import InputError
from outlay.core.ingest.json_text import strict_json
from outlay.core.ingest.sealed import entry, keep, seal

if TYPE_CHECKING:
    from outlay.results.plans.rows import Cell

__all__ = [
    "SHIPPED",
    "code_fingerprint",
    "default_folder",
    "fingerprint",
    "is_whole",
    "kept_line",
    "load",
    "place_of",
    "read_line",
    "save",
    "shipped",
]

SHIPPED = Path(__file__).parent / "data" / "capacities.jsonl"
"""Cells of the examples, by the key under which the cache folder would hold them. A key covers the
code and the data that a cell depends on, so a change of either finds none of them: `python
scripts/ship_capacities.py` writes them anew. The ending is not one that `code_fingerprint` reads,
or the file would be its own reason to be out of date."""
MOST = 65_536
"""Bytes of a cell: a few hundred are usual."""
MOST_SHIPPED = 50_000_000
TEXTS = ("load", "chip", "bound_by", "method", "why_not", "weights", "kv")


def default_folder() -> Path | None:
    """`$OUTLAY_CACHE`, else the user's cache folder; None where `OUTLAY_CACHE` is `off`, and for a
    user who has no home."""
    named = os.environ.get("OUTLAY_CACHE")
    if named == "off":
        return None
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if base and os.path.isabs(base):  # a path from where we happen to be is no user's folder
        return Path(base) / "outlay"
    try:
        return Path.home() / ".cache" / "outlay"
    except RuntimeError:
        return None


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
def shipped() -> dict[str, Cell]:
    """The shipped cells by key; lines that are no sound entry are passed over, as is a file that
    is not there."""
    found = (read_line(line) for line in (entry(SHIPPED, MOST_SHIPPED) or b"").splitlines())
    return dict(item for item in found if item is not None)


def place_of(folder: Path, key: str) -> Path:
    """Where the cell of a key lies in a cache folder."""
    return folder / "capacity" / key[:2] / f"{key}.json"


def load(folder: Path | None, key: str) -> Cell | None:
    """The stored cell of `key`, or None where there is none that is whole and of that key."""
    return _held(place_of(folder, key)) if folder is not None else None


def is_whole(path: Path) -> bool:
    """Whether an entry is what was written under its name."""
    return _held(path) is not None


def _held(path: Path) -> Cell | None:
    found = read_line(entry(path, MOST) or b"")
    return found[1] if found is not None and found[0] == path.stem else None


def save(folder: Path | None, key: str, cell: Cell) -> None:
    """Store `cell`; a folder that cannot be written is no error, only slower next time."""
    if folder is not None:
        keep(place_of(folder, key), kept_line(key, cell).encode())


def kept_line(key: str, cell: Cell) -> str:
    """A cell with its key and its seal, as one line of JSON."""
    held = asdict(cell)
    return json.dumps({"key": key, "seal": seal(key, _bytes(held)), "cell": held})


def read_line(line: bytes) -> tuple[str, Cell] | None:
    """Key and cell of such a line; None where anything of it is not as it was written."""
    try:
        found = strict_json(line, "cache")
    except InputError:
        return None
    if not isinstance(found, dict) or set(found) != {"key", "seal", "cell"}:
        return None
    key, cell = found["key"], _cell(found["cell"])
    if not isinstance(key, str) or cell is None or found["seal"] != seal(key, _bytes(asdict(cell))):
        return None
    return key, cell


def _bytes(held: object) -> bytes:
    return json.dumps(held, sort_keys=True).encode()


def _cell(found: object) -> Cell | None:
    """A cell of the right fields, types and ranges."""
    from outlay.results.plans.rows import Cell

    names = [f.name for f in fields(Cell)]
    if not isinstance(found, dict) or set(found) != set(names):
        return None
    for name in names:
        value = found[name]
        if name in TEXTS:
            good = isinstance(value, str)
        elif name == "chips_per_replica":
            good = type(value) is int and value >= 0
        else:
            good = type(value) in (int, float) and 0 <= value < math.inf
        if not good:
            return None
    cell = Cell(**found)
    return cell if cell.low <= cell.units_per_chip <= cell.high else None
