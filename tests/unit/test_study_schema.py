"""The JSON Schema of a study: it offers the catalogue's names and refuses no right study."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from outlay.catalogue import chips, find_chip, find_model, models
from outlay.core.errors import UnknownNameError
from outlay.study.json_schema import schema
from outlay.study.reading.strict_yaml import read_text
from support.shared import ROOT
from support.small import SMALL

EXAMPLES = sorted((ROOT / "examples").glob("*/study.yaml"))
LINE = "# yaml-language-server: $schema="


@cache
def validator(name: str = "") -> Any:
    """Of the whole study, or of one of its names."""
    whole = schema()
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/$defs/{name}", "$defs": whole["$defs"]} if name else whole
    )


def refused(study: str) -> set[str]:
    """The dotted paths that the schema refuses in a study's text."""
    found = validator().iter_errors(read_text(study, "s").data)
    return {".".join(map(str, e.absolute_path)) for e in found}


@pytest.mark.parametrize("path", [*EXAMPLES, SMALL], ids=lambda p: p.parent.name)
def test_right_studies_pass(path: Path) -> None:
    assert refused(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.parent.name)
def test_the_first_line_of_an_example_names_a_schema_that_is_there(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(LINE)
    assert (path.parent / first.removeprefix(LINE)).is_file()


def test_the_schema_of_the_examples_is_current() -> None:
    kept = (ROOT / "examples" / "study.schema.json").read_text(encoding="utf-8")
    written = json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
    assert kept == written, "run: make docs"


WRONG = {
    "services.chat.shape": ("shape: consumer-chat", "shape: consumer-cat"),
    "services.chat.model": ("model: deepseek-v3", "model: deepseek-v33"),
    "services.chat.lengths.trace": ("input: 2_500", "trace: azure2032_conv, input: 2_500"),
    "supply.h200-import.chip": ("chip: h200-sxm", "chip: h200-sxn"),
}


@pytest.mark.parametrize("place", WRONG)
def test_a_name_that_the_catalogue_lacks_is_marked_where_it_stands(place: str) -> None:
    text = BASE.replace(*WRONG[place])
    assert text != BASE
    assert refused(BASE) == set()
    assert refused(text) == {place}


BASE = """
outlay: 1
title: T
as_of: 2025-12-31
currency: USD
horizon: {start: 2026-Q1, periods: 2}
discount_rate: 9 %/year
services:
  chat:
    model: deepseek-v3
    tokens_per_day: {series: bytedance-tokens, share: 1 %}
    growth: {2026-q2: 2.0}
    mix: {input: 3.6}
    lengths: {input: 2_500, output: 700}
    shape: consumer-chat
    serve_from: [NO]
    value: {unserved: 2 USD/Mtok}
supply:
  h200-import: {chip: h200-sxm, by: purchase, price: 30_000 USD, to: [NO]}
sites:
  oslo: {region: NO, power: 8 MW, pue: 1.2, electricity: 0.06 USD/kWh}
"""


def test_files_inline_models_and_other_spellings_pass() -> None:
    text = BASE
    for old, new in (
        ("model: deepseek-v3", "model: {total_params: 23e9, active_params: 23e9}"),
        ("series: bytedance-tokens", "series: mine.CSV"),
        ("input: 2_500, output: 700", "trace: my.parquet"),
        ("chip: h200-sxm", "chip: NVIDIA H200"),
        ("region: NO", "region: the moon"),
    ):
        assert old in text
        text = text.replace(old, new)
    assert refused(text) == set()


def spellings(name: str) -> set[str]:
    """Usual ways of writing one name, from its words."""
    seps = {name.replace("-", sep).replace(" ", sep) for sep in "- _"}
    return {case for s in {name, *seps} for case in (s, s.lower(), s.upper())}


@pytest.mark.parametrize("kind", ["ChipName", "ModelName"])
def test_a_name_that_the_study_reads_is_never_refused(kind: str) -> None:
    find = find_chip if kind == "ChipName" else find_model
    entries = chips() if kind == "ChipName" else models()
    written = {n for e in entries.values() for n in (e.id, e.name, *e.aliases)}
    written |= {f"nvidia-{i}" for i in entries} | {f"{i}-instruct" for i in entries}
    written |= {i.replace("-", "") for i in entries}
    taken = 0
    for name in {s for w in written for s in spellings(w)}:
        try:
            find(name)
        except UnknownNameError:
            continue
        taken += 1
        assert validator(kind).is_valid(name), name
    assert taken > 500


def test_each_name_that_is_offered_says_what_it_is() -> None:
    names = schema()["$defs"]["ChipName"]["anyOf"][0]
    at = names["enum"].index("h200-sxm")
    assert names["enumDescriptions"][at] == "H200 SXM 141GB, NVIDIA"
    assert names["enum"] == list(chips())
    assert schema()["$defs"]["ModelName"]["anyOf"][0]["enum"] == list(models())
    assert schema()["$defs"]["Site"]["properties"]["power"]["examples"] == ["120 MW"]
