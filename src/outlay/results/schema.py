"""Each kind of document: its JSON Schema, and how it is written and read again, from its type."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from outlay.core.errors import InputError, Problem, UnknownNameError, nearest
from outlay.core.ingest.json_text import holds_large, strict_json
from outlay.core.version import __version__
from outlay.results.base import Kind, Row

__all__ = [
    "CHANGED",
    "KINDS",
    "SCHEMA",
    "document_type",
    "from_json",
    "json_schema",
    "row_schema",
    "to_json",
    "to_text",
]

SCHEMA = 2
"""Version of the documents: within a number, fields may be added, never renamed or taken away."""

KINDS: Mapping[str, str] = {
    "cache": "machine.cache:Cache",
    "calibration": "models.calibration:Calibration",
    "catalogue": "catalogue:Catalogue",
    "check": "checks:Check",
    "claims": "claims:Claims",
    "diff": "checks:Diff",
    "doctor": "machine.doctor:Doctor",
    "error": "checks:Error",
    "explanation": "explanation:Explanation",
    "export": "programme:Export",
    "forecast": "models.forecast:Forecast",
    "forecast_validation": "models.forecast:ForecastValidation",
    "goal": "programme:Goal",
    "headline": "plans.headline:Headline",
    "init": "checks:Begun",
    "manifest": "kept.manifest:Manifest",
    "observation": "models.observation:Observation",
    "plan": "plans.plan:Plan",
    "plan_validation": "models.validation_runs:PlanValidation",
    "pool": "models.pool:Pool",
    "rate": "models.rate:Rate",
    "replay": "comparison:Replay",
    "run": "comparison:Comparison",
    "simulation": "models.simulation:Simulation",
    "simulator_validation": "models.validation_runs:SimulatorValidation",
    "size": "models.size:Size",
    "store": "kept.storage:Storage",
    "sweep": "kept.sweep:Sweep",
    "train": "models.train:Train",
    "validation": "models.validation:Validation",
    "what_if": "plans.what_if:WhatIf",
}
"""kind → module and class of its type."""
HEADER = ("version", "schema")


def document_type(kind: str) -> type[Kind]:
    """The class of a kind. Raises UnknownNameError."""
    if kind not in KINDS:
        raise UnknownNameError(
            "unknown kind of document", value=kind, allowed=", ".join(KINDS),
            hint=nearest(kind, KINDS),
        )  # fmt: skip
    module, _, name = KINDS[kind].partition(":")
    found = getattr(importlib.import_module(f"outlay.results.{module}"), name)
    return cast("type[Kind]", found)


@cache
def _adapter(kind: str) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(document_type(kind))


@contextmanager
def _sentences() -> Iterator[None]:
    """Types are read with the sentence below each field: their sources are parsed, which takes
    longer than all the rest, so that only a schema asks for it."""
    plain = Row.__pydantic_config__
    Row.__pydantic_config__ = {**plain, "use_attribute_docstrings": True}
    try:
        yield
    finally:
        Row.__pydantic_config__ = plain


@cache
def _described(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind's own fields, with their sentences."""
    return row_schema(document_type(kind))


def row_schema(row: type[Row]) -> dict[str, Any]:
    """The JSON Schema of a row's fields, with their units and sentences."""
    from pydantic import TypeAdapter

    with _sentences():
        body = TypeAdapter(row).json_schema(mode="serialization")
        for base in row.__mro__[1:]:  # whose fields lose theirs on the way
            if is_dataclass(base):
                said = TypeAdapter(base).json_schema(mode="serialization")
                body["properties"] |= (
                    said.get("properties") or said["$defs"][base.__name__]["properties"]
                )
    return body


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind of document, its header included."""
    body = _described(kind)
    header = {
        "type": "object",
        "description": "What wrote the document, and the version of its form.",
        "properties": {"version": {"type": "string"}, "schema": {"const": SCHEMA}},
        "required": ["version", "schema"],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **body,
        "title": f"outlay {kind}",
        "properties": {"outlay": header, "kind": {"const": kind}, **body["properties"]},
        "required": ["outlay", "kind", *body.get("required", ())],
    }


def to_json(doc: Kind) -> dict[str, Any]:
    """The document as plain JSON values: header, kind, then its fields; NaN is null."""
    body = json.loads(_adapter(doc.kind).dump_json(doc, warnings="error"))
    return {
        "outlay": {"version": __version__, "schema": SCHEMA}, "kind": doc.kind, **body
    }  # fmt: skip


def to_text(doc: Kind) -> str:
    """The document as the JSON text that `--json` prints."""
    return json.dumps(to_json(doc), ensure_ascii=False, allow_nan=False, indent=1)


def from_json(text: str | bytes, kind: str, where: str | Path = "") -> Kind:
    """The document of that kind in a JSON text.

    Raises InputError for text that is no JSON, another kind, another schema number, or fields that
    the type does not know or misses; each with its place in the document.
    """
    from pydantic import ValidationError

    place = str(where)
    found = _body(strict_json(text, place or kind), kind, place)
    if holds_large(text):
        _refuse_large(found, place)
    try:
        return cast(Kind, _adapter(kind).validate_json(json.dumps(found), strict=True))
    except ValidationError as err:
        raise InputError(
            [
                Problem(
                    _SAID.get(e["type"], e["msg"]),
                    _at(place, *e["loc"]),
                    "" if e["type"] == "missing" else repr(e["input"])[:80],
                    hint=CHANGED,
                )
                for e in err.errors(include_url=False)[:MOST_TOLD]
            ]
        ) from None


CHANGED = "the document was changed by hand, or written by another version"
_SAID = {"missing": "a field is missing", "unexpected_keyword_argument": "unknown field"}
MOST_TOLD = 20
"""Problems of one document that are told."""
MOST = 1e100
"""What no number of a document goes beyond: sums and products of a few stay finite."""


def _at(place: str, *path: object) -> str:
    return f"{place}: {'.'.join(map(str, path))}".removeprefix(": ")


def _body(found: object, kind: str, place: str) -> dict[str, object]:
    """A document's own fields, its header taken off and looked at."""
    name = found.get("kind") if isinstance(found, dict) else type(found).__name__
    if not isinstance(found, dict) or name != kind:
        raise InputError(
            Problem(f"not a document of kind {kind}", place, repr(name)[:80], f"kind `{kind}`")
        )
    header = found.get("outlay")
    fields = header if isinstance(header, dict) else {}
    number, made = fields.get("schema"), fields.get("version", "?")
    if type(number) is not int or number != SCHEMA:
        raise InputError(
            Problem(
                "the document is of another schema number",
                place,
                f"schema {number}, written by Outlay {made}"[:80],
                f"schema {SCHEMA}",
                "make it again with this version",
            )
        )
    if not isinstance(made, str) or len(fields) != len(HEADER):
        raise InputError(Problem("not a header", _at(place, "outlay"), repr(header)[:80],
                                 ", ".join(HEADER), CHANGED))  # fmt: skip
    return {k: v for k, v in found.items() if k not in ("outlay", "kind")}


def _refuse_large(value: object, place: str, path: tuple[object, ...] = ()) -> None:
    """Raise InputError for a number beyond what any of a document's is."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            _refuse_large(item, place, (*path, key))
    elif isinstance(value, int | float) and abs(value) > MOST:
        raise InputError(
            Problem("a number out of range", _at(place, *path), repr(value)[:80],
                    f"up to {MOST:g}", CHANGED)
        )  # fmt: skip
