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
from outlay.report.workbook.content import Content, Ordered
from outlay.report.workbook.make import workbook_bytes
from support.excel import Workbook
from support.finance_cases import random_flows, random_policy
from support.libreoffice import SHEETS, drop_cache, numbers, recalculate, worst_gap

HALF_A_CENT = 0.005
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
    assert places == [f"'{n}'!A1".encode() for n in SHEETS[1:]]


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
