"""Answers from the catalogue and from documents: rate, size, read, and a study to begin with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path, PurePath
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from outlay.core.errors import InputError, Problem
from outlay.core.written import write_atomic
from outlay.workbench.assistant.asked import AskBegin, AskCatalogue, AskRate, AskRead, AskSize
from outlay.workbench.assistant.figures import (
    clean,
    entry_figures,
    entry_texts,
    figure,
    firsts,
)
from outlay.workbench.assistant.places import inside, model_in
from outlay.workbench.assistant.plans import Say, Where
from outlay.workbench.assistant.shapes import (
    BegunAnswer,
    CatalogueAnswer,
    Entry,
    Figure,
    Quote,
    RateAnswer,
    ReadAnswer,
    SizeAnswer,
    Status,
)
from outlay.workbench.assistant.status import of_claim, of_grade, weakest

if TYPE_CHECKING:
    from outlay.results.catalogue import Catalogue, Fact
    from outlay.results.claims import Claim, Claims
    from outlay.results.document import Document
    from outlay.results.models.rate import Configuration, Rate
    from outlay.results.models.size import Size

__all__ = [
    "begin", "catalogue", "catalogue_answer", "rate", "rate_answer", "read", "read_answer", "size",
    "size_answer",
]  # fmt: skip

ENDINGS = (".md", ".txt", ".html", ".htm", ".csv")
TIMES = ("ttft_s", "ttft_alone_s", "tpot_s", "tok_s_per_user", "memory_bytes", "watts_per_chip",
         "n_chips", "batch")  # fmt: skip
SIZED = ("fixed_chips", "spare_chips", "chips_per_replica", "capacity_req_s_per_replica",
         "usd_per_chip_hour")  # fmt: skip
OTHERS = 8
NAMES = ("id", "item", "name", "series", "company", "metric", "curve", "topic", "table")
"""Fields that say what a row of the catalogue is called, the best first."""


def _grounds(model: str, chip: str) -> Status:
    """How firm what the catalogue holds of a model and a chip is; of a file's model: assumed."""
    from outlay.api.catalogue import catalogue as verb
    from outlay.core.errors import UnknownNameError

    found: list[str] = []
    for table, name in (("chips", chip), ("models", model)):
        try:
            found += [f.grade for f in verb(table, name).facts]
        except UnknownNameError:
            found.append("assumption")
    return weakest(map(of_grade, found), "estimated")


def rate(asked: AskRate, places: Where, say: Say) -> tuple[RateAnswer, Document]:
    """How fast one chip serves a model, with the interval of that."""
    from outlay.api.models.rate import rate as verb

    doc = verb(
        model_in(places.root, asked.model, "model"), asked.chip, isl=asked.isl, osl=asked.osl,
        cached=asked.cached, ttft=asked.ttft, tpot=asked.tpot, max_chips=asked.max_chips,
        weights=asked.weights, kv=asked.kv, stack=asked.stack,
    )  # fmt: skip
    return rate_answer(doc, _grounds(doc.model, doc.chip)), doc


def rate_answer(doc: Rate, status: Status) -> RateAnswer:
    """The answer of a rate; status: how firm what it stands on is."""
    from outlay.report.words.models import rate as words

    best = doc.configurations[0]
    said = [words.sentence(doc)]
    if best.feasible:
        said += [words.reading(doc), words.first_tokens(words.front(doc)),
                 words.sureness(words.front(doc))]  # fmt: skip
    points = words.shown(words.front(doc)) if best.feasible else []
    return RateAnswer(
        sentences=tuple(clean(s) for s in said if s), notes=tuple(map(clean, doc.warnings)),
        document="", model=clean(doc.model), chip=doc.chip,
        figures=tuple(_served(best, status)) if best.feasible else (),
        others=tuple(_speed(c, status) for c in points if c is not best)[:OTHERS],
        commands=tuple(f"{engine}\n{lines}" for engine, lines in words.started(doc) if lines),
    )  # fmt: skip


def _model(c: Configuration) -> str:
    layout = f"tp {c.tp}, pp {c.pp}, ep {c.ep}, dp {c.dp}"
    return (f"Outlay's performance model ({c.calibrated}), {layout}, {c.weights} weights, "
            f"{c.kv} cache; bound by {c.bound_by}")  # fmt: skip


def _speed(c: Configuration, status: Status) -> Figure:
    name = f"tok_s_per_chip at {c.tok_s_per_user:.4g} token/s a user"
    return figure(c, "tok_s_per_chip", status, _model(c), name=name, low=c.low, high=c.high)


