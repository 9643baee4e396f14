"""`outlay simulate`, `outlay size` and `outlay validate simulator` as a person types them."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

import outlay
from outlay.app.cli.models.simulate import simulate_command
from outlay.app.cli.models.size import size_command
from outlay.app.cli.validation.simulator import validate_simulator_command
from outlay.core.errors import InfeasibleError, InputError, TableError

app = typer.Typer()
app.command("simulate")(simulate_command)
app.command("size")(size_command)
app.command("validate")(validate_simulator_command)

ON = ["--model", "llama-3.1-70b", "--chip", "h100-sxm", "--tp", "8"]


def call(*args):
    return CliRunner().invoke(app, [str(a) for a in args])


def answer(*args):
    result = call(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    rng = np.random.default_rng(0)
    n = 3000
    path = tmp_path_factory.mktemp("trace") / "t.csv"
    pl.DataFrame(
        {
            "arrival_s": np.cumsum(rng.exponential(0.2, n)),
            "input_tokens": rng.integers(50, 2000, n),
            "output_tokens": rng.integers(2, 300, n),
        }
    ).write_csv(path)
    return path


def test_simulation_document(trace, tmp_path):
    rows = tmp_path / "r.parquet"
    doc = answer("simulate", "--trace", trace, *ON, "--records", rows, "--out", tmp_path / "o")
    assert doc["kind"] == "simulation"
    assert (doc["requests"], doc["completed"]) == (3000, 3000)
    for name in ("ttft_s", "tpot_s", "e2e_s"):
        assert 0 < doc[name]["p50"] <= doc[name]["p90"] <= doc[name]["p99"]
        assert doc[name]["mean"] > 0
    assert 0 < doc["utilisation"] <= 1
    frame = pl.read_parquet(rows)
    assert frame.height == 3000
    ttft = (frame["first_s"] - frame["arrival_s"]).sort()
    assert ttft[int(np.ceil(0.99 * 3000)) - 1] == pytest.approx(doc["ttft_s"]["p99"])
    assert sorted(p.name for p in (tmp_path / "o").iterdir()) == [
        "latency.svg",
        "simulation.json",
        "timeline.svg",
    ]


def test_same_seed_same_document(trace):
    first, second = (
        answer("simulate", "--trace", trace, *ON, "--replicas", 2, "--routing", "power_of_two")
        for _ in range(2)
    )
    for doc in (first, second):
        doc.pop("wall_s")
        doc.pop("requests_per_wall_s")
    assert first == second


def test_split_pools_by_option():
    doc = answer(
        "simulate", "--rate", 4, "--requests", 500, *ON, "--prefill-replicas", 1, "--replicas", 1
    )
    assert doc["completed"] == 500


def test_size_document(trace):
    doc = answer("size", "--trace", trace, *ON, "--ttft-p99", 2, "--tpot-p99", 0.05, "--speed", 30)
    assert doc["kind"] == "size"
    assert doc["chips_per_replica"] == 8
    assert doc["chips_peak"] >= doc["chips_mean"] > 0
    assert doc["chips_peak"] % 8 == 0
    assert doc["capacity_req_s_per_replica"] > 1
    hours = sum(row["chips"] for row in doc["series"]) * doc["window_s"] / 3600
    after = doc["span_s"] - len(doc["series"]) * doc["window_s"]  # until the last token
    assert after > 0
    hours += doc["series"][-1]["chips"] * after / 3600
    assert hours == pytest.approx(doc["chip_hours"], rel=0.01)  # windows are whole, hours are not
    assert doc["gap"]["chip_hours"] >= 0
    assert doc["latency"]["ttft_s"]["p99"] <= 2


def test_size_of_a_load_without_a_trace():
    doc = answer("size", "--users", 40, *ON, "--ttft-p99", 2, "--tpot-p99", 0.05, "--price", 2)
    load = doc["steady"]
    assert (load["users"], load["asked_req_s"]) == (40, None)
    assert (load["input_tokens"], load["output_tokens"]) == (1024, 256)
    assert load["in_flight"] == pytest.approx(40, rel=0.05)
    stay = load["in_flight"] / load["rate_req_s"]  # Little's law
    latency = doc["latency"]
    mean = latency["ttft_s"]["mean"] + 255 * latency["tpot_s"]["mean"]
    assert stay == pytest.approx(mean, rel=0.05)
    chips = doc["fixed_chips"] + doc["spare_chips"]
    assert chips == 8 * (load["replicas"] + load["spare_replicas"])
    assert load["usd_per_hour"] == 2 * chips
    per_token = 2 * chips / 3600 / (load["rate_req_s"] * 256)
    assert load["usd_per_mtok"] == pytest.approx(per_token * 1e6)
    assert latency["ttft_alone_s"]["p50"] <= latency["ttft_s"]["p99"] <= 2


def test_size_of_a_load_prints_formats_layout_chips_and_cost():
    done = call("size", "--rate", 3, "--isl", 500, "--osl", 100, *ON, "--tpot-p99", 0.05)
    assert done.exit_code == 0, done.output
    first = " ".join(done.stdout.split())
    assert "bf16 weights and bf16 cache, on h100-sxm: 3 requests/s, 500 tokens in and 100" in first
    assert "need 16 chips: 1 replica of 8 chips (tp8) and 1 to spare." in first
    assert "USD per million output tokens" in first
    assert "of a request alone" in first


def test_few_users_take_a_small_replica_and_many_the_best_one():
    on = ["--model", "llama-3.1-70b", "--chip", "h100-sxm", "--ttft-p99", 3, "--tpot-p99", 0.05]
    few, many = (answer("size", "--users", n, *on) for n in (2, 500))
    assert few["fixed_chips"] == few["chips_per_replica"] == 2  # 141 GB of weights need two
    named = answer("size", "--users", 500, *on, "--tp", 2)
    total = [d["fixed_chips"] + d["spare_chips"] for d in (many, named)]
    assert total[0] <= total[1]


@pytest.mark.parametrize(
    ("more", "places"),
    [
        (["--users", 5], {"--users"}),
        (["--rate", 5], {"--rate"}),
        (["--users", 5, "--rate", 5], {"--users", "--rate"}),
    ],
)
def test_a_second_load_beside_a_trace_is_refused_by_name(trace, more, places):
    result = call("size", "--trace", trace, *more, *ON, "--ttft-p99", 2)
    assert isinstance(result.exception, InputError)
    assert {p.where for p in result.exception.problems()} == places


def test_no_load_is_refused_with_what_is_allowed():
    result = call("size", *ON, "--ttft-p99", 2)
    assert isinstance(result.exception, InputError)
    assert "--trace FILE, --users N, --rate R" in str(result.exception)


def test_options_of_a_trace_beside_users_are_told(trace):
    result = call("size", "--users", 2, "--speed", 3, *ON, "--ttft-p99", 2, "--json")
    assert "--speed has no effect on requests of --users" in json.loads(result.stdout)["warnings"]
    traced = answer("size", "--trace", trace, *ON, "--ttft-p99", 2, "--isl", 7)
    assert "--isl has no effect on requests of --trace" in traced["warnings"]


@pytest.mark.parametrize(
    "args",
    [
        ["size", "--ttft-p99", "0.001"],
        ["size", "--tpot-p99", "0.000001"],
    ],
)
def test_an_slo_that_no_layout_meets_is_infeasible(trace, args):
    result = call(*args, "--trace", trace, *ON)
    assert isinstance(result.exception, InfeasibleError)
    assert result.exception.exit_code == 1
    assert any("limit" in str(p) or "allowed" in str(p) for p in result.exception.problems())


@pytest.mark.parametrize(
    "args",
    [
        ["simulate", *ON],
        ["simulate", *ON, "--rate", "1", "--routing", "magic"],
        ["simulate", "--model", "no-such-model", "--chip", "h100-sxm", "--rate", "1"],
        ["validate", "--check", "mdd1"],
    ],
)
def test_bad_options_are_refused(args):
    result = call(*args)
    assert isinstance(result.exception, InputError), result.output


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--rate", "-1"), ("--rate", "nan"), ("--requests", "0"), ("--replicas", "0"),
        ("--isl", "1e12"), ("--isl", "nan"), ("--osl", "0"), ("--burst-cv", "inf"),
        ("--length-cv", "-1"), ("--token-budget", "0"), ("--max-batch", "0"), ("--workers", "0"),
        ("--cache-life", "nan"), ("--prefill-replicas", "-1"), ("--ttft-p99", "-1"),
        ("--tpot-p99", "0"), ("--speed", "0"), ("--spread", "-1"), ("--session-rate", "0"),
        ("--seed", "-1"), ("--window", "0"), ("--load-delay", "-1"), ("--price", "nan"),
        ("--percentile", "1"),
    ],
)  # fmt: skip
def test_numbers_out_of_range_are_refused_by_command_and_verb(trace, option, value):
    sized = option in ("--window", "--load-delay", "--price", "--percentile")
    rest = ["--trace", trace, "--ttft-p99", 1] if sized else ["--rate", 1, "--requests", 5]
    result = call("size" if sized else "simulate", *rest, *ON, option, value)
    assert isinstance(result.exception, InputError), result.output
    assert str(result.exception).startswith(f"{option}: ")
    name = option[2:].replace("-", "_")
    on = {"model": "llama-3.1-70b", "chip": "h100-sxm", "tp": 8}
    given = {"trace": trace, "ttft_p99": 1.0} if sized else {"rate": 1.0, "requests": 5}
    with pytest.raises(InputError, match=option):
        (outlay.size if sized else outlay.simulate)(**{**on, **given, name: float(value)})


def test_bad_trace_and_no_limit_are_refused(trace, tmp_path):
    (tmp_path / "z.csv").write_text("arrival_s,input_tokens,output_tokens\n")
    assert isinstance(call("simulate", "--trace", tmp_path / "z.csv", *ON).exception, TableError)
    assert isinstance(call("size", "--trace", trace, *ON).exception, InputError)


@pytest.fixture
def conversations(tmp_path):
    """Ten of four turns each, in turn, as a tree of rows."""
    n = 40
    turn = np.arange(n) // 10
    pl.DataFrame(
        {
            "arrival_s": np.arange(n) * 2.0,
            "input_tokens": 1024 * (turn + 1),
            "output_tokens": np.full(n, 20),
            "prefix_parent": np.where(turn > 0, np.arange(n) - 10, -1),
            "prefix_shared_blocks": 2 * turn,
            "n_blocks": 2 * (turn + 1),
        }
    ).write_parquet(tmp_path / "c.parquet")
    return tmp_path / "c.parquet"


def test_a_router_that_sees_caches_is_asked_for_by_name(conversations):
    on = ("simulate", "--trace", conversations, *ON, "--replicas", 3, "--routing")
    shares = {r: answer(*on, r)["cached_share"] for r in ("prefix_aware", "cache_aware")}
    assert shares["prefix_aware"] == shares["cache_aware"] == pytest.approx(0.6, abs=1e-3)
    assert answer(*on, "session_affinity")["cached_share"] == pytest.approx(0.6, abs=1e-3)
    assert answer(*on, "round_robin")["cached_share"] < 0.5
    light = answer(*on, "prefix_aware", "--prefix-weight", 0)
    assert light["ttft_s"] == answer(*on, "least_loaded")["ttft_s"]


def test_a_weight_without_a_score_is_refused(trace):
    load = ("--trace", trace, *ON)
    for args in (("simulate", *load), ("size", *load, "--ttft-p99", 1)):
        found = call(*args, "--prefix-weight", 2).exception
        assert isinstance(found, InputError)
        for part in ("--prefix-weight", "2 with --routing least_loaded", "prefix_aware"):
            assert part in str(found)


def test_a_router_with_nothing_to_look_at_is_told_of(trace, conversations):
    blind = "is least_loaded here"
    for routing in ("prefix_aware", "cache_aware", "session_affinity"):
        found = answer("simulate", "--trace", trace, *ON, "--routing", routing)
        assert any(f"{routing} {blind}" in w for w in found["warnings"])
    on = ("simulate", "--trace", conversations, *ON, "--routing", "prefix_aware")
    assert not any(blind in w for w in answer(*on)["warnings"])
    off = answer(*on, "--prefix-cache", "off")
    assert any(f"prefix_aware {blind}" in w and "off" in w for w in off["warnings"])


def test_validation_of_the_simulator():
    doc = answer("validate", "--check", "md1", "--check", "little")
    assert doc["overall"]["failed"] == 0
    assert all(row["ok"] for row in doc["rows"])


def test_users_on_a_model_of_16_bits_are_told_what_8_bits_would_save():
    on = ["--model", "llama-3.1-70b", "--chip", "h100-sxm", "--tpot-p99", 0.05]
    wide, small = (
        answer("size", "--users", 100, *on, *more) for more in ((), ("--weights", "fp8"))
    )
    chips = [d["fixed_chips"] + d["spare_chips"] for d in (wide, small)]
    assert chips[1] < chips[0]
    saving = f"in fp8: {chips[1]} chips; in bf16, as taken here, {chips[0]}"
    assert saving in wide["warnings"]
    assert not any("as taken here" in w for w in small["warnings"])


@pytest.fixture(scope="module")
def turns(tmp_path_factory):
    """Sixty conversations of five turns: their contexts are more than a chip's memory holds."""
    rng = np.random.default_rng(1)
    rows = []
    for s in range(60):
        begin, context = rng.uniform(0, 600), 0
        for k in range(5):
            asked, told = int(rng.integers(2000, 4000)), int(rng.integers(50, 200))
            rows.append((begin + 120.0 * k, context + asked, told, s, context))
            context += asked + told
    names = ["arrival_s", "input_tokens", "output_tokens", "session", "shared_tokens"]
    path = tmp_path_factory.mktemp("turns") / "t.csv"
    pl.DataFrame(sorted(rows), schema=names, orient="row").write_csv(path)
    return path


