"""The pictures of a report as a browser lays them out: on a telephone, on a screen, in the dark, in
print. No two texts overlap, nothing leaves its frame, all can be read and told apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import outlay
from outlay.report.html import render
from outlay.report.words.language import words
from outlay.report.words.plans.answers import said
from support.browser import Browser, browser
from support.planned import written
from support.plans import hand_made

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
MEASURE = (ROOT / "tests" / "support" / "measure_pictures.js").read_text(encoding="utf-8")
STUDIES = {
    **{n: ROOT / "examples" / n / "study.yaml"
       for n in ("bytedance-2026", "gpu-cloud-founder", "lab-training")},
    "small": ROOT / "tests" / "data" / "small.yaml",
}  # fmt: skip
DOORS = ("founder", "operator")
"""Studies that `outlay init` writes."""
WIDTHS = (390, 768, 1280)
UNFOLD = "document.querySelectorAll('details:has(figure)').forEach(d => { d.open = true })"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module", params=[*STUDIES, *DOORS, "by hand", "in Chinese"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report")
    if request.param in ("by hand", "in Chinese"):  # it holds every picture, those of --deep too
        say = words("zh" if request.param == "in Chinese" else "en")
        page = render(said(hand_made(), say), "title: by hand", say=say)
        (out / "report.html").write_text(page, encoding="utf-8")
    elif request.param in DOORS:
        outlay.init(request.param, out.parent / f"{request.param}.yaml")
        outlay.plan(out.parent / f"{request.param}.yaml").save(out)
    else:
        return written(STUDIES[request.param], tmp_path_factory) / "report.html"
    return out / "report.html"


def test_pictures_can_be_read_wherever_they_are_shown(chromium: Browser, report: Path) -> None:
    faults = {}
    with chromium.page(report) as page:
        page.run(UNFOLD)
        for width in WIDTHS:
            for dark in (False, True):
                page.show(width, dark=dark)
                faults[f"{width} px, {'dark' if dark else 'light'}"] = page.run(MEASURE)
        page.show(794, media="print")  # A4 at 96 dpi
        faults["in print"] = page.run(MEASURE)
    assert not {k: v for k, v in faults.items() if v}


BAD = """<!doctype html><meta charset="utf-8">
<style>body { margin: 0 } figure { margin: 0 } svg { width: 100% }</style>
<figure id="bad"><svg viewBox="0 0 100 50"><rect width="100" height="50" fill="#fff"/>
<text x="10" y="20" font-size="12">one</text><text x="12" y="22" font-size="12">two</text>
<text x="90" y="40" font-size="12" fill="#000">outside</text>
<text x="10" y="40" font-size="12" fill="#ddd">pale</text>
<text x="60" y="10" font-size="1">small</text>"""


def test_the_measure_sees_what_is_wrong(chromium: Browser, tmp_path: Path) -> None:
    marks = "".join(f'<circle cx="50" cy="30" r="1" fill="rgb({25 * i},0,200)"/>' for i in range(9))
    bad = tmp_path / "bad.html"
    bad.write_text(BAD + marks + "</svg></figure>", encoding="utf-8")
    with chromium.page(bad) as page:
        page.show(390)
        found = page.run(MEASURE)
    assert found[:4] == [
        'bad: "two" lies on "one"',
        'bad: "outside" leaves the frame',
        'bad: "pale" has a contrast of 1.4',
        'bad: "small" is 3.9 px high',
    ]
    assert found[-1] == "bad: 9 colours"


def test_pictures_take_the_tones_of_a_dark_page(chromium: Browser, tmp_path: Path) -> None:
    plan = said(hand_made())
    page_file = tmp_path / "report.html"
    page_file.write_text(render(plan, "title: by hand"), encoding="utf-8")
    ink = "getComputedStyle(document.querySelector('figure svg text')).fill"
    ground = "getComputedStyle(document.querySelector('figure svg rect')).fill"
    body = "getComputedStyle(document.body).backgroundColor"
    with chromium.page(page_file) as page:
        page.show(1280, dark=False)
        light = [page.run(x) for x in (ink, ground, body)]
        page.show(1280, dark=True)
        dark = [page.run(x) for x in (ink, ground, body)]
    assert light[1] == light[2] == "rgb(255, 255, 255)"
    assert dark[1] == dark[2] != light[2]
    assert dark[0] != light[0]
