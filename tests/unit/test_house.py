"""The architecture itself: data flows one way, files stay small, the door opens fast."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "outlay"
STAGES = (
    "core",
    "results",
    "catalogue",
    "evidence",
    "study",
    "demand",
    "performance",
    "serving",
    "planning",
    "finance",
    "risk",
    "runs",
    "store",
    "sweeps",
    "report",
    "api",
    "workbench",
    "app",
)
WINGS = {
    "api": ("models", "pools", "start", "plans", "sweeps", "validation", "machine"),
    "app/cli": ("plans", "sweeps", "validation", "models", "machine"),
    "core": ("ingest", "graph", "quantities"),
    "demand": ("series", "forecasts"),
    "evidence": (
        "xbrl", "text", "pages", "blocks", "tagged", "calendar", "quantities", "checks", "names",
        "sentences", "tables", "draft",
    ),
    "finance": ("book", "reports"),
    "performance": (
        "operators", "constants", "questions", "launch", "training", "measured", "fit",
    ),
    "planning": ("problem", "contracts", "programme", "solver", "answers"),
    "report": ("words", "drawing", "charts", "tables", "figures", "pictures", "workbook", "page"),
    "results": ("models", "plans", "machine", "kept"),
    "risk": ("worlds", "policy"),
    "runs": ("pipeline", "answers", "lines", "follows", "folder", "documents"),
    "serving": ("tables", "traffic", "engine", "twin", "sizing", "observed"),
    "store": ("migrations", "database", "held"),
    "study": ("model", "checks", "reading", "templates"),
    "sweeps": ("asked", "cluster"),
    "workbench": ("guard", "parts", "live", "routes", "assistant"),
}  # fmt: skip
"""Package → its wings in order: a module imports from its own wing and from those before it."""
MOST_MODULES = 12
FILES = sorted(SRC.rglob("*.py"))


def imported_stages(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [node.module or ""]
            if node.module == "outlay":
                names = [f"outlay.{a.name}" for a in node.names]
        found |= {n.split(".")[1] for n in names if n.startswith("outlay.")}
    return found & set(STAGES)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_imports_run_back_toward_the_source(path: Path) -> None:
    stage = path.relative_to(SRC).parts[0]
    if stage not in STAGES:
        return  # the public face may import any stage
    later = {s for s in imported_stages(path) if STAGES.index(s) > STAGES.index(stage)}
    assert not later, f"{stage} may not import {sorted(later)}"


def test_the_import_check_sees_forward_imports(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("from outlay.report import charts\nimport outlay.app.cli\n")
    assert imported_stages(bad) == {"report", "app"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_each_file_is_small_and_says_why_it_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400, "split it: a file has one reason to exist"
    assert ast.get_docstring(ast.parse(text)), "the first line states the file's one job"


def test_help_needs_no_heavy_library() -> None:
    code = (
        "import sys, outlay.app.cli.main; "
        "heavy = {'numba', 'highspy', 'scipy', 'altair', 'polars', 'vl_convert', 'pydantic'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def wing_of(path: Path, package: str) -> str:
    """The wing of a package that a module stands in; empty for one above all wings."""
    inside = path.relative_to(SRC / package).parts
    return inside[0] if len(inside) > 1 else ""


@pytest.mark.parametrize("package", WINGS)
def test_wings_stand_in_order(package: str) -> None:
    order, names = WINGS[package], {module_name(p): p for p in FILES}
    here = [p for p in FILES if p.is_relative_to(SRC / package) and wing_of(p, package)]
    assert {wing_of(p, package) for p in here} == set(order), "a wing that is not in the order"
    wrong = [
        f"{name} needs {needed}"
        for p in here
        for name in [module_name(p)]
        for needed in imported_modules(p, names)
        if names[needed] in here
        and order.index(wing_of(names[needed], package)) > order.index(wing_of(p, package))
    ]
    assert not wrong


@pytest.mark.parametrize("folder", sorted({p.parent for p in FILES}), ids=lambda p: p.name)
def test_no_folder_is_a_hall(folder: Path) -> None:
    modules = [p for p in folder.glob("*.py") if p.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES, "give it wings"


FACES = [p for p in FILES if p.name == "__init__.py"]


@pytest.mark.parametrize("face", FACES, ids=lambda p: p.parent.name)
def test_no_function_of_a_face_is_called_as_a_module_beside_it(face: Path) -> None:
    """`package.name` is one thing: modules are nouns, functions verbs."""
    if face.parent == SRC:
        return  # the face makes its one stage of a verb's name callable
    beside = {p.stem for p in face.parent.glob("*.py")} | {
        p.name for p in face.parent.iterdir() if p.is_dir()
    }
    shown = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(face.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert not shown & beside


def module_name(path: Path) -> str:
    parts = ("outlay", *path.relative_to(SRC).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path, modules: Collection[str]) -> set[str]:
    """Modules of ours that `path` names anywhere: in functions and for types alone too.

    `from package import module` needs the package's face as well as the module.
    """
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{a.name}" for a in node.names} | {node.module or ""}
    return found & set(modules)


def circles(graph: Mapping[str, Collection[str]]) -> list[str]:
    """Modules on a circle, or between two: those that need nothing or serve nobody go in turn."""
    left = {name: set(needs) for name, needs in graph.items()}
    while True:
        used = set().union(*left.values())
        kept = {name for name, needs in left.items() if needs and name in used}
        if len(kept) == len(left):
            return sorted(left)
        left = {name: left[name] & kept for name in kept}


def test_no_circle_among_files() -> None:
    names = {module_name(path): path for path in FILES}
    assert not circles({name: imported_modules(path, names) for name, path in names.items()})


def test_the_circle_check_sees_lazy_and_typing_only_imports_and_faces(tmp_path: Path) -> None:
    lazy, typed, face = (tmp_path / f"{x}.py" for x in ("lazy", "typed", "face"))
    lazy.write_text("def f():\n    from outlay.core.typed import x\n")
    typed.write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import outlay.lazy\n"
    )
    face.write_text("from outlay.core import typed\n")
    modules = ("outlay.lazy", "outlay.core", "outlay.core.typed")
    assert imported_modules(lazy, modules) == {"outlay.core.typed"}
    assert imported_modules(typed, modules) == {"outlay.lazy"}
    assert imported_modules(face, modules) == {"outlay.core", "outlay.core.typed"}
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c"]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []
