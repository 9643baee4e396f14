"""What each tool is asked: the arguments with their sentences and limits, checked before work."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, TypeVar

from outlay.core.errors import InputError, Problem, nearest
from outlay.core.ingest.names import shown
from outlay.results.base import Row

__all__ = [
    "MOST_SHOWN",
    "MOST_TEXT",
    "AskBegin",
    "AskCatalogue",
    "AskCheck",
    "AskCompare",
    "AskExplain",
    "AskPlan",
    "AskRate",
    "AskRead",
    "AskSize",
    "AskStudy",
    "AskWhatIf",
    "read_asked",
]

MOST_TEXT = 2_000_000
"""Characters of a study or a document that is handed over as text."""
MOST_SHOWN = 400
"""Figures of one list of an answer."""
A = TypeVar("A", bound=Row)


def least(n: float, most: float | None = None) -> Any:
    """Mark of a number with a least and a most."""
    from pydantic import Field

    return Field(ge=n, le=most)


def long(most: int) -> Any:
    """Mark of a text, or a list, that is no longer."""
    from pydantic import Field

    return Field(max_length=most)


Name = Annotated[str, long(200)]
Path = Annotated[str, long(1000)]
Text = Annotated[str, long(MOST_TEXT)]
Changes = Annotated[tuple[Annotated[str, long(2000)], ...], long(200)]
Shown = Annotated[int, least(1, MOST_SHOWN)]


@dataclass(frozen=True, slots=True)
class AskStudy(Row):
    """A study, by its path or as text."""

    study: Path = ""
    """Path of the study's file (YAML) in the folder that was named at start; or give `text`."""
    text: Text = ""
    """The study itself (YAML), in place of `study`; files that it names lie in that folder."""
    changes: Changes = ()
    """Fields to change, each "path=value": "supply.h200.price=27_000 USD"."""
    scenario: Name = ""
    """A named scenario of the study to lay over it."""


@dataclass(frozen=True, slots=True)
class AskCheck(AskStudy):
    """A study to check."""

    most: Shown = 40
    """How many assumptions, and how many facts, to list."""


@dataclass(frozen=True, slots=True)
class AskPlan(AskStudy):
    """A study to plan."""

    quick: bool = False
    """The plan alone, in seconds: no values of things, no sampled worlds."""
    worlds: Annotated[int, least(0, 10_000)] = 500
    """Sampled worlds for the outlook; 0: none."""
    language: Literal["en", "zh"] = "en"
    """Of the sentences."""
    save_as: Name = ""
    """Write report, workbook, memo and result into a folder of this name, where the server was
    started with a folder for that; empty: nothing is written."""


@dataclass(frozen=True, slots=True)
class AskWhatIf(AskStudy):
    """A study and what is changed in it: `changes` has at least one."""


@dataclass(frozen=True, slots=True)
class AskExplain(AskStudy):
    """A number of a study, of its plan, or of a run that was written."""

    path: Annotated[str, long(400)] = ""
    """An input (supply.h200.price) or a result (expected_cost, capex.2026,
    cost_per_mtok.chat.output, balance.cash.2026)."""
    run: Path = ""
    """Folder that a plan wrote, in place of a study: nothing is planned again."""
    period: Name = ""
    """A period (2026-Q3) or fiscal year of the result."""
    branch: Annotated[str, long(400)] = ""
    """States of the branches looked at: licence granted, demand high."""
    most: Shown = 40
    """How many steps to list."""


@dataclass(frozen=True, slots=True)
class AskRate(Row):
    """A model and a chip."""

    model: Path
    """Catalogue model, or path of a config.json in the folder."""
    chip: Name
    """Catalogue chip."""
    isl: Annotated[float, least(1, 1e9)] = 1024
    """Mean input tokens per request [token]."""
    osl: Annotated[float, least(1, 1e9)] = 1024
    """Mean output tokens per request [token]."""
    cached: Annotated[float, least(0, 0.999)] = 0.0
    """Share of the input that is found in the cache."""
    ttft: Annotated[float, least(1e-6, 1e6)] | None = None
    """Limit on the time to the first token [s]."""
    tpot: Annotated[float, least(1e-6, 1e6)] | None = None
    """Limit on the time per output token [s]."""
    max_chips: Annotated[int, least(1, 4096)] | None = None
    """Most chips of a replica [chip]."""
    weights: Name = ""
    """bf16, fp16, fp8, fp6, fp4, int8, int4; empty: as released."""
    kv: Name = "bf16"
    """Of the cache: bf16, fp16, fp8, int8, fp4."""
    stack: Name = ""
    """vllm, sglang or trtllm; empty: not known."""


