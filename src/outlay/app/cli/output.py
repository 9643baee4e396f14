"""What every command prints: one document on stdout as people or programs read it, or messages.

What cannot be written never stops the work half-way. Who closes a pipe has read enough; any other
failure (a full disk, a closed output) is kept until the files that a command is to write are
written, and then ends it. Letters that a terminal has not are written as escapes; what is for
programs goes out as UTF-8 bytes, whatever the terminal is.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, TextIO

from outlay.core.errors import InputError, Problem

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from outlay.results.document import Document

__all__ = [
    "FORMATS",
    "Format",
    "begin",
    "chosen",
    "failure",
    "print_data",
    "print_document",
    "print_error",
    "print_rows",
    "say",
    "tell",
]

Format = Literal["table", "csv", "json"]
FORMATS: tuple[Format, ...] = ("table", "csv", "json")
ENOUGH = (errno.EPIPE, errno.ESHUTDOWN, errno.ECONNRESET)
"""Failures of a stream whose reader has left."""


class _Stream(io.RawIOBase):
    """A stream that takes everything; what went wrong with it is told at the end."""

    def __init__(self, raw: io.RawIOBase | None, handle: int, failed: OSError | None) -> None:
        self._raw, self._handle, self.failed, self.wrote = raw, handle, failed, False

    def fileno(self) -> int:
        return self._handle

    def isatty(self) -> bool:
        return os.isatty(self._handle)

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        view, done = memoryview(data).cast("B"), 0
        self.wrote = self.wrote or len(view) > 0
        while done < len(view) and self.failed is None and self._raw is not None:
            try:
                written = self._raw.write(view[done:])
                if written is None:  # whoever started us made it one that does not wait
                    select.select([], [self._handle], [])
                done += written or 0
            except OSError as err:
                self.failed = err
        return len(view)


_out: _Stream | None = None
"""Standard output, where `begin` found the process's own."""


def begin() -> None:
    """Put both streams under that rule; what a test or a notebook put in their place stays."""
    global _out
    failed = [_opened(handle) for handle in (0, 1, 2)]
    if sys.stdout is sys.__stdout__:
        _out, sys.stdout = _stream(sys.stdout, 1, failed[1])
    if sys.stderr is sys.__stderr__:
        _, sys.stderr = _stream(sys.stderr, 2, failed[2])


def _opened(handle: int) -> OSError | None:
    """Why a handle is closed. It becomes the null device: else the next file that is opened would
    get its number, and what libraries print would land there."""
    try:
        os.fstat(handle)
    except OSError as err:
        null = os.open(os.devnull, os.O_RDWR)
        if null != handle:
            os.dup2(null, handle)
            os.close(null)
        return err
    return None


def _stream(old: TextIO | None, handle: int, failed: OSError | None) -> tuple[_Stream, TextIO]:
    if old is not None:
        old.flush()
    buffer = getattr(old, "buffer", None)
    raw = _Stream(getattr(buffer, "raw", buffer), handle, failed)
    return raw, io.TextIOWrapper(
        io.BufferedWriter(raw, 1 << 16), encoding=getattr(old, "encoding", None) or "utf-8",
        errors="backslashreplace", line_buffering=True,
    )  # fmt: skip


def failure() -> str:
    """What kept standard output from being written whole; empty: nothing, or nobody read on."""
    sys.stdout.flush()
    failed = _out.failed if _out is not None and _out.wrote else None
    if failed is None or failed.errno in ENOUGH:
        return ""
    return "it is closed" if failed.errno == errno.EBADF else (failed.strerror or "").lower()


def print_data(text: str) -> None:
    """Write what is for programs on standard output: UTF-8 bytes, lines as they are."""
    raw = getattr(sys.stdout, "buffer", None)
    sys.stdout.flush()
    if raw is None:  # a stream of text alone, in place of the process's own
        sys.stdout.write(text)
        return
    raw.write(text.encode("utf-8", "backslashreplace"))
    raw.flush()


def chosen(asked: str | None, *, as_json: bool, rows: bool) -> Format:
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

    print_data(to_text(doc) + "\n")


def print_rows(doc: Document, name: str) -> None:
    """Print the rows of a document called `name` as CSV."""
    from outlay.results.frames import to_csv

    print_data(to_csv(doc, name))


def print_error(found: Iterable[Problem], *, as_json: bool) -> None:
    """Errors as JSON on stdout, or for people on stderr.

    Where something stands on stdout already, a document would be a second one: people are told.
    """
    from outlay.results.checks import Error, problems

    doc = Error(problems(found))
    if as_json and not (_out is not None and _out.wrote):
        print_document(doc)
        return
    from outlay.report.words.error import problem_lines

    for p in doc.errors:
        sys.stderr.write("".join(f"{line}\n" for line in problem_lines(p)))
    sys.stderr.flush()


def tell(line: str) -> None:
    """A line of an answer for people, on stdout."""
    sys.stdout.write(f"{line}\n")


def say(message: str) -> None:
    """A line for people, on stderr."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
