"""Read texts and files: the public entry of the evidence stage."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from outlay.core.errors import DocumentError, InputError, Problem, QuantityError
from outlay.core.periods import parse_date
from outlay.core.progress import Progress
from outlay.evidence.blocks.measures import asides, measure_of
from outlay.evidence.blocks.parse import blocks_of
from outlay.evidence.blocks.types import Blocks, Scope, Table
from outlay.evidence.calendar.dating import dated, infer_year
from outlay.evidence.checks.contradictions import find_contradictions
from outlay.evidence.checks.identities import find_identities
from outlay.evidence.checks.unsaid import Unsaid
from outlay.evidence.names.mentions import find_mentions
from outlay.evidence.quantities.rates import PER, per_denominator
from outlay.evidence.quantities.spelling import slips_after_numbers
from outlay.evidence.scopes import document_scope, month_after, topic_in
from outlay.evidence.sentences.claims import claims_of
from outlay.evidence.sentences.context import main_actor
from outlay.evidence.tables.claims import in_its_currency, table_claims
from outlay.evidence.tagged.claims import Cover, Tags, by_registrant, tags_of
from outlay.evidence.text.clean import Cleaned, Sentence, clean, language_of
from outlay.evidence.text.files import load, load_bytes
from outlay.evidence.text.parsed import Parsed, counted, listed
from outlay.evidence.types import Claim, Document, Reading
from outlay.results.claims import ReadNote

__all__ = ["read", "read_text"]

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""In which a document may have been written."""
MOST_OF_ASIDE = 200
MOST_OF_SENTENCE, MOST_NUMBERS, MOST_NUMBERED = 6_000, 120, 20_000
MOST = 1e30
"""In base units: a quadrillion quadrillion."""
NUMBER = re.compile(r"\d+|[一二三四五六七八九十百千万亿]+")


def _slug(name: str, taken: set[str]) -> str:
    stem = re.sub(r"\W+", "-", Path(name).stem).strip("-").lower() or "document"
    slug, n = stem, 2
    while slug in taken:
        slug, n = f"{stem}-{n}", n + 1
    taken.add(slug)
    return slug


def _dated(text: str, given: str) -> tuple[str, str]:
    if given:
        return given, "given"
    return dated(text)


def _document(name: str, text: str, date: str, form: str) -> Document:
    when, basis = _dated(text, date)
    notes: tuple[ReadNote, ...] = ()
    if len(when) > len("2025-12") and not _is_day(when):
        notes = (ReadNote(f"its date is none of the calendar: {when}", None),)
        year = infer_year(text)
        when, basis = (year, "inferred") if year else ("", "unknown")
    return Document(name, text, when, basis, form, language_of(text), notes)  # type: ignore[arg-type]


def _stated(document: Document, day: str) -> Document:
    """The document, which states this day itself, if it is the one that was taken."""
    return replace(document, date_basis="stated") if day and document.date == day else document


def _is_day(text: str) -> bool:
    try:
        return FIRST_YEAR <= parse_date(text).year <= LAST_YEAR
    except QuantityError:
        return False


def read_text(text: str, name: str = "text", date: str | datetime.date | None = None) -> Reading:
    """Claims, contradictions and identities of a text in memory.

    `date` is the day the text was written (ISO or `date`); without it the text is asked.
    """
    document = _document(name, text, str(date or ""), "text")
    claims, document = _claims(document, set())
    return reconciled([document], claims)


def reconciled(documents: Sequence[Document], claims: Sequence[Claim]) -> Reading:
    """Claims of all documents set against each other; notes say what was too much for it."""
    unsaid = Unsaid()
    identities = find_identities(claims, unsaid, documents)
    contradictions = find_contradictions(claims, documents, identities, unsaid)
    documents = unsaid.on(documents)
    return Reading(tuple(documents), tuple(claims), tuple(contradictions), tuple(identities))


