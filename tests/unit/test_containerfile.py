"""The container's file: no such machine is built here, so that what it says is held to the tree."""

from __future__ import annotations

import fnmatch
import json
import re

import pytest

from outlay.app.cli.main import main
from outlay.workbench.guard.table import RULES
from outlay.workbench.settings import Settings
from support.shared import ROOT

TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8")
LINES = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", TEXT, flags=re.M)).splitlines()
TOLD = [line.partition(" ")[::2] for line in LINES if line.strip()]
WORDS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK",
         "STOPSIGNAL", "ENTRYPOINT", "CMD"}  # fmt: skip


def told(word: str) -> list[str]:
    return [rest.strip() for name, rest in TOLD if name == word]


def test_its_commands_exist_and_end_as_one_that_is_no_master() -> None:
    assert {name for name, _ in TOLD} <= WORDS
    assert told("USER") == ["10001:10001"]
    names = [name for name, _ in TOLD]
    assert names.index("USER") > max(n for n, name in enumerate(names) if name == "RUN")
    assert told("VOLUME") == ["/data"]
    assert not re.search(r"curl|wget|https?://(?!127\.0\.0\.1|localhost)|--trusted|latest", TEXT)
    assert all(re.search(r":\d+\.\d+-", image) for image in told("FROM"))


def test_it_copies_what_is_there_and_what_is_let_in() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = [line[1:] for line in ignored if line.startswith("!")]
    for line in told("COPY"):
        if line.startswith("--from"):
            continue
        *sources, _ = line.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert any(fnmatch.fnmatch(source, pattern) for pattern in let_in), source


def test_it_installs_from_the_lock_alone_and_the_lock_can_serve() -> None:
    installs = [run for run in told("RUN") if "install " in run and "pip" in run]
    assert all("--require-hashes -r requirements/runtime.txt" in run or "--no-index" in run
               for run in installs)  # fmt: skip
    lock = (ROOT / "requirements" / "runtime.txt").read_text("utf-8")
    for name in ("fastapi", "uvicorn", "sqlalchemy", "alembic", "hatchling"):
        assert re.search(rf"^{name}==", lock, re.M), name


def test_what_it_starts_are_options_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    words: list[str] = json.loads(told("ENTRYPOINT")[0]) + json.loads(told("CMD")[0])
    assert words[:2] == ["outlay", "serve"]
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    said = capsys.readouterr().out
    assert all(word in said for word in words if word.startswith("--"))
    port = Settings(store="").port
    assert told("EXPOSE") == [str(port)]
    assert words[-1] == f"http://localhost:{port}"
    probe = json.loads(told("HEALTHCHECK")[0].partition("CMD ")[2])[-1]
    path = re.search(rf"127\.0\.0\.1:{port}(/\w+)", probe)
    assert path
    assert [r.sort for r in RULES if r.path == path[1]] == ["open"]
