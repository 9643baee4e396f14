"""What is taken from others is listed whole: every pin, with its licence and what it is for."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
from types import ModuleType
from typing import Any

import pytest

from support.shared import ROOT

LOCKS = ROOT / "requirements"
PINS = re.findall(r"^([\w.-]+)==([\w.]+)", (LOCKS / "runtime.txt").read_text("utf-8"), re.M)
NOTES = tomllib.loads((LOCKS / "third_party.toml").read_text("utf-8"))
BILL: dict[str, Any] = json.loads((LOCKS / "sbom.cdx.json").read_text("utf-8"))
PAGE = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
FREE = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause",
    "CC-BY-4.0", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-1.1", "MPL-2.0",
    "OFL-1.1", "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip
"""Licences under which others' work may stand beside Apache-2.0."""


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def libraries() -> list[dict[str, Any]]:
    return [c for c in BILL["components"] if c["type"] == "library"]


def test_every_pin_and_nothing_else_is_in_the_bill_of_materials() -> None:
    assert sorted((c["name"], c["version"]) for c in libraries()) == sorted(PINS), "make sbom"
    lock = (LOCKS / "runtime.txt").read_text("utf-8")
    stated = [h["content"] for c in libraries() for r in c["externalReferences"]
              for h in r["hashes"]]  # fmt: skip
    assert sorted(stated) == sorted(re.findall(r"sha256:(\w+)", lock))


def test_every_pin_has_its_line_with_licence_and_use() -> None:
    packages = PAGE.partition("## Packages")[2].partition("## Inside")[0]
    rows = re.findall(r"^\| ([\w.-]+) \| ([\w.]+) \| ([^|]+) \| ([^|]+) \|$", packages, re.M)
    assert [(name, version) for name, version, _, _ in rows[1:]] == PINS, "make sbom"
    assert all(use.strip() and not use.endswith("needed by ") for _, _, _, use in rows)


def test_every_licence_may_stand_beside_ours() -> None:
    for part in BILL["components"]:
        (found,) = part["licenses"]
        text = found.get("expression") or found["license"]["id"]
        chosen = [x for x in text.split(" OR ") if set(x.split(" AND ")) <= FREE]
        assert chosen, f"{part['name']}: {text}"
        assert f"| {part['name']} |" in PAGE


def test_the_bill_holds_neither_time_nor_chance() -> None:
    assert (BILL["bomFormat"], BILL["specVersion"]) == ("CycloneDX", "1.6")
    assert not {"serialNumber"} & set(BILL)
    assert "timestamp" not in BILL["metadata"]
    assert BILL["metadata"]["component"]["name"] == "outlay"
    refs = [c["bom-ref"] for c in BILL["components"]]
    assert len(refs) == len(set(refs))
    graph = {d["ref"]: d["dependsOn"] for d in BILL["dependencies"]}
    assert set(graph["outlay"]) == set(refs)
    assert graph[next(r for r in refs if r.startswith("pkg:pypi/jinja2@"))] == [
        next(r for r in refs if r.startswith("pkg:pypi/markupsafe@"))
    ]


def test_what_is_inside_the_package_is_there() -> None:
    for thing in NOTES["inside"]:
        for file in thing["files"]:
            assert (ROOT / "src" / "outlay" / file).is_file(), thing["name"]


def test_licences_of_traces_are_those_that_the_catalogue_states() -> None:
    data = ROOT / "src" / "outlay" / "catalogue" / "data"
    sources = (data / "sources.csv").read_text("utf-8")
    for thing in NOTES["inside"]:
        if "catalogue/data/traces.csv" in thing["files"]:
            word = thing["name"].split("-")[0]
            line = next(x for x in sources.splitlines() if x.lower().startswith(word))
            assert thing["licence"] in line or word == "kv", thing["name"]


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt", "audit.txt"])
def test_every_pin_of_a_lock_has_hashes(name: str) -> None:
    parts = re.split(r"^(?=[\w.-]+==)", (LOCKS / name).read_text("utf-8"), flags=re.M)[1:]
    assert parts
    assert all("--hash=sha256:" in part for part in parts)


FAULT = {"id": "PYSEC-1", "fix_versions": ["2.0"]}
GOOD = {"name": "numpy", "version": "1.0", "vulns": []}
SKIPPED = {"name": "scipy", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "code", "strict", "said"),
    [
        ([{}, {}], 0, 1, "NOT CHECKED: no advisories can be reached from here; nothing is known."),
        ([{"dependencies": [SKIPPED]}], 0, 1, "NOT CHECKED: no advisories can be reached"),
        ([{"dependencies": [GOOD, SKIPPED]}], 0, 1,
         "not checked, as no advisories were found: scipy"),
        ([{"dependencies": [GOOD]}], 0, 0, "no fault is known of 1 packages"),
        ([{"dependencies": [SKIPPED]}, {"dependencies": [{**GOOD, "name": "scipy"}]}], 0, 0,
         "no fault is known of 1 packages"),
        ([{"dependencies": [{**GOOD, "vulns": [FAULT]}]}], 1, 1,
         "numpy 1.0: PYSEC-1, mended in 2.0"),
    ],
)  # fmt: skip
def test_an_audit_never_takes_silence_for_good_news(
    found: list[dict[str, Any]], code: int, strict: int, said: str
) -> None:
    verdict = script("audit").verdict
    ended, lines = verdict(found, False)
    assert ended == code
    assert any(line.startswith(said) for line in lines)
    told = [line for line in lines if "no fault is known" in line]
    assert told == ([] if code or said.startswith("NOT") else [lines[-1]])
    assert verdict(found, True)[0] == strict
