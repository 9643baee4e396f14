"""Documents of rate, train, calibrate, catalogue, forecast and their scores: schema and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import jsonschema
import pytest

from outlay.api.catalogue import catalogue
from outlay.api.models.forecast import forecast
from outlay.api.models.rate import rate
from outlay.api.models.train import train
from outlay.api.validation.forecast import validate_forecast
from outlay.api.validation.performance import validate_performance
from outlay.catalogue.document import TABLES
from outlay.core.errors import InputError, UnknownNameError
from outlay.performance.local import Profile, profile_document
from outlay.results.document import Document
from outlay.results.models.calibration import Calibration
from outlay.results.schema import document_type, from_json, json_schema, to_json, to_text

MEASURED = """row_id,source_id,model,chip,metric,value,unit
a,x,Llama-3.1-405B,H100-SXM-80GB,mfu,0.41,fraction
b,x,Mystery,H100-SXM-80GB,mfu,0.41,fraction
"""
NOTHING_KNOWN = """row_id,source_id,model,chip,metric,value,unit
b,x,Mystery,H100-SXM-80GB,mfu,0.41,fraction
"""


def _validated(text: str) -> Document:
    table = Path(mkdtemp()) / "runs.csv"
    table.write_text(text, encoding="utf-8")
    return validate_performance(measured=table)


def _measured_here() -> Document:
    done = Profile("GPU", 80, {"bf16": 7e14, "fp8": 1e15}, 3e12, 4e14, 2e-6, {"1": 1e-4})
    return profile_document(done, Path(mkdtemp()))


MADE: dict[str, Callable[[], Document]] = {
    "rate": lambda: rate("qwen3-8b", "h100-sxm"),
    "rate that cannot be": lambda: rate("llama-3.1-405b", "l4", max_chips=1),
    "rate of mixes": lambda: rate("qwen3-8b", "h100-sxm", disaggregated=True),
    "rate of mixes that cannot be": lambda: rate(
        "llama-3.1-405b", "l4", max_chips=2, disaggregated=True
    ),
    "train": lambda: train("llama-3.1-8b", "h100-sxm", 64, tokens=1e12),
    "train without an end": lambda: train("llama-3.1-8b", "h100-sxm", 64),
    "calibration of a GPU": _measured_here,
    "calibration by a table": lambda: Calibration(rows=60, refused=0, data_sha256="ab", files=()),
    "validation": lambda: _validated(MEASURED),
    "validation of nothing known": lambda: _validated(NOTHING_KNOWN),
    "forecast": lambda: forecast("google-tokens", months=3, paths=30, with_paths=True),
    "forecast_validation": lambda: validate_forecast(series=["google-tokens"], paths=30),
    "catalogue chip": lambda: catalogue("chips", "H200"),
    **{f"catalogue {t}": lambda t=t: catalogue(t) for t in TABLES},  # type: ignore[misc]
}


@cache
def made(name: str) -> Document:
    return MADE[name]()


@pytest.mark.parametrize("name", MADE)
def test_a_document_obeys_its_schema(name: str) -> None:
    doc = made(name)
    schema = json_schema(doc.kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(to_json(doc))


@pytest.mark.parametrize("name", MADE)
def test_a_document_is_read_again_as_it_was(name: str) -> None:
    doc = made(name)
    again = from_json(to_text(doc), doc.kind)
    kind = document_type(doc.kind)
    assert type(again) is kind
    for f in fields(kind):  # an answer holds more than its document
        assert getattr(again, f.name) == getattr(doc, f.name), f.name
    assert to_text(again) == to_text(doc)


def bare(schema: Any, place: str = "") -> Iterator[str]:
    """Parts of a schema that let anything through."""
    if isinstance(schema, list):
        for i, part in enumerate(schema):
            yield from bare(part, f"{place}/{i}")
    if not isinstance(schema, dict):
        return
    kind = schema.get("type")
    named = schema.get("properties") or isinstance(schema.get("additionalProperties"), dict)
    if kind == "object" and not named:
        yield place
    if kind == "array" and not ("items" in schema or "prefixItems" in schema):
        yield place
    for word, part in schema.items():
        if word in ("properties", "$defs"):
            for name, inner in part.items():
                if not set(inner) - {"title", "description"}:
                    yield f"{place}/{name}"
                yield from bare(inner, f"{place}/{name}")
        elif word in ("items", "prefixItems", "anyOf", "oneOf", "additionalProperties"):
            if part == {}:
                yield f"{place}/{word}"
            yield from bare(part, f"{place}/{word}")


KINDS = sorted({name.partition(" ")[0] for name in MADE})


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_lets_nothing_through_unsaid(kind: str) -> None:
    assert not list(bare(json_schema(kind)))
    assert list(bare({"type": "object", "properties": {"a": {}, "b": {"type": "array"}}}))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_its_sentence(kind: str) -> None:
    schema = json_schema(kind)
    for row in (schema, *schema.get("$defs", {}).values()):
        for name, field in row["properties"].items():
            if name not in ("outlay", "kind"):
                assert field.get("description"), f"{row['title']}.{name}"


@pytest.mark.parametrize("name", ["rate", "catalogue chip", "forecast"])
def test_a_field_that_the_kind_does_not_have_is_refused(name: str) -> None:
    doc = made(name)
    body = {**to_json(doc), "more": 1}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json_schema(doc.kind)).validate(body)
    with pytest.raises(InputError):
        from_json(json.dumps(body), doc.kind)


def test_rows_of_the_catalogue_say_their_units() -> None:
    chip = json_schema("catalogue")["$defs"]["Chip"]["properties"]
    assert chip["memory_byte_s"]["unit"] == "byte/s"
    assert chip["peak_flop_s"]["additionalProperties"]["unit"] == "FLOP/s"


def test_answers_write_their_pictures_beside_their_document(tmp_path: Path) -> None:
    written = made("rate").save(tmp_path)
    assert written == tmp_path / "rate.json"
    assert from_json(written.read_text(), "rate")
    pictures = {f"{p}.{e}" for p in ("roofline", "operators", "pareto") for e in ("svg", "vl.json")}
    assert {p.name for p in tmp_path.iterdir()} == {"rate.json"} | pictures
    made("forecast").save(tmp_path / "f")
    assert {p.name for p in (tmp_path / "f").iterdir()} == {"forecast.json", "forecast.svg"}
    nothing = made("rate that cannot be").save(tmp_path / "none")
    assert [p.name for p in nothing.parent.iterdir()] == ["rate.json"]


def test_a_document_shows_itself_in_a_line() -> None:
    doc = made("train")
    assert repr(doc).startswith("Train(model='llama-3.1-8b', chip='h100-sxm', n_chips=64")
    assert "\n" not in repr(doc)
    assert doc.to_polars("configurations").height == len(to_json(doc)["configurations"])


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: rate("qwen3-8b", "h100-sxm", cached=1.0), "--cached"),
        (lambda: rate("qwen3-8b", "h100-sxm", max_chips=0), "--max-chips"),
        (lambda: train("qwen3-8b", "h100-sxm", 0), "--chips"),
        (lambda: train("qwen3-8b", "h100-sxm", 8, seq_len=0), "--seq-len"),
        (lambda: forecast("google-tokens", months=0), "--months"),
        (lambda: forecast("google-tokens", at="2026-06"), "a list"),  # type: ignore[arg-type]
        (lambda: validate_forecast(series="google-tokens"), "a list"),  # type: ignore[arg-type]
        (lambda: validate_forecast(paths=1), "--paths"),
    ],
)
def test_a_script_is_refused_what_the_command_line_refuses(
    ask: Callable[[], Document], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        ask()


def test_a_name_and_a_day_narrow_a_table() -> None:
    named = catalogue("prices", "h200", as_of="2025-06")
    assert (named.name, named.as_of, named.n, named.rows) == ("h200", "2025-06", 0, ())
    early = catalogue("peers", as_of="2026-02").to_polars("rows")["as_of"]
    assert 0 < len(early) < catalogue("peers").n
    assert max(early) < "2026-03"
    assert catalogue("chips", as_of="2020").n == catalogue("chips").n  # they have no day
    with pytest.raises(UnknownNameError):
        catalogue("chip")
