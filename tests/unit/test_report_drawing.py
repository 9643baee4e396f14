"""A picture that ends the renderer is an error by name; the others, and the plan, go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from outlay.core.apart import Company
from outlay.core.errors import DrawingError
from outlay.report.drawing import desk
from outlay.report.figures.files import Gallery
from outlay.report.html import render
from outlay.report.memo import memo_of, memo_pdf
from outlay.report.theme import Spec, to_png, to_svg, write_pictures
from outlay.report.words.plans.answers import said
from support.ending import ENDS
from support.plans import hand_made


def bar(name: str, text: str = "2026") -> Spec:
    return {
        "usermeta": {"name": name, "title": "", "note": "", "source": ""},
        "description": name,
        "data": {"values": [{"x": text, "y": 3.9}]}, "mark": "bar",
        "encoding": {
            "x": {"field": "x", "type": "nominal"}, "y": {"field": "y", "type": "quantitative"},
            "description": {"field": "x"},
        },
    }  # fmt: skip


@pytest.fixture(autouse=True)
def ending_desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A desk whose renderer ends where a picture holds the word for it."""
    company = Company("support.ending", desk.LIMITS)
    monkeypatch.setattr(desk._DESK, "_company", company)
    yield
    company.close()


def test_a_picture_that_ends_the_renderer_is_named_and_the_next_one_is_drawn() -> None:
    with pytest.raises(DrawingError, match=r"picture served could not be drawn: .*SIGABRT"):
        to_svg(bar("served", ENDS))
    assert to_svg(bar("fleet")).startswith("<svg")
    assert to_png(bar("fleet")).startswith(b"\x89PNG")


def test_what_the_renderer_says_is_passed_on() -> None:
    with pytest.raises(DrawingError, match="picture odd could not be drawn: Vega-Lite"):
        to_svg({"usermeta": {"name": "odd"}, "mark": "nonsense"})
    with pytest.raises(DrawingError, match="picture 'read aloud' could not"):
        to_svg({"description": "read aloud", "mark": "nonsense"})


def test_a_process_that_was_ended_from_outside_is_begun_anew() -> None:
    before = to_svg(bar("fleet"))
    process = desk._DESK._company._process
    assert process is not None
    process.kill()
    process.wait()
    assert to_svg(bar("fleet")) == before


def test_a_gallery_keeps_what_could_be_drawn_and_names_the_rest() -> None:
    gallery = Gallery()
    assert gallery.draw(bar("served", ENDS)) == ""
    assert gallery.draw(bar("fleet")).startswith("<svg")
    assert list(gallery.missing) == ["pictures/served.svg", "pictures/served.png"]
    made = dict(gallery.files())
    assert list(made) == [
        "pictures/served.csv", "pictures/fleet.svg", "pictures/fleet.png", "pictures/fleet.csv",
    ]  # fmt: skip
    assert b"3.9" in made["pictures/served.csv"]


def test_a_page_and_a_memo_without_a_picture() -> None:
    """Each picture of the page says that it is missing; the memo leaves it out."""
    plan = said(hand_made())
    page = render(plan, "", draw=lambda _: "")
    assert "This picture could not be drawn here" in page
    assert '.png">PNG' not in page
    assert "pictures/capex.csv" in page
    whole, bare = memo_pdf(memo_of(plan)), memo_pdf(memo_of(plan), lambda _: "")
    assert bare.startswith(b"%PDF-")
    assert len(bare) < len(whole)


def test_of_pictures_that_are_written_those_that_fail_are_named(tmp_path: Path) -> None:
    """When the others are written."""
    bad = bar("x", ENDS)
    wanted = {"a.svg": bad, "b.svg": bar("b"), "c.png": bad, "d.json": bad}
    with pytest.raises(DrawingError, match=r"a\.svg, .*c\.png could not be drawn: its process"):
        write_pictures({tmp_path / name: spec for name, spec in wanted.items()})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.svg", "d.json"]


def test_where_nothing_can_be_drawn_it_is_said_once_and_why() -> None:
    """Under a limit of addresses; the process that asked goes on."""
    pytest.importorskip("resource")
    code = (
        "import json, resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "from outlay.core.errors import DrawingError\n"
        "from outlay.report.theme import to_svg\n"
        "for name in ('a', 'b'):\n"
        "    try: to_svg({**json.loads(sys.argv[1]), 'usermeta': {'name': name}})\n"
        "    except DrawingError as err: print(err)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(bar("a"))], env=environment, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    first, second = done.stdout.splitlines()
    assert first.startswith("picture a could not be drawn: ")
    assert second.startswith("picture b could not be drawn: ")
    assert first.endswith("limited to 2 GiB (`ulimit -v`)")
