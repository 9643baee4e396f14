"""`outlay plan` as its users meet it: one document, exit codes, files, errors, replay."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest

from outlay.app.cli.main import main
from outlay.results.plans.worth import Deep
from outlay.results.schema import from_json, json_schema, to_json
from support.small import SMALL


def outlay(*args: object) -> int:
    with pytest.raises(SystemExit) as stop:
        main([str(a) for a in args])
    return int(stop.value.code or 0)


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = SMALL.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "study.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plan")
    assert outlay("plan", SMALL, "--out", out, "--worlds", 30) == 0
    return out


def test_json_is_one_document_with_the_promised_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("plan", SMALL, "--json", "--quick") == 0
    captured = capsys.readouterr()
    doc = json.loads(captured.out)  # one document and nothing else
    assert doc["kind"] == "plan"
    assert doc["outlay"]["schema"] == 2
    promised = """status objective currency orders nodes fleet served capex_by_year opex_by_year
        cost_per_mtok prices contradictions invariants certificates assumptions record"""
    assert set(promised.split()) <= set(doc)
    assert doc["verdict"] == "valid"
    assert {c["status"] for c in doc["invariants"]} == {"holds"}
    assert "NaN" not in captured.out
    assert "Infinity" not in captured.out


@pytest.mark.parametrize("how", ["--quick", "--deep"])
def test_the_document_is_what_its_schema_says(how: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("plan", SMALL, "--json", "--worlds", 20, how) == 0
    text = capsys.readouterr().out
    doc = json.loads(text)
    jsonschema.validate(doc, json_schema("plan"))
    assert to_json(from_json(text, "plan")) == doc
    deep = {f.name for f in fields(Deep)}
    assert set(doc["deep"]) == (deep if how == "--deep" else set())


def test_the_report_stands_alone_and_answers_in_order(planned: Path) -> None:
    html = (planned / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=[\"']https?:", html)
    assert "<script" not in html
    ids = re.findall(r'<section[^>]* id="([a-z]+)"', html)
    assert ids[:6] == ["need", "decision", "worth", "accounting", "half", "sure"]
    assert html.count("<svg") >= 6
    assert "A small study that plans in a second" in html
    result = json.loads((planned / "result.json").read_text(encoding="utf-8"))
    assert result["record"]["result_hash"][:12] in html
    assert (planned / "tables" / "orders.csv").read_text(encoding="utf-8").count("\n") > 1
    pictures = {p.name for p in (planned / "pictures").iterdir()}
    assert pictures >= {f"{name}.{kind}" for name in ("need", "fleet", "capex", "outcome")
                        for kind in ("svg", "png", "csv")}  # fmt: skip
    assert len(pictures) == 3 * html.count("<svg")
    assert (planned / "plan.xlsx").stat().st_size > 5_000
    assert (planned / "memo.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("at", ["report.html.render", "report.workbook.make.workbook_bytes"])
def test_who_is_interrupted_after_the_answer_has_it_and_its_result(
    at: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, wait = tmp_path / "run", tmp_path / "run.next"
    assert outlay("plan", SMALL, "--out", out, "--quick") == 0
    whole = capsys.readouterr().out
    old = from_json((out / "result.json").read_bytes(), "plan")
    before = {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    assert Path("report.html") in before

    def stopped(*_: object, **__: object) -> bytes:
        raise KeyboardInterrupt

    name = at.rpartition(".")[2]
    for module in ("outlay.report.write", f"outlay.{at.rpartition('.')[0]}"):
        monkeypatch.setattr(f"{module}.{name}", stopped, raising=False)
    assert outlay("plan", SMALL, "--out", out, "--quick", "--set", "seed=8") == 130
    said = capsys.readouterr()
    assert f"interrupted; the answer is in {wait} (result.json), its report is not" in said.err
    assert "hint: the same command writes the report" in said.err
    found = from_json((wait / "result.json").read_bytes(), "plan")
    assert found.record.seed == 8
    assert found.headline.sentence == old.headline.sentence
    upto = "; result "
    told = said.out.replace(" · changed: seed=8", "")
    assert told.partition(upto)[0] == whole.partition(upto)[0]
    assert "Report: " in whole
    assert "Report: " not in said.out
    # nothing of the plan before lies beside it, which stays whole; both can be run again
    assert {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert {str(p.relative_to(wait)) for p in wait.rglob("*") if p.is_file()} == {
        "result.json", "inputs/study.yaml", "calculation.npz", "manifest.json",
    }  # fmt: skip
    missing = from_json((wait / "manifest.json").read_bytes(), "manifest").missing
    assert {"report.html", "memo.pdf", "plan.xlsx"} <= set(missing)
    assert outlay("replay", wait) == 0
    assert outlay("replay", out) == 0
    assert f"{out}: a newer answer, whose report was not made, lies in {wait}\n" in (
        capsys.readouterr().err
    )
    monkeypatch.undo()
    assert outlay("plan", SMALL, "--out", out, "--quick", "--set", "seed=8") == 0
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_under_json_a_failure_of_the_report_is_a_warning_beside_the_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device", "report.html")

    monkeypatch.setattr("outlay.report.write.render", full)
    assert outlay("plan", SMALL, "--out", tmp_path, "--quick", "--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["kind"] == "plan"
    reason = "report.html: no space left on device"
    assert f"warning: report.html could not be made: {reason}\n" in said.err
    assert from_json((tmp_path / "result.json").read_bytes(), "plan").verdict == "valid"
    manifest = from_json((tmp_path / "manifest.json").read_bytes(), "manifest")
    assert manifest.missing == {"report.html": reason}
    assert (tmp_path / "memo.pdf").is_file()


def test_replay_gives_the_same_result(planned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("replay", planned) == 0
    assert "same result" in capsys.readouterr().out
    assert outlay("replay", planned, "--json") == 0
    text = capsys.readouterr().out
    jsonschema.validate(json.loads(text), json_schema("replay"))
    assert to_json(from_json(text, "replay")) == json.loads(text)


def test_what_was_asked_beside_the_plan_is_asked_again(
    planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["--worlds", 20, "--against", planned, "--set", "supply.ascend-910c.price=200_000 CNY"]
    assert outlay("plan", SMALL, "--out", tmp_path, "--deep", *args) == 0
    record = from_json((tmp_path / "result.json").read_bytes(), "plan").record
    approved = from_json((planned / "result.json").read_bytes(), "plan").first_orders
    assert (record.deep, record.against) == (True, approved)
    capsys.readouterr()
    assert outlay("replay", tmp_path) == 0
    assert "same result" in capsys.readouterr().out


def test_a_folder_that_cannot_be_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("here")
    assert outlay("plan", SMALL, "--out", tmp_path / "file" / "out") == 2
    said = capsys.readouterr().err
    assert said == (
        f"error: --out: not a folder\n  found: {tmp_path / 'file'}\n"
        "  allowed: a folder of its own, such as --out plan\n"
    )


def test_compare_steps_sum_to_the_difference(
    planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dear = edited(tmp_path, "190_000 CNY", "260_000 CNY")
    assert outlay("plan", dear, "--out", tmp_path / "dear", "--quick") == 0
    capsys.readouterr()
    assert outlay("compare", planned, tmp_path / "dear", "--json") == 0
    text = capsys.readouterr().out
    doc = json.loads(text)
    jsonschema.validate(doc, json_schema("run"))
    assert to_json(from_json(text, "run")) == doc
    assert doc["kind"] == "run"
    assert sum(s["value"] for s in doc["steps"]) == pytest.approx(doc["difference"], rel=1e-12)
    assert doc["difference"] > 0  # a dearer chip never lowers cost
    between = doc["to"]["expected_cost"] - doc["from"]["expected_cost"]
    assert doc["difference"] == pytest.approx(between)


BAD = (
    ("unknown key", "services:", "servces:", "servces"),
    ("no currency", "190_000 CNY", "190_000", "currency"),
    ("negative price", "190_000 CNY", "-190_000 CNY", "supply.ascend-910c.price"),
    ("probabilities", "refused: 65 %", "refused: 55 %", "sum to 1"),
    ("unknown chip", "chip: ascend-910c", "chip: ascend-911c", "ascend-910c"),
    ("not a number", "120 MW", ".nan", "not a finite number"),
)


@pytest.mark.parametrize(("name", "old", "new", "said"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_ends_with_2_says_where_and_writes_nothing(
    name: str, old: str, new: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = edited(tmp_path, old, new)
    out = tmp_path / "out"
    assert outlay("plan", study, "--out", out) == 2
    err = capsys.readouterr().err
    assert re.search(r"study\.yaml:\d+", err)
    assert said in err
    assert "Traceback" not in err
    assert not out.exists()


def test_bad_input_under_json_is_an_error_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = edited(tmp_path, "chip: ascend-910c", "chip: ascend-911c")
    assert outlay("plan", study, "--json") == 2
    doc = json.loads(capsys.readouterr().out)
    assert doc["kind"] == "error"
    assert {"what", "where", "value", "allowed", "hint"} == set(doc["errors"][0])


def test_infeasible_ends_with_1_and_names_the_limits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = "  paid: {chip: h200-sxm, quantity: 900_000 chips, places: [CN], arrives: 2026-Q3}\n"
    study = edited(tmp_path, "fleet:\n", f"fleet:\n{fleet}")
    assert outlay("plan", study, "--quick") == 1
    err = capsys.readouterr().err
    assert "no plan meets every limit" in err
    assert "inner" in err  # the site whose power is too small
    assert "Traceback" not in err


def test_an_unknown_command_or_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("plam", SMALL) == 2
    assert "did you mean 'plan'" in capsys.readouterr().err
    assert outlay("plan", SMALL, "--scenaro", "x") == 2
    assert "--scenario" in capsys.readouterr().err
    assert outlay("plan", SMALL, "--sett", "x") == 2
    assert "did you mean '--set'" in capsys.readouterr().err
    assert outlay("size", "--ttft-p9", "2") == 2
    assert "did you mean '--ttft-p99'" in capsys.readouterr().err
    assert outlay("validate", "simulater") == 2
    assert "did you mean 'simulator'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("discount_rate", "--low", "9 USD"), ("--low", "'9 USD'")),
        (("discount_rate", "--target", "expected_cst=1bn"), ("did you mean 'expected_cost'",)),
        (("discount_rate", "--target", "soon"), ("--target", "PATH=VALUE")),
        (("title",), ("title", "no number of the study")),
        (("services",), ("services.chat.tokens_per_day", "name the one to move")),
    ],
)
def test_a_goal_that_cannot_be_asked_names_what_is_wrong(
    asked: tuple[str, ...], words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    goal = () if "--target" in asked else ("--target", "expected_cost=1bn")
    assert outlay("solve-for", SMALL, *goal, *asked) == 2
    err = capsys.readouterr().err
    assert all(word in err for word in words), err


@pytest.mark.parametrize("name", ["p.lp", "p", "none/p.mps"])
def test_the_file_of_an_export_is_looked_at_before_the_work(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outlay("export", "mps", SMALL, "--out", tmp_path / name) == 2
    err = capsys.readouterr().err
    assert "demand:" not in err
    assert ("no such folder" in err) == ("none" in name)


def test_explain_an_input_ends_in_its_assumption(capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("explain", SMALL, "supply.ascend-910c.price", "--json") == 0
    doc = json.loads(capsys.readouterr().out)
    assert doc["kind"] == "explanation"
    assert doc["value"] == 190_000
    assert "assumption" in doc


def test_explain_a_result_reaches_the_study(capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("explain", SMALL, "cost_per_mtok.chat.output", "--json") == 0
    text = capsys.readouterr().out
    assert "supply.ascend-910c.price" in text


def test_a_folder_explains_what_its_report_prints(
    planned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The number in the first lines has the digits that the table of unit costs has."""
    html = (planned / "report.html").read_text(encoding="utf-8")
    assert outlay("explain", planned, "cost_per_mtok.chat.output") == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    shown = re.fullmatch(r"  ¥([\d.,]+) per million tokens, expected over 2 branches", lines[1])
    assert shown is not None
    assert f">{shown[1]}<" in html
    assert len(lines) <= 40
    assert said.err == "", "nothing is planned, so that nothing is told"
    deeper = next(line for line in lines if line.startswith("Deeper: "))
    assert outlay(*shlex.split(deeper.removeprefix("Deeper: "))[1:]) == 0
    assert "economic.full.chat.output" in capsys.readouterr().out


