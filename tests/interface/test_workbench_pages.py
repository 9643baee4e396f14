"""Pages of kept plans in a real browser: what they show, by pointer, by keyboard, on a telephone.

One server with two kept plans of the small study; no page may ask another host, fail in a script or
be stopped by its policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import outlay
from outlay.api.plans.plan import Planned
from outlay.report.words.of_plan import words_of
from outlay.report.write import LATER, answer_files
from outlay.results.plans.plan import Plan
from outlay.runs.documents.calculation import FILE as CALCULATION
from outlay.runs.documents.calculation import calculation_of
from outlay.runs.folder.commit import run_folder
from outlay.store.opened import open_store
from outlay.workbench.parts.tables import branches
from support.small import SMALL
from support.workbench import AXE, Desk, desk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CHEAPER = "supply.ascend-910c.price=150_000 CNY"
PAGES = (
    "tree", "sites", "money", "evidence", "runs", "report", "compare", "catalogue", "trail",
    "sweeps",
)  # fmt: skip


class Room:
    """The server, the plans that it keeps, and the addresses of its pages."""

    def __init__(self, desk: Desk, plan: Plan, runs: tuple[str, str]) -> None:
        self.desk, self.plan, self.runs = desk, plan, runs
        self.study = desk.home.partition("/#/s/")[2].partition("/")[0]

    def place(self, page: str, about: str = "") -> str:
        run, other = self.runs
        if page in ("tree", "sites", "money"):
            return f"/s/{self.study}/{page}?run={run}" + (f"&about={about}" if about else "")
        if page in ("evidence", "sweeps"):
            return f"/s/{self.study}/{page}"
        return {
            "report": f"/runs?run={run}",
            "compare": f"/compare?about={run}..{other}",
        }.get(page, f"/{page}" + (f"?about={about}" if about else ""))


def answered(plan: Planned, folder: Path) -> None:
    """The folder of a run that has its answer and, as where a disk was full, no report."""
    made = calculation_of(plan.run.accounts.accounts, plan.record.result_hash)
    with run_folder(folder) as home:
        home.answer({**answer_files(plan, plan.run.loaded), CALCULATION: made.to_bytes()}, LATER)
        home.settle(dict.fromkeys(LATER, "not asked for"))


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    home = tmp_path_factory.mktemp("workbench")
    store = open_store(str(home / "store.db"))
    me = store.first_admin("Ada")
    kept: list[str] = []
    plans = [outlay.plan(SMALL, quick=True, overrides=o) for o in ((), (CHEAPER,))]
    plans[0].save(home / "run0")
    answered(plans[1], home / "run1")
    for k in range(2):
        kept.append(store.import_run(me, home / f"run{k}").id)
    store.close()
    with desk(SMALL, home) as found:
        yield Room(found, plans[0], (kept[0], kept[1]))


@pytest.fixture(autouse=True)
def nobody_else(room: Room) -> Iterator[None]:
    """No test's page asks another host, fails in a script or is stopped by its policy."""
    yield
    assert room.desk.outside == []
    assert room.desk.wrong == []


def there(page: Page) -> None:
    """Until the page shows what it asked the server for."""
    page.wait_for_selector("main .fragment > *, main table.list, main .card, main .sweep-form")
    page.wait_for_function("() => !document.querySelector('main .waiting')")


