"""What documents claim, contradictions first; and a study drafted from them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import STUDY_ENDINGS, File, Says
from outlay.results.claims import Claims

if TYPE_CHECKING:
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

    @property
    def unread(self) -> tuple[str, ...]:
        """Names of the documents that could not be read; their notes say why."""
        return tuple(d.name for d in self.documents if d.form == "unread")


@checked
def read(
    documents: Annotated[
        Documents, Says("Texts, Markdown, HTML, PDF, CSV or XLSX files.", argument=True)
    ],
    *,
    draft: Annotated[
        File | None,
        Says("Write a study drafted from the documents.", writes="file", endings=STUDY_ENDINGS),
    ] = None,
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
    exit 1 then. Raises DocumentError or TooLargeError where none could be read.

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
    at = {Path(p).name: Path(p) for p in many}
    written = _write(reading, draft, ledger, at)
    return extended(Read, claims_document(reading), reading=reading, written=written)


def _write(
    reading: Reading, draft: File | None, ledger: File | None, at: Mapping[str, Path]
) -> tuple[Path, ...]:
    out: list[Path] = []
    if ledger is not None:
        from outlay.evidence.ledger import from_reading, save_ledger

        out.append(Path(ledger))
        save_ledger(from_reading(reading, out[-1].stem), out[-1])
    if draft is not None:
        from outlay.core.written import write_atomic
        from outlay.evidence.draft import draft_study

        out.append(Path(draft))
        write_atomic(out[-1], draft_study(reading, out[-1].resolve().parent, at))
    return tuple(out)
