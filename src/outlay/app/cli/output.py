"""What every command prints: one JSON document on stdout, or messages for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from outlay.core.errors import Problem

if TYPE_CHECKING:
    from outlay.results.document import Document

__all__ = ["print_document", "print_error", "progress"]


def print_document(doc: Document) -> None:
    """Print exactly one JSON document on stdout."""
    from outlay.results.schema import to_text

    sys.stdout.write(to_text(doc) + "\n")


def print_error(found: Iterable[Problem], *, as_json: bool) -> None:
    """Errors as JSON on stdout, or for people on stderr."""
    from outlay.results.checks import Error, problems

    doc = Error(problems(found))
    if as_json:
        print_document(doc)
        return
    from outlay.report.words.error import problem_lines

    for p in doc.errors:
        sys.stderr.write("".join(f"{line}\n" for line in problem_lines(p)))


def progress(message: str) -> None:
    """A line of progress for people, on stderr."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
