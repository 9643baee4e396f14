"""The workbench in a real browser: sliders, undo, links, keys, two people, small screens.

One server and one small study for all; each test has a window of its own, and none may ask another
host or break the page's policy.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.workbench import AXE, Desk, desk

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

EXAMPLE = Path(__file__).parents[2] / "examples" / "lab-training" / "study.yaml"
CAP = "supply.buy-b200.cap.2026-Q2"
PRICE = "supply.buy-b200.price"
HOSTILE = "<img src=x onerror=window.ran=1><script>window.ran=1</script>"
PAGES = ("studies", "decision", "inputs", "scenarios", "text")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small study with script in its names: whatever a test does, none of it may run."""
    text = EXAMPLE.read_text("utf-8")
    text = text.replace("title: A laboratory's training run", f"title: Lab {HOSTILE}")
    text = text.replace("title: B200 bought", f"title: B200 {HOSTILE}")
    path = tmp_path_factory.mktemp("study") / "study.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def room(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(study, tmp_path_factory.mktemp("workbench")) as found:
        with found.page(found.home) as page:
            settled(page)  # the study is solved once, for all tests
        yield found


@pytest.fixture(autouse=True)
def nobody_else(room: Desk) -> Iterator[None]:
    """No test's page asks another host, fails in a script or is stopped by its policy."""
    yield
    assert room.outside == []
    assert room.wrong == []


def settled(page: Page, state: str = "exact") -> str:
    """The cost as it is read, once the answer to what is laid now is there."""
    page.wait_for_function(
        """state => {
            const headline = document.querySelector(".headline");
            const asked = document.querySelector("main")?.dataset.question;
            return headline && asked === headline.dataset.answers
                && headline.querySelector(`[data-state=${state}]`) !== null;
        }""",
        arg=state,
    )
    return page.inner_text(".cost") if state == "exact" else ""


def slider(path: str) -> str:
    return f'input[type=range][data-path="{path}"]'


def box(path: str) -> str:
    return f'[id="v-{path}"]'


def typed(page: Page, path: str, text: str) -> None:
    page.fill(box(path), text)
    page.press(box(path), "Enter")


def laid(page: Page) -> list[str]:
    """The changes in the address."""
    return page.evaluate("new URLSearchParams(location.hash.split('?')[1] ?? '').getAll('set')")


def place(room: Desk, page: str, asked: str = "") -> str:
    """The address of a page of the study."""
    if page == "studies":
        return f"{room.address}/#/studies"
    return room.home.rpartition("/")[0] + f"/{page}" + (f"?{asked}" if asked else "")


# Moving things.


def test_a_moved_slider_gives_the_headline_of_its_change(room: Desk) -> None:
    """Its cost and its orders are those that the server gives to the change in the address."""
    with room.page(room.home) as page:
        before = settled(page)
        page.focus(slider(CAP))
        for _ in range(20):
            page.keyboard.press("ArrowLeft")
        after = settled(page)
        assert after != before
        [change] = laid(page)
        assert change.startswith(f"{CAP}=")
        page.keyboard.press("Control+z")  # a run of keys is one step
        assert laid(page) == []
        page.keyboard.press("Control+y")
        assert settled(page) == after
        rows = page.locator(".orders tbody tr").evaluate_all(
            "rows => rows.map(r => [r.cells[0].firstChild.textContent, r.cells[1].textContent,"
            " r.cells[2].textContent, r.classList.contains('changed')])"
        )
        said = page.request.get(f"{room.address}/api/v1{room.study}/live", params={
            "tab": "another", "set": change, "language": "en"}).text()  # fmt: skip
    *_, exact = (json.loads(x) for x in re.findall(r"^data: (.*headline.*)$", said, re.MULTILINE))
    assert exact["stage"] == "exact"
    assert after == exact["cost_shown"]
    assert rows == [
        [o["called"], o["shown"], o["shown_before"], o["changed"]] for o in exact["orders"]
    ]
    assert {o["changed"] for o in exact["orders"]} == {True, False}


