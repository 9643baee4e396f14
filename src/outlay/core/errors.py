"""Every error that Outlay raises on purpose, in one tree.

OutlayError                     exit code 1 unless said otherwise
├── InputError                  exit code 2: what the user gave is wrong
│   ├── StudyError              a study file (syntax, schema, meaning)
│   ├── QuantityError           a number, unit, scale or currency in text
│   ├── UnknownNameError        a name that no catalogue, series or study holds
│   ├── FxError                 a currency or date without a rate
│   ├── DocumentError           a document that cannot be read
│   ├── TableError              a CSV, Parquet or XLSX table (series, trace, measurements)
│   └── TooLargeError           refused before work starts: bytes, rows, nodes, model size
├── InfeasibleError             well-formed, but no plan meets every limit
├── SolverError                 the solver's answer failed its certificate or its limits
├── InvariantError              a run that broke one of its own identities
├── DrawingError                a picture or a memo that could not be drawn
└── CancelledError              stopped by the user; what was finished is kept

An `InputError` carries *all* problems found, each a `Problem` with five answers: what is
wrong, where, the value found, what is allowed, and a hint (often the nearest valid name).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "CancelledError",
    "DocumentError",
    "DrawingError",
    "FxError",
    "InfeasibleError",
    "InputError",
    "InvariantError",
    "OutlayError",
    "Problem",
    "QuantityError",
    "SolverError",
    "StudyError",
    "TableError",
    "TooLargeError",
    "UnknownNameError",
    "nearest",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input, in the user's words.

    what: the rule that was broken. where: `file:line` and path of the field, as far as known.
    value: what was found. allowed: what would be accepted. hint: how to mend it.
    """

    what: str
    where: str = ""
    value: str = ""
    allowed: str = ""
    hint: str = ""

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        if self.value:
            head += f" (found {self.value})"
        parts = [head]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.hint:
            parts.append(self.hint)
        return "; ".join(parts)


class OutlayError(Exception):
    """Root of the tree; `exit_code` is what the command line ends with."""

    exit_code = 1

    def problems(self) -> list[Problem]:
        return [Problem(str(self))]


class InputError(OutlayError):
    """What the user gave is wrong. Holds one or more problems; never raised half-way."""

    exit_code = 2

    def __init__(self, problems: str | Problem | Iterable[Problem], **fields: str) -> None:
        if isinstance(problems, str):
            problems = [Problem(problems, **fields)]
        elif isinstance(problems, Problem):
            problems = [problems]
        self._problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(p) for p in self._problems))

    def problems(self) -> list[Problem]:
        return list(self._problems)


class StudyError(InputError):
    """A study file: syntax, schema or meaning."""


class QuantityError(InputError):
    """A number, unit, scale or currency in text."""


class UnknownNameError(InputError):
    """A name that is in no catalogue, series or study; the hint is the nearest valid one."""


class FxError(InputError):
    """A currency, or a date, without a rate."""


class DocumentError(InputError):
    """A document that cannot be read."""


class TableError(InputError):
    """A table that cannot be used: header, row, column or value."""


class TooLargeError(InputError):
    """Refused before the work starts: bytes, rows, nodes or model size over the limit."""


class InfeasibleError(OutlayError):
    """Well-formed, but no plan meets every limit; `conflicts` names the limits in user's words."""

    def __init__(self, message: str, conflicts: Sequence[Problem] = ()) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__(message)

    def problems(self) -> list[Problem]:
        return [Problem(str(self)), *self.conflicts]


class SolverError(OutlayError):
    """The solver's answer failed its certificate, or the solver ended without one."""


class InvariantError(OutlayError):
    """A run broke one of its own identities; its results carry no headline."""


class DrawingError(OutlayError):
    """A picture or a memo that could not be drawn; the numbers are not touched by it."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"{name} could not be drawn: {reason}")


class CancelledError(OutlayError):
    """Stopped by the user; what was finished is kept."""


def nearest(name: str, valid: Iterable[str]) -> str:
    """Return a hint naming the nearest valid name, or '' where none is near."""
    names = list(valid)
    folded = {v.casefold(): v for v in names}
    match = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    return f"did you mean '{folded[match[0]]}'?" if match else ""
