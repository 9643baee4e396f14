"""The site has every page and no link that leads nowhere; generated pages are today's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from support.pages import links, pages
from support.shared import ROOT

PROGRAMS = {
    "commands_page": "docs/reference/commands.md",
    "python_page": "docs/reference/python.md",
    "documents_page": "docs/reference/documents.md",
    "glossary_page": "docs/glossary.md",
    "security_page": "docs/security.md",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_generated_page_is_current(program: str) -> None:
    # in a process of its own, as `make docs` runs it: what other tests import shows in `outlay`
    made = subprocess.run(
        [sys.executable, f"scripts/{program}.py"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (ROOT / PROGRAMS[program]).read_text("utf-8") == made.stdout, "run: make docs"


def _leaves(nav: object) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        for value in nav.values():
            yield from _leaves(value)
    elif isinstance(nav, list):
        for value in nav:
            yield from _leaves(value)


def test_the_site_names_every_page_once() -> None:
    nav = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]["nav"]
    named = sorted(f"docs/{page}" for page in _leaves(nav))
    assert named == sorted(set(pages()) - {"README.md"})


@cache
def anchors(page: str) -> frozenset[str]:
    """Of a page's headings, as the site and GitHub both make them from plain words."""
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text("utf-8"), flags=re.M | re.S)
    heads = re.findall(r"^#+ (.+)$", text, re.M)
    kept = (re.sub(r"[^\w\- ]", "", head.lower()).strip() for head in heads)
    return frozenset(head.replace(" ", "-") for head in kept)


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    for link in links(page):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        assert target.exists(), f"{page}: {link}"
        if page != "README.md":
            inside = target.is_relative_to(ROOT / "docs")
            assert inside, f"{page}: {link} leads out of the site"
        if anchor:
            assert anchor in anchors(str(target.relative_to(ROOT))), f"{page}: {link}"


def test_it_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("zensical", reason="the site needs zensical (the group `site`)")
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "index.html").is_file()
    assert (tmp_path / "site" / "reference" / "documents.html").is_file()


def test_every_claim_of_security_names_a_test_that_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert len(named) > 20
    for file, test in named:
        assert re.search(rf"^def {test}\(", (ROOT / file).read_text("utf-8"), re.M), (
            f"{file}: {test}"
        )
    assert text.count("::") == len(named)