SMALL = ["--model", "llama-3.1-8b", "--chip", "l40s", "--tp", "1"]


def test_tiers_in_bytes_are_those_in_tokens_and_both_are_told(turns, tmp_path):
    """Llama 3.1 8B: 32 layers × 2 × 8 heads × 128 values of 2 bytes = 131,072 bytes a token."""
    rows = tmp_path / "r.parquet"
    args = ["simulate", "--trace", turns, *SMALL]
    doc = answer(*args, "--offload", "cpu=131.072GB@13.1072GB/s", "--records", rows)
    same = answer(*args, "--offload", "cpu=1000000tokens@1e5tokens/s")
    assert doc["offload"] == same["offload"]
    found = doc["offload"]
    assert found["bytes_per_token"] == pytest.approx(131_072)
    (tier,) = found["tiers"]
    assert tier["capacity_tokens"] == pytest.approx(1e6)
    assert tier["load_tok_s"] == pytest.approx(1e5)
    loaded = tier["loaded_bytes"] / 131_072
    assert loaded > 0
    assert found["load_s"] == pytest.approx(loaded / 1e5)
    frame = pl.read_parquet(rows)
    assert frame["loaded_tokens"].sum() == pytest.approx(loaded)
    assert tier["hit_share"] == pytest.approx(loaded / frame["input_tokens"].sum())
    assert found["memory_hit_share"] + tier["hit_share"] == pytest.approx(doc["cached_share"])
    eight = answer("simulate", "--trace", turns, *ON, "--offload", "cpu=1GB@1GB/s")["offload"]
    assert eight["bytes_per_token"] == pytest.approx(80 * 2 * 8 * 128 * 2)  # over all eight chips
    plain = answer(*args)
    assert "offload" not in plain
    assert plain["cached_share"] < doc["cached_share"]
    assert plain["ttft_s"]["mean"] > doc["ttft_s"]["mean"]