def _claims(
    document: Document, taken: set[str], parsed: Parsed | None = None
) -> tuple[list[Claim], Document]:
    """Claims of running text and tables of one document, in order of appearance."""
    tags = tags_of(parsed.tagged) if parsed and parsed.tagged else None
    prefix = _slug(document.name, taken)
    if tags and document.form in ("facts", "xbrl"):  # it holds nothing else
        entity, fiscal_end = tags.cover.entity, tags.cover.fiscal_end or 12
        document = replace(document, entity=entity, fiscal_end=fiscal_end)
        return _countable(*_tagged(tags, document, prefix))
    cleaned = clean(document.text)
    mentions = find_mentions(cleaned, document.text)
    base = document_scope(document, mentions)
    if tags:
        base, document = _covered(base, document, tags.cover)
    document = _reported(document, base)
    base = replace(base, date=document.date)
    document = replace(document, entity=base.entity, fiscal_end=base.fiscal_end)
    blocks = blocks_of(
        document,
        base,
        _per_of,
        partial(topic_in, document.text, base.entity, mentions),
        parsed.tables if parsed else (),
        parsed.marks if parsed else (),
    )
    cleaned = _prose(cleaned, blocks)
    cleaned, notes = _readable(cleaned)
    document = replace(document, notes=document.notes + cleaned.notes + notes)
    claims = claims_of(document, cleaned, mentions, prefix, blocks)
    claims, document = _spelt(claims, document, cleaned)
    if blocks.tables:
        blocks = in_its_currency(blocks, claims)
        topic = main_actor(mentions)
        more, said = table_claims(document, blocks, topic, prefix, len(claims), tags)
        claims += more
        said = [*blocks.notes, *said]
        document = replace(document, notes=document.notes + tuple(ReadNote(n, None) for n in said))
    if tags:
        claims, document = _tagged(tags, document, prefix, claims, blocks.tables)
    return _countable(claims, document)


def _tagged(
    tags: Tags,
    document: Document,
    prefix: str,
    words: Sequence[Claim] = (),
    tables: Sequence[Table] = (),
) -> tuple[list[Claim], Document]:
    claims, said = tags.claims(document, prefix, words, tables)
    notes = tuple(ReadNote(n, None) for n in said)
    return claims, replace(document, notes=document.notes + notes)


def _covered(base: Scope, document: Document, cover: Cover) -> tuple[Scope, Document]:
    """The scope and the date as the tags of a filing's cover have them, where they do."""
    if cover.date and document.date_basis not in ("given", "stated"):
        document = replace(document, date=cover.date, date_basis="stated")
    entity, period = cover.entity or base.entity, cover.period or base.period
    fiscal_end, currency = cover.fiscal_end or base.fiscal_end, base.currency or cover.currency
    base = replace(base, entity=entity, period=period, fiscal_end=fiscal_end, currency=currency)
    return base, document


def _reported(document: Document, scope: Scope) -> Document:
    """A report without a date was written in the month after its period."""
    after = month_after(scope.period, scope.fiscal_end)
    if not after or document.date_basis not in ("inferred", "unknown") or len(document.date) > 4:
        return document
    return replace(document, date=after, date_basis="inferred")


def _per_of(said: str) -> tuple[str, float]:
    per = PER.match(said)
    whole = per and not re.search(r"\w", said[per.end() :])
    return per_denominator(per) if per and whole else ("", 1.0)


def _prose(cleaned: Cleaned, blocks: Blocks) -> Cleaned:
    """The sentences outside all tables that say more than how numbers are to be read; what says
    so in brackets is blanked."""
    parts, at = [], 0
    for a, b in asides(cleaned.text):
        parts += [cleaned.text[at:a], " " * (b - a)]
        at = b
    text = "".join(parts) + cleaned.text[at:]
    kept = tuple(
        s
        for s in cleaned.sentences
        if blocks.table_at(s.start) is None
        and not (s.end - s.start < MOST_OF_ASIDE and measure_of(text[s.start : s.end], title=False))
    )
    return replace(cleaned, text=text, sentences=kept)


def _spelt(
    claims: list[Claim], document: Document, cleaned: Cleaned
) -> tuple[list[Claim], Document]:
    """The claims less those whose scale word has a slip, which would be taken for ones."""
    slips = list(slips_after_numbers(cleaned.text))
    if not slips:
        return claims, document
    places = [at for at, _, _ in slips]
    kept = [
        c for c in claims
        if (n := bisect_left(places, c.value_span[0])) == len(places)
        or places[n] > c.value_span[1]
    ]  # fmt: skip
    words = listed(list(dict.fromkeys(f"'{w}' (did you mean '{m}'?)" for _, w, m in slips)))
    note = ReadNote(f"{counted(len(slips), 'number')} with an unknown word left out: {words}", None)
    return kept, replace(document, notes=(*document.notes, note))


