"""Applies each change of `tests/mutants.toml` in a copy of the tree and expects a red test.

    python scripts/mutants.py [NAME…] [--jobs N]

A change is a wrong number that a user would have read; one that no test notices is named, and the
command ends with 1. First the named tests must be green without any change.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = "tests/mutants.toml"
COPIED = (
    "src",
    "tests",
    "examples",
    "docs",
    "scripts",
    "requirements",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "THIRD_PARTY.md",
)
GREEN, RED = 0, 1
UNABLE = (2, 3, 4, 5)
"""Exit codes of pytest that say nothing of the change: it was interrupted, or found no test."""
LONGEST_S = 900.0


@dataclass(frozen=True)
class Change:
    """`old` of `file` becomes `new`."""

    file: str
    old: str
    new: str

    def problem(self, root: Path) -> str:
        """Why it cannot be made; empty where it can."""
        path = root / self.file
        count = path.read_text(encoding="utf-8").count(self.old) if path.is_file() else 0
        if count != 1:
            return f"`{self.old}` stands {count} times in {self.file}"
        return "nothing changes" if self.old == self.new else ""


@dataclass(frozen=True)
class Mutant:
    """A change, in one place or in two that must agree; `why` is what a user would have read.

    tests: files or node ids of which one must go red. import_error: it may also be a file of tests
    that can no longer be read, where the change is one that an import refuses.
    """

    name: str
    changes: tuple[Change, ...]
    why: str
    tests: tuple[str, ...]
    import_error: bool = False

    def problems(self, root: Path) -> list[str]:
        """What is wrong with the entry itself."""
        found = [f"{self.name}: {x}" for c in self.changes if (x := c.problem(root))]
        if not self.why or not self.tests:
            found.append(f"{self.name}: why it matters, and which tests see it, must be said")
        for test in self.tests:
            file, *names = test.split("::")
            source = root / file
            if not source.is_file():
                found.append(f"{self.name}: no file {file}")
            elif names and f"def {names[-1].split('[')[0]}(" not in source.read_text("utf-8"):
                found.append(f"{self.name}: no test {test}")
        return found


def read(root: Path = ROOT) -> tuple[Mutant, ...]:
    """The list of changes; TypeError or KeyError where an entry has other fields."""

    def mutant(
        name: str,
        *,
        file: str,
        old: str,
        new: str,
        why: str,
        tests: list[str],
        also: Sequence[Mapping[str, str]] = (),
        import_error: bool = False,
    ) -> Mutant:
        changes = (Change(file, old, new), *(Change(**c) for c in also))
        return Mutant(name, changes, why, tuple(tests), import_error)

    listed = tomllib.loads((root / LIST).read_text(encoding="utf-8"))
    return tuple(mutant(name, **entry) for name, entry in listed.items())


def pytest(copy: Path, tests: Iterable[str], cache: Path) -> tuple[int, str]:
    """Exit code and output of the tests, run on the copy."""
    known: Mapping[str, str] = {
        "PYTHONPATH": str(copy / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",  # byte code of a change must not outlive it
        "OUTLAY_CACHE": str(cache),
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command, cwd=copy, env={**os.environ, **known}, capture_output=True, text=True,
            timeout=LONGEST_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return UNABLE[0], f"no end after {LONGEST_S:.0f} s"
    return done.returncode, done.stdout + done.stderr


def make_copy(root: Path, folder: Path) -> Path:
    """A copy of what tests need, with byte code that is checked by content, not by time."""
    folder.mkdir()
    for name in COPIED:
        there = root / name
        if there.is_dir():
            shutil.copytree(there, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif there.is_file():
            shutil.copy2(there, folder / name)
    checked = ["--invalidation-mode", "checked-hash"]
    subprocess.run([sys.executable, "-m", "compileall", "-q", *checked, str(folder / "src")])
    return folder


def judge(mutant: Mutant, copy: Path, cache: Path) -> tuple[str, str]:
    """(`caught`, `SURVIVED` or `invalid`, output of the tests) of one change; undoes it again."""
    before = {c.file: (copy / c.file).read_bytes() for c in mutant.changes}
    try:
        for c in mutant.changes:
            text = (copy / c.file).read_text(encoding="utf-8")
            (copy / c.file).write_text(text.replace(c.old, c.new), encoding="utf-8")
        code, said = pytest(copy, mutant.tests, cache)
    finally:
        for file, kept in before.items():
            (copy / file).write_bytes(kept)
    if code == RED or (mutant.import_error and code == UNABLE[0]):
        return "caught", said
    return ("SURVIVED" if code == GREEN else "invalid"), said


def run(mutants: Sequence[Mutant], jobs: int, root: Path = ROOT) -> int:
    """Judge every change and print a row for each; 1 where one survived or says nothing."""
    wrong = [line for m in mutants for line in m.problems(root)]
    if wrong:
        print("\n".join(wrong))
        return 1
    width = max(len(m.name) for m in mutants)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        base = Path(folder)
        free: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for i in range(jobs):
            free.put(make_copy(root, base / f"copy{i}"))
        first = free.get()
        tests = list(dict.fromkeys(t for m in mutants for t in m.tests))
        code, said = pytest(first, tests, base / "cache")
        free.put(first)
        if code != GREEN:
            print(f"the tests are not green without a change\n{said[-4000:]}")
            return 1

        def one(mutant: Mutant) -> tuple[str, str]:
            copy = free.get()
            begun = time.perf_counter()
            try:
                verdict, said = judge(mutant, copy, base / "cache")
            finally:
                free.put(copy)
            seconds = time.perf_counter() - begun
            print(f"{mutant.name:{width}}  {verdict:8}  {seconds:6.1f} s", flush=True)
            return verdict, f"--- {mutant.name}: {mutant.why}\n{said[-1500:]}"

        with ThreadPoolExecutor(jobs) as pool:
            found = list(pool.map(one, mutants))
    for verdict, said in found:
        if verdict == "invalid":
            print(said)
    lost = [m for m, (verdict, _) in zip(mutants, found, strict=True) if verdict != "caught"]
    print(f"{len(mutants) - len(lost)} of {len(mutants)} caught")
    return 1 if lost else 0


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The command. Returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "name", nargs="*", help="changes to apply, by name or its beginning; none: all"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    asked = parser.parse_args(arguments)
    known = read(root)
    chosen = [m for m in known if not asked.name or m.name.startswith(tuple(asked.name))]
    if not chosen:
        parser.error(f"no such change; there are: {', '.join(m.name for m in known)}")
    return run(chosen, max(1, min(asked.jobs, len(chosen))), root)


if __name__ == "__main__":
    sys.exit(main())
