"""Measure the house: untyped expressions, branches, halls, long files, circles; they may only fall.

    python scripts/measures.py            print the figures (runs mypy: 20 s)
    python scripts/measures.py --check    compare with tests/measures.toml, fail where one has risen
    python scripts/measures.py --write    write the new, lower figures down

`--any-report DIR` takes the folder that `mypy --any-exprs-report DIR` wrote; without it, `--check`
leaves the untyped share out. What is counted:

- untyped: expressions whose type is Any (each line of dead code counts as one), in per cent of all;
- branches of a function: 1, and one more for each `if`, `elif`, loop, `try`, `except`, `case`,
  `assert`, conditional expression, `for` and `if` of a comprehension, and `and` or `or` between two
  operands. Functions inside it are functions of their own, and lambdas count for none;
- halls: folders that hold more than 12 modules, their faces (`__init__`) aside;
- long: modules of more than 400 lines;
- circles: sets of files each of which imports, by way of the others, itself. Imports within
  functions and for the type checker count; `from package import name` is an import of the face,
  or of the module where `name` is one.
"""

from __future__ import annotations

import argparse
import ast
import gc
import math
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "outlay"
FIGURES = ROOT / "tests" / "measures.toml"

BRANCHES, STEPS = 15, (20, 30)
MODULES = 12
LINES = 400

Function = ast.FunctionDef | ast.AsyncFunctionDef
_LEAVES = (
    ast.Name, ast.Constant, ast.alias, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop,
    ast.boolop,
)  # fmt: skip
_ONE_EACH = (
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.ExceptHandler,
    ast.match_case, ast.Assert, ast.IfExp,
)  # fmt: skip


@dataclass(frozen=True)
class Measures:
    """branches: functions over the bound, `module:function` → branches; halls: folder → modules;
    long: file → lines; circles: files of each; untyped: package → per cent, `all` for the whole."""

    branches: Mapping[str, int]
    halls: Mapping[str, int]
    long: Mapping[str, int]
    circles: tuple[tuple[str, ...], ...]
    untyped: Mapping[str, float] = field(default_factory=dict)

    def figures(self) -> dict[str, dict[str, float]]:
        """What may only fall, by the table and key of the file."""
        counts = {f"over_{n}": sum(b > n for b in self.branches.values()) for n in STEPS}
        return {
            "untyped": dict(self.untyped),
            "branches": {f"over_{BRANCHES}": len(self.branches), **counts},
            "halls": dict(self.halls),
            "long": dict(self.long),
            "circles": {"circles": len(self.circles), "files": sum(map(len, self.circles))},
        }


def measure(src: Path = SRC) -> Measures:
    """All but the untyped share, which needs the type checker."""
    collects = gc.isenabled()
    gc.disable()  # trees are no garbage, and to look through them takes most of the time
    try:
        return _measured(src)
    finally:
        if collects:
            gc.enable()


def _measured(src: Path) -> Measures:
    trees = {p: ast.parse(p.read_text(encoding="utf-8")) for p in sorted(src.rglob("*.py"))}
    names = {p: _module(p, src) for p in trees}
    found = {f"{names[p]}:{name}": n for p, tree in trees.items() for name, n in branches_of(tree)}
    folders: dict[str, int] = {}
    for p in trees:
        if p.name != "__init__.py":
            place = p.parent.relative_to(src.parent).as_posix()
            folders[place] = folders.get(place, 0) + 1
    lines = {names[p]: len(p.read_text(encoding="utf-8").splitlines()) for p in trees}
    return Measures(
        {k: n for k, n in found.items() if n > BRANCHES},
        {k: n for k, n in folders.items() if n > MODULES},
        {k: n for k, n in lines.items() if n > LINES},
        tuple(circles_of({names[p]: tree for p, tree in trees.items()})),
    )


def _module(path: Path, src: Path) -> str:
    parts = path.relative_to(src.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def branches_of(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """(name, branches) of each function; `Class.method` and `outer.inner` for those within."""
    found: list[tuple[str, int]] = []
    _count(tree, "", found)
    yield from found


def _count(node: ast.AST, inside: str, found: list[tuple[str, int]]) -> int:
    """The branches below a node; each function found, outer before inner, is added to `found`.

    One walk, without what has no branch in it: a tree of a thousand files has millions of nodes.
    """
    branches = 0
    for name in node._fields:
        held = getattr(node, name, None)
        for below in held if isinstance(held, list) else (held,):
            if not isinstance(below, ast.AST) or isinstance(below, _LEAVES):
                continue
            if isinstance(below, Function):
                place = len(found)
                found.append(("", 0))
                own = _count(below, f"{inside}{below.name}.", found)
                found[place] = inside + below.name, 1 + own
            elif isinstance(below, ast.Lambda):
                _count(below, inside, found)
            else:
                named = f"{inside}{below.name}." if isinstance(below, ast.ClassDef) else inside
                branches += _branch(below) + _count(below, named, found)
    return branches


def _branch(node: ast.AST) -> int:
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return int(isinstance(node, _ONE_EACH))


def circles_of(trees: Mapping[str, ast.AST]) -> list[tuple[str, ...]]:
    """Sets of modules that import each other in a circle (Tarjan's components), in order."""
    graph = {m: {x for x in _imports(tree, trees) if x != m} for m, tree in trees.items()}
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[tuple[str, ...]] = []

    def visit(module: str) -> None:
        number[module] = low[module] = len(number)
        stack.append(module)
        for other in sorted(graph[module]):
            if other not in number:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], number[other])
        if low[module] == number[module]:
            circle = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(circle) > 1:
                found.append(tuple(sorted(circle)))

    for module in sorted(graph):
        if module not in number:
            visit(module)
    return sorted(found)


