"""The folder of a run as one file, out and in. What comes in is looked at before it is unpacked."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.names import shown

__all__ = ["unpack", "zipped"]

MOST_FILES, MOST_BYTES = 500, 400_000_000
PIECE = 1 << 20
DAY = (1980, 1, 1, 0, 0, 0)
"""Of every entry: the same run is the same file."""
LINK = 0o120000
WHERE = "the zip file"
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError,
              IndexError, struct.error, zlib.error, lzma.LZMAError)  # fmt: skip
"""What Python's reader raises at bytes that are no zip file."""


def zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """The files in one folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            info = zipfile.ZipInfo(f"{folder}/{name}", DAY)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            made.writestr(info, data)
    return out.getvalue()


def unpack(data: bytes, folder: Path) -> None:
    """Write what the zip file holds into a folder, less the one folder that holds all of it.

    Raises InputError for what is no zip file, for names that lead elsewhere, for links, and for
    more than a run's folder holds, which is counted as it is unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as found:
            entries = [e for e in found.infolist() if not e.is_dir()]
            names = _names(entries)
            left = MOST_BYTES
            for entry in entries:
                left -= _written(found, entry, folder / names[entry.filename], left)
    except UNREADABLE as err:
        raise InputError("not a zip file that can be read", where=WHERE, value=shown(str(err))[:80],
                         allowed="the folder of a run, as it is exported") from None  # fmt: skip
    except OSError as err:
        raise InputError("it cannot be unpacked", where=WHERE,
                         value=shown(err.strerror or str(err))[:80]) from None  # fmt: skip


def _names(entries: list[zipfile.ZipInfo]) -> dict[str, str]:
    """Entry → path in the folder. Raises InputError."""
    if len(entries) > MOST_FILES:
        raise InputError("too many files", where=WHERE, value=f"{len(entries):,}",
                         allowed=f"up to {MOST_FILES}")  # fmt: skip
    bad = [Problem("a name that leads elsewhere", WHERE, shown(e.filename)[:80])
           for e in entries if not _fine(e)]  # fmt: skip
    if bad:
        raise InputError(bad[:20])
    tops = {PurePosixPath(e.filename).parts[0] for e in entries}
    deep = all(len(PurePosixPath(e.filename).parts) > 1 for e in entries)
    cut = 1 if len(tops) == 1 and deep and "inputs" not in tops else 0
    names = {e.filename: "/".join(PurePosixPath(e.filename).parts[cut:]) for e in entries}
    if len({n.casefold() for n in names.values()}) < len(entries):
        raise InputError("a file that is there twice", where=WHERE)
    return names


def _fine(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    parts = name.split("/")
    plain = name.isprintable() and "\\" not in name and ":" not in name and len(name) < 300
    mode = (entry.external_attr >> 16) & 0o170000
    return plain and not any(p in ("", ".", "..") for p in parts) and mode != LINK


def _written(found: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, left: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with found.open(entry) as source, path.open("xb") as out:
        while piece := source.read(PIECE):
            size += len(piece)
            if size > left:
                raise InputError("more than a run's folder holds", where=WHERE,
                                 allowed=f"up to {MOST_BYTES:,} bytes unpacked")  # fmt: skip
            out.write(piece)
    return size
