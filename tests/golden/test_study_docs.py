"""docs/study.md is what the models say today."""

from __future__ import annotations

import runpy
from functools import cache

from outlay.study import loads
from outlay.study.model.shape import study_shape
from support.shared import ROOT
from support.study_fields import walk


@cache
def markdown() -> str:
    return str(runpy.run_path(str(ROOT / "scripts" / "study_page.py"))["markdown"]())


def test_the_reference_of_fields_is_current() -> None:
    written = (ROOT / "docs" / "study.md").read_text(encoding="utf-8")
    assert written == markdown() + "\n", "run: make docs"


def test_the_example_of_the_page_is_a_study() -> None:
    text = markdown().partition("```yaml\n")[2].partition("```")[0]
    loaded = loads(text)
    assert loaded.warnings == ()
    assert loaded.at({"licence": "refused"}).supply["buy"].cap != loaded.study.supply["buy"].cap


def test_every_field_says_what_it_means() -> None:
    silent = [".".join(path) for path, shape in walk(study_shape()) if not shape.doc]
    assert silent == []
