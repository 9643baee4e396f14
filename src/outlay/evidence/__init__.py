"""Evidence: read documents, find what they claim and where they contradict themselves."""

from __future__ import annotations

from outlay.evidence.reading import read, read_text

__all__ = ["read", "read_text"]
