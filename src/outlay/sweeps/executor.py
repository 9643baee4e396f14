"""What a sweep asks of whoever works for it: processes of this machine, or Ray on many.

The work itself is a pure function of what all cases share and of one batch, so that who did it, in
which order and at which try cannot be seen in what came out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Batch", "Executor", "Outcome"]


@dataclass(frozen=True, slots=True)
class Batch:
    """Cases that one worker does in one go: numbers of cases, in order."""

    cases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a batch ended: a row for each of its cases (JSON, in order), or why there is none.

    lost: the worker was gone before it answered: nobody knows whether the batch was to blame.
    """

    batch: Batch
    rows: tuple[bytes, ...] = ()
    why: str = ""
    lost: bool = False


class Executor(Protocol):
    """Workers. Nothing lives only in them: what they answer is journalled by who asked."""

    @property
    def room(self) -> int:
        """Batches that may be handed in before one comes back."""
        ...

    def begin(self, common: bytes) -> None:
        """Start the workers; each is given once what all cases share. Raises OutlayError."""
        ...

    def submit(self, batch: Batch) -> None:
        """Hand a batch in."""
        ...

    def wait(self, seconds: float) -> Sequence[Outcome]:
        """What has ended since; waits that long for the first. Raises OutlayError where the
        workers are gone for good."""
        ...

    def close(self) -> None:
        """End every worker within ten seconds, whatever it does. May be called twice."""
        ...