def _served(c: Configuration, status: Status) -> Iterator[Figure]:
    """The rate with its interval, and what users wait for at that load."""
    yield figure(c, "tok_s_per_chip", status, _model(c), low=c.low, high=c.high)
    for name in TIMES:
        yield figure(c, name, status, _model(c))


def size(asked: AskSize, places: Where, say: Say) -> tuple[SizeAnswer, Document]:
    """The fewest chips that hold a promise for so many users, or requests a second."""
    from outlay.api.models.size import size as verb

    if (asked.users is None) == (asked.rate is None):
        raise InputError("no load, or two", where="users, rate", allowed="one of them")
    doc = verb(
        model=model_in(places.root, asked.model, "model"), chip=asked.chip, users=asked.users,
        rate=asked.rate, ttft_p99=asked.ttft_p99, tpot_p99=asked.tpot_p99, isl=asked.isl,
        osl=asked.osl, progress=say,
    )  # fmt: skip
    return size_answer(doc, _grounds(asked.model, doc.replica.chip)), doc


def size_answer(doc: Size, status: Status) -> SizeAnswer:
    """The answer of a size; status: how firm what it stands on is."""
    from outlay.report.words.models import size as words

    source = "Outlay's simulator on its performance model, on a stream of requests drawn at random"
    steady, r = doc.steady, doc.replica
    found = [figure(doc, name, status, source) for name in SIZED if getattr(doc, name) is not None]
    if steady is not None:
        found += [
            figure(steady, name, status, source, name=f"steady.{name}")
            for name in ("rate_req_s", "in_flight", "output_tok_s", "usd_per_hour", "usd_per_mtok")
            if getattr(steady, name) is not None
        ]
    for name in ("ttft_s", "tpot_s"):
        times = getattr(doc.latency, name)
        found += [figure(times, p, status, source, name=f"latency.{name}.{p}")
                  for p in ("p50", "p99") if getattr(times, p) is not None]  # fmt: skip
    said = [] if steady is None else [*words.steady_lines(doc, steady)]
    said.append(words.first_token_line(doc))
    return SizeAnswer(
        sentences=tuple(clean(s) for s in said if s),
        notes=tuple(map(clean, (*doc.notes, *doc.warnings))), document="", model=clean(r.model),
        chip=r.chip, figures=tuple(found),
    )  # fmt: skip


def read(asked: AskRead, places: Where, say: Say) -> tuple[ReadAnswer, Document]:
    """What documents claim, contradictions first."""
    from outlay.api.read import read as verb

    paths = [places.root / inside(places.root, d, "documents") for d in asked.documents]
    paths += _written(asked.texts or {})
    if not paths:
        raise InputError("no document", where="documents, texts", allowed="one at least")
    doc = verb(paths, date=asked.date or None)
    return read_answer(doc, asked.most), doc


def _written(texts: Mapping[str, str]) -> list[Path]:
    """Documents that were handed over as text, as files of this process's own folder."""
    wrong = [
        Problem("not a name for a document", "texts", clean(repr(name), 80),
                f"a file's name that ends in {', '.join(ENDINGS)}")
        for name in texts
        if PurePath(name).name != name or "\\" in name or not name.isprintable()
        or name.startswith(".") or not name.endswith(ENDINGS)
    ]  # fmt: skip
    if wrong:
        raise InputError(wrong)
    folder = Path(mkdtemp(dir=Path.cwd()))
    for name, text in texts.items():
        write_atomic(folder / name, text)
    return [folder / name for name in texts]


def read_answer(doc: Claims, most: int) -> ReadAnswer:
    """The answer of a reading: contradictions, then claims of the present, largest first."""
    from outlay.report.words import claims as words

    present = [c for c in doc.claims if c.status == "current" and not c.negated]
    present += [c for c in doc.claims if c.status != "current" or c.negated]
    taken = present[:most]
    notes = [f"{clean(d.name, 200)}: {clean(n.what)}" for d in doc.documents for n in d.notes][:40]
    notes += [
        f"{len(present) - most:,} more claims stand in the document, or ask for more of them"
    ] * (len(present) > most)
    said = [words.found_line(doc)]
    said += [f"{clean(d.name, 200)}: {words.document_line(d)}" for d in doc.documents]
    return ReadAnswer(
        sentences=tuple(map(clean, said)), notes=tuple(notes), document="",
        contradictions=tuple(
            Quote(clean(", ".join(x.claims), 300), clean(f"{words.MARKS[x.severity]}: {x.text}"))
            for x in doc.contradictions[:most]
        ),
        claims=tuple(map(_claim, taken)),
        quotes=tuple(Quote(clean(c.document, 200), clean(c.sentence, 1000)) for c in taken),
    )  # fmt: skip


