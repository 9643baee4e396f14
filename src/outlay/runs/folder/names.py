"""What the files of a run's folder are called, and what lies beside it for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path

__all__ = [
    "AGAIN", "ASIDE", "INPUTS", "LOCK", "MANIFEST", "NEW", "NEXT", "OLD", "OWN", "PART", "RESULT",
    "STUDY", "beside", "is_litter", "numbered", "short_name",
]  # fmt: skip

RESULT, MANIFEST = "result.json", "manifest.json"
INPUTS = "inputs"
STUDY = f"{INPUTS}/study.yaml"
"""The study as it was read; files that it names lie beside it, as they did."""

PART, NEW, OLD, LOCK = ".part-", ".new-", ".old", ".lock"
"""Ends of hidden names beside the folder: what is being written; what is whole and gives its place
or has given it; what was replaced where that takes two steps; who is at work."""
ASIDE, NEXT = ".aside", ".next"
"""Ends of names that people see: what was not ours; an answer that waits for its report."""
LITTER = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory"})
LITTER_BEGINS = ("~$", "._", ".nfs", ".fuse_hidden")
"""What systems and office programs leave in a folder that somebody looks at, in small letters."""

OWN = "a folder of its own, such as --out plan"
AGAIN = "plan the study into the folder again: outlay plan STUDY --out FOLDER"
LONGEST = 200
"""Bytes of a folder's name that leave room for these ends."""


def short_name(home: Path) -> str:
    """The folder's name, or a digest of one that is too long for an end."""
    name = home.name
    long = len(name.encode("utf-8", "surrogateescape")) > LONGEST
    return (
        hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:32] if long else name
    )


def is_litter(name: str) -> bool:
    """Whether a file is nobody's work: not told of, not kept, no reason to refuse a folder."""
    low = name.lower()
    office = low.startswith(".~lock.") and low.endswith("#")
    return low in LITTER or low.startswith(LITTER_BEGINS) or office


def numbered(home: Path, end: str) -> Iterator[Path]:
    """`NAME.end`, `NAME.end-2` … beside the folder."""
    first = home.with_name(f"{short_name(home)}{end}")
    yield first
    yield from (first.with_name(f"{first.name}-{n}") for n in count(2))


def beside(home: Path, end: str) -> Path:
    """A hidden sibling of the folder."""
    return home.with_name(f".{short_name(home)}{end}")
