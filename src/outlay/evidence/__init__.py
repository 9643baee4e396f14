"""Evidence: read documents, find what they claim and where they contradict themselves."""

from __future__ import annotations

from outlay.evidence.reading import read, read_text
from outlay.evidence.types import (
    Claim,
    Contradiction,
    Document,
    Fact,
    Identity,
    Note,
    Reading,
)

__all__ = [
    "Claim",
    "Contradiction",
    "Document",
    "Fact",
    "Identity",
    "Note",
    "Reading",
    "read",
    "read_text",
]
