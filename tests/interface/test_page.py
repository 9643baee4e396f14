"""The page in a real browser: its first screen, what is folded, on paper, narrow, dark, for all.

Three examples stand for three askers: a board, a founder, a laboratory. What a page shows is read
from the page as it is laid out; the numbers it should show come from the plan.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from outlay.report.page.laid import MOST_ROWS
from support.browser import Browser, Page, browser
from support.planned import written

ROOT = Path(__file__).parents[2]
AXE = ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
EXAMPLES = ("bytedance-2026", "gpu-cloud-founder", "lab-training")
WIDTHS = (390, 768, 1280)
LARGEST = 600_000
"""Bytes of the reference's report."""
MOST_PAGES = 12
"""Sheets of paper that the reference takes."""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module", params=EXAMPLES)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of each example, as `outlay plan` writes it."""
    return written(study_of(request.param), tmp_path_factory) / "report.html"


def study_of(example: str) -> Path:
    return ROOT / "examples" / example / "study.yaml"


@pytest.fixture
def page(report: Path, chromium: Browser) -> Iterator[Page]:
    with chromium.page(report) as found:
        yield found


def texts(page: Page, selector: str) -> list[str]:
    found: list[str] = page.run(
        f"[...document.querySelectorAll({json.dumps(selector)})].filter(e => e.checkVisibility())"
        ".map(e => e.innerText.trim())"
    )
    return found


# The first screen.


def test_the_decision_is_the_first_screen(page: Page) -> None:
    """Boxes in the order of a decision, all of them seen at 1280 × 800 without scrolling."""
    order = [x.split(":")[0] for x in texts(page, ".box > h2")]
    assert order == [
        "Decide now", "Wait for", "What it costs, what it earns", "What is served",
        "What binds, what would change it",
    ]  # fmt: skip
    page.show(1280, 800)
    ends = page.run("""
        [...document.querySelectorAll('.box, .care')].map(e => e.getBoundingClientRect())
          .map(r => [r.right, r.bottom])""")
    assert max(x for x, _ in ends) <= 1280
    assert max(y for _, y in ends) <= 800


def test_a_narrow_screen_keeps_the_order_of_a_decision(page: Page) -> None:
    page.show(390)
    tops = page.run("""
        Object.fromEntries([...document.querySelectorAll('.box, .care')]
          .map(e => [e.className.replace('box ', ''), e.getBoundingClientRect().top]))""")
    assert sorted(tops, key=lambda k: tops[k]) == [
        "decide", "money", "served", "wait", "binds", "care",
    ]  # fmt: skip


def facts(report: Path) -> dict[str, Any]:
    """The plan's own numbers, as its document has them."""
    found: dict[str, Any] = json.loads((report.parent / "result.json").read_text(encoding="utf-8"))
    return found


def test_money_is_drawn_beside_what_is_authorised(report: Path, page: Page) -> None:
    """Of every year: what the plan decides, then what is due outside it, against the mark."""
    plan = facts(report)
    decided = {r["year"]: r["decided"] for r in plan["lines"]["perimeter"] if r["kind"] == "capex"}
    whole = {year: sum(kinds.values()) for year, kinds in plan["capex_by_year"].items()}
    limits = {b["year"]: b["amount"] for b in plan["budgets"] if b["kind"] == "capex"}
    drawn = page.run("""
        [...document.querySelectorAll('.money .bars > div')].map(row => {
          const at = row.querySelector('.bar').getBoundingClientRect().left;
          return [row.firstElementChild.textContent,
                  ...[...row.querySelectorAll('.bar i')].map(e => e.getBoundingClientRect().width),
                  (row.querySelector('.bar u')?.getBoundingClientRect().left ?? at) - at];
        })""")
    assert [row[0].partition(" (")[0] for row in drawn] == list(whole)
    unit = max([*whole.values(), *limits.values()]) / max(
        max(a + b, mark) for _, a, b, mark in drawn
    )
    seen = pytest.approx
    for name, ours, outside, mark in drawn:
        year = name.partition(" (")[0]  # it may say how many months it has
        assert ours * unit == seen(decided[year], abs=unit)
        assert outside * unit == seen(whole[year] - decided[year], abs=unit)
        assert mark * unit == seen(limits.get(year, 0.0), abs=unit)


