"""The pages of the documentation as a test reads them: their links, and the blocks a reader runs.

A page is run as it is printed, from top to bottom, in a folder that holds `examples/`. A block with
`title="name"` is a file that the reader saves under that name; of a `console` block the lines after
`$` are commands; `# exits 2` after a command says how it ends.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.shared import ROOT

GENERATED = {"docs/study.md", "docs/glossary.md", "docs/planning/programme.md"}
"""Written by programs that have tests of their own; so is docs/reference."""
NOT_RUN = Path(__file__).with_name("pages_not_run.toml")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    title: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """A command that a page prints, and the exit code that it says."""

    text: str
    exits: int

    @property
    def bare(self) -> str:
        """The command without what is said of it."""
        return re.sub(r"\s+#\s.*", "", self.text)


def pages() -> list[str]:
    """Every page, as its path in the repository."""
    return ["README.md", *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))]


def written_by_hand(page: str) -> bool:
    return page not in GENERATED and not page.startswith("docs/reference/")


def blocks(page: str) -> Iterator[Block]:
    """Fenced blocks, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in re.finditer(r"^```(\w*)([^\n]*)\n(.*?)^```$", text, re.M | re.S):
        title = re.search(r'title="([^"]+)"', found[2])
        line = text.count("\n", 0, found.start()) + 1
        yield Block(found[1], title[1] if title else "", found[3], line)


def commands(block: Block) -> Iterator[Command]:
    """Commands of a block that a reader types."""
    lines = block.text.replace("\\\n", " ").splitlines()
    if block.language == "console":
        lines = [line[2:] for line in lines if line.startswith("$ ")]
    for line in lines:
        if line.strip() and not line.startswith("#"):
            exits = re.search(r"# .*\bexits (\d+)", line)
            yield Command(line.strip(), int(exits[1]) if exits else 0)


def not_run(page: str) -> dict[str, str]:
    """Commands of a page that the tests only read, and why."""
    rows = tomllib.loads(NOT_RUN.read_text(encoding="utf-8"))["command"]
    return {row["text"]: row["why"] for row in rows if row["page"] == page}


def links(page: str) -> Iterator[str]:
    """Targets of links and pictures, blocks and code left out."""
    text = (ROOT / page).read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.M | re.S)
    yield from re.findall(r"\]\(([^)\s]+)\)", text)
