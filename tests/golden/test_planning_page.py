"""The maths page is what the docstrings make it, and says something of every row family."""

from __future__ import annotations

from pathlib import Path

import pytest

from outlay.planning.programme.maths import FAMILIES, page

PAGE = Path(__file__).parents[2] / "docs" / "planning" / "programme.md"


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run python -m outlay.planning.programme.maths"
    )


def test_every_family_file_is_on_the_page() -> None:
    folder = Path(__file__).parents[2] / "src" / "outlay" / "planning" / "programme" / "rows"
    files = {f.stem for f in folder.glob("*.py")} - {"__init__", "draft"}
    assert files == set(FAMILIES)


@pytest.mark.parametrize("name", FAMILIES)
def test_docstring_has_equation_unit_and_sentence(name: str) -> None:
    import importlib

    text = importlib.import_module(f"outlay.planning.programme.rows.{name}").__doc__ or ""
    assert "In words:" in text
    assert "LaTeX:" in text or name == "ties"
    assert "Unit" in text or "nit:" in text or name == "ties"