def _countable(claims: list[Claim], document: Document) -> tuple[list[Claim], Document]:
    """The claims less those of numbers that nothing is counted in."""
    kept = [c for c in claims if all(abs(v or 0.0) <= MOST for v in (c.value_low, c.value_high))]
    if len(kept) < len(claims):
        few = counted(len(claims) - len(kept), "number")
        note = ReadNote(f"{few} over {MOST:g} left out", None)
        document = replace(document, notes=(*document.notes, note))
    if not kept:
        note = ReadNote("no number that says what it is was found in it", None)
        document = replace(document, notes=(*document.notes, note))
    return kept, document


def _readable(cleaned: Cleaned) -> tuple[Cleaned, tuple[ReadNote, ...]]:
    """The sentences less those that no writer ends, as the time they take grows with their cube;
    and up to as many with numbers as a person could look at."""
    kept: list[Sentence] = []
    numbered = endless = 0
    for s in cleaned.sentences:
        numbers = len(NUMBER.findall(cleaned.text, s.start, s.end))
        if s.end - s.start > MOST_OF_SENTENCE or numbers > MOST_NUMBERS:
            endless += 1
            continue
        numbered += numbers > 0
        if numbers == 0 or numbered <= MOST_NUMBERED:
            kept.append(s)
    notes = []
    if endless:
        notes.append(
            f"{counted(endless, 'sentence')} left out: over {MOST_OF_SENTENCE:,} characters or "
            f"{MOST_NUMBERS} numbers without a full stop"
        )
    if numbered > MOST_NUMBERED:
        few = f"{MOST_NUMBERED:,} of {numbered:,}"
        notes.append(f"only the first {few} sentences with numbers were read")
    return replace(cleaned, sentences=tuple(kept)), tuple(ReadNote(n, None) for n in notes)


def _unheard(line: str) -> None:
    """Nobody listens."""


def read(
    paths: str | Path | Sequence[str | Path | tuple[str, bytes]],
    date: str | datetime.date | None = None,
    *,
    all_or_none: bool = True,
    tell: Progress = _unheard,
) -> Reading:
    """Claims, contradictions and identities of one or more files, set against each other.

    A file that was read already is its name and its bytes. `date` is the day the documents were
    written; without it each document is asked. all_or_none: whether one file that cannot be read
    ends the reading; else it is a document of the form `unread` whose notes say why, and an error
    only where no other is left. tell: who hears what is done now. Raises DocumentError or
    TooLargeError with every such file.
    """
    many = [paths] if isinstance(paths, str | Path) else list(paths)
    names = [p[0] if isinstance(p, tuple) else p for p in many]
    if not many:
        raise DocumentError("no document given")
    documents: list[Document] = []
    claims: list[Claim] = []
    problems: list[Problem] = []
    taken: set[str] = set()
    for given_as in many:
        path = given_as[0] if isinstance(given_as, tuple) else given_as
        tell(f"opening {_named(path, names)}")
        try:
            loaded = load_bytes(*given_as) if isinstance(given_as, tuple) else load(given_as)
        except InputError as err:
            if len(many) == 1:
                raise
            problems += err.problems()
            documents.append(_unread(_named(path, names), err.problems()))
            continue
        tell(f"looking for what {_named(path, names)} claims")
        given = str(date or "") or _front_matter_date(loaded.text) or loaded.date
        document = _document(_named(path, names), loaded.text, given, loaded.form)
        if not date:
            document = _stated(document, given)
        document = replace(
            document, notes=document.notes + tuple(ReadNote(n, None) for n in loaded.notes)
        )
        found, document = _claims(document, taken, loaded.parsed)
        documents.append(document)
        claims += found
    if problems and (all_or_none or all(d.form == "unread" for d in documents)):
        raise DocumentError(problems)
    tell(f"setting {counted(len(claims), 'claim')} against each other")
    return reconciled(documents, by_registrant(claims, documents))


def _named(path: str | Path, names: Sequence[str | Path]) -> str:
    """Which document it is, not where this machine keeps it; of two alike, both."""
    alike = sum(Path(n).name == Path(path).name for n in names) > 1
    return str(path) if alike else Path(path).name


def _unread(name: str, problems: Sequence[Problem]) -> Document:
    """A document in the place of a file that could not be read: its notes say why."""
    told = (p.what + (f"; {p.hint}" if p.hint else "") for p in problems)
    notes = tuple(ReadNote(f"not read: {why}", None) for why in told)
    return Document(name, "", form="unread", language="other", notes=notes)


def _front_matter_date(text: str) -> str:
    match = re.match(r"---\n(?:.*\n)*?date:\s*[\"']?(\d{4}-\d{2}-\d{2})", text[:2000])
    return match[1] if match else ""