def test_explain_takes_a_period_and_a_branch_and_refuses_others_by_name(
    planned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = "income.net"
    assert (
        outlay("explain", planned, path, "--period", "2026-Q3", "--branch", "licence granted") == 0
    )
    assert "where H200 licence granted" in capsys.readouterr().out
    for option, value, hint in (
        ("--period", "2026-Q7", "did you mean '2026-Q"),
        ("--branch", "licence refusd", "did you mean 'licence refused'"),
    ):
        assert outlay("explain", planned, path, option, value) == 2
        err = capsys.readouterr().err
        assert option in err
        assert hint in err
    assert outlay("explain", planned, "income.nett.2026") == 2
    assert "did you mean 'income.net'" in capsys.readouterr().err


def test_explain_names_the_nearest_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("explain", SMALL, "supply.ascend-910d.price") == 2
    assert "ascend-910c" in capsys.readouterr().err


def test_an_effect_that_no_branch_can_show_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = edited(
        tmp_path, "{supply.h200-import.cap: 0 chips}",
        "{supply.h200-import.cap: 0 chips, supply.ascend-910c.lead: 2 quarters}",
    )  # fmt: skip
    assert outlay("check", study) == 2
    said = capsys.readouterr().err
    assert "uncertainty.licence.h200.effect.refused.supply.ascend-910c.lead" in said
    assert "an effect cannot change `supply.*.lead`: it is fixed when the order is placed" in said
    assert "write two offers, each with `cap: 0` in the state without it" in said


def test_keeping_to_the_last_approved_plan_costs_nothing_where_nothing_changed(
    planned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def costs(*changes: str) -> float:
        sets = [x for c in changes for x in ("--set", c)]
        args = ("plan", SMALL, "--json", "--worlds", 0, "--against", planned, *sets)
        assert outlay(*args) == 0
        doc = json.loads(capsys.readouterr().out)
        return next(float(w["value"]) for w in doc["worth"] if w["key"] == "against")

    assert costs() == 0.0
    assert costs("services.chat.tokens_per_day=3T tokens/day") > 1e6


def test_the_last_approved_plan_must_be_a_result_and_of_this_study(
    planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outlay("plan", SMALL, "--against", tmp_path) == 2
    assert "no result here" in capsys.readouterr().err
    other = edited(tmp_path, "ascend-910c: {chip", "ascend-91: {chip")
    assert outlay("plan", other, "--worlds", 0, "--against", planned) == 2
    found = capsys.readouterr().err
    assert "no such offer" in found
    assert "ascend-91" in found


def test_deep_answers_every_question_of_worth(capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("plan", SMALL, "--json", "--worlds", 0, "--deep") == 0
    doc = json.loads(capsys.readouterr().out)
    answer = next(a for a in doc["answers"] if a["id"] == "worth")
    assert answer["open"] == ""
    assert {"price_curve", "break_even_chance", "regret", "near_optimal"} <= set(answer["tables"])
    curve = [r["chips"] for r in doc["deep"]["price_curve"] if r["offer"] == "h200-import"]
    assert curve == sorted(curve, reverse=True)
    ranges = doc["deep"]["near_optimal"]
    assert all(-1e-6 <= r["low"] <= r["best"] + 1e-6 <= r["high"] + 2e-6 for r in ranges)
    by_offer = {(r["offer"], r["tolerance"]): (r["low"], r["high"]) for r in ranges}
    for offer in {r["offer"] for r in ranges}:
        lows = [by_offer[offer, t][0] for t in (0.01, 0.02, 0.05)]
        assert lows == sorted(lows, reverse=True)
    assert all(r["worst"] >= -1.0 for r in doc["deep"]["regret"])
    assert any("Doing nothing" in n for n in answer["notes"])
    keys = {w["key"] for w in doc["worth"]}
    assert {"vss", "flexibility", "quarter", "evpi"} <= keys
