"""What the files of a run's folder are called, and what lies beside it for a while."""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = [
    "AGAIN", "ASIDE", "INPUTS", "LOCK", "MANIFEST", "NEW", "OLD", "OWN", "PART", "RESULT", "STUDY",
    "beside", "short_name",
]  # fmt: skip

RESULT, MANIFEST = "result.json", "manifest.json"
INPUTS = "inputs"
STUDY = f"{INPUTS}/study.yaml"
"""The study as it was read; files that it names lie beside it, as they did."""

PART, NEW, OLD, LOCK, ASIDE = ".part-", ".new-", ".old", ".lock", ".aside"
"""Ends of names beside the folder: what is being written; what is whole and gives its place or has
given it; what was replaced where that takes two steps; who is at work; what was not ours."""

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


def beside(home: Path, end: str) -> Path:
    """A hidden sibling of the folder."""
    return home.with_name(f".{short_name(home)}{end}")
