"""What documents claim, contradictions first; and a study drafted from them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import STUDY_ENDINGS, File, Says
from outlay.results.claims import Claims

if TYPE_CHECKING:
    from outlay.evidence.draft import Draft
    from outlay.evidence.types import Reading

    Documents = str | Path | Sequence[str | Path]
else:
    Documents = Sequence[Path]  # what the command line makes of texts
Day = str | datetime.date | None

__all__ = ["Read", "read"]


@dataclass(frozen=True, slots=True, repr=False)
class Read(Claims):
    """What was read, with the texts themselves."""

    reading: Reading = field(kw_only=True, compare=False)
    """Documents with their text, for the page and for drafts."""
    written: tuple[Path, ...] = field(kw_only=True, compare=False)
    """Files that were asked for beside it."""
    drafted: Draft | None = field(default=None, kw_only=True, compare=False)
    """The study drafted from them, with the claims that it uses and why it does not the others."""

    @property
    def unread(self) -> tuple[str, ...]:
        """Names of the documents that could not be read; their notes say why."""
        return tuple(d.name for d in self.documents if d.form == "unread")


@checked
def read(
    documents: Annotated[
        Documents,
        Says("Texts, Markdown, HTML, PDF, CSV, XLSX, inline XBRL, company facts.", argument=True),
    ],
    *,
    draft: Annotated[
        File | None,
        Says("Write a study drafted from the documents.", writes="file", endings=STUDY_ENDINGS),
    ] = None,
    company: Annotated[
        str, Says("Whose study it is: a name in the documents; else who most claims are of.")
    ] = "",
    ledger: Annotated[
        File | None,
        Says(
            "Write the ledger of facts accepted and rejected (YAML).",
            writes="file",
            endings=STUDY_ENDINGS,
        ),
    ] = None,
    date: Annotated[
        Day, Says("Day the documents were written (YYYY-MM-DD); else they are asked.", day=True)
    ] = None,
    force: Annotated[bool, Says("Write over a draft or ledger that is there.")] = False,
) -> Read:
    """Read documents: claims with their sentences, contradictions and identities.

    Of several documents those that cannot be read are named, with why, and the others are read;
    exit 1 then. A draft names documents beside it or below; of those elsewhere it takes a copy
    there. Raises DocumentError or TooLargeError where none could be read, UnknownNameError where no
    claim is of `company`.

    >>> found = read("examples/bytedance-2026/article.md")
    >>> found.contradictions[0].keep
    'article.c3'
    """
    from outlay.core.periods import parse_date
    from outlay.evidence.document import claims_document
    from outlay.evidence.reading import read as read_files
    from outlay.evidence.second_reader import configured, with_second_reader
    from outlay.results.document import extended

    day = str(parse_date(date)) if isinstance(date, str) and date else date or None
    reading = read_files(documents, date=day, all_or_none=False)
    endpoint = configured()
    if endpoint is not None:
        reading = with_second_reader(reading, endpoint)
    many = [documents] if isinstance(documents, str | Path) else documents
    written: list[Path] = []
    drafted = None
    if ledger is not None:
        from outlay.evidence.ledger import from_reading, save_ledger

        written.append(Path(ledger))
        save_ledger(from_reading(reading, written[-1].stem), written[-1])
    if draft is not None:
        from outlay.evidence.draft import draft_study

        named = _beside(reading, many, Path(draft).resolve().parent)
        drafted = draft_study(reading, {n: name for n, (name, _) in named.items()}, company)
        written += _drafted(drafted, Path(draft), named)
    return extended(
        Read, claims_document(reading), reading=reading, written=tuple(written), drafted=drafted
    )


Named = dict[str, tuple[str, Path | None]]


def _beside(reading: Reading, paths: Sequence[str | Path], folder: Path) -> Named:
    """Document → how a study in `folder` names it, and the file to copy there if it lies elsewhere.

    A study's documents lie in its folder or below: so it is found wherever one stands.
    """
    out: Named = {}
    for document, path in zip(reading.documents, map(Path, paths), strict=True):
        if document.form == "unread":
            continue
        home = path.resolve()
        if home.is_relative_to(folder):
            out[document.name] = home.relative_to(folder).as_posix(), None
            continue
        data, taken = home.read_bytes(), {name for name, _ in out.values()}
        for n in range(1, 1_000):
            copy = folder / (home.name if n == 1 else f"{home.stem}-{n}{home.suffix}")
            if copy.name in taken or (copy.exists() and copy.read_bytes() != data):
                continue
            out[document.name] = copy.name, None if copy.exists() else home
            break
    return out


def _drafted(drafted: Draft, path: Path, named: Named) -> list[Path]:
    from outlay.core.written import write_atomic

    write_atomic(path, drafted.text)
    copies = [(home, path.parent / name) for name, home in named.values() if home is not None]
    for home, copy in copies:
        write_atomic(copy, home.read_bytes())
    return [path, *(copy for _, copy in copies)]