def test_what_tiers_did_is_told_in_words(turns):
    offload = "cpu=131.072GB@13.1072GB/s,disk=inf@1GB/s"
    args = ["simulate", "--trace", turns, *SMALL, "--offload", offload]
    told = call(*args, "--offload-write", "evict", "--offload-load", "block").stdout
    assert "in cpu (1,000,000 tokens, 100,000 tok/s back)" in told
    assert "in disk (without end, 7,629 tok/s back)" in told
    assert "written on eviction, 131.1 kB a token" in told


@pytest.mark.parametrize(
    ("offload", "found"),
    [
        ("cpu=100GB@20", "cpu=100GB@20"),
        ("cpu", "cpu"),
        ("cpu=1GB@0GB/s", "cpu=1GB@0GB/s"),
        ("cpu=1GB@1GB/s,cpu=2GB@1GB/s", "a name of its own"),
        ("1cpu=1GB@1GB/s", "a name of a letter"),
        ("a=1GB@1GB/s,b=1GB@1GB/s,c=1GB@1GB/s,d=1GB@1GB/s,e=1GB@1GB/s", "at most 4"),
        ("cpu=-1GB@1GB/s", "a size in"),
    ],
)
def test_tiers_that_cannot_be_are_refused(offload, found):
    asked = ["simulate", "--rate", "1", "--requests", "5", *SMALL, "--offload", offload]
    result = call(*asked)
    assert isinstance(result.exception, InputError) or result.exit_code == 2
    assert found in result.output + str(result.exception)


