"""Everything that stands in `src/outlay` is reached from a verb, or is named here with a reason.

Roots are the command line, the Python face, and modules that are run by name. What only tests
reach is deleted, or moves to `tests/support` where it is a check of something else.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from textwrap import dedent

from support.reach import House
from support.shared import ROOT

SRC = ROOT / "src" / "outlay"

ALLOWED = {
    "outlay.planning.solver.isolated:solve_isolated": "a solve that is cancelled",
    "outlay.serving.engine.jit:Compiled.cache_path": "numba asks a cache for it",
    "outlay.serving.engine.jit:Compiled.load_overload": "numba loads compiled code by it",
    "outlay.serving.engine.jit:Compiled.save_overload": "numba keeps compiled code by it",
    "outlay.serving.engine.jit:Compiled.enable": "numba switches a cache on by it",
    "outlay.serving.engine.jit:Target": "a type of numba's",
    "outlay.serving.engine.jit:Library": "a type of numba's",
    "outlay.serving.engine.jit:Lifted": "a type of numba's",
    "outlay.serving.engine.jit:Code": "a type of numba's",
}
"""Not reached, and why it may stay. The list may only shrink."""


def modules(*folders: str) -> list[str]:
    paths = [p for folder in folders for p in (SRC / folder).rglob("*.py")]
    return [".".join(p.relative_to(SRC.parent).with_suffix("").parts) for p in paths]


def roots() -> set[str]:
    """The command line and the face, whole, and what is run as `python -m` or apart."""
    pages = [ROOT / "Makefile", ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "\n".join(p.read_text(encoding="utf-8") for p in [*pages, *SRC.rglob("*.py")])
    by_name = (
        r"""(?:-m["',\s]+|run_apart\("|Company\("|started\(\s*"|MODULE = ")(outlay\.[\w.]*\w)"""
    )
    run = set(re.findall(by_name, text))
    face = {m.removesuffix(".__init__") for m in modules("app/cli", "api")}
    shown = {
        f"outlay.results.document:{name}"
        for name in (
            "Document.to_json",
            "Document.to_polars",
            "Document.save",
            "Document._repr_html_",
        )
    }  # what a result offers to a notebook
    # Alembic runs these files by their place.
    steps = {m.removesuffix(".__init__") for m in modules("store/migrations")}
    return {"outlay", "outlay.__main__", *face, *shown, *steps, *(f"{m}:__main__" for m in run)}


@cache
def house() -> tuple[frozenset[str], tuple[str, ...]]:
    """What no verb reaches, and what is left of it when the allowed are taken as reached."""
    found = House(SRC)
    found.reach(*roots())
    alone = frozenset(found.unreached())
    found.reach(*(ALLOWED.keys() & alone))
    return alone, tuple(found.unreached())


def test_everything_is_reached_from_a_verb() -> None:
    _, left = house()
    assert left == (), "wire it to a verb, or delete it with the tests that only test it"


def test_what_is_allowed_to_wait_still_does() -> None:
    alone, _ = house()
    assert set(ALLOWED) <= alone, "reached or gone: take it off the list"


def test_modules_that_are_run_by_name_are_roots() -> None:
    assert {
        "outlay.evidence.worker:__main__",
        "outlay.planning.programme.maths:__main__",
        "outlay.report.drawing.worker:__main__",
    } <= roots()


FILES = {
    "__init__": "from p.a import used",
    "verb": """
        from p import used
        import p.b as b

        def go(x):
            return used(x), b.far(), x.run
        """,
    "a": """
        ONE, TWO = 1, 2
        THREE = 3

        def used(x):
            from p.d import late
            return late(ONE, getattr(x, "said"))

        def bare(): ...
        """,
    "b": """
        from p import rows

        def far():
            return [m.each() for m in (rows,)]
        """,
    "c": """
        class Base:
            def run(self): ...
            def never(self): ...
            def said(self): ...
            def __len__(self):
                return helper()

        class Other:
            def run(self): ...

        def helper(): ...
        """,
    "d": """
        from html.parser import HTMLParser
        from p.c import Base

        class Reader(HTMLParser):
            def handle_data(self, x): ...

        def late(x, y) -> Base:
            shadow = Reader
            return shadow

        def shadow(): ...

        def lazily(): ...

        def __getattr__(name):
            return lazily

        if __name__ == "__main__":
            shadow()
        """,
    "rows": """
        def each(): ...
        def other(): ...
        """,
}


def test_reach_follows_names_and_sees_what_is_written_nowhere(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    for name, text in FILES.items():
        (tmp_path / "p" / f"{name}.py").write_text(dedent(text), encoding="utf-8")
    found = House(tmp_path / "p")
    found.reach("p.verb")
    assert set(found.unreached()) == {
        "p.a:THREE", "p.a:bare", "p.c:Base.never", "p.c:Other", "p.d:shadow", "p.rows:other",
    }  # fmt: skip
    found.reach("p.d:__main__")
    assert "p.d:shadow" not in found.unreached()
