"""The figures of the house may only fall, and what counts them counts right."""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measures", ROOT / "scripts" / "measures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["measures"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


measures = _script()
KEPT = tomllib.loads(measures.FIGURES.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def now():
    return measures.measure()


def test_no_figure_has_risen_and_no_name_is_stale(now) -> None:
    found = measures.complaints(now, KEPT)
    assert not found, "write lower figures down with scripts/measures.py --write:\n" + "\n".join(
        found
    )


def test_a_risen_figure_a_new_name_and_a_stale_name_are_said(now) -> None:
    worse = dataclasses.replace(
        now, halls={"outlay/attic": 13}, branches={**now.branches, "outlay.new:deep": 16}
    )
    found = measures.complaints(worse, KEPT)
    assert "halls: outlay/attic is 13, 0 at most: it may only fall" in found
    assert "branches: outlay.new:deep has 16, over 15 branches" in found
    name = min(now.branches)
    better = dataclasses.replace(now, branches={k: n for k, n in now.branches.items() if k != name})
    assert measures.complaints(better, KEPT) == [f"branches: {name} is no longer over 15 branches"]
    assert any(x.startswith("branches: over_15 fell") for x in measures.lower(better, KEPT))


def test_what_is_written_is_read_back_without_complaint(now) -> None:
    full = dataclasses.replace(now, untyped={"all": 1.9, "outlay.core": 0.2})
    again = tomllib.loads(measures.text_of(full, {}))
    assert measures.complaints(full, again) == []
    assert measures.lower(full, again) == []
    assert tomllib.loads(measures.text_of(now, again))["untyped"] == full.untyped
    worse = dataclasses.replace(full, untyped={"all": 1.9, "outlay.core": 0.3, "outlay.new": 2.0})
    assert measures.complaints(worse, again) == [
        "untyped: outlay.core is 0.3, 0.2 at most: it may only fall",
        "untyped: outlay.new is 2, 1.9 at most: it may only fall",
    ]


@pytest.mark.parametrize(
    ("body", "branches"),
    [
        ("return x", 1),
        ("if x:\n  pass\nelif y and z:\n  pass", 4),
        ("for a in x:\n  while y:\n    pass", 3),
        ("try:\n  pass\nexcept ValueError:\n  pass\nexcept OSError:\n  pass", 4),
        ("assert x or y or z", 4),
        ("return [a if b else c for a in x for b in a if b if c]", 6),
        ("match x:\n  case 1:\n    pass\n  case _:\n    pass", 3),
        ("return sorted(x, key=lambda a: a if a else 0)", 1),
    ],
)
def test_branches_are_counted_by_the_rule(body: str, branches: int) -> None:
    text = "def f(x, y, z):\n" + "".join(f"  {line}\n" for line in body.split("\n"))
    assert list(measures.branches_of(ast.parse(text))) == [("f", branches)]


def test_inner_functions_and_methods_count_for_themselves() -> None:
    text = "class A:\n def m(s):\n  if s:\n   pass\n  def inner():\n   return 1 if s else 2\n"
    assert list(measures.branches_of(ast.parse(text))) == [("A.m", 2), ("A.m.inner", 2)]


def test_circles_are_seen_through_faces_and_late_imports() -> None:
    text = {
        "p": "from p.a import x",
        "p.a": "def f():\n from p.b import y",
        "p.b": "if TYPE_CHECKING:\n from p import x",
        "p.c": "from p import a",
    }
    trees = {name: ast.parse(body) for name, body in text.items()}
    assert measures.circles_of(trees) == [("p", "p.a", "p.b")]
    trees["p.b"] = ast.parse("import p.c")
    assert measures.circles_of(trees) == [("p.a", "p.b", "p.c")]


def test_the_share_is_read_from_the_checkers_report(tmp_path: Path) -> None:
    (tmp_path / "any-exprs.txt").write_text(
        "   Name   Anys   Exprs   Coverage\n----------\n"
        "outlay 5 28 82.14%\noutlay.core.fx 3 459 99.35%\noutlay.core.money 0 541 100.00%\n"
        "outlay.study 0 1 100.00%\n----------\nTotal 8 1029 99.22%\n"
    )
    shares = {"all": 0.8, "outlay.core": 0.3, "outlay.study": 0.0}
    assert measures.untyped_share(tmp_path) == shares
