"""The files of a run, made in memory: those of the answer first, then those for people.

A picture, a table, the memo or the workbook that cannot be made is missing by name and takes
nothing else down: the answer is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from outlay.core.csv_text import csv_text
from outlay.core.errors import CancelledError, DrawingError
from outlay.report.figures.files import FOLDER, Gallery, csv_of, name_of
from outlay.report.html import render
from outlay.report.theme import Spec
from outlay.report.words.language import Words
from outlay.report.words.of_plan import words_of
from outlay.results.base import Row
from outlay.results.plans.plan import Plan
from outlay.results.schema import to_text
from outlay.runs.folder.names import INPUTS, RESULT

if TYPE_CHECKING:
    from outlay.evidence.types import Reading
    from outlay.finance.reports.accounts import Accounts
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["LATER", "STOPS", "Made", "answer_files", "report_files", "unmade_lines", "why"]

T = TypeVar("T")
MADE = ("report.html", "plan.xlsx", "memo.pdf")
"""Files for people that are made of the result, beside the tables and pictures."""
LATER = (*MADE, FOLDER, "tables")
"""What a folder lacks that holds the answer alone."""
STOPS = (KeyboardInterrupt, SystemExit, GeneratorExit, CancelledError)
"""What is no failure of a file but the wish of whoever runs us."""
LONGEST = 300
"""Characters of a reason."""
MOST_NAMES = 8
"""Of files in one line; of more, those of one folder are counted."""


@dataclass
class Made:
    """Files by their path in the folder, and why others are not among them."""

    files: dict[str, bytes] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, make: Callable[[], bytes]) -> None:
        """Make a file; one that cannot be made is missing."""
        data = self.tried(name, make)
        if data is not None:
            self.files[name] = data

    def tried(self, name: str, make: Callable[[], T]) -> T | None:
        """What `make` gives; None where it fails, which `missing` says of the file it was for.

        Whatever is raised is meant: libraries in other languages raise what is no Exception.
        """
        try:
            return make()
        except STOPS:
            raise
        except BaseException as err:
            self.missing[name] = why(err)
            return None


def why(err: BaseException) -> str:
    """A failure in one line."""
    if isinstance(err, MemoryError):
        return "not enough memory"
    if isinstance(err, DrawingError):  # which names the picture once more
        err = Exception(err.reason)
    if isinstance(err, OSError) and err.strerror:
        return f"{err.filename}: {err.strerror.lower()}" if err.filename else err.strerror.lower()
    said = " ".join(str(err).split())[:LONGEST]
    return said or type(err).__name__


def unmade_lines(missing: Mapping[str, str]) -> Iterator[str]:
    """What could not be made, and why: a line a reason, however many files fell to it."""
    for reason in dict.fromkeys(missing.values()):
        names = [name for name, r in missing.items() if r == reason]
        if len(names) > MOST_NAMES:
            folders = Counter(name.rpartition("/")[0] for name in names)
            names = [n for n in names if folders[n.rpartition("/")[0]] == 1 or "/" not in n]
            names += [f"{n} files of {of}" for of, n in folders.items() if of and n > 1]
        yield f"{', '.join(names)} could not be made: {reason}"


def answer_files(plan: Plan, loaded: LoadedStudy) -> dict[str, bytes]:
    """result.json, and what was read, which are enough to read the plan and to run it again."""
    kept = {f"{INPUTS}/{name}": data for name, data in loaded.inputs.items()}
    return {RESULT: to_text(plan).encode(), **kept}


def report_files(
    plan: Plan,
    *,
    loaded: LoadedStudy,
    accounts: Accounts,
    reading: Reading | None = None,
    say: Words | None = None,
) -> Made:
    """report.html, its pictures and tables, the workbook and the memo."""
    say = words_of(plan, say)
    made = Made()
    pictures = _Pictures(made)
    made.add("report.html", lambda: _page(plan, loaded, reading, say, pictures.draw))
    made.add("plan.xlsx", lambda: _workbook(plan, accounts, say))
    made.add("memo.pdf", lambda: _memo(plan, say, pictures.draw))
    for name, rows in _tables(plan).items():
        if rows:
            made.add(f"tables/{name}.csv", partial(_csv, rows))
    pictures.keep()
    return made


def _page(
    plan: Plan, loaded: LoadedStudy, reading: Reading | None, say: Words,
    draw: Callable[[Spec], str],
) -> bytes:  # fmt: skip
    documents = ""
    if reading is not None:
        from outlay.evidence.page import document_html

        documents = document_html(reading)
    return render(plan, loaded.source.text, documents, say, draw=draw).encode()


def _workbook(plan: Plan, accounts: Accounts, say: Words) -> bytes:
    from outlay.report.workbook.content import content_of
    from outlay.report.workbook.make import workbook_bytes

    return workbook_bytes(accounts, content_of(plan, say), say=say)


def _memo(plan: Plan, say: Words, draw: Callable[[Spec], str]) -> bytes:
    from outlay.report.memo import memo_of, memo_pdf

    return memo_pdf(memo_of(plan, say), draw)


class _Pictures:
    """Pictures as the page and the memo ask for them; one that cannot be drawn is an empty text."""

    def __init__(self, made: Made) -> None:
        self._gallery, self._made = Gallery(), made

    def draw(self, spec: Spec) -> str:
        """The drawing; empty where there is none, which the page says in its place."""
        name = f"{FOLDER}/{name_of(spec)}.svg"
        if name in self._made.missing:
            return ""
        svg = self._made.tried(name, lambda: self._gallery.draw(spec))
        if (
            svg is None
        ):  # a failure that the gallery does not know: the numbers are there all the same
            self._made.add(f"{FOLDER}/{name_of(spec)}.csv", lambda: csv_of(spec).encode())
        return svg or ""

    def keep(self) -> None:
        """Add the files of each picture."""
        files = self._gallery.files()
        while (made := self._made.tried(FOLDER, lambda: next(files, None))) is not None:
            self._made.files[made[0]] = made[1]
        self._made.missing |= {name: why(err) for name, err in self._gallery.missing.items()}


def _csv(rows: Sequence[Row]) -> bytes:
    return csv_text(rows).encode()


def _tables(plan: Plan) -> Mapping[str, Sequence[Row]]:
    return {
        "nodes": plan.nodes, "orders": plan.orders,
        "expansions": plan.expansions, "returns": plan.returns, "power_returns": plan.power_returns,
        "fleet": plan.fleet, "served": plan.served,
        "work": plan.work, "power": plan.power, "prices": plan.prices,
    }  # fmt: skip