def test_the_last_of_many_moves_is_answered(room: Desk) -> None:
    """A fast pull asks a few questions, not one a step; the answer is to where it ended."""
    with room.page(room.home) as page:
        settled(page)
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url) if "/live?" in r.url else None)
        page.evaluate(
            """async (path) => {
                const slider = document.querySelector(`input[type=range][data-path="${path}"]`);
                for (let n = 0; n < 60; n += 1) {
                    slider.value = Number(slider.max) - n;
                    slider.dispatchEvent(new Event("input", {bubbles: true}));
                    await new Promise((done) => setTimeout(done, 4));
                }
                slider.value = 0;
                slider.dispatchEvent(new Event("input", {bubbles: true}));
                slider.dispatchEvent(new Event("change", {bubbles: true}));
            }""",
            CAP,
        )
        cost = settled(page)
        assert laid(page) == [f"{CAP}=256 chip"]
        assert 1 <= len(asked) < 40
        assert f"{CAP}%3D256+chip" in asked[-1]
        assert page.inner_text("#n-changes") == "1 change"
        page.keyboard.press("Control+z")  # one pull is one step
        assert settled(page) != cost
        assert laid(page) == []


def test_any_changes_taken_back_give_the_page_from_before(room: Desk) -> None:
    """Random steps, undo to the first, redo to the last: address and answer are the same."""
    draw = random.Random(23)
    with room.page(room.home) as page:
        cost, address = settled(page), page.url
        for n in range(12):
            kind = draw.choice(("slide", "type", "type", "clear", "undo", "redo"))
            if kind == "slide":
                page.focus(slider(draw.choice((CAP, PRICE))))
                for _ in range(draw.randint(1, 4)):
                    page.keyboard.press(draw.choice(("ArrowLeft", "ArrowRight", "PageUp")))
            elif kind == "type":
                typed(page, PRICE, f"{draw.randint(37, 49)}k USD")
            elif kind == "clear" and page.is_enabled("#clear"):
                page.click("#clear")
            elif kind == "undo":
                page.keyboard.press("Control+z")
            elif n:
                page.keyboard.press("Control+Shift+z")
        page.evaluate("document.activeElement.blur()")
        settled(page)
        while page.is_enabled("#redo"):
            page.keyboard.press("Control+Shift+z")
        last, end = settled(page), page.url
        assert end != address
        while page.is_enabled("#undo"):
            page.keyboard.press("Control+z")
        assert (settled(page), page.url) == (cost, address)
        while page.is_enabled("#redo"):
            page.keyboard.press("Control+y")
        assert (settled(page), page.url) == (last, end)


def test_a_link_shows_another_what_one_sees(room: Desk) -> None:
    with room.page(room.home) as page:
        settled(page)
        typed(page, CAP, "300")
        typed(page, PRICE, "40k USD")
        cost, address = settled(page), page.url
        page.reload()
        assert settled(page) == cost
        page.click("#undo")  # the tab has kept its steps
        assert laid(page) == [f"{CAP}=300 chip"]
        page.keyboard.press("Control+Shift+z")
        assert settled(page) == cost
        assert page.url == address
    with room.page(address) as page:
        assert settled(page) == cost
        assert page.url == address
        assert page.input_value(box(CAP)) == "300 chips"
        assert page.input_value(box(PRICE)) == "$40,000"
        page.select_option("#currency", "EUR")
        assert settled(page).startswith("€")
        assert "EUR for one USD" in page.inner_text(".rate")
        page.wait_for_selector(".fragment >> text=money in EUR")
        euros = page.url
        assert "currency=EUR" in euros
        page.reload()
        assert settled(page).startswith("€")
        page.select_option("#currency", "USD")
        assert settled(page) == cost
        page.click("nav >> text=Inputs")
        page.wait_for_selector(".inputs.whole")
        assert laid(page) == [f"{CAP}=300 chip", f"{PRICE}=40k USD"]
        page.go_back()
        assert settled(page) == cost
        assert page.url == address
        typed(page, PRICE, "41k USD")
        page.click("nav >> text=Kept plans")
        page.click("nav >> text=←")  # back to the study as one left it
        settled(page)
        assert laid(page) == [f"{CAP}=300 chip", f"{PRICE}=41k USD"]
        page.click("#undo")
        assert settled(page) == cost


