"""Bytes by their hash: kept once, and believed only where the hash still holds."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, or_, select

from outlay.store.database.tables import BlobRow, ReadingRow, RunFileRow, StudyFileRow
from outlay.store.errors import StoreBroken

__all__ = ["blob", "drop_unnamed", "keep_blobs"]

WORTH = 0.9
"""Packed where that leaves less than this share."""
LEAST = 512
PIECE = 200
"""Hashes asked for at a time."""


def keep_blobs(conn: Connection, found: Iterable[bytes]) -> list[str]:
    """Put what is not there yet; the hash of each."""
    data = list(found)
    names = [hashlib.sha256(d).hexdigest() for d in data]
    missing = dict(zip(names, data, strict=True))
    for i in range(0, len(names), PIECE):
        there = conn.execute(select(BlobRow.sha256).where(BlobRow.sha256.in_(names[i : i + PIECE])))
        for (name,) in there:
            missing.pop(name, None)
    for name, raw in missing.items():
        packed = zlib.compress(raw, 1) if len(raw) >= LEAST else raw
        small = len(packed) < WORTH * len(raw)
        conn.execute(
            insert(BlobRow).values(
                sha256=name, size=len(raw), packed="zlib" if small else "",
                data=packed if small else raw,
            )
        )  # fmt: skip
    return names


def blob(conn: Connection, sha256: str, what: str) -> bytes:
    """The bytes of a hash; raises StoreBroken where they are others. what: whose they are."""
    row = conn.execute(
        select(BlobRow.size, BlobRow.packed, BlobRow.data).where(BlobRow.sha256 == sha256)
    ).one_or_none()
    if row is None:
        raise StoreBroken(f"{what}: its bytes are not in the store any more")
    size, packed, data = row
    try:
        raw = _unpacked(data, size) if packed == "zlib" else bytes(data)
    except (zlib.error, TypeError):  # the second: a text, which SQLite lets in everywhere
        raw = b""
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise StoreBroken(f"{what}: its bytes were changed in the store")
    return raw


def _unpacked(data: bytes, size: int) -> bytes:
    """At most as much as it said it was: what was changed may grow without end."""
    return zlib.decompressobj().decompress(data, size + 1)


def drop_unnamed(conn: Connection, names: Iterable[str]) -> None:
    """Take away those of the hashes that no study, no run and no reading names any more."""
    read = (ReadingRow.document, ReadingRow.claims, ReadingRow.page)
    for name in set(names):
        conn.execute(
            delete(BlobRow).where(
                BlobRow.sha256 == name,
                ~select(StudyFileRow.name).where(StudyFileRow.sha256 == name).exists(),
                ~select(RunFileRow.name).where(RunFileRow.sha256 == name).exists(),
                ~select(ReadingRow.id).where(or_(*(of == name for of in read))).exists(),
            )
        )
