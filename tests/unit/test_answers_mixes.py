"""`outlay.rate(disaggregated=True)`: rows, sentences, pictures, CSV, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from outlay.api.models.rate import RateAnswer, rate
from outlay.app.cli.models.rate import rate_command
from outlay.catalogue import find_chip, find_model
from outlay.core.errors import InputError
from outlay.performance import search_mixes
from outlay.report.words.models import mix as words
from outlay.results.models.mix import Mix, WorkerPool
from outlay.results.models.rate import Rate
from support.pictures import layers

app = typer.Typer()
app.command("rate")(rate_command)
app.command("other")(lambda: None)
RUN = CliRunner()
ASK = ["rate", "--model", "qwen3-8b", "--chip", "h100-sxm", "--disaggregated"]


@cache
def _answer() -> RateAnswer:
    return rate("qwen3-8b", "h100-sxm", osl=256, tpot=0.05, disaggregated=True, max_chips=8)


PREFILL = WorkerPool(2, 8, 1, 1, 8, 8, 3.5, 40.0, 1e10, "compute")
DECODE = WorkerPool(1, 16, 4, 1, 1, 1, 250.4, 38.2, 2e10, "HBM")
MIX = Mix(
    mix="2P1D", n_chips=32, tok_s_per_chip=1193.75, low=700.4, high=1500.2, tok_s_per_user=33.3,
    tpot_s=0.03, ttft_s=1.234, ttft_alone_s=0.25, kv_transfer_s=0.0123, requests_s=38.2,
    concurrency=257.4, limited_by="decode", prefill=PREFILL, decode=DECODE, weights="fp8",
    kv="bf16", feasible=True, why_not="", calibrated="measured",
)  # fmt: skip


def _doc(*mixes: Mix) -> Rate:
    return replace(Rate("m", "c", 1000.0, 1000.0, (), _answer().configurations, 0.0), mixes=mixes)


def test_the_rows_are_the_mixes_that_the_search_found() -> None:
    doc = _answer()
    found = search_mixes(
        find_model("qwen3-8b"), find_chip("h100-sxm"), 1024, 256, tpot_s=0.05, max_chips=8
    )
    assert len(doc.mixes) == len(found)
    for row, mix in zip(doc.mixes, found, strict=True):
        assert row.mix == f"{mix.prefill.workers}P{mix.decode.workers}D"
        assert row.n_chips == mix.n_chips <= 8
        assert (row.prefill.n_chips, row.decode.n_chips) == (
            mix.prefill.layout.n_chips, mix.decode.layout.n_chips,
        )  # fmt: skip
        assert row.tok_s_per_user == pytest.approx(1.0 / mix.tpot_s)
        assert row.requests_s == pytest.approx(
            min(row.prefill.requests_s, row.decode.requests_s), rel=1e-6
        )
    best = [m.tok_s_per_chip for m in doc.mixes]
    assert best == sorted(best, reverse=True)


def test_replicas_that_do_both_stand_beside_within_the_same_limits() -> None:
    plain = rate("qwen3-8b", "h100-sxm", osl=256, tpot=0.05, max_chips=8)
    assert _answer().configurations == plain.configurations
    assert plain.mixes == ()


def test_a_mix_is_told_with_its_workers_chips_and_what_limits_it() -> None:
    assert words.sentence(_doc(MIX)) == (
        "m, fp8 weights and bf16 cache, on c, two pools: 1,194 output tokens/s per chip of both "
        "(90 %: 700 to 1,500 tokens/s) from 32 chips, 2 prefill workers of 8 chips (ep8 dp8) and "
        "1 decode worker of 16 chips (tp4) (2P1D): 38.2 requests/s, limited by the decode pool."
    )
    linked = replace(MIX, limited_by="transfer")
    assert "limited by the link between the pools." in words.sentence(_doc(linked))
    assert words.first_tokens(MIX) == (
        "First token after 1.23 s with 257 requests in this mix, 0.25 s alone; a request's cache "
        "passes between the pools in 12.3 ms of each."
    )
    none = replace(MIX, feasible=False, why_not="too large", ttft_s=None)
    assert words.sentence(_doc(none)) == "no mix of prefill and decode pools: too large"


def test_a_mix_is_compared_with_replicas_that_do_both() -> None:
    doc = _doc(MIX)
    both = replace(doc.configurations[0], tok_s_per_chip=2387.5)
    assert words.beside(replace(doc, configurations=(both,))) == (
        "Replicas that do both give 2,388 within the same limits: two pools give × 0.50 of that."
    )
    none = replace(both, feasible=False, why_not="too slow")
    assert words.beside(replace(doc, configurations=(none,))) == "Replicas that do both: too slow."


def test_a_mix_stands_under_its_headings() -> None:
    assert dict(zip(words.HEADS, words.cells(MIX, 4 * 1193.75), strict=True)) == {
        "per user": "33.3", "TTFT s": "1.23", "alone": "0.25", "per chip": "1,194", "": "███▌",
        "chips": "32", "mix": "2P1D", "prefill worker": "8 ep8 dp8", "decode worker": "16 tp4",
        "batch": "250", "limited by": "decode",
    }  # fmt: skip
    assert words.sureness([MIX, replace(MIX, low=MIX.tok_s_per_chip / 2)]) == (
        "How sure: 90 % within × 0.59 to × 1.26, of all mixes at most × 0.50 to × 1.26, as either "
        "pool may fall short; measured."
    )
    assert words.sureness([MIX]) == (
        "How sure: 90 % within × 0.59 to × 1.26, as either pool may fall short; measured."
    )
    many = [replace(MIX, n_chips=n) for n in range(100)]
    picked = [m.n_chips for m in words.shown(many)]
    assert (len(picked), picked[0], picked[-1]) == (12, 0, 99)
    assert words.shown(many[:5]) == many[:5]


@pytest.mark.parametrize(
    ("more", "where", "allowed"),
    [
        ({"phase": "prefill"}, "--phase", "without --phase"),
        ({"sweep": True}, "--sweep", "without --sweep"),
        ({"max_chips": 1}, "--max-chips", "2 to 4_096"),
    ],
)
def test_what_no_mix_can_be_asked_with_is_refused_by_name(
    more: dict[str, object], where: str, allowed: str
) -> None:
    with pytest.raises(InputError) as caught:
        rate("qwen3-8b", "h100-sxm", disaggregated=True, **more)  # type: ignore[arg-type]
    (problem,) = caught.value.problems()
    assert problem.where == where
    assert allowed in problem.allowed


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as caught:
        rate("qwen3-8b", "h100-sxm", disaggregated=True, phase="decode", max_chips=1, isl=1e300)
    found = {p.where for p in caught.value.problems()}
    assert found == {"--phase", "--max-chips", "--isl"}


def test_the_terminal_prints_the_front_and_csv_holds_the_mixes() -> None:
    done = RUN.invoke(app, [*ASK, "--tpot", "0.05", "--max-chips", "8"])
    assert done.exit_code == 0, done.output
    told = " ".join(done.stdout.split())  # however wide the terminal is
    assert "two pools: " in told
    assert "Replicas that do both give" in told
    assert words.FIRST_TOKENS in told
    table = RUN.invoke(app, [*ASK, "--tpot", "0.05", "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    assert list(rows[0]) == list(Mix.__dataclass_fields__)
    assert json.loads(rows[0]["prefill"])["workers"] >= 1


def test_a_mix_that_cannot_be_exits_1_and_says_why() -> None:
    done = RUN.invoke(app, [*ASK, "--tpot", "0.00001", "--json"])
    assert done.exit_code == 1
    (only,) = json.loads(done.stdout)["mixes"]
    assert not only["feasible"]
    assert "fastest TPOT is" in only["why_not"]
    small = rate("llama-3.1-70b", "h100-sxm", max_chips=3, disaggregated=True)
    assert small.mixes[0].why_not == ("the smallest workers have 2 and 2 chips, more than 3 in all")
    assert not small.feasible
    assert small.configurations[0].feasible


def test_the_picture_has_the_mixes_with_their_band_and_replicas_as_dots(tmp_path: Path) -> None:
    doc = _answer()
    doc.draw(tmp_path)
    spec = json.loads((tmp_path / "mixes.vl.json").read_text())
    assert (tmp_path / "mixes.svg").exists()
    band = layers(spec)[0]["data"]["values"]
    assert [r["low"] for r in band] == pytest.approx([m.low for m in doc.mixes], rel=1e-6)
    assert "mixes" not in rate("qwen3-8b", "h100-sxm").pictures()


def test_both_workers_of_the_best_mix_are_started() -> None:
    doc = rate("qwen3-8b", "h100-sxm", tpot=0.05, disaggregated=True, max_chips=8, stack="sglang")
    prefill, decode = doc.launch
    assert (prefill.pool, decode.pool) == ("prefill", "decode")
    best = doc.mixes[0]
    for worker, pool in ((prefill, best.prefill), (decode, best.decode)):
        assert f"--tp-size {pool.tp}" in worker.command
        assert worker.command.endswith(f"--disaggregation-mode {worker.pool}")
    done = RUN.invoke(app, [*ASK, "--stack", "sglang"])
    assert "a prefill worker:" in done.stdout
    assert "a decode worker:" in done.stdout
    none = rate("qwen3-8b", "h100-sxm", tpot=0.00001, disaggregated=True)
    assert none.launch == ()
