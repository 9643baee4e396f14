"""Every reader of bytes from outside, with valid inputs to begin with and how they are changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from support.reader import FOUNDER, Reader, encoded, is_json, of_file, text_of, written
from support.readers_of_documents import DOCUMENTS
from support.readers_of_evidence import EVIDENCE, evidence
from support.readers_of_files import FILES
from support.readers_of_measurements import MEASUREMENTS
from support.readers_of_requests import REQUESTS
from support.readers_of_tables import TABLES
from support.readers_of_words import WORDS
from support.reading_apart import by_many
from support.small import SMALL

__all__ = ["READERS"]


def yaml(path: Path) -> bytes:
    from ruamel.yaml import YAML

    return json.dumps(YAML(typ="safe").load(path.read_text("utf-8")), default=str).encode()


def _study(data: bytes, folder: Path) -> None:
    import outlay

    path = written(folder, "study.yaml", data)
    found = outlay.load(path)
    assert outlay.load(path).hash == found.hash


def _strict(data: bytes, _: Path) -> None:
    """The syntax of a study alone."""
    from outlay.study.reading.strict_yaml import read_text

    read_text(data, "study.yaml")


def _override(data: bytes, _: Path) -> None:
    import outlay

    outlay.load(_plain(), overrides=[text_of(data)])


@cache
def _plain() -> Any:
    return json.loads(yaml(SMALL))


@cache
def _raw() -> Any:
    from outlay.study.reading.strict_yaml import read_yaml

    return read_yaml(SMALL)


def _laid(data: bytes, _: Path) -> None:
    """An override laid over a study that is not checked after it."""
    from outlay.study.reading.lines import Lines
    from outlay.study.reading.overlays import lay_overrides

    study = _raw()
    lay_overrides(study.data, Lines(study.name, study.marks), (text_of(data),))


def _mapping(data: bytes, _: Path) -> None:
    import outlay

    if is_json(data):
        outlay.load(json.loads(data))


OVERRIDES = (
    "discount_rate=20 %/year", "horizon.periods=8", "title=Another",
    "services.chat.tokens_per_day=6bn/day", "supply.h200-import.price=30000 USD",
    "supply.h200-import.price={value: 3000 USD, low: 1000 USD, high: 4000 USD}",
    "as_of=2025-11-30", "services.chat.slo={ttft: {p99: 2 s}}", "sites.inner.pue=1.3",
)  # fmt: skip
PATHS = (
    "discount_rate", "supply.buy-h200.price", "cells.api/decode.h200-sxm", "services.api",
    "uncertainty.0", "horizon.start", "services.'api'.tokens_per_day", "supply.*.price",
)  # fmt: skip


VARIED = (
    "discount_rate=5..20 %/year:3", "supply.buy-h200.price=20_000..40_000:5",
    "supply.buy-h200.price", "all", "finance.standard=us_gaap|ifrs16", "horizon.periods=12|18",
    "uncertainty.demand.states.fast=10..40 %:2", "supply.buy-h200.lead=1..6",
    "services.api.tokens_per_day=3..9bn/day:2", "sites.cage.power=50|100 kW|1 MW",
)  # fmt: skip


def _varied(data: bytes, _: Path) -> None:
    """What a sweep varies, and one of its cases."""
    from outlay.sweeps.spec import spec_of

    spec = spec_of(_loaded(), (text_of(data),), 3)
    spec.design.case(spec.design.cases - 1)


@cache
def _loaded() -> Any:
    import outlay

    return outlay.load(FOUNDER)


def _path(data: bytes, _: Path) -> None:
    from outlay.runs.documents.explain import explain_input

    explain_input(_loaded(), text_of(data))


def _branch(data: bytes, _: Path) -> None:
    from outlay.runs.documents.branches import branches_meant

    paths = (
        "licence=granted demand=high",
        "licence=refused demand=high",
        "licence=refused demand=x",
    )
    branches_meant(text_of(data), paths, {"licence": "Export licence"})


def _sentence(data: bytes, _: Path) -> None:
    from outlay.evidence.document import claims_document
    from outlay.evidence.reading import read_text
    from outlay.results.schema import to_text

    to_text(claims_document(read_text(text_of(data), "a", "2025-11-03")))


SENTENCES = (
    "Capex will reach $4.5 billion in 2026, up 12% from 2025.",
    "计划采购 2 万颗 H200，单价约 20000 美元。",
    "Doubao serves 63tn tokens a day; half of that by Q3.",
)
SYNTAX = (
    b"a: 1\nb: [x, 2.5, {c: '3 USD'}]\nd:\n  - &e {f: null}\n  - *e\ng: |\n  text\n  more\n"
    b'h: "\\u00e9" # said\n'
)


ARTICLE = (
    "---\ndate: 2025-11-03\n---\nByteDance plans to spend 160 billion yuan on capex in 2026, half "
    "of it on chips. Doubao serves 63tn tokens a day, up from 16.4tn in May. 计划采购 2 万颗 H200，"
    "单价约 20000 美元。It would be 23 billion dollars.\n"
).encode()
HTML = (
    b"<html><head><title>Capex</title></head><body><article><p>"
    + ARTICLE
    + b"</p><table><tr><th>year</th><th>capex</th></tr><tr><td>2026</td><td>$23bn</td></tr></table>"
    b"</article></body></html>"
)
CELLS = b"year,capex (USD bn),chips\n2025,12.5,100000\n2026,23,200000\n"


def _quantities() -> list[bytes]:
    from outlay.core.quantities.quantity import DIMENSIONS

    return [bytes([i]) + d.example.encode() for i, d in enumerate(DIMENSIONS.values())]


def _quantity(data: bytes, _: Path) -> None:
    from outlay.core.quantities.quantity import DIMENSIONS, parse

    name = list(DIMENSIONS)[data[0] % len(DIMENSIONS)] if data else "money"
    found = parse(text_of(data[1:]), name)
    assert np.isfinite(found.value)


def _date(data: bytes, _: Path) -> None:
    from outlay.core.periods import parse_date

    assert parse_date(text_of(data)) <= parse_date(text_of(data), end=True)


def _period(data: bytes, _: Path) -> None:
    from outlay.core.periods import Period

    period = Period.parse(text_of(data))
    assert Period.parse(str(period)) == period or period.months == 12
    if 0 < period.year < 9999:  # the calendar's
        assert period.days > 0
        assert period.shift(1).start == period.end


def _language(data: bytes, _: Path) -> None:
    from outlay.report.words.language import words

    words(text_of(data))


READERS: Mapping[str, Reader] = {
    "study YAML": Reader(_study, lambda: [SMALL.read_bytes()], share=0.3),
    "study as a tree": Reader(_study, lambda: [yaml(SMALL)], "tree", 0.3, junk=False),
    "strict YAML": Reader(_strict, lambda: [SYNTAX]),
    "mapping": Reader(_mapping, lambda: [yaml(FOUNDER)], "tree", 0.3, junk=False),
    "override": Reader(_override, encoded(OVERRIDES), share=0.3),
    "override laid": Reader(_laid, encoded(OVERRIDES)),
    "varied": Reader(_varied, encoded(VARIED), share=0.1),
    "study path": Reader(_path, encoded(PATHS)),
    "branch": Reader(_branch, encoded(["licence granted", "licence=refused demand=high", "high"])),
    "evidence text": Reader(of_file("a.md", evidence), lambda: [ARTICLE], share=0.5),
    "sentence": Reader(_sentence, encoded(SENTENCES), share=0.5),
    "evidence table": Reader(of_file("a.csv", evidence), lambda: [CELLS], "table", 0.5),
    "evidence HTML": Reader(by_many("a.html", evidence), lambda: [HTML], share=0.2),
    "quantity": Reader(_quantity, _quantities),
    "date": Reader(_date, encoded(["2026", "2026-Q1", "FY2026-H2", "2026-01-31", "2026-12"])),
    "period": Reader(_period, encoded(["2026", "2026-Q1", "FY2026-H2", "2026-12"])),
    "language": Reader(_language, encoded(["en", "zh"])),
    **WORDS,
    **REQUESTS,
    **TABLES,
    **MEASUREMENTS,
    **DOCUMENTS,
    **FILES,
    **EVIDENCE,
}
"""What is read → how."""
