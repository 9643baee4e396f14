"""`outlay read` as people and programs use it: JSON, table, ledger, a study that loads."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from ruamel.yaml import YAML

from outlay.evidence import read
from outlay.evidence.draft import draft_study
from support.shared import ROOT

ARTICLE = ROOT / "examples" / "bytedance-2026" / "article.md"


def run(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, "-c", "import sys; from outlay.app.cli.main import main; sys.exit(main())", *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, check=False,
    )  # fmt: skip


def test_json_is_one_document(tmp_path):
    done = run("read", ARTICLE, "--json", "--date", "2025-12-23")
    assert done.returncode == 0, done.stderr
    body = json.loads(done.stdout)
    assert body["kind"] == "claims"
    assert body["outlay"]["schema"] >= 1
    need = {"id", "document", "subject", "metric", "value_low", "value_high", "unit", "period", "said_on",
            "attribution", "hedge", "kind", "condition", "span", "sentence"}  # fmt: skip
    assert need <= set(body["claims"][0])
    assert {"claims", "relation", "factor", "likely_cause", "keep", "text"} <= set(
        body["contradictions"][0]
    )
    assert {"claims", "statement", "computed", "stated", "verdict"} <= set(body["identities"][0])
    text = ARTICLE.read_text(encoding="utf-8")
    for c in body["claims"]:
        assert text[slice(*c["span"])] == c["sentence"]


def test_the_table_puts_contradictions_first(tmp_path):
    done = run("read", ARTICLE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("contradiction") < done.stdout.index("article.c15")


def test_a_bad_document_is_exit_2(tmp_path):
    done = run("read", tmp_path / "none.txt", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["kind"] == "error"
    assert "Traceback" not in done.stderr


def test_draft_and_ledger(tmp_path):
    study, ledger = tmp_path / "study.yaml", tmp_path / "facts.yaml"
    done = run("read", ARTICLE, "--draft", study, "--ledger", ledger)
    assert done.returncode == 0, done.stderr
    from outlay.study import load

    loaded = load(study)
    facts = {e.path: e for e in loaded.facts}
    assert facts["budget.capex.2026"].value == pytest.approx(1.6e11)
    assert facts["budget.processors.2026"].value == pytest.approx(8.5e10)
    assert facts["services.tokens.tokens_per_day"].value == pytest.approx(3e13)
    assert all(
        e.note.startswith("default") or not e.stated or e.path.endswith(("lead", "cap", "chips"))
        for e in loaded.assumptions
    )
    kept = YAML(typ="safe").load(ledger)["facts"]
    assert {f["claim"]["quote"] for f in kept if f["verdict"] == "rejected"} == {
        "RMB 1.6 trillion",
        "hundreds of billions of dollars",
    }


@pytest.mark.parametrize(
    "name",
    ["tune/en_news_halcyon.md", "tune/zh_news_tencent.md", "tune/en_europe_fluvia.md", "tune/zh_news_power.md",
     "held/zh_news_lingyun.md", "held/en_call_meridian.md", "tune/en_table_capex.md",
     "held2/en_fleet_skarn.xlsx", "held2/us_10k_sablewood.html", "later4/en_pdf_kurokawa.pdf", "later4/en_sites_ridgeway.csv"],
)  # fmt: skip
def test_any_document_drafts_a_study_that_loads(tmp_path, name):
    from outlay.study import load

    path, file = tmp_path / "study.yaml", ROOT / "tests" / "data" / "evidence" / name
    path.write_text(
        draft_study(read(file, "2026-03-10")).text,
        encoding="utf-8",
    )
    (tmp_path / file.name).write_bytes(file.read_bytes())
    assert load(path).study.services["tokens"]


def test_a_text_cannot_break_out_of_the_draft(tmp_path):
    from outlay.evidence import read_text
    from outlay.study import load

    evil = 'Ev"il: {a}\n# Corp plans capital expenditure of $5 billion in 2027, if "x": [y] is # approved.'
    path = tmp_path / "study.yaml"
    (tmp_path / 'na"me: {.txt').write_text(evil, encoding="utf-8")
    path.write_text(
        draft_study(read_text(evil, 'na"me: {.txt', "2026-01-02")).text, encoding="utf-8"
    )
    load(path)


@pytest.mark.parametrize("day", ["0000-01-01", "2025-13-45", "9999-12-31", "2025-02-31"])
@pytest.mark.parametrize("form", ["---\ndate: {}\n---\n", "Published {}\n\n"])
def test_a_date_of_no_calendar_is_noted_and_not_taken(tmp_path, day, form):
    path = tmp_path / "a.md"
    path.write_text(form.format(day) + "ByteDance plans capital expenditure of 160bn yuan in 2026.")
    found = read(path)
    (document,) = found.documents
    stated = form.startswith("---") or day == "2025-02-31"
    notes = [f"its date is none of the calendar: {day}"] if stated else []
    assert ([n.what for n in document.notes], document.date_basis) == (notes, "inferred")
    assert draft_study(found).text