def test_what_is_served_is_drawn_as_long_as_it_is(report: Path, page: Page) -> None:
    """Expected share, and a mark where a branch serves less, in per cent of the bar's box."""
    rows = sorted(facts(report)["lines"]["served"], key=lambda r: (r["least"], r["expected"]))
    drawn = page.run("""
        [...document.querySelectorAll('.served .bars > div')].map(row => {
          const box = row.querySelector('.bar').getBoundingClientRect();
          const mark = row.querySelector('.bar u')?.getBoundingClientRect().left ?? box.right;
          return [row.querySelector('.bar i').getBoundingClientRect().width / box.width,
                  (mark - box.left) / box.width];
        })""")
    assert drawn
    for row, (expected, least) in zip(rows, drawn, strict=False):
        assert expected == pytest.approx(row["expected"], abs=0.01)
        assert least == pytest.approx(row["least"], abs=0.01)


# What is folded.


def test_a_question_shows_one_picture_and_twelve_rows(page: Page) -> None:
    seen = page.run("""
        [...document.querySelectorAll('section.question')].map(s => {
          const open = e => e.checkVisibility() && !e.closest('details:not([open])');
          return [s.id, [...s.querySelectorAll('figure')].filter(open).length,
                  [...s.querySelectorAll('table')].filter(open).length,
                  [...s.querySelectorAll('tbody tr')].filter(open).length];
        })""")
    assert seen
    for name, pictures, tables, rows in seen:
        assert pictures <= 1, name
        assert tables <= 1, name
        assert rows <= MOST_ROWS, name


def test_no_row_is_lost_behind_the_fold(report: Path, page: Page) -> None:
    """Rows of a cut table and of what is folded behind it are all its rows, each once."""
    cut = page.run("""
        [...document.querySelectorAll('details.rest')].map(d => [
          d.previousElementSibling.innerText || d.previousElementSibling.textContent,
          d.parentElement.querySelectorAll(':scope > .scroll tbody tr').length,
          d.querySelectorAll('tbody tr').length, d.querySelector('summary').textContent])""")
    for said_of, shown, rest, summary in cut:
        assert shown == MOST_ROWS
        assert f"{shown} of {shown + rest} rows" in said_of
        assert summary == (f"The other {rest} rows" if rest > 1 else "The other row")


def test_what_is_folded_opens_without_a_script(page: Page) -> None:
    assert page.run("document.scripts.length") == 0
    page.run(
        "document.querySelectorAll('details').forEach(d => d.querySelector('summary').click())"
    )
    closed = page.run("document.querySelectorAll('details:not([open])').length")
    assert closed == 0
    assert page.run("[...document.querySelectorAll('td')].every(e => e.checkVisibility())")


def test_why_is_told_to_whoever_points_or_tabs(page: Page) -> None:
    """How a number is worked out shows when its cell has the focus; no script is needed."""
    page.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    whys = page.run("""
        [...document.querySelectorAll('td[data-how]')].slice(0, 5).map(e => {
          e.focus();
          return [e.dataset.how, getComputedStyle(e, '::after').content,
                  document.activeElement == e]; })""")
    assert whys
    for how, shown, focused in whys:
        assert focused
        assert how
        assert json.loads(shown) == how


def test_nothing_is_loaded_from_elsewhere(page: Page) -> None:
    assert page.run("performance.getEntriesByType('resource').length") == 0


def test_each_picture_lies_beside_the_page_with_its_numbers(report: Path, page: Page) -> None:
    links = page.run("""
        [...document.querySelectorAll('figure')].map(f =>
          [...f.querySelectorAll('.files a')].map(a => a.getAttribute('href')))""")
    assert links
    for csv, png in links:
        assert (report.parent / csv).read_text(encoding="utf-8").count("\n") > 1, csv
        assert (report.parent / png).read_bytes().startswith(b"\x89PNG"), png
        assert csv.removesuffix(".csv") == png.removesuffix(".png")
    assert len({csv for csv, _ in links}) == len(links)


# Every width, light and dark.


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(page: Page, width: int) -> None:
    """Folded or unfolded."""
    page.show(width)
    wide = "[document.scrollingElement.scrollWidth, innerWidth]"
    found, room = page.run(wide)
    assert found <= room
    page.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    found, room = page.run(wide)
    assert found <= room


