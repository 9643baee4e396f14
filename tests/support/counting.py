"""How many inputs each reader was tried with, kept in a folder while they are tried.

A process that is ended leaves its counts there, so that whoever began it can say them; of a whole
run they go into the table of `docs/fuzzing.md`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from support.shared import ROOT

__all__ = ["FOLDER", "PAGE", "Count", "kept", "lines", "rows_of", "with_rows"]

FOLDER = "FUZZ_COUNTS"
"""The variable that says in which folder counts are kept."""
PAGE = ROOT / "docs" / "fuzzing.md"
HEAD = "| Reader | Tried | Taken | Refused | Seconds | Date |"
RULE = "|:--|--:|--:|--:|--:|:--|"


@dataclass
class Count:
    """Of one reader. seconds: of this process's processor, as the machine may be busy. found:
    whether an input gave what it must not."""

    name: str
    tried: int = 0
    taken: int = 0
    seconds: float = 0.0
    found: bool = False
    _began: float = field(default_factory=time.process_time, repr=False)
    _kept: float = field(default=0.0, repr=False)

    def add(self, *, taken: bool) -> None:
        self.tried += 1
        self.taken += taken
        if time.monotonic() - self._kept > 0.5:
            self.keep()

    def keep(self) -> None:
        """Write it down, whole or not at all."""
        self._kept = time.monotonic()
        self.seconds = time.process_time() - self._began
        if folder := os.environ.get(FOLDER):
            file = Path(folder) / f"{self.name.encode().hex()}.json"
            new = file.with_suffix(f".{os.getpid()}")
            said = {k: v for k, v in asdict(self).items() if not k.startswith("_")}
            new.write_text(json.dumps(said), encoding="utf-8")
            new.replace(file)


def kept(folder: str) -> list[Count]:
    """The counts of a folder, by the names of the readers."""
    files = Path(folder).glob("*.json")
    return sorted((Count(**json.loads(f.read_text("utf-8"))) for f in files), key=lambda c: c.name)


def lines(counts: Iterable[Count]) -> list[str]:
    """A line a reader, and one of all."""
    counts = list(counts)
    found = [
        f"{c.name:24}{c.tried:>8,} inputs {c.taken:>8,} taken {c.tried - c.taken:>8,} refused "
        f"{c.seconds:>7,.0f} s{'  and what it must not give' if c.found else ''}"
        for c in counts
    ]
    total = f"{len(counts)} readers, {sum(c.tried for c in counts):,} inputs"
    return [*found, total]


def rows_of(page: str) -> dict[str, tuple[str, ...]]:
    """Reader → its row of the page's table."""
    after = page.partition(f"{RULE}\n")[2].splitlines()
    cells = (line.strip("| ").split(" | ") for line in after if line.startswith("|"))
    return {row[0]: tuple(row) for row in cells}


def with_rows(page: str, counts: Iterable[Count], readers: Iterable[str], date: str) -> str:
    """The page with counts of a run: each instead of one of no more inputs, of readers there are.

    A count of a reader that gave what it must not is none.
    """
    rows: Mapping[str, tuple[str, ...]] = rows_of(page)
    new = {
        c.name: (c.name, f"{c.tried:,}", f"{c.taken:,}", f"{c.tried - c.taken:,}",
                 f"{c.seconds:,.0f}", date)
        for c in counts
        if not c.found and c.tried >= _tried(rows.get(c.name))
    }  # fmt: skip
    held = {**rows, **new}
    table = "".join(f"| {' | '.join(held[name])} |\n" for name in readers if name in held)
    before, _, rest = page.partition(f"{HEAD}\n{RULE}\n")
    after = "".join(x for x in rest.splitlines(keepends=True) if not x.startswith("|"))
    return f"{before}{HEAD}\n{RULE}\n{table}{after}"


def _tried(row: tuple[str, ...] | None) -> int:
    return int(row[1].replace(",", "")) if row else 0
