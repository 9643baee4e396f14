"""Files of measurements that could not be made here, by their published keys; and broken ones."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.core.errors import InputError, TableError
from outlay.report.words.models.observation import CALLED
from outlay.serving.observed.counters.engines import _ENGINES
from outlay.serving.observed.counters.scrapes import scrapes_of_text
from outlay.serving.observed.reading import read_files, read_observations
from outlay.serving.observed.types import Observation
from support.shared import ROOT

DATA = ROOT / "tests" / "data" / "observed"


def read(found: object, name: str = "file.json") -> tuple[Observation, ...]:
    data = found if isinstance(found, bytes) else json.dumps(found).encode()
    return read_observations(name, data)


def genuine(name: str) -> Any:
    return json.loads((DATA / name).read_text())


# ---- older and other forms


def test_older_results_of_vllm_have_no_burstiness_and_count_no_failures() -> None:
    old = genuine("vllm/closed.json")
    for key in ("burstiness", "failed", "start_times", "latencies", "endpoint_type",
                "max_concurrency", "queue_times", "max_concurrent_requests"):  # fmt: skip
        old.pop(key, None)
    old["errors"] = ["", *["refused"], *[""] * 22]
    run = read(old | {"request_rate": 8.0})[0]
    assert run.load.kind == "open"
    assert run.load.rate_req_s == 8
    assert run.load.burstiness is None
    assert run.failed == 1
    assert run.timings is not None
    assert math.isnan(run.timings.ttft_s.item(1))
    assert all(math.isnan(t) for t in run.timings.sent_s)
    # the end of an answer is its first token and the gaps
    row = old["ttfts"][0] + sum(old["itls"][0])
    assert run.timings.e2e_s.item(0) == pytest.approx(row)


def test_a_rate_without_end_and_without_a_cap_is_a_burst() -> None:
    found = genuine("vllm/closed.json") | {"request_rate": "inf", "max_concurrency": None}
    assert read(found)[0].load.kind == "burst"


def genai() -> dict[str, Any]:
    """By the exporter of genai-perf 0.0.16; its version stands nowhere in it."""

    def stats(unit: str, mean: float) -> dict[str, Any]:
        return {"unit": unit, "avg": mean, "p25": mean * 0.8, "p50": mean, "p75": mean * 1.1,
                "p90": mean * 1.3, "p95": mean * 1.4, "p99": mean * 1.5, "min": mean * 0.5,
                "max": mean * 1.6, "std": mean * 0.2}  # fmt: skip

    return {
        "request_throughput": {"unit": "requests/sec", "avg": 4.0},
        "request_latency": stats("ms", 2000.0),
        "time_to_first_token": stats("ms", 200.0),
        "time_to_second_token": stats("ms", 20.0),
        "inter_token_latency": stats("ms", 18.0),
        "output_token_throughput": {"unit": "tokens/sec", "avg": 404.0},
        "output_token_throughput_per_user": stats("tokens/sec/user", 55.0),
        "output_sequence_length": stats("tokens", 101.0),
        "input_sequence_length": stats("tokens", 550.0),
        "request_count": {"unit": "count", "avg": 40.0},
        "input_config": {
            "model_names": ["small-model"],
            "perf_analyzer": {"stimulus": {"concurrency": 8}},
        },
        "telemetry_stats": {},
    }


def test_genai_perf_is_told_from_aiperf_and_its_itl_is_of_requests() -> None:
    run = read(genai())[0]
    assert run.tool == "genai-perf"
    assert run.setup.model == "small-model"
    assert run.load.kind == "closed"
    assert run.load.concurrency == 8
    assert run.metrics["tpot_s"].mean == pytest.approx(0.018)
    assert "itl_s" not in run.metrics
    assert run.duration_s == 10
    assert run.output_tokens == 4040
    # e2e = ttft + tpot (n − 1), of means
    mean = {k: s.mean or 0 for k, s in run.metrics.items()}
    assert mean["ttft_s"] + mean["tpot_s"] * 100 == pytest.approx(mean["e2e_s"])


def test_genai_perf_as_csv() -> None:
    text = (
        "Metric,avg,min,max,p99,p95,p90,p75,p50,p25\n"
        'Time To First Token (ms),200.00,100.00,320.00,300.00,280.00,260.00,220.00,200.00,160.00\n'
        'Request Latency (ms),"2,000.00","1,000.00","3,200.00","3,000.00","2,800.00","2,600.00",'
        '"2,200.00","2,000.00","1,600.00"\n'
        "Inter Token Latency (ms),18.00,9.00,29.00,27.00,25.20,23.40,19.80,18.00,14.40\n"
        "Output Sequence Length (tokens),101.00,50.00,160,150,140,130,110,101,80\n"
        "Input Sequence Length (tokens),550,550,550,550,550,550,550,550,550\n"
        "\n"
        "Metric,Value\n"
        "Output Token Throughput (tokens/sec),404.00\n"
        "Request Throughput (per sec),4.00\n"
        "Request Count (count),40.00\n"
    )  # fmt: skip
    run = read(text.encode(), "x.csv")[0]
    assert run.metrics["e2e_s"].mean == 2
    assert run.metrics["ttft_s"].quantiles[0.99] == 0.3
    assert (run.completed, run.req_s, run.duration_s) == (40, 4, 10)


def test_units_are_those_that_the_file_names() -> None:
    found = genai()
    for key in ("request_latency", "time_to_first_token", "inter_token_latency"):
        part = found[key]
        found[key] = {k: v if k == "unit" else v * 1e6 for k, v in part.items()} | {"unit": "ns"}
    same = read(genai())[0].metrics
    for key, spread in read(found)[0].metrics.items():
        assert spread.mean == pytest.approx(same[key].mean)
    found["request_latency"]["unit"] = "fortnights"
    with pytest.raises(TableError, match=r"request_latency.unit.*fortnights"):
        read(found)


# ---- counters


def exposition(engine: str, n: int, at: int | None = None, scale: int = 1) -> str:
    """Counters after n requests of 100 tokens in and 11 out, each 0.3 s to the first token."""
    end = "" if at is None else f" {at * 1000}"
    names = {
        "vllm": ("request_success_total", 'finished_reason="stop",', "num_requests_running",
                 "num_preemptions_total", "prefix_cache_hits_total", "request_prompt_tokens"),
        "sglang": ("num_requests_total", "", "num_running_reqs", "num_retracted_requests_total",
                   "cached_tokens_total", "prompt_tokens_histogram"),
    }[engine]  # fmt: skip
    m = 'model_name="small"'
    lines = [
        f"# HELP {engine}:prompt_tokens_total Tokens.",
        f"# TYPE {engine}:prompt_tokens_total counter",
        f"{engine}:prompt_tokens_total{{{m}}} {100 * n}.0{end}",
        f"{engine}:generation_tokens_total{{{m}}} {11 * n}.0{end}",
        f"{engine}:{names[0]}{{{names[1]}{m}}} {n}.0{end}",
        f"{engine}:{names[2]}{{{m}}} {scale}.0{end}",
        f"{engine}:{names[3]}{{{m}}} {n // 10}.0{end}",
        f"{engine}:{names[4]}{{{m}}} {25 * n}.0{end}",
        f"{engine}:prefix_cache_queries_total{{{m}}} {100 * n}.0{end}" if engine == "vllm" else "",
        f'{engine}:time_to_first_token_seconds_bucket{{le="0.25",{m}}} 0{end}',
        f'{engine}:time_to_first_token_seconds_bucket{{le="0.5",{m}}} {n}{end}',
        f'{engine}:time_to_first_token_seconds_bucket{{le="+Inf",{m}}} {n}{end}',
        f"{engine}:time_to_first_token_seconds_count{{{m}}} {n}{end}",
        f"{engine}:time_to_first_token_seconds_sum{{{m}}} {0.3 * n}{end}",
        f'{engine}:time_per_output_token_seconds_bucket{{le="+Inf",{m}}} {10 * n}{end}',
        f"{engine}:time_per_output_token_seconds_count{{{m}}} {10 * n}{end}",
        f"{engine}:time_per_output_token_seconds_sum{{{m}}} {0.2 * n}{end}",
        f"python_gc_objects_collected_total 7{end}",
    ]
    return "\n".join(line for line in lines if line) + "\n"


@pytest.mark.parametrize("engine", ["vllm", "sglang"])
def test_between_two_scrapes_counters_are_subtracted_and_gauges_averaged(engine: str) -> None:
    text = exposition(engine, 100, at=1_700_000_000, scale=2) + exposition(
        engine, 400, at=1_700_000_060, scale=6)  # fmt: skip
    run = read(text.encode(), "m.txt")[0]
    assert run.setup.engine == engine
    assert run.duration_s == 60
    assert (run.completed, run.input_tokens, run.output_tokens) == (300, 30_000, 3_300)
    assert run.req_s == 5
    assert run.output_tok_s == 55
    assert run.counters["running_mean"] == 4
    assert run.counters["running_max"] == 6
    assert run.counters["preemptions"] == 30
    assert run.counters["prefix_hit_share"] == 0.25
    assert run.metrics["ttft_s"].mean == pytest.approx(0.3)
    assert run.metrics["ttft_s"].count == 300
    # straight within the bucket from 0.25 to 0.5
    assert run.metrics["ttft_s"].quantiles[0.5] == pytest.approx(0.375)
    # the old name of the gaps between tokens
    assert run.metrics["itl_s"].mean == pytest.approx(0.02)
    assert "tpot_s" not in run.metrics


def test_the_same_series_from_the_http_api() -> None:
    scrapes = [*scrapes_of_text(exposition("vllm", 100, at=1_700_000_000), "a"),
               *scrapes_of_text(exposition("vllm", 400, at=1_700_000_060), "b")]  # fmt: skip
    series: dict[Any, list[Any]] = {}
    for scrape in scrapes:
        for sample in scrape.samples.values():
            key = (("__name__", sample.name), *sample.labels)
            series.setdefault(key, []).append([scrape.time_s, str(sample.value)])
    answer = {"status": "success", "data": {"resultType": "matrix", "result": [
        {"metric": dict(k), "values": v} for k, v in series.items()]}}  # fmt: skip
    text = exposition("vllm", 100, at=1_700_000_000) + exposition("vllm", 400, at=1_700_000_060)
    a, b = read(answer)[0], read(text.encode(), "m.txt")[0]
    assert (a.completed, a.duration_s, a.metrics, a.counters) == (
        b.completed, b.duration_s, b.metrics, b.counters)  # fmt: skip


def test_times_may_stand_in_comments_and_replicas_are_summed() -> None:
    other = exposition("vllm", 30).replace('"small"', '"small",engine="1"')
    two = exposition("vllm", 10) + other.replace("python_gc_objects_collected_total 7\n", "")
    text = f"# time: 1000\n{two}# time: 1010\n" + two.replace(" 10.0", " 20.0").replace(
        "} 100.0", "} 110.0")  # fmt: skip
    run = read(text.encode(), "m.txt")[0]
    assert run.duration_s == 10
    assert run.completed == 10
    once = read(two.encode(), "m.txt")[0]
    assert once.completed == 40
    assert once.duration_s is None
    assert "since the engine's start" in once.notes[0]


def test_an_engine_that_was_started_anew_is_no_stretch() -> None:
    text = exposition("vllm", 400, at=100) + exposition("vllm", 3, at=160)
    with pytest.raises(TableError, match="a counter that fell"):
        read(text.encode(), "m.txt")


def test_counters_of_two_models_are_not_added() -> None:
    text = exposition("vllm", 4) + exposition("vllm", 4).replace('"small"', '"large"')
    with pytest.raises(TableError, match=r"several models.*large, small"):
        read(text.encode(), "m.txt")


@given(st.lists(st.integers(0, 50), min_size=4, max_size=4), st.integers(1, 20))
def test_quantiles_of_buckets_rise_and_stay_inside(steps: list[int], last: int) -> None:
    total, lines = 0, []
    for edge, step in zip((0.1, 0.2, 0.4, 0.8), steps, strict=True):
        total += step
        lines.append(f'vllm:time_to_first_token_seconds_bucket{{le="{edge}"}} {total}')
    total += last
    lines += [f'vllm:time_to_first_token_seconds_bucket{{le="+Inf"}} {total}',
              f"vllm:time_to_first_token_seconds_count {total}",
              f"vllm:time_to_first_token_seconds_sum {total * 0.3}"]  # fmt: skip
    spread = read("\n".join(lines).encode(), "m.txt")[0].metrics["ttft_s"]
    values = [spread.quantiles[q] for q in sorted(spread.quantiles)]
    assert values == sorted(values)
    assert all(0 <= v <= 0.8 for v in values)
    assert spread.count == total


# ---- broken files


def changed(name: str, change: Callable[[Any], None]) -> bytes:
    found = genuine(name)
    change(found)
    return json.dumps(found).encode()


def put(*path: Any, value: Any) -> Callable[[Any], None]:
    def change(found: Any) -> None:
        for key in path[:-1]:
            found = found[key]
        found[path[-1]] = value

    return change


BROKEN = [  # file, change, what the message says
    ("vllm/closed.json", put("mean_ttft_ms", value="46"), r"mean_ttft_ms: not a number.*\"46\""),
    ("vllm/closed.json", put("mean_ttft_ms", value=-1), r"mean_ttft_ms: a number out of range"),
    ("vllm/closed.json", put("completed", value=2.5), r"completed: not a whole number"),
    ("vllm/closed.json", put("completed", value=True), r"completed: not a number.*true"),
    ("vllm/closed.json", put("p50_ttft_ms", value=900), r"ttft: p90 is below p50"),
    ("vllm/closed.json", put("ttfts", value=[0.1]), r"lists of different lengths.*ttfts 1"),
    ("vllm/closed.json", put("ttfts", 3, value=-0.1), r"ttfts\[3\]: a number out of range"),
    ("vllm/closed.json", put("itls", 3, value="x"), r"itls\[3\]: not a list"),
    ("vllm/closed.json", put("itls", 3, value=["x"]), r"itls\[3\]\[0\]: not a number"),
    ("vllm/closed.json", put("request_rate", value="fast"), r"request_rate: not a rate"),
    ("vllm/closed.json", put("input_lens", 0, value=1.5), r"input_lens\[0\]: not a whole number"),
    ("guidellm-0.8.1/report.json",
     put("benchmarks", 1, "metrics", "request_latency", "successful", "mean", value="1"),
     r"benchmarks\[1\].metrics.request_latency.successful.mean: not a number"),
    ("guidellm-0.8.1/report.json", put("benchmarks", 0, "duration", value=-2),
     r"benchmarks\[0\].duration: a number out of range"),
    ("aiperf/profile_export_aiperf.json", put("time_to_first_token", "p99", value=1),
     r"time_to_first_token: p99 is below p95"),
    ("aiperf/profile_export_aiperf.json", put("inter_token_latency", "unit", value="furlong"),
     r"inter_token_latency.unit: a unit that is not known"),
    ("inference-perf/stage_0_lifecycle_metrics.json",
     put("successes", "latency", "request_latency", "mean", value=[]),
     r"successes.latency.request_latency.mean: not a number"),
    ("inference-perf/per_request_lifecycle_metrics.json", put(4, "end_time", value=0.5),
     r"\[4\]: end_time: an end before the start"),
    ("inference-perf/per_request_lifecycle_metrics.json", put(4, value=7), r"\[4\]: not a mapping"),
    ("inferencex/agg_single.json", put("tput_per_gpu", value=None), r"not a file of measurements"),
    ("inferencex/agg_single.json", put("tp", value="8"), r"tp: not a number"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "said"), BROKEN)
def test_a_broken_file_is_refused_with_its_key(
    name: str, change: Callable[[Any], None], said: str
) -> None:
    with pytest.raises(TableError, match=said) as caught:
        read_observations("some/file.json", changed(name, change))
    assert "some/file.json" in str(caught.value)


@pytest.mark.parametrize("name", [p.relative_to(DATA).as_posix() for p in DATA.rglob("*.json")])
def test_a_file_that_was_cut_is_refused_with_its_line(name: str) -> None:
    data = (DATA / name).read_bytes()
    with pytest.raises(TableError, match=r"f\.json:\d+: not JSON"):
        read_observations("f.json", data[: len(data) * 2 // 3])


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(word: str) -> None:
    data = (DATA / "vllm/closed.json").read_bytes()
    bad = data.replace(b'"duration":', b'"duration": %s, "was":' % word.encode(), 1)
    with pytest.raises(TableError, match=r"finite|out of range"):
        read_observations("f.json", bad)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"  \n", b"{}", b"[]", b"[1]", b'{"status": "success", "data": {"resultType": "x"}}',
        b'{"benchmarks": []}', b'{"experiments": [], "version": "1"}', b"hello\n",
        b"\x1f\x8b\x08\x00", b"arrival_s,input_tokens,output_tokens\n0,1,1\n",
        b'{"timestamp": 1, "input_length": 2, "output_length": 3}\n' * 2,
        b"# TYPE node_load1 gauge\nnode_load1 0.5\n", b"benchmarks:\n- a\n",
        b'{"status": "error", "errorType": "bad_data", "error": "no"}',
    ],
)  # fmt: skip
def test_other_files_are_refused_and_never_guessed(text: bytes) -> None:
    with pytest.raises(InputError, match=r"f\.x"):
        read_observations("f.x", text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("_sum{", "_sum{{", "not labels"),
        ("} 400.0", "} four", "not a number"),
        ("} 400.0", "} -4", "out of range"),
        ("} 400.0", "} NaN", "out of range"),
        (
            'le="0.5",model_name="small"} 400',
            'le="0.5",model_name="small"} 800',
            "buckets that fall",
        ),
        ('le="0.25"', 'le="wide"', "not an edge"),
    ],
)
def test_broken_counters_are_refused_with_their_name(old: str, new: str, said: str) -> None:
    text = exposition("vllm", 400)
    assert old in text
    with pytest.raises(TableError, match=said):
        read(text.replace(old, new).encode(), "m.txt")


def test_a_summary_of_mlperf_with_a_key_twice_is_refused() -> None:
    text = (DATA / "mlperf/server-mlperf_log_summary.txt").read_text()
    twice = text + "Mean latency (ns)               : 7\n"
    with pytest.raises(TableError, match=r"a key twice.*Mean latency"):
        read(twice.encode(), "s.txt")
    with pytest.raises(TableError, match="scenario"):
        read(text.replace(": Server", ": Waiter").encode(), "s.txt")


def test_a_log_of_mlperf_that_ends_early_has_no_results() -> None:
    lines = (DATA / "mlperf/server-mlperf_log_detail.txt").read_text().splitlines()
    with pytest.raises(TableError, match="result_validity"):
        read("\n".join(lines[:40]).encode(), "d.txt")


def test_a_row_of_csv_with_another_number_of_cells_is_refused(tmp_path: Path) -> None:
    text = (DATA / "aiperf/profile_export_aiperf.csv").read_text()
    bad = text.replace("Request Latency (ms),", "Request Latency (ms),7,")
    with pytest.raises(TableError, match=r"f\.csv:\d+: a row with another number of cells"):
        read(bad.encode(), "f.csv")


def test_an_answer_does_not_end_before_its_first_token() -> None:
    bad = changed("vllm/closed.json", put("ttfts", 5, value=9.0))
    with pytest.raises(TableError, match="request 6: an answer that ends before its first token"):
        read_observations("f.json", bad)
    times = ("info", "response_metrics", "output_token_times")
    name = "inference-perf/per_request_lifecycle_metrics.json"
    found = genuine(name)
    turned = found[2][times[0]][times[1]][times[2]][::-1]
    with pytest.raises(TableError, match=r"\[2\]: info: times of tokens that fall"):
        read_observations("f.json", changed(name, put(2, *times, value=turned)))


@pytest.mark.parametrize("text", ["\v", "\u2028", "\u3000\n"])
def test_spaces_of_any_kind_are_an_empty_file(text: str) -> None:
    with pytest.raises(TableError, match="the file is empty"):
        read_observations("f.x", text.encode())


def scraped(folder: Path, name: str, n: int, at: int, start: int) -> Path:
    path = folder / name
    path.write_text(f"# time: {at}\nprocess_start_time_seconds {start}\n" + exposition("vllm", n))
    return path


def test_scrapes_of_one_process_in_several_files_are_one_stretch(tmp_path: Path) -> None:
    late = scraped(tmp_path, "a.txt", 400, 1060, 7)
    early = scraped(tmp_path, "b.txt", 100, 1000, 7)
    other = scraped(tmp_path, "c.txt", 900, 1001, 8)
    load = tmp_path / "d.json"
    load.write_bytes((DATA / "vllm/closed.json").read_bytes())
    stretch, alone, run = read_files([late, early, other, load])
    assert (stretch.completed, stretch.duration_s) == (300, 60)
    assert (alone.completed, alone.duration_s) == (900, None)
    assert run.completed == 24
    assert [r.completed for r in read_files([load, early])] == [24, 100]


def test_scrapes_without_times_are_one_stretch_too_or_say_what_lacks(tmp_path: Path) -> None:
    texts = [f"process_start_time_seconds 7\n{exposition('vllm', n)}" for n in (100, 400)]
    named = [tmp_path / name for name in ("z.txt", "a.txt")]
    for path, text in zip(named, texts, strict=True):
        path.write_text(text)
    (stretch,) = read_files(named)
    assert (stretch.completed, stretch.duration_s) == (300, None)
    assert any("# time: SECONDS" in n for n in stretch.notes)
    with pytest.raises(TableError, match="a counter that fell"):
        read_files(named[::-1])
    for path, text in zip(named, texts, strict=True):
        path.write_text(text.partition("\n")[2])
    for run in read_files(named):
        assert any("join them (cat)" in n for n in run.notes)
    (alone,) = read_files(named[:1])
    assert not any("join them" in n for n in alone.notes)


@pytest.mark.parametrize("engine", ["vllm", "sglang"])
def test_every_counter_has_a_name_for_people(engine: str) -> None:
    names = _ENGINES[engine]
    known = {*names.totals, *(f"{g}_{s}" for g in names.gauges for s in ("mean", "max"))}
    left = {"input_tokens", "output_tokens", "completed", "failed"}
    more = {"prefix_hit_share", "draft_acceptance_share", "kv_blocks", "block_tokens"}
    assert (known | more) - left <= CALLED.keys()


def test_scrapes_of_two_replicas_in_one_file_are_no_stretch(tmp_path: Path) -> None:
    a, b = (scraped(tmp_path, f"{i}.txt", 10 * i, 100 * i, i) for i in (1, 2))
    with pytest.raises(TableError, match="several processes"):
        read_observations("m.txt", a.read_bytes() + b.read_bytes())