def _claim(c: Claim) -> Figure:
    """A claim as a figure: what its words allow is its range."""
    from outlay.report.words import claims as words

    ends = (c.value_low, c.value_high)
    exact = c.hedge == "exact" and ends[0] == ends[1]
    low, high = (None, None) if exact else (_finite(v) for v in c.interval())
    known = [v for v in ends if v is not None]
    what = [c.subject, words.claim_what(c), f"of {c.period}" if c.period else "",
            f"({words.claim_status(c)}, {c.hedge})", f"said by {c.attribution}" if c.attribution
            else "", f"if {c.condition}" if c.condition else ""]  # fmt: skip
    return Figure(
        name=clean(c.id, 200), says=clean(" ".join(w for w in what if w)),
        value=sum(known) / len(known) if known else None, unit=c.unit or "1", low=low, high=high,
        status=of_claim(c.kind, vague=c.vague),
        source=clean(f"{c.document}, claim {c.id}{f', {c.said_on}' if c.said_on else ''}"),
    )  # fmt: skip


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def catalogue(asked: AskCatalogue, places: Where, say: Say) -> tuple[CatalogueAnswer, Document]:
    """What is known of chips, models, prices and the market, with sources."""
    from outlay.api.catalogue import catalogue as verb

    doc = verb(asked.table, asked.name, as_of=asked.as_of, search=asked.search,
               where=list(asked.where), sort=asked.sort)  # fmt: skip
    return catalogue_answer(doc, asked.most), doc


def catalogue_answer(doc: Catalogue, most: int) -> CatalogueAnswer:
    """The answer of a look into the catalogue."""
    rows = tuple(islice(map(_entry, doc.rows), most))
    more = doc.n - len(rows)
    facts, _ = firsts(map(_fact, doc.facts), 200)
    found = f"{doc.table}: {doc.n:,} {'row' if doc.n == 1 else 'rows'}"
    return CatalogueAnswer(
        sentences=(f"{found} that hold “{clean(doc.name, 80)}”." if doc.name else f"{found}.",),
        notes=(f"{more:,} more rows stand in the document: `search`, `where` and `sort` narrow "
               "them",) if more else (),
        document="", table=doc.table, rows=rows, facts=facts,
    )  # fmt: skip


def _entry(row: object) -> Entry:
    from outlay.results.base import Row

    assert isinstance(row, Row)
    texts = entry_texts(row)
    basis = texts.get("grade") or texts.get("basis") or "derived"
    source = texts.get("source") or texts.get("note") or "Outlay's catalogue"
    dated = f"{source}, {texts['date']}" if texts.get("date") else source
    pair = f"{texts['base']}/{texts['quote']}" if "quote" in texts else ""
    names: Iterable[str] = (pair, *(texts.get(k, "") for k in NAMES))
    return Entry(
        id=next((n for n in names if n), "row"), texts=texts,
        figures=tuple(entry_figures(row, of_grade(basis), f"{dated} ({basis})")),
    )  # fmt: skip


def _fact(f: Fact) -> Figure:
    says = f"{f.parameter}; {f.note}" if f.note else f.parameter
    others = [d.other for d in f.disputes]
    ends = [f.value, *others] if others else []
    return Figure(
        name=f.parameter, says=clean(says), value=f.value, unit=f.unit or "1",
        low=min(ends, default=None), high=max(ends, default=None), status=of_grade(f.grade),
        source=clean(f"{f.source}{f', {f.date}' if f.date else ''} ({f.grade})"),
    )  # fmt: skip


def begin(asked: AskBegin, places: Where, say: Say) -> tuple[BegunAnswer, Document]:
    """A study to begin with, as text."""
    from outlay.api.start.init import init
    from outlay.report.words.check import begun_notes

    doc = init(
        asked.door, chip=asked.chip, model=asked.model, tokens=asked.tokens, budget=asked.budget,
        currency=asked.currency, progress=say,
    )  # fmt: skip
    source = "worked out by Outlay from its catalogue and what was asked for"
    names = ("tokens_per_day", "chips_needed", "replica", "ttft_s", "tpot_s")
    return BegunAnswer(
        sentences=(f"A study for a {asked.door}: {clean(doc.title)}. It runs as it stands; its "
                   "assumptions are to be replaced.", *map(clean, begun_notes(doc))),
        notes=(), document="", text=doc.text,
        figures=tuple(figure(doc, name, "assumed", source) for name in names),
    ), doc  # fmt: skip