def tip(page: Page) -> str:
    page.wait_for_selector(".tip")
    return page.inner_text(".tip")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_telephone_and_serves_who_does_not_see(room: Room, name: str) -> None:
    """At 390 px nothing is wider than the screen; axe finds nothing, in light and in dark."""
    with room.desk.page(room.place(name), viewport={"width": 390, "height": 800}) as page:
        there(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        if not AXE.is_file():
            pytest.skip("axe-core is not installed: make deps")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.evaluate(AXE.read_text(encoding="utf-8"))
        for scheme, rules in (("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")):
            page.emulate_media(color_scheme=scheme)
            told = "r => r.violations.map(v => [v.id, v.nodes[0].html])"
            assert page.evaluate(f"axe.run('main', {rules}).then({told})") == []


def test_every_number_is_told_and_explained_by_the_keyboard_alone(room: Room) -> None:
    """A table is one stop; arrows move in it; Enter opens where a number comes from, down to the
    study, and Escape gives the focus back."""
    with room.desk.page(room.place("money")) as page:
        there(page)
        table = "main .fragment table:has(td[data-why])"
        assert page.locator(f"{table} >> nth=0 >> td[tabindex='0']").count() == 1
        page.focus(f"{table} td[tabindex='0']")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("End")
        seen = tip(page)
        row = page.evaluate("document.activeElement.closest('tr').cells[0].textContent.trim()")
        assert row in seen
        assert page.evaluate("document.activeElement.textContent.trim()") in seen
        page.focus(f"{table} td[data-why]")
        path = page.evaluate("document.activeElement.dataset.why")
        page.keyboard.press("Enter")
        page.wait_for_selector(".why-panel .why")
        assert path.split(".")[0] in page.inner_text(".why-panel code")
        page.click(".why-panel .why button >> nth=0")
        page.wait_for_function("p => document.querySelector('.why-panel code').textContent != p",
                               arg=path)  # fmt: skip
        page.keyboard.press("Escape")
        page.wait_for_selector(".why-panel", state="detached")
        assert page.evaluate("document.activeElement.dataset.why") == path


def test_a_mark_of_a_picture_says_its_label_by_pointer_and_by_keyboard(room: Room) -> None:
    with room.desk.page(room.place("money")) as page:
        there(page)
        mark = page.locator("main svg [data-mark]").first
        label = mark.get_attribute("aria-label")
        assert label
        assert re.search(r"\d", label)
        mark.hover()
        assert label in tip(page)
        page.mouse.move(0, 0)
        page.wait_for_selector(".tip", state="detached")
        mark.focus()
        page.keyboard.press("ArrowRight")
        second = page.locator("main svg").first.locator("[data-mark]").nth(1)
        assert second.get_attribute("aria-label") in tip(page)
        assert page.locator("main svg title").count() == 0  # no second box of the browser's own


def test_the_first_screen_of_a_kept_plan_is_the_reports(room: Room) -> None:
    """Its numbers stand there; its bars are as long as the server said, laid by script, as styles
    in the markup are forbidden."""
    say = words_of(room.plan)
    with room.desk.page(room.place("report")) as page:
        there(page)
        text = page.inner_text("main .first")
        for order in room.plan.orders_now:
            assert say.called(order.offer) in text
        for year in room.plan.capex_by_year:
            assert say.money(room.plan.capex(year)) in text
        drawn_now = "document.querySelector('.bar i[data-width]').parentNode.clientWidth > 0"
        page.wait_for_function(drawn_now)  # the style sheet may come after the piece
        found: list[list[float]] = page.evaluate("""
            [...document.querySelectorAll('.bar i[data-width]')].map(i => [
              Number(i.dataset.width), 100 * i.clientWidth / i.parentNode.clientWidth])""")
        assert any(told > 0 for told, _ in found)
        for told, drawn in found:
            assert drawn == pytest.approx(told, abs=0.6)


def test_a_branch_of_the_tree_is_picked_and_stands_in_the_address(room: Room) -> None:
    known = tuple(branches(room.plan))
    say = words_of(room.plan)
    with room.desk.page(room.place("tree")) as page:
        there(page)
        everywhere = page.locator("main table >> nth=-1 >> tbody tr").count()
        page.select_option("select[data-pick=branch]", known[1])
        page.wait_for_function("t => document.querySelector('main .answer').innerText.includes(t)",
                               arg=say.branch(known[1]))  # fmt: skip
        fewer = page.locator("main table >> nth=-1 >> tbody tr").count()
        link = page.url
        assert 0 < fewer < everywhere
    with room.desk.page(link) as page:
        there(page)
        assert page.input_value("select[data-pick=branch]") == known[1]
        assert page.locator("main table >> nth=-1 >> tbody tr").count() == fewer


def test_kept_plans_are_named_downloaded_and_compared(room: Room) -> None:
    """A name stays; every file is there whole; two that are chosen are laid side by side."""
    with room.desk.page("/runs") as page:
        there(page)
        page.fill(".card.run input:not([type=checkbox]) >> nth=0", "Cheap domestic chips")
        page.press(".card.run input:not([type=checkbox]) >> nth=0", "Enter")
        page.wait_for_load_state("networkidle")
        page.reload()
        there(page)
        names = [page.input_value(f".name-form input >> nth={k}") for k in (0, 1)]
        assert sorted(names) == ["", "Cheap domestic chips"]
        page.click(".card.run >> nth=1 >> button:has-text('Files')")  # the older, kept whole
        page.wait_for_selector(".files-of a")
        listed = page.locator(".files-of a").all_inner_texts()
        assert {"result.json", "inputs/study.yaml", "memo.pdf", "report.html"} <= set(listed)
        with page.expect_download() as found:
            page.click(".files-of a:text-is('result.json')")
        assert Path(found.value.path()).stat().st_size > 10_000
        for box in page.locator(".card.run > input[type=checkbox]").all():
            box.check()
        page.click("button:has-text('Compare the two')")
        page.wait_for_selector("main .fragment svg")
        steps = page.locator("main .fragment table tbody tr td:last-child").all_inner_texts()
        assert len(steps) > 2
        assert "Cheap domestic chips" in page.inner_text(".pair")


def test_a_plan_that_is_taken_out_and_brought_in_is_the_same_plan(
    room: Room, tmp_path: Path
) -> None:
    with room.desk.page("/runs") as page:
        there(page)
        before = page.locator(".card.run").count()
        with page.expect_download() as found:
            page.click(".card.run >> nth=0 >> a:has-text('zip')")
        zipped = tmp_path / "run.zip"
        found.value.save_as(zipped)
        page.set_input_files("input[type=file]", zipped)
        page.wait_for_function("() => !document.querySelector('input[type=file]').disabled")
        there(page)
        assert page.locator(".card.run").count() == before  # it is kept once
        broken = tmp_path / "broken.zip"
        broken.write_bytes(zipped.read_bytes()[:-200])
        page.set_input_files("input[type=file]", broken)
        page.wait_for_selector("main [role=alert]")
        assert page.locator(".card.run").count() == before


def test_the_catalogue_is_searched_and_an_entry_has_the_source_of_each_number(room: Room) -> None:
    with room.desk.page("/catalogue") as page:
        there(page)
        page.fill("input[type=search]", "ascend")
        page.wait_for_function("() => document.querySelectorAll('main tbody tr').length < 20")
        assert all("scend" in t for t in page.locator("main tbody tr").all_inner_texts())
        page.click(".entry >> nth=0")
        page.wait_for_function("() => document.querySelectorAll('main table').length == 3")
        assert "about=chips%2Fascend" in page.url
        link = page.url
        page.select_option("main select", "prices")
        page.wait_for_function("() => !document.querySelector('.entry')")
    with room.desk.page(link) as page:
        there(page)
        assert page.locator("main table").count() == 3


def test_the_trail_tells_who_did_what_newest_first(room: Room) -> None:
    with room.desk.page("/trail") as page:
        there(page)
        numbers = [int(t) for t in page.locator("td.n").all_inner_texts()]
        assert numbers == sorted(numbers, reverse=True)
        assert numbers[-1] == 1
        assert page.inner_text("main table").count("run.keep") >= 2


def test_the_numbers_of_a_study_stand_with_who_says_so(room: Room) -> None:
    with room.desk.page(room.place("evidence")) as page:
        there(page)
        page.wait_for_selector("table.list tbody tr")
        all_rows = page.locator("table.list tbody tr").count()
        page.fill("main input[type=search]", "ascend price")
        page.wait_for_function(
            f"() => document.querySelectorAll('table.list tbody tr').length < {all_rows}"
        )
        assert "190,000" in page.inner_text("table.list tbody")


def test_a_page_is_read_in_chinese(room: Room) -> None:
    given: Any = {"locale": "zh-CN"}
    with room.desk.page(room.place("compare"), **given) as page:
        there(page)
        assert page.inner_text("main .fragment h2 >> nth=0") == "现金步骤"
        page.goto(f"{room.desk.address}/#{room.place('sites')}")
        page.wait_for_selector("main .fragment h2:text-is('场地与兆瓦')")


def test_a_sweep_that_means_nothing_is_refused_by_name_and_begins_nothing(room: Room) -> None:
    """What is wrong is said with its place and the nearest name; an input is added by its list."""
    with room.desk.page(room.place("sweeps")) as page:
        page.wait_for_selector(".sweep-form option:nth-child(2)", state="attached")
        page.select_option(".sweep-form select", "supply.ascend-910c.price")
        text = page.input_value("#vary")
        assert re.fullmatch(r"supply\.ascend-910c\.price=[\d.e+]+\.\.[\d.e+]+ CNY:5", text)
        page.fill("#vary", text.replace("price", "prise"))
        page.click(".sweep-form button[type=submit]")
        page.wait_for_selector(".sweep-form [role=alert]")
        assert "price" in page.inner_text(".sweep-form [role=alert]")
        assert page.locator(".cards .card").count() == 0
