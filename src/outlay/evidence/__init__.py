"""Evidence: read documents, find what they claim and where they contradict themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outlay.evidence.reading import read, read_text

__all__ = ["read", "read_text"]


def __getattr__(name: str) -> object:
    """The reader is imported when first asked for: who parses one file needs none of its words."""
    if name not in __all__:
        raise AttributeError(name)
    from outlay.evidence.reading import read, read_text

    return read if name == "read" else read_text
