"""What `--json` prints obeys the schema of its kind and reads back as the same document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from outlay.app.cli.main import COMMANDS as REGISTERED
from outlay.app.cli.main import main
from outlay.results.frames import _rows
from outlay.results.plans.rows import Invariant
from outlay.results.schema import KINDS, from_json, json_schema, to_json, to_text
from outlay.runs.pipeline import invariants
from outlay.runs.pipeline.invariants import check_plan
from support.small import SMALL

ON = ("--model", "llama-3.1-8b", "--chip", "h100-sxm", "--tp", "1")

TABLES = ("chips", "models", "prices", "fx", "regions", "events", "series", "peers", "costs",
          "traces", "shapes")  # fmt: skip

COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "begun": ("init", ("init", "founder", "--chip", "h100-sxm", "--model", "llama-3.1-8b",
                       "--as-of", "2025-12-31")),
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
    "observed": ("observation", ("observe", "examples/load-tests/vllm-c1.json", *ON)),
    "only measured": ("observation", ("observe", "examples/load-tests/vllm-c16.json")),
    "size": (
        "size",
        ("size", "--trace", "TRACE", *ON, "--ttft-p99", "2", "--tpot-p99", "0.1"),
    ),
    "pool": ("pool", ("pool", "--models", "POOL", "--chip", "h100-sxm")),
    "tiers": (
        "simulation",
        ("simulate", "--trace", "TURNS", *ON, "--offload", "cpu=1GB@1GB/s,disk=inf@1GB/s"),
    ),
    "simulator": (
        "simulator_validation",
        ("validate", "simulator", "--check", "little", "--check", "speed"),
    ),
    "a plan's record": ("plan_validation", ("validate", "plan", str(SMALL), "--actual", "ACTUAL",
                                            "--worlds", "50")),
    "plan": ("plan", ("plan", str(SMALL), "--worlds", "50")),
    "quick": ("plan", ("plan", str(SMALL), "--quick", "--set", "discount_rate=20 %/year")),
    "what-if": ("what_if", ("what-if", str(SMALL), "--set", "discount_rate=20 %/year")),
    "deep": ("plan", ("plan", str(SMALL), "--deep", "--worlds", "50")),
    "kept to": ("plan", ("plan", str(SMALL), "--worlds", "0", "--against", "RUN")),
    "invalid": ("plan", ("plan", str(SMALL), "--quick")),
    "compare": ("run", ("compare", "RUN", "DEARER")),
    "replay": ("replay", ("replay", "RUN")),
    "goal": ("goal", ("solve-for", str(SMALL), "discount_rate", "--target", "expected_cost=1.295bn",
                      "--low", "9 %/year", "--high", "10 %/year")),
    "sweep": ("sweep", ("sweep", str(SMALL), "--vary", "discount_rate=5..9 %/year:2", "--vary",
                        "sites.inner.power=60..120 MW:2", "--workers", "1", "--store", "STORE")),
    "mps": ("export", ("export", "mps", str(SMALL), "--out", "MPS")),
    "rate": ("rate", ("rate", *ON[:4], "--tpot", "0.05")),
    "swept": ("rate", ("rate", *ON[:4], "--phase", "prefill", "--sweep", "--max-chips", "2")),
    "nothing fits": ("rate", ("rate", "--model", "llama-3.1-405b", "--chip", "l4",
                              "--max-chips", "1")),
    "train": ("train", ("train", *ON[:4], "--chips", "64", "--tokens", "1e12")),
    "forecast": ("forecast", ("forecast", "--series", "google-tokens", "--paths", "30")),
    "all paths": ("forecast", ("forecast", "--series", "google-tokens", "--paths", "30",
                               "--months", "6", "--with-paths")),
    "forecaster": ("forecast_validation", ("validate", "forecast", "--series", "google-tokens",
                                           "--paths", "30")),
    "performance": ("validation", ("validate", "performance", "--measured", "MEASURED")),
    "calibration": ("calibration", ("calibrate", "--training", "MEASURED", "--out", "FITTED")),
    **{f"table of {table}": ("catalogue", ("catalogue", table)) for table in TABLES},
    "a chip": ("catalogue", ("catalogue", "chips", "h200-sxm")),
    "a model": ("catalogue", ("catalogue", "models", "deepseek-v3")),
    "a word": ("catalogue", ("catalogue", "prices", "h100")),
    "chosen rows": ("catalogue", ("catalogue", "chips", "--where", "memory>=141 GB", "--sort",
                                  "-bandwidth", "--search", "h200")),
    "this machine": ("doctor", ("doctor",)),
    "what is kept": ("cache", ("cache", "show")),
    "the store": ("store", ("store", "import", "RUN", "--store", "STORE")),
    "error": ("error", ("check", "no-such-study.yaml")),
    "usage": ("error", ("explain", "--no-such-option")),
}  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Folders of two runs, as `plan --out` writes them."""
    import outlay

    folder = tmp_path_factory.mktemp("runs")
    for name, rate in (("RUN", "9 %/year"), ("DEARER", "20 %/year")):
        outlay.plan(SMALL, quick=True, overrides=[f"discount_rate={rate}"], out=folder / name)
    return {name: str(folder / name) for name in ("RUN", "DEARER")}


