"""The workbench's page as files: what it takes from others, its words, and whom it asks."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src" / "outlay" / "workbench" / "static"
VENDOR = STATIC / "vendor"
OURS = sorted(p for p in STATIC.rglob("*") if p.suffix in (".js", ".css", ".html", ".svg")
              and VENDOR not in p.parents)  # fmt: skip
TESTS = ROOT / "tests" / "browser" / "workbench"
LONGEST = 400
"""Lines of a file that somebody still reads to its end."""
NAMESPACE = "http://www.w3.org/2000/svg"


def test_vendored_files_are_those_whose_hashes_are_written_down() -> None:
    said = (VENDOR / "README.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (\S+\.js) \|.*\| ([0-9a-f]{64}) \|$", said, re.MULTILINE))
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in VENDOR.glob("*.js")}
    assert found == rows
    assert all(name in said for name in ("MIT License", "Apache License", "Copyright"))


def test_the_one_changed_file_is_npms_but_for_its_import() -> None:
    text = (VENDOR / "preact-hooks-11.2.0.js").read_text("utf-8")
    theirs = text.replace('from"./preact-11.2.0.js"', 'from"preact"')
    said = (VENDOR / "README.md").read_text("utf-8")
    assert f"SHA-256 is npm's: {hashlib.sha256(theirs.encode()).hexdigest()}" in said


@pytest.mark.parametrize("path", OURS, ids=lambda p: str(p.relative_to(STATIC)))
def test_a_file_of_the_page_asks_nobody_else_and_runs_nothing_from_text(path: Path) -> None:
    text = path.read_text("utf-8").replace(NAMESPACE, "")
    assert not re.search(r"https?://|//cdn|@import|\burl\(", text)
    runs = r"\beval\(|new Function|document\.write|\.innerHTML|setTimeout\(['\"`]"
    assert not re.search(runs, text)
    if path.suffix == ".html":
        assert not re.search(r"<script>|<style|\sstyle=|\son[a-z]+=", text)
    assert len(text.splitlines()) <= LONGEST


def test_every_word_is_there_in_both_languages_with_the_same_names() -> None:
    text = (STATIC / "words.js").read_text("utf-8")
    tables = {}
    for name in ("EN", "ZH"):
        body = text[text.index(f"const {name} = {{") :]
        body = body[: body.index("\n};")]
        found = re.findall(r'(?<![\w"])(\w+): "((?:[^"\\]|\\.)*)"', body)
        tables[name] = dict(found)
        assert len(found) == len(tables[name]), "a word that stands twice"
    assert list(tables["EN"]) == list(tables["ZH"])
    names = {n: {k: sorted(re.findall(r"\{\w+\}", v)) for k, v in t.items()}
             for n, t in tables.items()}  # fmt: skip
    assert names["EN"] == names["ZH"]
    assert not [k for k, v in tables["ZH"].items() if not re.search("[\u4e00-\u9fff]", v)]


def test_every_word_that_the_page_says_is_in_the_table() -> None:
    table = (STATIC / "words.js").read_text("utf-8")
    known = set(re.findall(r'(?<![\w"])(\w+): "', table))
    for path in OURS:
        asked = set(re.findall(r'\bsay\("(\w+)"', path.read_text("utf-8")))
        assert asked <= known, path.name


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize("name", sorted(p.name for p in TESTS.glob("*.test.mjs")))
def test_the_pages_pure_functions(name: str) -> None:
    """Undo and redo, addresses, sliders: with random steps, by node's own runner."""
    done = subprocess.run(
        ["node", "--test", str(TESTS / name)], capture_output=True, text=True, timeout=120,
        env={**os.environ, "OUTLAY_STATIC": str(STATIC)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