def _imports(tree: ast.AST, known: Iterable[str]) -> Iterator[str]:
    known = set(known)
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for a in node.names:
                whole = f"{node.module}.{a.name}"
                yield from [x for x in (whole, node.module) if x in known][:1]


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """The statements of a file and what holds them: an import stands nowhere else."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            held = getattr(node, name, None)
            if isinstance(held, list):
                left += held


def untyped_share(report: Path) -> dict[str, float]:
    """Per cent of untyped expressions of each package and of `all`, rounded up to tenths."""
    counts: dict[str, list[int]] = {}
    for line in (report / "any-exprs.txt").read_text(encoding="utf-8").splitlines():
        name, *cells = line.split()
        if len(cells) == 3 and name.split(".")[0] in ("outlay", "Total"):
            package = "all" if name == "Total" else ".".join(name.split(".")[:2])
            if package == "all" or (package.startswith("outlay.") and "__" not in package):
                row = counts.setdefault(package, [0, 0])
                row[0] += int(cells[0])
                row[1] += int(cells[1])
    return {k: math.ceil(1000 * n / of) / 10 for k, (n, of) in sorted(counts.items())}


def complaints(now: Measures, kept: Mapping[str, Mapping[str, object]]) -> list[str]:
    """What has risen, and names that the list must no longer hold."""
    out = []
    for table, figures in now.figures().items():
        if table == "untyped" and not figures:
            continue
        for key, value in figures.items():
            known = kept.get(table, {})
            allowed = known.get(key, known.get("all", 0))  # a new package: at most as the whole
            if value > float(str(allowed)):
                out.append(f"{table}: {key} is {value:g}, {allowed} at most: it may only fall")
    names = _listed(kept)
    over = f"over {BRANCHES} branches"
    out += [f"branches: {k} has {now.branches[k]}, {over}" for k in sorted({*now.branches} - names)]
    out += [f"branches: {k} is no longer {over}" for k in sorted(names - {*now.branches})]
    return out


def lower(now: Measures, kept: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Figures that have fallen below those of the file."""
    return [
        f"{table}: {key} fell from {was} to {figures.get(key, 0):g}"
        for table, figures in now.figures().items()
        for key, was in (kept.get(table, {}) if figures or table != "untyped" else {}).items()
        if isinstance(was, int | float) and figures.get(key, 0) < was
    ]


def _listed(kept: Mapping[str, Mapping[str, object]]) -> set[str]:
    names = kept.get("branches", {}).get("functions", [])
    return set(names) if isinstance(names, list) else set()


def text_of(now: Measures, kept: Mapping[str, Mapping[str, object]]) -> str:
    """The file; the untyped share stays as it was where it was not measured."""
    figures = now.figures()
    kept_share = {k: float(str(v)) for k, v in kept.get("untyped", {}).items()}
    figures["untyped"] = figures["untyped"] or kept_share
    words = {
        "untyped": "per cent of expressions whose type is Any, by package",
        "branches": f"functions over {BRANCHES} branches, and their names",
        "halls": f"folders of more than {MODULES} modules",
        "long": f"modules of more than {LINES} lines",
        "circles": "sets of files that import each other in a circle, and the files in them",
    }
    out = ["# Figures that may only fall: scripts/measures.py says how each is counted."]
    out += ["# `python scripts/measures.py --write` writes the new, lower figures down."]
    for table, says in words.items():
        out += ["", f"[{table}] # {says}"]
        out += [f'"{k}" = {v:g}' for k, v in figures[table].items()]
        if table == "branches":
            out += ["functions = [", *(f'  "{k}",' for k in sorted(now.branches)), "]"]
    return "\n".join(out) + "\n"


def _table(now: Measures) -> str:
    rows = [
        f"{table:10s} {key:40s} {value:10g}"
        for table, figures in now.figures().items()
        for key, value in figures.items()
    ]
    rows += [f"{n:4d} branches  {k}" for k, n in sorted(now.branches.items(), key=lambda x: -x[1])]
    rows += [f"circle of {len(c)}: {', '.join(c)}" for c in now.circles]
    return "\n".join(rows)


def _run_mypy() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mypy", "--any-exprs-report", folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        return untyped_share(Path(folder))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail where a figure has risen")
    parser.add_argument("--write", action="store_true", help="write lower figures down")
    parser.add_argument("--any-report", type=Path, help="folder of mypy's any-exprs report")
    asked = parser.parse_args()
    now = measure()
    if asked.any_report:
        now = replace(now, untyped=untyped_share(asked.any_report))
    elif not asked.check:
        now = replace(now, untyped=_run_mypy())
    kept = tomllib.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    found = complaints(now, kept)
    if asked.write:
        risen = [x for x in found if "may only fall" in x] if kept else []
        if risen:
            print("\n".join(risen))
            return 1
        FIGURES.write_text(text_of(now, kept), encoding="utf-8")
        return 0
    if not asked.check:
        print(_table(now))
        return 0
    print("\n".join(found) or "the house is no worse than it was")
    fell = lower(now, kept)
    if fell:
        print("\n".join(fell), "write the new, lower figures down: measures.py --write", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