def test_tiers_that_do_nothing_are_noted(turns):
    few = ["simulate", "--rate", "1", "--requests", "5", *SMALL, "--offload", "cpu=1GB@1GB/s"]
    assert any("share no prefixes" in w for w in answer(*few)["warnings"])
    off = answer("simulate", "--trace", turns, *SMALL, "--offload", "cpu=1GB@1GB/s",
                 "--prefix-cache", "off")  # fmt: skip
    assert any("no effect with --prefix-cache off" in w for w in off["warnings"])
    assert "offload" not in off


def test_every_chip_of_a_list_is_known_before_one_is_sized(trace):
    found = call("size", "--trace", trace, "--model", "llama-3.1-8b", "--ttft-p99", 2,
                 "--chip", "h100-sxm,nope,l44")  # fmt: skip
    assert found.exit_code != 0
    assert [p.value for p in found.exception.problems()] == ["'nope'", "'l44'"]


def test_notes_of_several_chips_say_of_which_and_the_load_once(trace):
    said = call("size", "--trace", trace, "--model", "llama-3.1-8b", "--ttft-p99", 2,
                "--chip", "h100-sxm,h100-80gb-sxm,l40s").stderr  # fmt: skip
    assert said.count("note: read 3,000 requests") == 1
    assert "note: l40s: llama-3.1-8b is taken in bf16" in said


