"""What every command prints: one document on stdout as people or programs read it, or messages."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from outlay.core.errors import InputError, Problem

if TYPE_CHECKING:
    from outlay.results.document import Document

__all__ = ["FORMATS", "Format", "chosen", "print_document", "print_error", "print_rows", "say"]

Format = Literal["table", "csv", "json"]
FORMATS: tuple[Format, ...] = ("table", "csv", "json")


def chosen(asked: str | None, *, as_json: bool, rows: str) -> Format:
    """The form that was asked for. Raises InputError for another, or for one that cannot be."""
    from outlay.core.errors import nearest

    able = [f for f in FORMATS if rows or f != "csv"]
    found: Format | None = next((f for f in FORMATS if f == asked), None)
    if asked is not None and found not in able:
        what = "no such form" if found is None else "this command prints no rows"
        raise InputError(
            Problem(what, "--format", asked, ", ".join(able), nearest(asked, able))
        )  # fmt: skip
    if as_json and found not in (None, "json"):
        raise InputError(
            "two forms are asked for", where="--format", value=f"--json, --format {asked}",
            allowed="one of them",
        )  # fmt: skip
    return "json" if as_json else found or "table"


def print_document(doc: Document) -> None:
    """Print exactly one JSON document on stdout."""
    from outlay.results.schema import to_text

    sys.stdout.write(to_text(doc) + "\n")


def print_rows(doc: Document, name: str) -> None:
    """Print the rows of a document called `name` as CSV."""
    from outlay.results.frames import to_csv

    sys.stdout.write(to_csv(doc, name))


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


def say(message: str) -> None:
    """A line for people, on stderr."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
