"""The workbook recalculates to the accounts: in our own reader, and in LibreOffice."""

from __future__ import annotations

import io
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from outlay.finance import Accounts, account
from outlay.report.words.language import words
from outlay.report.workbook.content import Content, Ordered
from outlay.report.workbook.make import workbook_bytes
from outlay.report.workbook.written import Money, plain
from support.excel import Workbook
from support.finance_cases import random_flows, random_policy
from support.libreoffice import drop_cache, numbers, recalculate, worst_gap

HALF_A_CENT = 0.005
LINKED = ("Outputs", "Periods", "Inputs", "Calc", "Checks")
HEAD, PERIODS = 5, 3  # line of the heads of Inputs and Calc; column of the first period
RANDOM_PLANS = int(os.environ.get("OUTLAY_WORKBOOKS", "6"))  # 200 in the long run


def random_accounts(seed: int, paths: int | None = None) -> Accounts:
    rng = np.random.default_rng(seed)
    flows = random_flows(rng, int(rng.integers(1, 7)), paths or int(rng.integers(1, 4)))
    return account(flows, random_policy(rng))


def saved(a: Accounts, target: Path, **options: object) -> Path:
    target.write_bytes(workbook_bytes(a, **options))  # type: ignore[arg-type]
    return target


def cell_of(path: Path, name: str, column: int = 2) -> str:
    """The cell of a row in the value column (or another), by the row's name."""
    book = openpyxl.load_workbook(path, data_only=True)
    for sheet in ("Inputs", "Calc"):
        (ids,) = (c.column for c in book[sheet][HEAD] if c.value == "id")
        for line in book[sheet].iter_rows(min_col=ids, max_col=ids):
            if line[0].value == name:
                letter = openpyxl.utils.get_column_letter(column + 1)
                return f"{sheet}!{letter}{line[0].row}"
    raise KeyError(name)


@pytest.mark.parametrize("seed", [1, 2])
def test_our_own_reader_gets_every_cached_value(seed: int, tmp_path: Path) -> None:
    path = saved(random_accounts(seed), tmp_path / "plan.xlsx")
    cached = numbers(path)
    book = Workbook(path)
    for key, value in cached.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found = book.value(*key.split("!"))
            assert found == pytest.approx(value, rel=1e-9, abs=HALF_A_CENT), key


