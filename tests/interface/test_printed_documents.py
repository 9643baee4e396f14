"""What `--json` prints obeys the schema of its kind and reads back as the same document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from outlay.app.cli.main import main
from outlay.results.schema import from_json, json_schema, to_json
from support.small import SMALL

ON = ("--model", "llama-3.1-8b", "--chip", "h100-sxm", "--tp", "1")

COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "check": ("check", ("check", str(SMALL))),
    "diff": ("diff", ("diff", str(SMALL), "--set", "discount_rate=20 %/year")),
    "an input": ("explanation", ("explain", str(SMALL), "supply.ascend-910c.price")),
    "a section": ("explanation", ("explain", str(SMALL), "supply")),
    "a row": ("explanation", ("explain", str(SMALL), "balance.cash.2026")),
    "a cell": ("explanation", ("explain", str(SMALL), "cells.CELL")),
    "claims": ("claims", ("read", "examples/bytedance-2026/article.md")),
    "drawn": ("simulation", ("simulate", "--rate", "4", "--requests", "300", *ON)),
    "drowned": (
        "simulation",
        ("simulate", "--rate", "4", "--requests", "300", "--isl", "9e6", *ON),
    ),
    "size": (
        "size",
        ("size", "--trace", "TRACE", *ON, "--ttft-p99", "2", "--tpot-p99", "0.1"),
    ),
    "simulator": (
        "simulator_validation",
        ("validate", "simulator", "--check", "little", "--check", "speed"),
    ),
    "plan": ("plan_validation", ("validate", "plan", str(SMALL), "--actual", "ACTUAL",
                                 "--worlds", "50")),
    "error": ("error", ("check", "no-such-study.yaml")),
    "usage": ("error", ("explain", "--no-such-option")),
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    from support.small import small_stages

    rows = "".join(f"{0.5 * i},{100 + i % 50},{5 + i % 20}\n" for i in range(400))
    trace, actual = tmp_path / "t.csv", tmp_path / "a.csv"
    trace.write_text("arrival_s,input_tokens,output_tokens\n" + rows, encoding="utf-8")
    actual.write_text("name,value\nserved_share,0.9\nnever,3\n", encoding="utf-8")
    cell = small_stages().capacity.cells[0]
    return {"TRACE": str(trace), "ACTUAL": str(actual), "CELL": f"{cell.load}.{cell.chip}"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_printed_document_obeys_its_schema_and_reads_back(
    name: str, files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    kind, args = COMMANDS[name]
    for word, value in files.items():
        args = tuple(a.replace(word, value) for a in args)
    with pytest.raises(SystemExit):
        main([*args, "--json"])
    text = capsys.readouterr().out
    printed = json.loads(text)
    assert printed["kind"] == kind
    jsonschema.Draft202012Validator(json_schema(kind)).validate(printed)
    again = from_json(text, kind)
    assert to_json(again) == printed
    assert from_json(json.dumps(to_json(again)), kind) == again


KINDS = sorted({kind for kind, _ in COMMANDS.values()})


def _nodes(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema, with where it stands."""
    if isinstance(schema, dict):
        yield path, schema
        for key in ("properties", "$defs"):
            for name, inner in schema.get(key, {}).items():
                yield from _nodes(inner, f"{path}/{name}")
        for key in ("items", "additionalProperties"):
            yield from _nodes(schema.get(key), f"{path}/{key}")
        for key in ("anyOf", "prefixItems"):
            for number, inner in enumerate(schema.get(key, ())):
                yield from _nodes(inner, f"{path}/{key}/{number}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_leaves_nothing_open(kind: str) -> None:
    schema = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    for path, node in _nodes(schema):
        assert node, f"{path} is open"
        if node.get("type") == "array":
            assert node.get("items") or node.get("prefixItems"), f"{path} is a bare array"
        if node.get("type") == "object":
            inside = node.get("additionalProperties")
            assert inside is False or inside, f"{path} is a bare object"
    for name, field in schema["properties"].items():
        if name != "kind":
            assert field.get("description"), f"{name} says nothing of itself"
