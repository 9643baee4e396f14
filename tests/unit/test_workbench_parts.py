"""Parts of a plan as pieces of HTML: inert, whole, and in the numbers of the report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

import outlay
from outlay.core.errors import DrawingError, UnknownNameError
from outlay.core.quantities.formats import format_number
from outlay.report.html import render
from outlay.report.pieces import Pieces, look
from outlay.report.words.language import words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.results.comparison import Step
from outlay.results.plans.plan import Plan
from outlay.runs.documents.compare import compare_results
from outlay.runs.documents.explain import explain
from outlay.runs.documents.finished import Run
from outlay.runs.documents.folder import given_by
from outlay.runs.pipeline.execute import Options
from outlay.runs.run import run_study
from outlay.study.reading.loader import load_mapping
from outlay.workbench.parts.catalogued import catalogued
from outlay.workbench.parts.compared import compared
from outlay.workbench.parts.kept import Shelf
from outlay.workbench.parts.plan import documents, fragment, parts_of
from outlay.workbench.parts.tables import branches, nodes_of, states_of
from support.small import SMALL, small_run

RUN = "/files/"
VOID = {"br", "hr", "img", "input", "link", "meta"}
OPTIONAL = {"li", "p", "td", "th", "tr", "tbody", "thead", "option"}
"""Elements whose end HTML does not ask for."""
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)>"\' style="color:red'


class Markup(HTMLParser):
    """What a piece of HTML holds: elements, attributes, texts; how it is nested."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID and tag not in OPTIONAL:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if tag not in OPTIONAL and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def drawn(spec: Any) -> str:
    """In place of a drawing, which takes a process of its own: its marks as they are drawn."""
    rows = [r for one in spec.get("layer", [spec]) for r in one["data"].get("values", ())]
    said = [escape(str(r["label"])) for r in rows if r.get("label")]
    marks = "".join(f'<path d="M0,0h1"><title>{label}</title></path>' for label in said)
    return f'<svg role="img" aria-label="a picture" class="marks">{marks}</svg>'


def result(run: Run) -> Plan:
    assert run.result is not None
    return said(run.result)


def made(plan: Plan, loaded: Any = None, **asked: Any) -> Iterator[tuple[str, str]]:
    for part in parts_of(plan):
        yield part, shown(plan, part, loaded=loaded, **asked)


def shown(
    plan: Plan, part: str, language: str = "", *, loaded: Any = None, files: str | None = RUN,
    draw: Any = drawn, **asked: Any,
) -> str:  # fmt: skip
    return fragment(plan, loaded, part, language, files=files, draw=draw, **asked)


def inert(text: str) -> Markup:
    """The piece as it is read: nothing in it runs, is styled or is fetched from elsewhere."""
    found = Markup(text)
    assert not found.wrong
    assert not found.open
    assert not found.tags & {"script", "style", "link", "iframe", "object", "base", "form", "img"}
    for name, value in found.attributes:
        assert name != "style"
        assert not name.startswith("on")
        if name in ("href", "src", "xlink:href"):
            assert value.startswith(("#", "/files/"))
    return found