def test_the_first_screen_is_the_question_s_and_the_way_back_asks_nothing(room: Desk) -> None:
    """First screens that are numbered as they are asked for, laid under the page."""
    asked: list[str] = []

    def numbered(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(content_type="text/html", body=f"<p>screen {len(asked)}</p>")

    with room.page(place(room, "inputs")) as page:
        settled(page)
        page.route("**/first?*", numbered)
        typed(page, CAP, "300")
        page.click("nav >> text=Decision")
        page.wait_for_selector(".first:not(.stale) >> text=screen 1")
        typed(page, CAP, "301")
        page.wait_for_selector(".first:not(.stale) >> text=screen 2")
        page.click("#undo")
        page.wait_for_selector(".first:not(.stale) >> text=screen 1")
        assert len(asked) == 2
        assert f"{CAP}%3D301" in asked[1]


def test_what_cannot_be_planned_is_said_and_taken_back(room: Desk) -> None:
    with room.page(room.home) as page:
        cost = settled(page)
        typed(page, PRICE, "cheap")
        settled(page, "problem")
        said = page.inner_text(".problems")
        assert PRICE in said
        assert "cheap" in said
        assert "--set" not in said
        assert page.inner_text("#announced").startswith("No answer: ")
        page.keyboard.press("Control+z")
        assert settled(page) == cost


SAID = {"what": "no plan meets every limit", "where": "", "value": "", "allowed": "", "hint": ""}


def test_limits_that_stand_against_each_other_are_named(room: Desk) -> None:
    """An answer of the server's, laid under the page, since few studies have none."""
    limit = SAID | {"what": "power at Oslo", "value": "2.5 MW", "hint": "more from 2026-Q3"}
    told = json.dumps({"kind": "error", "errors": [SAID, limit]})
    with room.page(room.home) as page:
        settled(page)
        page.route("**/live?*", lambda route: route.fulfill(
            content_type="text/event-stream",
            body=f"event: begun\ndata: {{}}\n\nevent: problem\ndata: {told}\n\n",
        ))  # fmt: skip
        typed(page, CAP, "300")
        settled(page, "problem")
        said = page.inner_text(".problems")
        assert said.startswith("These limits cannot be met together")
        assert "power at Oslo" in said
        assert "more from 2026-Q3" in said


def test_a_first_answer_that_breaks_a_limit_says_no_more_than_its_least(room: Desk) -> None:
    with room.page(room.home) as page:
        settled(page)
        held = page.request.get(f"{room.address}/api/v1{room.study}/live?tab=other").text()
        coarse = json.loads(re.findall(r"^data: (.*headline.*)$", held, re.MULTILINE)[0])
        coarse |= {"stage": "coarse", "kept": False, "least_shown": "$12m", "cost_shown": "$13m"}
        page.route("**/live?*", lambda route: route.fulfill(
            content_type="text/event-stream",
            body=f"event: coarse\ndata: {json.dumps(coarse)}\n\nevent: progress\ndata: {{}}\n\n",
        ))  # fmt: skip
        typed(page, CAP, "300")
        page.wait_for_selector(".cost >> text=at least $12m")
        assert "$13m" not in page.inner_text(".figure")


def test_chances_stay_a_whole(room: Desk) -> None:
    path = "uncertainty.next-round.states"
    with room.page(place(room, "inputs")) as page:
        settled(page)
        typed(page, f"{path}.funded", "70 %")
        settled(page)
        assert laid(page) == [f"{path}.funded=0.7", f"{path}.flat=0.3"]
        page.click(f'[data-path="{path}.flat"] .reset')
        assert laid(page) == []


def test_a_server_that_is_gone_loses_nothing(room: Desk) -> None:
    with room.page(room.home) as page:
        cost = settled(page)
        page.route("**/live?*", lambda route: route.abort())
        typed(page, CAP, "300")
        settled(page, "gone")
        assert laid(page) == [f"{CAP}=300 chip"]
        page.unroute("**/live?*")
        assert settled(page) != cost


# For everybody.


def reached(page: Page, selector: str, most: int = 90, key: str = "Tab") -> None:
    """Go to something by the Tab key alone, and see there where one is."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert ring != "none"
            return
    raise AssertionError(f"{selector} is not reached by {key}")


def test_the_keyboard_alone_opens_a_study_moves_a_price_and_takes_it_back(room: Desk) -> None:
    with room.page("/studies") as page:
        page.wait_for_selector(".card a")
        reached(page, ".card a")
        page.keyboard.press("Enter")
        cost = settled(page)
        page.wait_for_selector(slider(CAP))
        reached(page, "#find")
        page.keyboard.type("b200 cap q2")
        reached(page, slider(CAP), most=12)
        page.keyboard.press("Home")
        assert settled(page) != cost
        said = page.get_attribute(slider(CAP), "aria-valuetext")
        assert said == "256 chips"
        page.keyboard.press("Control+z")
        assert settled(page) == cost
        reached(page, "#copy", most=40)
        reached(page, ".skip", most=40)
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "answer"


@pytest.mark.parametrize(
    ("width", "dark", "names"), [(390, True, PAGES), (1280, False, ("scenarios", "decision"))]
)
def test_pages_have_no_serious_fault_and_no_sideways_scroll(
    room: Desk, width: int, dark: bool, names: tuple[str, ...]
) -> None:
    """By axe, with the forms open, light and dark; a narrow screen scrolls down alone."""
    scheme = "dark" if dark else "light"
    given = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    wrong = []
    with room.page(room.home, bypass_csp=True, **given) as page:  # axe itself lays styles
        if AXE.is_file():
            page.evaluate(AXE.read_text(encoding="utf-8"))
        for name in names:
            page.goto(place(room, name, f"set={CAP}%3D300"))
            page.wait_for_selector({"studies": ".card", "text": "#study-text"}.get(name, ".cost"))
            if name == "scenarios":
                page.click("#new-scenario")
            if name not in ("studies", "text"):
                settled(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            if AXE.is_file():
                found = page.evaluate(
                    "axe.run().then(r => r.violations.map(v => [v.impact, v.id, v.nodes.length,"
                    " v.nodes[0].html.slice(0, 200)]))"
                )
                wrong += [(name, *v) for v in found if v[0] in ("serious", "critical")]
    assert wrong == []
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/browser")


def test_every_word_is_chinese_where_chinese_is_asked(room: Desk) -> None:
    with room.page(place(room, "decision", f"set={CAP}%3D300"), locale="en-GB") as page:
        settled(page)
        page.select_option(".language select", "zh")
        page.wait_for_selector(".cost")
        settled(page)
        assert page.evaluate("document.documentElement.lang") == "zh-Hans"
        said = page.inner_text(".orders tbody")
        assert "H200（预留）" in said  # as the plan's own sentences call it
        for part in ("nav a", "button:not(.fold):not(.reset)", ".state b", ".sentences li"):
            for text in page.locator(part).all_inner_texts():
                assert re.search("[\u4e00-\u9fff]", text), (part, text)
        typed(page, CAP, "310颗")  # as a box has it
        assert laid(page) == [f"{CAP}=310 chip"]
        assert page.input_value(box(CAP)) == "310颗"
        page.reload()
        page.wait_for_selector("nav a >> text=决策")


# Two people.


def test_two_people_write_one_study_and_no_change_is_lost(room: Desk, study: Path) -> None:
    with room.page("/studies") as page:  # a copy, so that other tests keep theirs
        page.wait_for_selector(".card")
        held = page.evaluate(
            """text => fetch("/api/v1/studies", {method: "POST", body: JSON.stringify({text}),
                headers: {"Content-Type": "application/json"}}).then(r => r.json())""",
            study.read_text("utf-8"),
        )
        text = f"/s/{held['id']}/text"
    with room.page(text) as ada, room.page(text) as bob:
        for page, word in ((ada, "from Ada"), (bob, "from Bob")):
            page.wait_for_selector("#study-text")
            whole = page.input_value("#study-text")
            page.fill("#study-text", whole.replace("seed: 70", f"seed: 70  # {word}"))
        ada.click("#save-study")
        ada.wait_for_selector("text=Saved as version 2.")
        bob.click("#save-study")
        bob.wait_for_selector(".conflict")
        said = bob.inner_text(".conflict")
        assert "version 2" in said
        assert "from Ada" in said
        assert "from Bob" in said
        assert "from Bob" in bob.input_value("#study-text")
        bob.click("#keep-mine")
        bob.wait_for_selector("text=Saved as version 3.")
        bob.click("text=version 2")
        bob.wait_for_selector("text=You look at version 2")
        assert "from Ada" in bob.input_value("#study-text")


def test_two_people_change_one_scenario(room: Desk) -> None:
    with room.page(place(room, "scenarios", f"set={CAP}%3D300")) as ada:
        settled(ada)
        ada.click("#new-scenario")
        ada.fill("#scenario-name", "fewer")
        ada.fill("#scenario-note", HOSTILE)
        for what, said in (("Source", HOSTILE), ("Date", "2026-11-30"), ("Approved by", "board")):
            ada.fill(f'[aria-label="{what}, row 1"]', said)
        ada.click("#save-scenario")
        ada.wait_for_selector(".card >> text=fewer")
        with room.page(place(room, "scenarios")) as bob:
            for page in (ada, bob):
                page.click('[aria-label="Edit: fewer"]')
                page.fill('[aria-label="Value, row 1"]', "310" if page is ada else "320")
            ada.click("#save-scenario")
            ada.wait_for_selector(".card >> text=version 2")
            bob.click("#save-scenario")
            bob.wait_for_selector(".conflict")
            assert "310" in bob.inner_text(".conflict")
            bob.click("#take-theirs")
            assert bob.input_value('[aria-label="Value, row 1"]') == "310"
            bob.click("#save-scenario")
            bob.wait_for_selector(".card >> text=version 3")
            bob.wait_for_selector("td.changed >> text=310")
            said = bob.inner_text(".side")
            assert "board" in said
            assert "2026-11-30" in said
            assert HOSTILE in said
            assert HOSTILE in bob.inner_text(".cards")
            bob.click('[aria-label="Use: fewer"]')
            settled(bob)
            assert "scenario=fewer" in bob.url
            assert bob.evaluate("window.ran") is None


def test_script_in_every_name_is_shown_and_runs_nothing(room: Desk) -> None:
    with room.page(place(room, "decision")) as page:
        settled(page)
        assert HOSTILE in page.inner_text("h1")
        assert HOSTILE in page.inner_text(".orders")
        assert HOSTILE in page.inner_text(".inputs")
        page.wait_for_selector(".fragment")
        assert HOSTILE in page.inner_text(".fragment")
        page.click("nav >> text=Studies")
        page.wait_for_selector(".card")
        assert HOSTILE in page.inner_text(".cards")
        assert HOSTILE in page.inner_text("nav")
        assert page.locator("img, #app script").count() == 0
        assert page.evaluate("window.ran") is None


def test_a_study_that_is_none_is_refused_in_the_users_words(
    room: Desk, study: Path, tmp_path: Path
) -> None:
    (tmp_path / "study.yaml").write_text("title: nothing\nhorizn: 3\n", "utf-8")
    (tmp_path / "notes.md").write_text("no study", "utf-8")
    with room.page("/studies") as page:
        page.set_input_files("#bring", tmp_path / "notes.md")
        page.wait_for_selector(".failed >> text=None of these files is a study")
        page.set_input_files("#bring", tmp_path / "study.yaml")
        page.wait_for_selector(".failed >> text=horizn")
        (tmp_path / "study.yaml").write_text(study.read_text("utf-8"), "utf-8")
        page.set_input_files("#bring", [tmp_path / "study.yaml", tmp_path / "notes.md"])
        page.wait_for_selector(".failed >> text=a file that the study does not name")
        page.route("**/live?*", lambda route: route.abort())
        page.click("#bring-named")
        page.wait_for_selector("#undo")


def test_a_template_is_begun(room: Desk) -> None:
    with room.page("/studies") as page:
        page.route("**/live?*", lambda route: route.abort())  # what it plans is another test's
        page.click("#begin-operator")
        page.wait_for_selector("#undo")
        assert page.inner_text("h1").startswith("Halls")


def test_keeping_a_plan_can_be_cancelled(room: Desk) -> None:
    with room.page(place(room, "decision", f"set={CAP}%3D299")) as page:
        settled(page)
        page.click("#keep")
        page.click(".job button >> text=Cancel")
        page.wait_for_selector(".job-cancelled")