def test_cards_on_a_telephone_keep_their_headings(page: Page) -> None:
    """A cell of a card says what it is: its column's heading, by a rule of its own."""
    page.show(390)
    told = page.run("""
        [...document.querySelectorAll('section.question > .scroll > table.wide')].map(t => {
          const heads = [...t.tHead.rows[0].cells].map(e => e.textContent.trim());
          const cells = [...t.querySelectorAll('tbody tr:first-child td')].slice(1);
          return [heads.slice(1), cells.map(e => getComputedStyle(e, '::before').content)];
        })""")
    for heads, cells in told:
        assert [json.loads(c) for c in cells] == [re.sub(r"\s+", " ", h) for h in heads]


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(page: Page, dark: bool) -> None:
    """Contrast of every text of the page itself; pictures have their own test."""
    page.show(1280, dark=dark)
    ground = page.run("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground))) < 200) == dark
    assert poor(page) == []


def poor(page: Page) -> list[Any]:
    found: list[Any] = page.run(r"""(() => {
      const lin = c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
      const rgb = s => s.match(/[\d.]+/g).map(Number);
      const light = s => rgb(s).slice(0, 3).map(lin)
        .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
      const ground = e => { for (; e; e = e.parentElement) {
        const c = getComputedStyle(e).backgroundColor; if ((rgb(c)[3] ?? 1) > 0) return c; }
        return 'rgb(255,255,255)'; };
      const out = [];
      for (const e of document.querySelectorAll('body *:not(svg):not(svg *)')) {
        if (![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
        if (!e.checkVisibility()) continue;
        const a = light(getComputedStyle(e).color), b = light(ground(e));
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (ratio < 4.5) out.push([e.tagName, e.textContent.slice(0, 40), ratio]);
      }
      return out; })()""")
    return found


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (768, True), (390, False)])
def test_axe_finds_no_serious_fault(page: Page, width: int, dark: bool) -> None:
    """With everything unfolded; of each table its first rows, as the others are built alike."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/browser")
    page.show(width, dark=dark)
    page.run("""
        document.querySelectorAll('details').forEach(d => d.open = true);
        document.querySelectorAll('tbody').forEach(b =>
          [...b.rows].slice(4).forEach(r => r.remove()))""")
    page.run(AXE.read_text(encoding="utf-8") + ";0")
    found = page.run("axe.run().then(r => r.violations.map(v => [v.impact, v.id, v.nodes.length, "
                     "v.nodes[0].html.slice(0, 200)]))")  # fmt: skip
    assert [v for v in found if v[0] in ("serious", "critical")] == []


# On paper.


@dataclass(frozen=True)
class Printed:
    """The page on paper: its sheets, the words on them, and how far these reach [pt]."""

    sheets: int
    words: Counter[str]
    left: float
    right: float
    width: float


def printed(page: Page, tmp_path: Path) -> Printed:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    page.show(1280, media="print")
    file = tmp_path / "page.pdf"
    file.write_bytes(page.pdf())
    command = ["pdftotext", "-bbox", str(file), "-"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    sheets = re.findall(r'<page width="([\d.]+)"', found)
    words = re.findall(r'<word xMin="([-\d.]+)".*? xMax="([-\d.]+)".*?>(.*?)</word>', found)
    return Printed(
        len(sheets),
        Counter(part for w in words for part in parts_of(unescape(w[2]))),
        min(float(w[0]) for w in words), max(float(w[1]) for w in words), float(sheets[0]),
    )  # fmt: skip


def parts_of(text: str) -> list[str]:
    """Words, cut where a line may break; Chinese ones aside, whose font a machine may lack."""
    return re.findall(r"[^\s\-/–\u2e80-\uffff]+", text)


MARGIN = 14 / 25.4 * 72
"""Of a sheet, left and right [pt]."""


def test_paper_takes_few_sheets_and_cuts_nothing(page: Page, tmp_path: Path) -> None:
    """Every word of every heading and cell that stands open is on paper, as often as it is shown,
    and within the margins."""
    found = printed(page, tmp_path)
    assert found.sheets <= MOST_PAGES
    shown = Counter(
        part
        for text in texts(page, "h1, h2, th, td, caption, .answer, .box li, .box p")
        for part in parts_of(text)
    )
    assert shown - found.words == Counter()
    assert found.left >= MARGIN - 0.5
    assert found.right <= found.width - MARGIN + 0.5
    page.show(round((found.width - 2 * MARGIN) / 72 * 96), media="print")
    assert page.run("document.scrollingElement.scrollWidth <= innerWidth")  # else it is shrunk


def test_a_caption_stands_on_the_sheet_of_its_picture(page: Page, tmp_path: Path) -> None:
    page.show(1280, media="print")
    rules = page.run(
        "[...document.querySelectorAll('figure')].map(e => getComputedStyle(e).breakInside)"
    )
    assert set(rules) <= {"avoid"}


# What the page is made of.


def test_the_reference_is_a_small_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = written(study_of("bytedance-2026"), tmp_path_factory)
    assert (folder / "report.html").stat().st_size <= LARGEST