@cache
def hostile(folder: Path) -> Run:
    """The small study with markup wherever a user writes text, planned."""
    study = yaml.safe_load(SMALL.read_text(encoding="utf-8"))
    study["title"] = HOSTILE
    for section in ("services", "fleet", "supply", "sites", "uncertainty"):
        for name, thing in study[section].items():
            thing["title"] = f"{HOSTILE}{name}"
    text = f"Acme {HOSTILE} will spend $5 billion in 2026. Acme will spend $7 billion in 2026.\n"
    (folder / "a.md").write_text(text, encoding="utf-8")
    study["sources"] = {
        "said": {"title": HOSTILE, "quote": HOSTILE, "publisher": HOSTILE, "document": "a.md",
                 "date": "2025-12-01", "grade": "reported", "url": "https://example.org/?a"},
    }  # fmt: skip
    study["supply"]["ascend-910c"]["price"] = {"value": "190_000 CNY", "source": "said"}
    study["supply"]["rent-h20"]["rent"] = {"value": "6.5 CNY/chip-hour", "note": HOSTILE}
    return run_study(load_mapping(study, folder), Options(worlds=0, values=False))


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return hostile(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_part_is_whole_and_inert(language: str) -> None:
    run = small_run()
    for part, text in made(result(run), run.loaded, language=language):
        assert inert(text).texts, part


def test_markup_in_every_name_of_a_study_stays_text(bad: Run) -> None:
    """Titles, names, notes, sources, quotes and the words of a document are read as text."""
    plan, seen = result(bad), set[str]()
    for part, text in made(plan, bad.loaded):
        if HOSTILE in " ".join(inert(text).texts):
            seen.add(part)
    assert {"first", "tree", "sites", "money", "evidence", "assumptions", "decision"} <= seen
    say = words_of(plan)
    for path in ("supply.ascend-910c.price", "supply.rent-h20.rent", "supply.rent-h20"):
        why = inert(Pieces(plan, say).why(explain(bad.loaded, path)))
        assert HOSTILE in " ".join(why.texts)
    other = replace(plan, title=f"{HOSTILE} too")
    assert HOSTILE in " ".join(inert(compared(compare_results(plan, other), words(), drawn)).texts)


def test_the_numbers_are_those_of_the_report(bad: Run) -> None:
    """Every table of the report is among the parts, cell by cell."""
    run = small_run()
    plan = result(run)
    page = render(plan, run.loaded.source.text, draw=drawn)
    whole = shown(plan, "report", loaded=run.loaded)

    def tables(text: str) -> list[str]:
        found = re.findall(r"<caption>(.*?)</caption>.*?<tbody>(.*?)</tbody>", text, re.S)
        return [re.sub(r' data-why="[^"]*"', "", f"{c}{b}") for c, b in found]

    assert set(tables(page)) == set(tables(whole))
    for box in re.findall(r'<section class="box.*?</section>', page, re.S):
        bare = re.sub(r' style="(\w+):([\d.]+)%"', r' data-\1="\2"', box)
        assert bare in re.sub(r' data-why="[^"]*"', "", whole)


def test_what_a_number_says_explains_it_does() -> None:
    """Each path in every part of a plan is one that can be explained."""
    run = small_run()
    given, seen = given_by(run), set[str]()
    for _, text in made(result(run)):
        seen |= {value for name, value in inert(text).attributes if name == "data-why"}
    assert {p.partition(".")[0] for p in seen} >= {
        "capex", "cash", "cost_per_mtok", "supply", "income",
    }  # fmt: skip
    for path in sorted(seen):
        assert explain(run.loaded, path, given=given).name


def test_the_value_beside_a_path_is_the_one_that_is_explained() -> None:
    run = small_run()
    plan, given = result(run), given_by(run)
    say, screen = words_of(plan), shown(plan, "first")
    for path in [f"capex.{y}" for y in plan.capex_by_year] + ["cash"]:
        found = explain(run.loaded, path, given=given)
        assert f'data-why="{path}">{say.money(found.value or 0.0)}</b>' in screen
    later = replace(plan, capex_by_year={**plan.capex_by_year, "2031": {"processors": 4.2e9}})
    amount = words_of(later).money(4.2e9)
    assert f'data-why="capex.2031">{amount}</b>' in shown(later, "first")
    costs = shown(plan, "money")
    for u in plan.accounts.unit_costs:
        assert f'data-why="{u.path}">' in costs
        assert f'data-why="{u.path}_direct">' in costs
    year = next(iter(plan.capex_by_year))
    doc = explain(run.loaded, f"capex.{year}", given=given)
    assert doc.value == pytest.approx(plan.capex(year))
    for u in plan.accounts.unit_costs:
        for path, ours in ((u.kind, u.full), (f"{u.kind}_direct", u.direct)):
            found = explain(run.loaded, f"cost_per_mtok.{u.service}.{path}", given=given)
            assert found.value == pytest.approx(ours)
    for row, line in plan.accounts.income.items():
        if line.moves:
            found = explain(run.loaded, f"{row}.{year}", given=given)
            assert found.value == pytest.approx(line.by_year[year])


def test_a_mark_says_the_value_that_explains_it() -> None:
    """Of a million tokens its cost; the marks of a year's money name the year that is explained."""
    run = small_run()
    plan, given = result(run), given_by(run)
    found = [
        (path, unescape(label))
        for path, label in re.findall(
            r'<path d="M0,0h1" data-why="([^"]*)"><title>([^<]*)</title>', shown(plan, "money")
        )
    ]
    assert {p.partition(".")[0] for p, _ in found} == {"capex", "cost_per_mtok"}
    for path, label in found:
        value = explain(run.loaded, path, given=given).value or 0.0
        if path.startswith("capex."):
            assert label.startswith(path.partition(".")[2])
        else:
            assert format_number(value) in label or format_number(value, 4) in label
    assert "data-why" not in shown(plan, "money", files=None)


def test_an_explanation_goes_on_from_each_of_its_lines() -> None:
    run = small_run()
    plan, given = result(run), given_by(run)
    pieces, left, seen = Pieces(plan, words_of(plan)), ["expected_cost", "capex.2026"], set[str]()
    while left and len(seen) < 40:
        path = left.pop()
        seen.add(path)
        text = inert(pieces.why(explain(run.loaded, path, given=given)))
        found = {value for name, value in text.attributes if name == "data-why"}
        left += sorted(found - seen - set(left))
    assert len(seen) > 10


def test_without_a_run_nothing_asks_for_what_only_a_run_has() -> None:
    for _, text in made(result(small_run()), files=None):
        names = {name for name, _ in inert(text).attributes}
        assert not names & {"data-why", "href"}


def test_a_branch_shows_the_orders_on_its_way_and_no_others() -> None:
    plan = result(small_run())
    known = tuple(branches(plan))
    assert {states_of(n) for n in plan.nodes if n.period == plan.periods[-1]} == set(known)
    assert nodes_of(plan, "") == nodes_of(plan, "no=such") == {n.id for n in plan.nodes}
    nodes = {n.id: n for n in plan.nodes}
    for branch in known:
        way = sorted((nodes[i] for i in nodes_of(plan, branch)), key=lambda n: n.period)
        assert [n.period for n in way] == list(plan.periods)
        assert [n.parent for n in way] == [-1, *(n.id for n in way[:-1])]
        assert states_of(way[-1]) == branch
    tree = shown(plan, "tree", branch=known[0])
    assert f'<option value="{known[0]}" selected>' in tree
    away = {o.branch for o in plan.orders if o.node not in nodes_of(plan, known[0])}
    say, table = words_of(plan), tree[tree.rindex("<caption>") :]
    assert away
    for branch in away - {o.branch for o in plan.orders if o.node in nodes_of(plan, known[0])}:
        assert f"<td>{say.branch(branch)}<" not in table


def test_the_sites_sum_to_the_megawatts_of_the_last_period() -> None:
    plan = result(small_run())
    last = [p for p in plan.power if p.period == plan.periods[-1]]
    say, text = words_of(plan), shown(plan, "sites")
    used, held = sum(p.used_mw for p in last), sum(p.energised_mw for p in last)
    assert f"use {say.power(used)} of {say.power(held)} held" in text
    assert "holds no power" in shown(replace(plan, power=()), "sites")


def test_a_picture_that_cannot_be_drawn_is_said_and_takes_nothing_with_it() -> None:
    def broken(_: Any) -> str:
        raise DrawingError("picture need", "no renderer")

    plan = result(small_run())
    text = shown(plan, "need", draw=broken)
    assert "could not be drawn" in text
    assert "<table" in text


def test_a_part_that_is_not_there_is_named_with_those_that_are() -> None:
    plan = result(small_run())
    with pytest.raises(UnknownNameError, match="tree"):
        shown(plan, "tre")
    with pytest.raises(UnknownNameError, match="en, zh"):
        shown(plan, "tree", "fr")


def test_the_steps_of_a_comparison_are_shown_and_sum() -> None:
    plan = result(small_run())
    changed = replace(
        plan,
        cost_parts=(*plan.cost_parts, replace(plan.cost_parts[0], entry="extra", value=5e9)),
    )
    found = compare_results(plan, changed)
    assert found.steps == (Step("extra", 5e9, True),)
    text = inert(compared(found, words(), drawn))
    assert any("5bn" in t for t in text.texts)


def test_the_catalogue_shows_a_table_or_one_entry_with_its_sources() -> None:
    whole = inert(catalogued(outlay.catalogue("chips"), words()))
    assert any("h200-sxm" in t for t in whole.texts)
    one = catalogued(outlay.catalogue("chips", "h200-sxm"), words())
    facts = outlay.catalogue("chips", "h200-sxm").facts
    assert facts
    for fact in facts:
        assert any(fact.source in t for t in inert(one).texts)
    assert "条" in catalogued(outlay.catalogue("prices", search="H200"), words("zh"))


def test_the_documents_of_a_study_stand_with_their_claims_underlined(bad: Run) -> None:
    text = documents(bad.loaded, words())
    assert "evidence-claim" in text
    assert HOSTILE in " ".join(inert(text).texts)
    assert "cites no document" in documents(small_run().loaded, words())


def test_the_style_of_a_part_touches_nothing_outside_it() -> None:
    """One rule with everything inside; no rule of the page's root is left."""
    css = look(".fragment")
    assert css.startswith(".fragment {")
    assert css.count("{") == css.count("}")
    assert ":root" not in css


def test_a_part_is_made_once_until_others_take_its_room() -> None:
    shelf, times = Shelf(most=10), list[str]()

    def make(name: str) -> str:
        return shelf.get(name, lambda: times.append(name) or name * 4)  # type: ignore[func-returns-value]

    assert [make(n) for n in ("a", "b", "a", "a")] == ["aaaa", "bbbb", "aaaa", "aaaa"]
    make("c")  # no room for three: b was used least lately
    for n in ("a", "c", "b"):
        make(n)
    assert times == ["a", "b", "c", "b"]
    assert shelf.get("long", lambda: "x" * 99) == "x" * 99  # shown, though it is not kept
