"""What README and docs print runs as printed: each page from top to bottom, in a folder of its own
that holds `examples/`."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from outlay.app.cli.main import main
from support.pages import (
    NOT_RUN,
    Block,
    Command,
    blocks,
    commands,
    not_run,
    pages,
    written_by_hand,
)
from support.shared import ROOT

TYPED = ("sh", "console")
RUN = (*TYPED, "python")
MANY_LINES = re.compile(r"[|<>;&$`*]")
"""What a shell has to read; anything else goes to the command line as it stands."""


def _runs(page: str) -> bool:
    return written_by_hand(page) and any(b.language in RUN for b in blocks(page))


PAGES = [page for page in pages() if _runs(page)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader's folder: the examples, and `outlay` and `python` on the path."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    bin_ = tmp_path / ".bin"
    bin_.mkdir()
    for name, start in (("outlay", "-m outlay "), ("python", "")):
        script = bin_ / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {start}"$@"\n', encoding="utf-8")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def outlay(args: list[str]) -> int:
    """The exit code of a command, run here: a process for each costs more than most of them do."""
    with pytest.raises(SystemExit) as left:
        main(args)
    return int(left.value.code or 0)


def typed(command: Command) -> int:
    words = [] if MANY_LINES.search(command.text) else shlex.split(command.text, comments=True)
    if words and words[0] == "outlay":
        return outlay(words[1:])
    return subprocess.run(["bash", "-c", command.text], check=False).returncode


def run(block: Block, page: str, names: dict[str, Any]) -> None:
    where = f"{page}:{block.line}"
    if block.title:
        Path(block.title).parent.mkdir(parents=True, exist_ok=True)
        Path(block.title).write_text(block.text, encoding="utf-8")
    elif block.language == "python":
        exec(compile("\n" * block.line + block.text, page, "exec"), names)
    elif block.language in TYPED:
        left_out = not_run(page)
        for command in commands(block):
            if command.bare not in left_out:
                assert typed(command) == command.exits, f"{where}: {command.text}"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_as_it_is_printed(page: str, folder: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        run(block, page, names)


def _printed() -> Iterator[tuple[str, str]]:
    """(page, command) of blocks, and of code inside sentences."""
    for page in filter(written_by_hand, pages()):
        for block in blocks(page):
            if block.language in TYPED:
                for command in commands(block):
                    yield page, command.bare
        text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text("utf-8"), flags=re.M | re.S)
        for code in re.findall(r"`(outlay [^`]+)`", text):
            yield page, " ".join(code.split())


def test_every_option_that_is_printed_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Those of commands that are not run as well."""
    helps: dict[str, str] = {}
    for page, text in sorted(set(_printed())):
        words = text.split()
        if words[0] != "outlay" or len(words) < 2 or not re.fullmatch(r"[a-z][a-z-]*", words[1]):
            continue
        verb = words[1:3] if words[1] in ("validate", "export") and len(words) > 2 else words[1:2]
        name = " ".join(verb)
        if name not in helps:
            assert outlay([*verb, "--help"]) == 0, f"{page}: {text}"
            helps[name] = capsys.readouterr().out
        for option in re.findall(r"(?<!\S)--[a-z0-9-]+", text):
            assert option in helps[name], f"{page}: {text}: {option}"


def test_no_command_hides_in_a_block_without_a_language() -> None:
    for page in pages():
        for block in blocks(page):
            typed_here = re.search(r"^\$? ?outlay ", block.text, re.M)
            assert not typed_here or block.language in (*TYPED, "pycon"), f"{page}:{block.line}"


def test_what_is_not_run_is_still_printed() -> None:
    printed = set(_printed())
    rows = [(page, text) for page in pages() for text in not_run(page)]
    assert [row for row in rows if row not in printed] == []
    assert NOT_RUN.read_text("utf-8").count("why = ") == len(rows), "a page that is none"