@pytest.fixture
def files(tmp_path: Path, runs: dict[str, str]) -> dict[str, str]:
    from support.small import small_stages

    rows = "".join(f"{0.5 * i},{100 + i % 50},{5 + i % 20}\n" for i in range(400))
    trace, actual = tmp_path / "t.csv", tmp_path / "a.csv"
    trace.write_text("arrival_s,input_tokens,output_tokens\n" + rows, encoding="utf-8")
    actual.write_text("name,value\nserved_share,0.9\nnever,3\n", encoding="utf-8")
    cell = small_stages().capacity.cells[0]
    measured = tmp_path / "m.csv"
    mfu = (
        f"r{i},Llama-3.1-405B,H100,{2048 * 2 ** (i % 4)},mfu,0.4{i},fraction\n" for i in range(9)
    )
    measured.write_text("row_id,model,chip,n_chips,metric,value,unit\n" + "".join(mfu), "utf-8")
    (pool := tmp_path / "pool.csv").write_text(
        "name,model,trace,ttft_p99,tpot_p99,tp\none,llama-3.1-8b,t.csv,2,0.1,1\n"
        "two,llama-3.1-70b,t.csv,2,0.1,4\n",
        encoding="utf-8",
    )
    (turns := tmp_path / "turns.csv").write_text(
        "arrival_s,input_tokens,output_tokens,session,shared_tokens\n"
        "0,300,20,0,0\n9,600,20,0,300\n",
        encoding="utf-8",
    )
    made = {
        "MPS": str(tmp_path / "p.mps"),
        "FITTED": str(tmp_path / "fitted"),
        "STORE": str(tmp_path / "store.db"),
    }
    given = {
        "TRACE": str(trace),
        "ACTUAL": str(actual),
        "MEASURED": str(measured),
        "POOL": str(pool),
        "TURNS": str(turns),
        "STORE": str(tmp_path / "store.db"),
    }
    return {**runs, **given, **made, "CELL": f"{cell.load}.{cell.chip}"}


def _broken(first: Invariant, *others: Invariant) -> tuple[Invariant, ...]:
    return replace(first, status="broken"), *others


@pytest.mark.parametrize("name", COMMANDS)
def test_a_printed_document_obeys_its_schema_and_reads_back(
    name: str,
    files: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind, asked = COMMANDS[name]
    args = tuple(files.get(a, a.replace("CELL", files["CELL"])) for a in asked)
    if name == "invalid":
        monkeypatch.setattr(invariants, "check_plan", lambda *of: _broken(*check_plan(*of)))
    with pytest.raises(SystemExit):
        main([*args, "--json"])
    text = capsys.readouterr().out
    printed = json.loads(text)
    assert printed["kind"] == kind
    assert (printed.get("verdict") == "INVALID") == (name == "invalid")
    jsonschema.Draft202012Validator(json_schema(kind)).validate(printed)
    again = from_json(text, kind)
    assert to_text(again) + "\n" == text, "the same bytes"
    assert to_json(again) == printed
    assert from_json(json.dumps(to_json(again)), kind) == again
    for rows, held in _rows(again):
        frame = again.to_polars(rows)
        assert frame.height == len(held), rows
        assert pl.Struct({}) not in frame.dtypes, f"{rows} holds a column of nothing"


def test_every_command_and_every_kind_is_printed_here() -> None:
    """`schema` prints what they obey, no document; `mcp` and `serve` none by themselves; a manifest
    lies in a folder, and a headline is what the workbench shows."""
    asked = [" ".join(args) for _, args in COMMANDS.values()]
    for words, _, _ in REGISTERED:
        own = words in ("schema", "mcp", "serve")
        assert own or any(f"{a} ".startswith(f"{words} ") for a in asked), words
    assert {kind for kind, _ in COMMANDS.values()} == set(KINDS) - {"headline", "manifest"}


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
        if name != "kind":  # a field with the words of its class leaves them to it
            of_class = schema.get("$defs", {}).get(field.get("$ref", "").rpartition("/")[2], {})
            assert {**of_class, **field}.get("description"), f"{name} says nothing of itself"
