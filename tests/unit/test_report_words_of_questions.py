"""What the terminal says of rates, runs, scores, forecasts and the catalogue: the right numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from outlay.app.cli.command import command
from outlay.catalogue import find_model
from outlay.catalogue.columns import columns
from outlay.report.words import catalogue as words_catalogue
from outlay.report.words.models import calibration as words_calibration
from outlay.report.words.models import forecast as words_forecast
from outlay.report.words.models import rate as words_rate
from outlay.report.words.models import train as words_train
from outlay.report.words.models import validation as words_validation
from outlay.results.catalogue import (
    CatalogueRow,
    ControlEvent,
    CostReference,
    DayShape,
    Dispute,
    Fact,
    FxRate,
    MarketFact,
    PeerCapex,
    Price,
    Region,
    SeriesPoint,
    Table,
    Trace,
)
from outlay.results.chips_models import Chip, Model
from outlay.results.models.calibration import Calibration
from outlay.results.models.forecast import Band, Forecast, RecordRow
from outlay.results.models.rate import Configuration, Rate
from outlay.results.models.train import Train, TrainConfiguration
from outlay.results.models.validation import Overall, ScoredGroup, ScoredRow, Validation

BEST = Configuration(
    chip="c", model="m", n_chips=16, tp=4, pp=2, ep=1, dp=2, phase="aggregated", weights="fp8",
    kv="bf16", batch=160, ttft_s=1.176, ttft_alone_s=0.31, tpot_s=0.0494, tok_s_per_chip=1234.4,
    tok_s_per_user=20.0,
    low=87.654, high=2345.6, prefill_tok_s_per_chip=1.0, decode_tok_s_per_chip=2.0,
    bound_by="HBM", memory_bytes=35.0 * 2**30, watts_per_chip=1118.2, feasible=True, why_not="",
    calibrated="measured",
)  # fmt: skip
RATE = Rate("m", "c", 4000.0, 1000.0, (), (BEST,), 0.25)


def test_a_rate_is_told_with_its_interval_layout_memory_and_power() -> None:
    assert words_rate.sentence(RATE) == (
        "m, fp8 weights and bf16 cache, on c: 1,234 output tokens/s per chip (90 %: 87.7 to 2,346 "
        "tokens/s) from 16 chips (tp4 pp2 dp2), 35 GiB and 1,118 W a chip; bound by HBM."
    )


def test_a_prefill_pool_is_told_in_prompts_without_their_cached_part() -> None:
    pool = replace(RATE, configurations=(replace(BEST, phase="prefill"),))
    assert "1,234 uncached input tokens/s per chip, 0.411 requests/s" in words_rate.sentence(pool)


def test_what_cannot_be_served_says_why() -> None:
    none = replace(BEST, feasible=False, why_not="too large", ttft_s=None, tpot_s=None)
    assert words_rate.sentence(replace(RATE, configurations=(none,))) == (
        f"no configuration of {none.model}, {none.weights} weights and {none.kv} cache, on "
        f"{none.chip}: too large"
    )


def test_a_configuration_stands_under_its_headings() -> None:
    assert dict(zip(words_rate.HEADS, words_rate.cells(BEST, 4 * 1234.4), strict=True)) == {
        "per user": "20", "TTFT s": "1.18", "alone": "0.31", "per chip": "1,234", "": "███▌",
        "chips": "16", "layout": "tp4 pp2 dp2", "batch": "160", "bound by": "HBM",
    }  # fmt: skip
    one = replace(BEST, tp=1, pp=1, dp=1)
    assert words_rate.cells(one, 1e4)[6] == "single"
    assert words_rate.cells(replace(one, phase="decode", ttft_alone_s=None), 1e4)[1:3] == ("-",) * 2
    assert words_rate.cells(replace(one, phase="prefill"), 1e4)[:3] == ("-", "-", "0.31")


def _front(*points: tuple[float, float]) -> Rate:
    """(tokens/s and chip, tokens/s and user) as an answer."""
    rows = tuple(
        replace(BEST, tok_s_per_chip=chip, tok_s_per_user=user, tpot_s=1.0 / user,
                low=0.8 * chip, high=1.5 * chip)
        for chip, user in points
    )  # fmt: skip
    return replace(RATE, configurations=rows)


def test_a_rate_is_read_as_the_front_that_none_beats_in_both() -> None:
    doc = _front((1000, 10), (900, 50), (800, 40), (300, 60), (100, 100), (90, 100))
    points = words_rate.front(doc)
    assert [(p.tok_s_per_chip, p.tok_s_per_user) for p in points] == [
        (1000, 10), (900, 50), (300, 60), (100, 100),
    ]  # fmt: skip
    assert words_rate.reading(doc) == (  # 900 × 50 is the greatest product
        "The front in fp8 weights and bf16 cache: 1,000 tokens/s a chip at 10 tokens/s a user, "
        "down to 100 at "
        "100 tokens/s a user; the best of both is 900 at 50 tokens/s a user."
    )
    assert words_rate.sureness(points) == (
        "How sure: 90 % within × 0.80 to × 1.50 at the widest; measured."
    )
    assert words_rate.sureness(points[:1]) == "How sure: 90 % within × 0.80 to × 1.50; measured."
    assert "best of both" not in words_rate.reading(_front((1000, 10), (10, 20)))
    assert "One layout" in words_rate.reading(RATE)


def test_a_long_front_shows_its_ends_and_its_knee_in_twelve_rows() -> None:
    doc = _front(*((1000.0 - 10 * i, 10.0 + i) for i in range(80)))
    points = words_rate.front(doc)
    rows = words_rate.shown(points)
    assert len(points) == 80
    assert len(rows) <= 12
    knee = max(points, key=lambda c: c.tok_s_per_chip * c.tok_s_per_user)
    assert {id(points[0]), id(points[-1]), id(knee)} <= {id(r) for r in rows}
    assert [r.tok_s_per_user for r in rows] == sorted(r.tok_s_per_user for r in rows)


LAYOUT = TrainConfiguration(
    tp=8, pp=4, cp=1, dp=2, ep=1, vp=3, fully_sharded=False, micro_batch=2, recompute="full",
    recomputed=1.0, step_s=3.544, hidden=0.614,
    tokens_per_step=4.19e6, tok_s_per_chip=1450.2, low=1090.0, high=1910.0,
    model_flop_s_per_chip=3.6e14, mfu=0.362, mfu_bf16=0.181, memory_bytes=67.0 * 2**30,
    run_s=86400.0 * 152.25, feasible=True, why_not="",
)  # fmt: skip
RUN = Train("m", "c", 8192, "fp8", 4096, (), (LAYOUT,), 1.56e13, False, "2025-11")


def test_a_training_run_is_told_with_its_days() -> None:
    assert words_train.sentence(RUN) == (
        "m in fp8 on 8,192 c: 1,450 tokens/s per chip (90 %: 1,090 to 1,910), 36% of the peak in "
        "fp8, 3.54 s a step of 4.19M tokens; 61% of the exchange between chips runs behind "
        "compute, with software of 2025-11; 15.6T tokens in 152.2 days without failures and "
        "restarts: 29.9 million chip-hours."
    )
    short = replace(RUN, tokens=5000.0, n_chips=8, configurations=(
        replace(LAYOUT, tokens_per_step=4096.0, run_s=90.0),))  # fmt: skip
    assert "a step of 4,096 tokens;" in words_train.sentence(short)
    assert words_train.sentence(short).endswith(
        "; 5,000 tokens in 1.5 min without failures and restarts: 0.2 chip-hours."
    )
    usual = words_train.sentence(replace(RUN, batch_usual=True))
    assert "a step of 4.19M tokens (usual for its size and tokens);" in usual
    endless = replace(RUN, tokens=None, configurations=(replace(LAYOUT, run_s=None),))
    assert words_train.sentence(endless).endswith("with software of 2025-11.")
    full = replace(LAYOUT, feasible=False, why_not="needs 99 GiB a chip")
    assert words_train.sentence(replace(RUN, configurations=(full,))) == (
        "no layout fits: the smallest needs 99 GiB a chip"
    )


def test_a_layout_stands_under_its_headings() -> None:
    assert dict(zip(words_train.HEADS, words_train.cells(LAYOUT), strict=True)) == {
        "layout": "tp8 pp4 dp2", "mb": "2", "recompute": "full", "step s": "3.54",
        "tok/s/chip": "1,450", "90 % interval": "1,090-1,910", "MFU": "36.2%", "GiB": "67",
    }  # fmt: skip


GROUP = ScoredGroup("chip", "h100", 30, 7, 0.028, (0.025, 0.031), 0.204, -0.012, 0.93)
ROW = ScoredRow("r", "tpot", "ms", 7.5, 7.4, 7.0, 8.0, "predicted", "", True)
SCORED = Validation(
    True,
    (ROW, replace(ROW, row_id="s", status="unknown_chip", why="Abacus", predicted=None)),
    (GROUP,),
    Overall(
        n=30, rows=32, predictable=0.9, status={}, name="all", groups=7,
        median_abs_log_ratio=0.0281, median_interval_90=(0.02, 0.03), p90_abs_log_ratio=0.2,
        bias=-0.0123, coverage_90=0.931,
    ),
)  # fmt: skip


def test_a_validation_tells_error_bias_cover_and_what_the_fit_has_seen() -> None:
    error, seen = words_validation.sentences(SCORED)
    assert error == (
        "30 rows in 7 groups: median error 2.8%, bias -1.2%, 93% inside the 90 % interval."
    )
    assert "fitted to this very table" in seen
    unseen = replace(SCORED, seen_by_the_fit=False, overall=Overall(0, 2, 0.0, {}))
    assert list(words_validation.sentences(unseen)) == []
    assert list(words_validation.refusals(SCORED)) == [
        "1 of 2 not predicted", "  s: unknown_chip: Abacus"
    ]  # fmt: skip
    assert list(words_validation.taken(SCORED)) == []  # refused rows are named above
    why = "shapes unknown; as x scaled to 8B total; correction measured on 3 groups"
    said = replace(SCORED, rows=[replace(r, status="predicted", why=why) for r in SCORED.rows])
    assert list(words_validation.taken(said)) == [
        "  2 rows: shapes unknown", "  2 rows: as x scaled to 8B total"
    ]  # fmt: skip
    assert words_validation.cells(GROUP) == (
        "h100", "30", "7", "2.8%", "2.5%-3.1%", "20.4%", "-1.2%", "93%"
    )  # fmt: skip
    assert len(words_validation.HEADS) == len(words_validation.cells(GROUP)) - 1


def test_a_calibration_lists_what_was_done_and_nothing_else() -> None:
    refit = Calibration(rows=60, refused=0, effects=4, cells=3, data_sha256="ab", files=("x", "y"))
    assert list(words_calibration.lines(refit)) == [
        "rows: 60", "refused: 0", "effects: 4", "cells: 3", "data_sha256: ab", "files: ['x', 'y']"
    ]  # fmt: skip
    gpu = Calibration(name="GPU", matmul_flop_s={"bf16": 7e14}, launch_s=2e-6, files=())
    assert list(words_calibration.lines(gpu)) == [
        "name: GPU", "matmul_flop_s: {'bf16': 700000000000000.0}", "launch_s: 2e-06", "files: []"
    ]  # fmt: skip


BAND = Band("2026-01-01", 1.0, 2.0, 3.14159, 4.0, 5.0, 3.5)
FORECAST = Forecast(
    "tokens", "token/day", "2025-12-31", (), (BAND,), None, 10.0, (), 30, 0, (), (), ()
)


def test_a_forecast_tells_each_quantile_under_its_name() -> None:
    assert words_forecast.title(FORECAST) == "tokens as known on 2025-12-31 [token/day]"
    assert words_forecast.title(replace(FORECAST, unit="")) == "tokens as known on 2025-12-31"
    assert dict(zip(words_forecast.HEADS, words_forecast.cells(BAND), strict=True)) == {
        "date": "2026-01-01", "p05": "1", "p10": "2", "p50": "3.142", "p90": "4", "p95": "5",
        "mean": "3.5",
    }  # fmt: skip
    days = tuple(replace(BAND, date=str(i)) for i in range(13))
    long = words_forecast.shown(replace(FORECAST, paths_summary=days))
    assert [row.date for row in long] == ["0", "3", "6", "9", "12"]
    assert len(words_forecast.shown(replace(FORECAST, paths_summary=days[:12]))) == 12


def test_a_row_of_the_record_stands_under_its_headings() -> None:
    row = RecordRow("pooled", "all", 11, 1.184, 1.1, 1.476, 0.909, 0.1349)
    cells = words_forecast.record_cells(row)
    assert dict(zip(words_forecast.RECORD_HEADS, cells, strict=True)) == {
        "horizon": "all", "method": "pooled", "n": "11", "typical ×": "1.18", "worst ×": "1.48",
        "80% band held": "91%", "CRPS (log)": "0.135",
    }  # fmt: skip
    assert words_forecast.record_cells(replace(row, coverage_80=None))[5] == "–"


CHIP = Chip(
    "h", "H", "V", "f", {"bf16": 9.89e14}, 80 * 2**30, 3.35e12, 0.0, 8, 0.0, 700.0, 0.0, 8, "", "",
    False, None, None, "s", "official",
)  # fmt: skip
MODEL = Model("m", "M", "d", "", 7e10, 1.3e10, "bf16", "gqa", "", kv_bytes_per_token_bf16=131072.0)
DAY = dt.date(2025, 12, 31)
AGAINST = Dispute("chips", "h", "tdp", 700.0, 1234.5, "W", "2026", "press", "g", "why")
CELLS = [
    ("chips", CHIP, ("h", "989 T", "–", "80 GiB", "3.35 TB/s", "–", "official")),
    ("models", MODEL, ("m", "70B", "13B", "–", "131 kB", "bf16", "–")),
    ("prices", Price("i", "chip", 2e4, 2.5e4, "chip", "USD", "2025", "", "s", "g"),
     ("i", "chip", "2025", "–", "g", "$20,000–$25,000")),
    ("fx", FxRate("2025-12", "spot", "USD", "CNY", 7.05, "s", "g"),
     ("2025-12", "spot", "USD", "CNY", "7.05", "g")),
    ("regions", Region("r", "R", "CN", 0.3, "CNY", None, "s", "g"),
     ("r", "CN", "0.3 CNY", "–", "g")),
    ("events", ControlEvent(DAY, "BIS", "rule", (), "e", "s", "g"),
     ("2025-12-31", "BIS", "rule", "g")),
    ("series", SeriesPoint("t", DAY, 5e13, True, "g", "s"),
     ("t", "2025-12-31", "g", "50T tokens/day", "over")),
    ("series", SeriesPoint("t", DAY, 5e13, False, "g", "s"),
     ("t", "2025-12-31", "g", "50T tokens/day", "")),
    ("peers", PeerCapex("A", "CY2025", 7e10, None, "USD", "plan", "2026", "", "s", "g"),
     ("A", "CY2025", "plan", "2026", "g", "$70bn")),
    ("costs", CostReference("C1", "t", "i", 38.0, 40.0, "USD", "", "2026", "", "s", "g"),
     ("C1", "i", "USD", "2026", "g", "38–40")),
    ("traces", Trace("t", "T", "w", 2.369e8, 1.2096e6, 914.0, 155.0, "s", "g"),
     ("t", "237M", "14 days", "914", "155", "w")),
    ("traces", Trace("t", "T", "w", 37_013.0, None, 118_641.0, 440.0, "s", "g"),
     ("t", "37,000", "–", "119,000", "440", "w")),
    ("shapes", DayShape("d", "w", "c", 1.86, 1.0, "measured", "s", "g", "", 1.2, 1.4),
     ("d", "1.86 × mean", "1.20 × mean", "1.40 × mean", "measured", "w")),
    ("facts", MarketFact("power", "i", "p", 6831.0, 6831.0, "", "MW", "2026", "s", "g"),
     ("power", "i", "p", "2026", "g", "MW", "6,831")),
    ("facts", MarketFact("power", "i", "p", 1.7, 1.8, "", "MW", "2026", "s", "g"),
     ("power", "i", "p", "2026", "g", "MW", "1.7–1.8")),
    ("facts", MarketFact("power", "i", "p", None, None, "2027-06-01", "date", "2026", "s", "g"),
     ("power", "i", "p", "2026", "g", "date", "2027-06-01")),
    ("disputes", AGAINST, ("h", "tdp", "700", "1,234.5", "W", "why")),
]  # fmt: skip


@pytest.mark.parametrize(("table", "row", "cells"), CELLS)
def test_a_row_of_the_catalogue_stands_under_its_headings(
    table: Table, row: CatalogueRow, cells: tuple[str, ...]
) -> None:
    assert words_catalogue.cells(row) == cells
    assert len(words_catalogue.HEADS[table]) == len(cells)


def test_a_column_that_is_asked_for_says_its_unit_once() -> None:
    known = columns("chips")
    dear = replace(CHIP, price_usd=(2e4, 4e4), rent_usd_h=(2.5, 7.0), aliases=("A", "B"))
    shown = {
        n: words_catalogue.cell_of(known[n], dear)
        for n in ("price", "rent", "aliases", "memory", "bf16", "tdp", "link", "domestic", "note")
    }
    assert shown == {
        "price": "$20,000–$40,000", "rent": "2.5–7 USD/chip-hour", "aliases": "A, B",
        "memory": "80 GiB", "bf16": "989 TFLOP/s", "tdp": "700 W", "link": "–", "domestic": "no",
        "note": "–",
    }  # fmt: skip
    assert words_catalogue.cell_of(known["rent"], replace(dear, rent_usd_h=(2.0, 2.0))) == (
        "2 USD/chip-hour"
    )
    full = dict(words_catalogue.in_full("chips", dear))
    assert full["tdp"] == "700 W"
    assert not {"link", "it power", "note"} & set(full)  # not published, not said
    few = dict(words_catalogue.in_full("models", MODEL))
    assert few["parameters"] == "70B"
    assert "experts" not in few  # it has none


def test_each_number_of_a_chip_names_its_source() -> None:
    first = Fact("memory", 141.0, "GiB", "2025", "official", "data sheet", "")
    second = replace(first, parameter="tdp", value=700.0, source="press")
    known = words_catalogue.sources((first, second, first))
    assert known == ("data sheet", "press")
    assert words_catalogue.fact_cells(second, known) == (
        "tdp", "700", "GiB", "2025", "official", "2", ""
    )  # fmt: skip
    disputed = replace(second, note="a note", disputes=(AGAINST,))
    assert words_catalogue.fact_cells(disputed, known)[-1] == (
        "a note; DISPUTED: 1234.5 W (g, 2026; press), not used: why"
    )


def test_a_verb_tells_its_progress_on_stderr_and_an_answer_that_fails_exits_1() -> None:
    def verb(*, progress: Callable[[str], None] = lambda _: None) -> Rate:
        """Say."""
        progress("half done")
        return RATE

    app = typer.Typer()
    app.command()(command(verb, lambda doc: typer.echo(doc.model), failed=lambda doc: True))
    done = CliRunner().invoke(app, [])
    assert (done.stdout, done.stderr, done.exit_code) == ("m\n", "half done\n", 1)


def test_tokens_of_a_shape_are_written_to_the_last_one() -> None:
    """A choice of 2,048 tokens is no 2,050; a context of a million is rounded."""
    said = dict(words_catalogue.in_full("models", find_model("mistral-large-4")))
    assert said["index topk"] == "2,048 tokens"
    assert said["max context"] == "1.05M tokens"