def test_a_run_in_which_no_request_fits_fails_and_shows_what_it_found():
    few = call("simulate", *ON, "--rate", 2, "--requests", 5, "--isl", 10_000_000, "--json")
    assert few.exit_code == 1
    assert json.loads(few.stdout)["rejected"] == 5


def test_limits_of_classes_are_enough_and_classes_without_any_are_told(tmp_path):
    path = tmp_path / "classes.csv"
    rows = [f"{0.2 * k:.1f},300,40,{k % 2}" for k in range(200)]
    path.write_text("\n".join(["arrival_s,input_tokens,output_tokens,priority", *rows]) + "\n")
    ask = ("--model", "llama-3.1-8b", "--chip", "h100-sxm", "--trace", path, "--slo-class")
    both = answer("size", *ask, "0: ttft=0.2; 1: ttft=30")
    assert both["slo"]["ttft_s"] is both["slo"]["tpot_s"] is None
    assert [c["ttft_s"] for c in both["classes"]] == [0.2, 30.0]
    one = answer("size", *ask, "0: ttft=0.2")
    told = "requests of class 1 have no limit: they are to end, however late"
    assert (told in both["warnings"], told in one["warnings"]) == (False, True)


def test_without_a_trace_limits_of_classes_are_of_nobody():
    with pytest.raises(InputError, match="no limit to size for"):
        outlay.size(rate=2.0, model="llama-3.1-8b", chip="h100-sxm", slo_class="0: ttft=1")
