"""`outlay init`, and `outlay plan` without a file: a first study is written, read and planned."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

import outlay
from outlay.app.cli.main import main
from outlay.core.errors import InputError
from outlay.study import load
from outlay.study.templates.asked import DOORS
from support.shared import ROOT

SMALL_MODEL = ("--chip", "h100-sxm", "--model", "llama-3.1-8b", "--tokens", "2bn/day",
               "--as-of", "2025-12-31")  # fmt: skip


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(a) for a in args])
    return int(left.value.code or 0)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("door", DOORS)
def test_what_each_door_writes_is_checked_and_planned(
    door: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("init", door, "mine.yaml", *SMALL_MODEL) == 0
    said = capsys.readouterr().out
    assert "Next: outlay check mine.yaml; then outlay plan mine.yaml --out out" in said
    assert run("check", "mine.yaml", "--json") == 0
    checked = json.loads(capsys.readouterr().out)
    assert (checked["errors"], checked["warnings"]) == ([], [])
    assert run("plan", "mine.yaml", "--worlds", "50", "--json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["verdict"] == "valid"
    assert plan["status"] == "optimal"
    assert {i["status"] for i in plan["invariants"]} <= {"holds", "held", "not applicable"}
    study = load("mine.yaml").study
    assert {s.model for s in study.services.values()} == {"llama-3.1-8b"}
    volume = sum(s.tokens_per_day.value for s in study.services.values())  # type: ignore[union-attr]
    assert volume == pytest.approx(2e9)
    assert "h100-sxm" in {o.chip for o in study.supply.values()}


def test_the_schema_beside_it_is_that_of_the_study(here: Path) -> None:
    begun = outlay.init("lab", here / "mine.yaml", as_of="2025-12-31")
    assert [Path(f).name for f in begun.files] == ["mine.yaml", "study.schema.json"]
    schema = json.loads((here / "study.schema.json").read_text(encoding="utf-8"))
    assert schema == json.loads(json.dumps(outlay.schema()))
    first = (here / "mine.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first.rpartition("=")[2] == "study.schema.json"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_doors_ask_what_they_say(here: Path) -> None:
    studies = {d: outlay.init(d, here / f"{d}.yaml", as_of="2025-12-31") for d in DOORS}
    loads = {d: load(here / f"{d}.yaml").study for d in DOORS}
    assert all(b.path is not None for b in studies.values())
    assert loads["founder"].services["api"].value.price is not None
    assert {c.by for c in loads["lab"].training.values()} != set()
    assert loads["operator"].budget.debt_limit is not None
    assert loads["operator"].sites["campus"].expand is not None
    assert {o.by for o in loads["operator"].supply.values()} == {
        "purchase", "finance_lease", "lease",
    }  # fmt: skip
    analyst = loads["analyst"]
    assert analyst.supply["import"].needs == "licence"
    assert analyst.peers != {}
    claims = outlay.read(here / "analyst.article.md")
    assert "capital expenditure" in claims.contradictions[0].text, "the article's slip is found"


def test_nothing_is_written_over_unless_forced(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "mine.yaml").write_text("precious", encoding="utf-8")
    assert run("init", "founder", "mine.yaml", *SMALL_MODEL) == 2
    assert (here / "mine.yaml").read_text(encoding="utf-8") == "precious"
    assert "a file is there" in capsys.readouterr().err
    (here / "analyst.article.md").write_text("precious too", encoding="utf-8")
    assert run("init", "analyst", "analyst.yaml", *SMALL_MODEL) == 2
    assert not (here / "analyst.yaml").exists(), "all or nothing"
    (here / "study.schema.json").write_text('{"title": "of another program"}', encoding="utf-8")
    assert run("init", "founder", "other.yaml", *SMALL_MODEL) == 2
    assert run("init", "founder", "mine.yaml", "--force", *SMALL_MODEL) == 0
    assert (here / "mine.yaml").read_text(encoding="utf-8").startswith("# yaml-language-server")
    assert run("init", "founder", "other.yaml", *SMALL_MODEL) == 0, "the schema is Outlay's now"


def test_a_file_may_be_called_anything_that_ends_as_a_study_does(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("init", "analyst", "my: study #1.yaml", *SMALL_MODEL) == 0
    assert "outlay check 'my: study #1.yaml'" in capsys.readouterr().out
    assert outlay.check("my: study #1.yaml").warnings == (), "its article is found"
    assert run("init", "founder", "study.schema.json", "--force", *SMALL_MODEL) == 2
    assert "out: ends in .json" in capsys.readouterr().err


MISTAKES = {
    "--chip": ("h201-sxm", "'h200-sxm'"),
    "--model": ("llama-3.1-8c", "llama-3.1-8b"),
    "--tokens": ("6bn/fortnight", "30T tokens/day"),
    "--budget": ("2m", "money without a currency"),
    "--currency": ("USX", "'USD'"),
    "--region": ("USA", "'US'"),
    "--trace": ("mooncake_conversatio", "'mooncake_conversation'"),
    "--as-of": ("2019-01-01", "2025-12-31 or later"),
}


def test_every_mistake_is_named_by_its_flag_at_once(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = [text for flag, (value, _) in MISTAKES.items() for text in (flag, value)]
    assert run("init", "foundr", "mine.yaml", *flags, "--json") == 2
    errors = json.loads(capsys.readouterr().out)["errors"]
    by_flag = {e["where"]: e for e in errors}
    assert set(by_flag) == {"door", *MISTAKES}
    assert by_flag["door"]["hint"] == "did you mean 'founder'?"
    for flag, (value, told) in MISTAKES.items():
        assert value in by_flag[flag]["value"]
        assert told in " ".join(by_flag[flag].values()), flag
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("tokens", ["1/day", "1e20/day", "0"])
def test_a_volume_beyond_reason_is_refused(tokens: str) -> None:
    with pytest.raises(InputError, match="100_000/day to 10_000T/day"):
        outlay.init("founder", tokens=tokens)


def test_a_chip_that_cannot_serve_the_model_is_told_so_with_one_that_can(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from outlay.api.start import first
    from outlay.study.templates.asked import Asked, Size

    able = {"b300-hgx"}  # with the shipped catalogue every chip that can be timed serves in time

    def sized(asked: Asked, path: Path) -> Size:
        why = "" if asked.chip.id in able else "needs 9 chips a domain of 8"
        return Size((1.0,), 1.0, 1.0, why_not=why)

    monkeypatch.setattr(first, "_sized", sized)
    assert run("init", "founder", "mine.yaml", "--chip", "l4", "--model", "llama-3.1-405b") == 2
    said = capsys.readouterr().err
    assert "L4 24GB cannot serve Llama 3.1 405B: needs 9 chips a domain of 8" in said
    assert "b300-hgx can" in said
    assert run("init", "founder", "--chip", "metax-c600") == 2
    assert "cannot be timed" in capsys.readouterr().err


def test_the_tightest_promise_that_a_slow_chip_holds_is_written() -> None:
    begun = outlay.init("founder", chip="t4", model="llama-3.1-405b", as_of="2025-12-31")
    assert not begun.usual
    assert (begun.ttft_s, begun.tpot_s) > (3.0, 0.05)
    assert f"ttft: {{p99: {begun.ttft_s:g} s}}" in begun.text


def test_a_trace_of_the_users_own_is_named_from_the_studys_folder(here: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        outlay.init("founder", "plans/mine.yaml")
    (here / "plans" / "data").mkdir(parents=True)
    rows = "".join(f"{i},{900 + i % 7 * 100},{80 + i % 5 * 10}\n" for i in range(200))
    (here / "plans" / "data" / "log.csv").write_text(f"time_s,input_tokens,output_tokens\n{rows}")
    outlay.init("founder", "plans/mine.yaml", trace="plans/data/log.csv", model="llama-3.1-8b")
    lengths = load("plans/mine.yaml").study.services["api"].lengths
    assert lengths.trace == "data/log.csv"
    assert outlay.plan("plans/mine.yaml", quick=True).verdict == "valid"
    with pytest.raises(InputError, match="no such file"):
        outlay.init("founder", trace="no.csv")


FOUR = ("--model", "qwen3-235b-a22b", "--tokens", "6bn/day", "--chip", "h200-sxm",
        "--budget", "2m USD", "--as-of", "2025-12-31")  # fmt: skip


def test_four_flags_are_the_study_that_init_writes(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("plan", *FOUR, "--quick", "--save", "kept.yaml", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert run("init", "founder", "kept.yaml", *FOUR, "--force") == 0
    again = outlay.plan("kept.yaml", quick=True)
    assert again.record.result_hash == answer["record"]["result_hash"]
    study = load("kept.yaml").study
    assert study.budget.capex[2026].value == 2e6
    assert {o.chip for o in study.supply.values()} == {"h200-sxm"}
    spent = sum(o.spend for o in again.orders if o.period.startswith("2026"))
    assert 0 < spent <= 2e6 * len(study.uncertainty), "what is authorised holds in every branch"


def test_a_budget_in_another_currency_is_converted_at_the_days_rate(here: Path) -> None:
    begun = outlay.init(
        "founder", here / "mine.yaml", budget="2m USD", currency="CNY", as_of="2025-12-31"
    )
    study = load(here / "mine.yaml").study
    # the mean of December 2025, 7.04 yuan a dollar, as the reference study names it
    assert study.budget.capex[2026].value == pytest.approx(2e6 * 7.04, rel=0.005)
    assert (begun.currency, study.currency) == ("CNY", "CNY")
    assert study.sites["cage"].region == "CN"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ((), "nothing to plan"),
        (("examples/lab-training/study.yaml", "--chip", "h100-sxm"), "what stands in for one"),
        (("examples/lab-training/study.yaml", "--save", "x.yaml"), "what stands in for one"),
        (("--model", "qwen3-234b"), "--model: unknown model"),
        (("--tokens", "6bn/dya"), "--tokens: "),
        (("--model", "llama-3.1-8b", "--save", "README.md"), "a file is there"),
    ],
)
def test_what_plan_cannot_do_without_a_file(
    args: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(ROOT)
    assert run("plan", *args) == 2
    assert told in capsys.readouterr().err


def test_few_tokens_are_told_to_buy_them(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("plan", "--model", "llama-3.1-8b", "--tokens", "1m/day", "--quick") == 0
    assert "an API by the token is cheaper than any chip of your own" in capsys.readouterr().err


def test_a_trace_that_the_study_could_not_name_is_refused(tmp_path: Path) -> None:
    """Outside the folder of the study, or no file at all: before anything is written."""
    (tmp_path / "t.csv").write_text("arrival_s,input_tokens,output_tokens\n0,10,5\n", "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    os.mkfifo(home / "pipe.csv")
    for name, what in (
        ("t.csv", "--trace: a file outside the study's folder (found ../t.csv); allowed: a file "
                  "in that folder; copy it there"),
        ("home/pipe.csv", "--trace: a pipe, not a file (found home/pipe.csv); allowed: a trace"
                          " of requests"),
        ("home/nowhere", "--trace: unknown trace"),
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            outlay.init("founder", out=home / "study.yaml", trace=str(tmp_path / name))
        assert str(caught.value).replace(f"{tmp_path}/", "").startswith(what)
    assert not (home / "study.yaml").exists()