@dataclass(frozen=True, slots=True)
class AskSize(Row):
    """A steady load and a promise."""

    model: Path
    """Catalogue model, or path of a config.json in the folder."""
    chip: Name
    """Catalogue chip."""
    users: Annotated[int, least(1, 10**6)] | None = None
    """Users at once, each with a request in flight; or give `rate`."""
    rate: Annotated[float, least(1e-6, 1e6)] | None = None
    """Requests a second [1/s], in place of `users`."""
    ttft_p99: Annotated[float, least(1e-6, 1e6)] | None = None
    """Limit on the time to the first token of 99 in 100 requests [s]."""
    tpot_p99: Annotated[float, least(1e-6, 1e6)] | None = None
    """Limit on the time per output token of 99 in 100 requests [s]."""
    isl: Annotated[float, least(1, 1e6)] = 1024
    """Mean input tokens [token]."""
    osl: Annotated[float, least(1, 1e6)] = 256
    """Mean output tokens [token]."""


@dataclass(frozen=True, slots=True)
class AskRead(Row):
    """Documents, by their paths or as text."""

    documents: Annotated[tuple[Path, ...], long(50)] = ()
    """Paths of documents in the folder: text, Markdown, HTML, PDF, CSV, XLSX, inline XBRL."""
    texts: Annotated[dict[Name, Text], long(20)] | None = None
    """Documents as text, by a file's name: {"article.md": "…"}; it ends in md, txt, html or csv."""
    date: Name = ""
    """Day the documents were written (YYYY-MM-DD); else they are asked."""
    most: Shown = 60
    """How many claims to list."""


@dataclass(frozen=True, slots=True)
class AskCatalogue(Row):
    """A table of the catalogue."""

    table: Name
    """chips, models, prices, fx, regions, events, series, peers, costs, traces, shapes, facts or
    disputes."""
    name: Name = ""
    """One entry by its name, shown in full; or a word to look for."""
    as_of: Name = ""
    """Only what was known on this day (dated tables)."""
    search: Name = ""
    """Only rows that hold all of these words."""
    where: Annotated[tuple[Name, ...], long(20)] = ()
    """Conditions such as "memory>=141 GB" or "vendor=NVIDIA" (=, !=, <, <=, >, >=, ~)."""
    sort: Name = ""
    """Order by these columns, -column from the largest: "-bf16,id"."""
    most: Annotated[int, least(1, 100)] = 8
    """How many rows to list."""


@dataclass(frozen=True, slots=True)
class AskCompare(Row):
    """Two runs."""

    before: Path
    """Folder that a plan wrote."""
    after: Path
    """Folder of the other run."""


@dataclass(frozen=True, slots=True)
class AskBegin(Row):
    """What a study to begin with is of."""

    door: Literal["founder", "lab", "operator", "analyst"]
    """founder: sells a model by the token; lab: trains by dates; operator: halls, leases, debt;
    analyst: a company from public figures."""
    chip: Name = ""
    """Catalogue chip; empty: a usual one."""
    model: Name = ""
    """Catalogue model; empty: a usual one."""
    tokens: Name = ""
    """Tokens a day with a unit: 6bn/day; empty: a usual amount."""
    budget: Name = ""
    """Money with its currency: 2m USD; empty: what it takes."""
    currency: Name = ""
    """ISO code; empty: that of the budget, else USD."""


def read_asked(kind: type[A], given: Mapping[str, object]) -> A:
    """The arguments of a call. Raises InputError with everything that is wrong with them."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_json(json.dumps(given), strict=True)
    except ValidationError as err:
        names = [f.name for f in fields(kind)]  # type: ignore[arg-type]
        found = [
            _problem(e["type"], str(e["msg"]), tuple(map(str, e["loc"])), e["input"], names)
            for e in err.errors(include_url=False, include_context=False)[:20]
        ]
        raise InputError(found) from None


def _problem(kind: str, said: str, at: tuple[str, ...], value: object, names: list[str]) -> Problem:
    where = ".".join(at)
    if kind == "unexpected_keyword_argument":
        return Problem("no such argument", shown(where)[:80], "", ", ".join(names),
                       nearest(where, names))  # fmt: skip
    if kind in ("missing", "missing_argument"):
        return Problem("an argument is missing", where, allowed=", ".join(names))
    return Problem(said.lower()[:200], shown(where)[:80], shown(repr(value)[:80]))