def test_the_check_sheet_adds_up_to_zero(tmp_path: Path) -> None:
    path = saved(random_accounts(4), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(path, data_only=True)["Checks"]
    labels = {r[0].value: r[1].value for r in sheet.iter_rows(max_col=2) if r[0].value}
    assert labels["Total"] == 0
    assert len(labels) > 5
    book = Workbook(path)
    total = next(r[1] for r in sheet.iter_rows(max_col=2) if r[0].value == "Total")
    assert book.value("Checks", total.coordinate) == 0


def test_a_broken_cell_shows_on_the_check_sheet(tmp_path: Path) -> None:
    a = random_accounts(4)
    path = saved(a, tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(path)["Checks"]
    total = next(r[1].coordinate for r in sheet.iter_rows(max_col=2) if r[0].value == "Total")
    wrong = cell_of(path, "balance.fixed_assets", PERIODS)
    book = Workbook(path, {wrong: float(a["balance.fixed_assets"][0, 0]) + 12.34})
    assert book.value("Checks", total) == pytest.approx(12.34)


def test_a_changed_input_moves_the_answer_as_python_does(tmp_path: Path) -> None:
    a = random_accounts(9, paths=1)
    path = saved(a, tmp_path / "plan.xlsx")
    life = a.policy.classes["servers"]
    changed = replace(life, book_years=2.0, residual=0.15)
    policy = a.policy.with_(
        classes={**a.policy.classes, "servers": changed}, discount_rate=0.123, tax_rate=0.31
    )
    want = account(a.flows, policy)
    changes = {
        cell_of(path, "rate.discount"): 0.123,
        cell_of(path, "rate.tax"): 0.31,
        cell_of(path, "class.servers.book_years"): 2.0,
        cell_of(path, "class.servers.residual"): 0.15,
    }
    book = Workbook(path, changes)
    for name in ("return.npv", "return.end_value"):
        got = book.value(*cell_of(path, name).split("!"))
        assert got == pytest.approx(want[name][0], rel=1e-9)
    assert abs(want["return.npv"][0] - a["return.npv"][0]) > HALF_A_CENT
    for t in range(len(a.graph)):
        got = book.value(*cell_of(path, "income.net", PERIODS + t).split("!"))
        assert got == pytest.approx(want["income.net"][0, t], rel=1e-9, abs=1e-6)


def test_the_path_shown_is_one_cell(tmp_path: Path) -> None:
    a = random_accounts(12, paths=3)
    path = saved(a, tmp_path / "plan.xlsx", path=1)
    for shown in (0, 2):
        book = Workbook(path, {"Inputs!B3": shown + 1})
        for t in range(len(a.graph)):
            got = book.value(*cell_of(path, "balance.assets", PERIODS + t).split("!"))
            assert got == pytest.approx(a["balance.assets"][shown, t], rel=1e-9, abs=1e-6)


def test_titles_name_the_branch_that_their_numbers_are_of(tmp_path: Path) -> None:
    a = random_accounts(12, paths=3)
    path = saved(a, tmp_path / "plan.xlsx", path=1)
    book = openpyxl.load_workbook(path, data_only=True)
    name = a.flows.paths[1]
    assert book["Inputs"]["C3"].value == name
    told = [
        c.value
        for sheet in ("Cover", "Outputs", "Periods")
        for line in book[sheet].iter_rows(max_col=1)
        for c in line
        if isinstance(c.value, str) and " · branch shown: " in c.value
    ]
    assert [t.partition(" · ")[0] for t in told] == [
        "Returns",
        "The branch chosen on Inputs, live; beside it the mean over all branches, as planned.",
        "Returns",
        "Period by period",
    ]
    assert {t.partition(": ")[2] for t in told} == {name}
    live = openpyxl.load_workbook(path)
    found = re.fullmatch(
        r"=INDEX\(Cover!\$A\$(\d+):\$A\$(\d+),Inputs!\$B\$3\)", live["Inputs"]["C3"].value
    )
    assert found is not None
    names = [book["Cover"][f"A{line}"].value for line in range(int(found[1]), int(found[2]) + 1)]
    assert names == list(a.flows.paths)
    assert live["Outputs"]["A3"].value.endswith('"&Inputs!$C$3')
    alone = saved(random_accounts(12, paths=1), tmp_path / "one.xlsx")
    cells = openpyxl.load_workbook(alone)["Cover"].iter_rows(max_col=1, values_only=True)
    assert ("Returns",) in list(cells)


HOSTILE = (
    '=HYPERLINK("http://example.invalid","x")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "-2+3",
    "\t=1+1",
    "http://example.invalid/",
    "字节 & <b>x</b>",
    "x" * 40_000,
)


def test_text_from_outside_never_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    a = random_accounts(3, paths=1)
    first = a.flows.purchases[0]
    many = tuple(replace(first, id=t, source=t) for t in HOSTILE)
    flows = replace(a.flows, purchases=many, disposals=(), paths=(HOSTILE[0],), probability=1.0)
    content = Content(
        title=HOSTILE[1], subtitle=HOSTILE[2], decision=HOSTILE[3],
        said=tuple((t, HOSTILE) for t in HOSTILE),
        orders=tuple(Ordered(t, 1.0, True, t) for t in HOSTILE),
        facts=tuple((t, t) for t in HOSTILE), bridge=tuple((t, 0.0) for t in HOSTILE),
    )  # fmt: skip
    path = saved(account(flows, a.policy), tmp_path / "p.xlsx", content=content)
    seen = set()
    for sheet in openpyxl.load_workbook(path):
        for line in sheet.iter_rows():
            for cell in line:
                text = cell.value
                if not isinstance(text, str):
                    continue
                if cell.data_type == "f":
                    assert not any(w in text for w in ("example", "cmd", "2+3", "A1:A9", "=1+1"))
                elif text.startswith(("=", "+", "-", "@", "\t")):
                    seen.add(text)
                    assert cell.data_type == "s"
                    assert cell.quotePrefix
    assert seen >= {t for t in HOSTILE if t[0] in "=+-@\t"}
    files = zipfile.ZipFile(path)
    names = files.namelist()
    assert not [f for f in names if "external" in f.lower() or "vba" in f.lower()]
    assert not any(b"hyperlink" in files.read(f) for f in names if f.endswith(".rels"))
    links = [re.findall(rb"<hyperlink [^>]*>", files.read(f)) for f in names if "/sheet" in f]
    places = [re.search(rb'location="([^"]*)"', x)[1] for found in links for x in found]  # type: ignore[index]
    assert places == [f"'{n}'!A1".encode() for n in LINKED]


def test_equal_accounts_give_equal_bytes() -> None:
    one, two = (workbook_bytes(random_accounts(5), Content(title="t")) for _ in range(2))
    assert one == two
    assert zipfile.ZipFile(io.BytesIO(one)).testzip() is None


@pytest.mark.libreoffice
def test_libreoffice_recalculates_random_plans_to_half_a_cent(tmp_path: Path) -> None:
    """Cached values are thrown away first: every number on every sheet is LibreOffice's own."""
    originals, bare = [], []
    for seed in range(RANDOM_PLANS):
        path = saved(random_accounts(100 + seed), tmp_path / f"plan{seed}.xlsx")
        drop_cache(path, tmp_path / f"bare{seed}.xlsx")
        originals.append(path)
        bare.append(tmp_path / f"bare{seed}.xlsx")
    for original, found in zip(originals, recalculate(bare, tmp_path), strict=True):
        gap, where = worst_gap(numbers(found), numbers(original))
        assert gap <= HALF_A_CENT, (original.name, where)


@pytest.mark.libreoffice
def test_libreoffice_follows_a_changed_input(tmp_path: Path) -> None:
    a = random_accounts(9, paths=1)
    path = saved(a, tmp_path / "plan.xlsx")
    drop_cache(path, tmp_path / "bare.xlsx", {cell_of(path, "rate.discount"): 0.2})
    (found,) = recalculate([tmp_path / "bare.xlsx"], tmp_path)
    want = account(a.flows, a.policy.with_(discount_rate=0.2))["return.npv"][0]
    assert numbers(found)[cell_of(path, "return.npv")] == pytest.approx(want, abs=HALF_A_CENT)


def test_the_mean_over_paths_stands_beside_the_path_shown(tmp_path: Path) -> None:
    a = random_accounts(12, paths=3)
    sheet = openpyxl.load_workbook(saved(a, tmp_path / "p.xlsx"), data_only=True)["Outputs"]
    lines = {r[0].value: [c.value for c in r[1:]] for r in sheet.iter_rows() if r[0].value}
    ebitda = lines["EBITDA"]
    years = len(a.years)
    for k, year in enumerate(a.years):
        name = f"year.{year}.income.ebitda"
        assert ebitda[k] == pytest.approx(a[name][0])
        assert ebitda[1 + years + k] == pytest.approx(float(a.expected(name)))


def of_many_services(count: int) -> Accounts:
    """Accounts in which every pool works for so many services alike."""
    rng = np.random.default_rng(8)
    flows, policy = random_flows(rng, 2, 1), random_policy(rng)
    works = tuple(
        replace(x, service=f"{x.service}-{i}") for i in range(count) for x in flows.activities
    )
    return account(replace(flows, sales=(), activities=works), policy)


def test_a_sum_longer_than_a_cell_takes_is_added_in_blocks(tmp_path: Path) -> None:
    """No formula is longer than the 8,192 characters of a cell; the sums are Python's."""
    a = of_many_services(300)
    path = saved(a, tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(path)
    formulas = [c.value for line in book["Calc"].iter_rows() for c in line if c.data_type == "f"]
    assert max(map(len, formulas)) <= 8192
    (ids,) = (c.column for c in book["Calc"][HEAD] if c.value == "id")
    names = [c.value for (c,) in book["Calc"].iter_rows(min_col=ids, max_col=ids)]
    long = {n.partition(" · block")[0] for n in names if n and " · block " in n}
    busy = [n for n in a.names("pool.") if n.endswith(".busy") and n in long]
    assert busy
    reader = Workbook(path)
    for name in busy:
        for t in range(len(a.graph)):
            found = reader.value(*cell_of(path, name, PERIODS + t).split("!"))
            assert found == pytest.approx(a[name][0, t], rel=1e-9)


def test_the_cover_shows_what_is_ordered_and_links_to_the_sheets(tmp_path: Path) -> None:
    orders = (
        Ordered("H200 (import)", 20_000.4, True, "2026-Q2", 190_166.0, 5e9, 0.0, "firm"),
        Ordered("GB200 (Johor)", 7_421.0, True, "2026-Q3", 0.0, 0.0, 23.95),
        Ordered("Ulanqab", 0.4, False, "2026-Q4", 0.0, 1.45e9),
    )
    said = (("Wait for", ("the licence",)),)
    content = Content("A plan", "as known on a day", orders=orders, said=said)
    path = saved(random_accounts(12, paths=3), tmp_path / "p.xlsx", content=content)
    sheet = openpyxl.load_workbook(path, data_only=True)["Cover"]
    rows = [[c.value for c in line] for line in sheet.iter_rows()]
    first, second, third = (next(r for r in rows if r[0] == o.name) for o in orders)
    assert first[1:7] == [20_000.4, "chips", "2026-Q2", 190_166.0, 5e9, "firm"]
    assert second[1:5] == [7_421.0, "chips", "2026-Q3", 23.95]
    assert third[1:3] == [0.4, "MW"]
    assert [r[0] for r in rows if r[0] in ("Wait for", "the licence")] == [
        "Wait for",
        "the licence",
    ]
    linked = {
        c.value: c.hyperlink.location for line in sheet.iter_rows() for c in line if c.hyperlink
    }
    assert linked == {name: f"'{name}'!A1" for name in LINKED}


def test_names_stand_for_the_cells_that_they_name(tmp_path: Path) -> None:
    a = random_accounts(12, paths=3)
    years = [str(y) for y in a.years]
    content = Content(capex=dict.fromkeys(years, 9e9), authorised=dict.fromkeys(years, 1e9))
    path = saved(a, tmp_path / "p.xlsx", content=content, path=1)
    book = openpyxl.load_workbook(path, data_only=True)

    def held(name: str) -> list[float]:
        ((sheet, cells),) = book.defined_names[name].destinations
        found = book[sheet][cells]
        return [c.value for c in (found[0] if isinstance(found, tuple) else (found,))]

    assert held("branch_shown") == [2]
    assert held("net_present_value") == pytest.approx([a["return.npv"][1]])
    assert held("checks_total") == [0]
    for name, row in (
        ("revenue", "income.revenue"), ("capex_paid", "capex.paid"), ("net_income", "income.net"),
        ("cash_at_year_end", "balance.cash"),
    ):  # fmt: skip
        assert held(name) == pytest.approx([a[f"year.{y}.{row}"][1] for y in years]), name
    assert held("capex_authorised") == [1e9] * len(years)
    outside = [9e9 - float(a.expected(f"year.{y}.capex.paid")) for y in years]
    assert held("capex_outside") == pytest.approx(outside)


def test_pictures_are_drawn_from_cells_that_follow_the_branch(tmp_path: Path) -> None:
    """Each series points at live cells whose values in another branch are Python's."""
    a = random_accounts(12, paths=3)
    path = saved(a, tmp_path / "p.xlsx", path=0)
    charts = openpyxl.load_workbook(path)["Cover"]._charts
    drawn = [s.val.numRef.f for c in charts for s in c.series]
    assert len(charts) == 3
    titles = [c.title.tx.strRef.f.split("!")[1].replace("$", "") for c in charts]
    shown = [openpyxl.load_workbook(path, data_only=True)["Cover"][cell].value for cell in titles]
    assert [text.split(" · ")[1] for text in shown] == [f"branch shown: {a.flows.paths[0]}"] * 3
    reader = Workbook(path, {"Inputs!B3": 3})
    sheet, cells = drawn[0].split("!")
    first, _, last = cells.replace("$", "").partition(":")
    got = reader.span(sheet.strip("'"), first, last or first)
    assert list(got) == pytest.approx([a[f"year.{y}.capex.paid"][2] for y in a.years])


def test_labels_are_words_and_ids_stand_last(tmp_path: Path) -> None:
    """No id of a row reaches its label; an offer is called by its name."""
    a = random_accounts(3, paths=1)
    first = a.flows.purchases[0].id
    say = replace(words().scaled(a.flows.currency), names={first: "H200 (import)"})
    path = saved(a, tmp_path / "p.xlsx", say=say)
    book = openpyxl.load_workbook(path)
    for name in ("Inputs", "Calc"):
        (ids,) = (c.column for c in book[name][HEAD] if c.value == "id")
        for line in book[name].iter_rows(min_row=HEAD + 1):
            label, row = line[0].value, line[ids - 1].value
            if row is not None:
                assert label
                assert "_" not in label
                assert label != row or "." not in row
            if row == f"buy.{first}.quantity":
                assert label == "H200 (import): delivered"


def test_money_is_shown_in_the_unit_that_fits_it() -> None:
    """The unit from the study's words; a dash below the last digit; whole amounts in the cell."""
    for most, unit, number in (
        (608_000.0, "$", "#,##0"), (1.3e6, "$m", "#,##0.00,,"), (82.6e9, "$bn", "#,##0.00,,,"),
        (160e9, "$bn", "#,##0.0,,,"), (137.0, "$", "#,##0.00"), (2e12, "$tn", "#,##0.00,,,,"),
    ):  # fmt: skip
        money = Money.of(words().scaled("USD", most=most), most)
        assert (money.unit, money.number.split(";")[0].partition("]")[2]) == (unit, number)
    assert Money.of(words().scaled("MYR", most=2e9), 2e9).unit == "MYR bn"
    assert Money.of(words().scaled("USD", most=1.3e6), 1.3e6).least == 5000.0


@pytest.mark.parametrize(
    ("values", "typed", "number"),
    [
        ((0.0, 0.0), True, "General"),
        ((64.0, 16.0), True, "General"),
        ((30_000.0,), True, "#,##0;-#,##0;0"),
        ((799.9999999999999, 800.0), True, "General"),
        ((8000.0,), True, "#,##0;-#,##0;0"),
        ((12_000.0, 3.0), False, '#,##0;-#,##0;"–"'),
        ((0.0037, 0.0), False, '[>=0.000005]0.00000;[<=-0.000005]-0.00000;"–"'),
        ((1.5, 0.004, 9e-13), True, "[>=0.00005]0.0000;[<=-0.00005]-0.0000;0"),
        ((3e15,), False, "0.000E+00"),
    ],
)
def test_a_row_shows_three_digits_of_its_largest(
    values: tuple[float, ...], typed: bool, number: str
) -> None:
    assert plain(values, typed=typed).replace("#,##0.", "0.") == number
