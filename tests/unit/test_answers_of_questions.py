"""Each field of an answer is its stage's number of that name, not its neighbour's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from outlay.api.catalogue import catalogue
from outlay.api.models.calibrate import calibrate
from outlay.api.models.forecast import forecast as ask
from outlay.api.models.rate import rate
from outlay.api.models.train import train
from outlay.catalogue import find_chip, find_model
from outlay.demand.forecasts.document import forecast_document
from outlay.demand.forecasts.forecast import forecast
from outlay.demand.forecasts.scoring import rolling_origin
from outlay.demand.series.public import public_series
from outlay.performance import search
from outlay.performance.fit import calibrate as fit
from outlay.performance.fit import training_fit
from outlay.performance.fit.predict import Prediction
from outlay.performance.fit.score import score, score_by, validation_document
from outlay.performance.local import Profile, profile_document
from outlay.performance.measured import row_table
from outlay.performance.training.defaults import default_batch
from outlay.performance.training.search import train as train_layouts

MODEL, CHIP = find_model("qwen3-8b"), find_chip("h100-sxm")


def assert_same(row: object, *sources: object, apart: Collection[str] = ()) -> None:
    """Each field of the row is the first source's value of that name."""
    assert is_dataclass(row)
    for f in fields(row):
        if f.name not in apart:
            source = next(s for s in sources if hasattr(s, f.name))
            assert getattr(row, f.name) == getattr(source, f.name), f.name


def test_a_configuration_is_what_the_search_found() -> None:
    found = search(MODEL, CHIP, 1024, 256, cached_share=0.3, tpot_s=0.05)
    doc = rate("qwen3-8b", "h100-sxm", osl=256, cached=0.3, tpot=0.05)
    assert (doc.isl, doc.osl, doc.cached) == (1024.0, 256.0, 0.3)
    assert len(doc.configurations) == len(found)
    for row, r in zip(doc.configurations, found, strict=True):
        assert_same(row, r, r.layout, r.precision)


def test_a_training_layout_is_what_was_timed() -> None:
    usual = default_batch(MODEL, 1e12, 4096)
    found = train_layouts(MODEL, CHIP, 64, precision="fp8", global_batch_tokens=usual)
    doc = train("qwen3-8b", "h100-sxm", 64, precision="fp8", tokens=1e12)
    for row, r in zip(doc.configurations, found, strict=True):
        assert_same(row, r, r.layout, apart=("tok_s_per_chip", "run_s", "recomputed"))
        assert row.recomputed == (r.layout.recomputed if row.recompute == "full" else 0.0)
        assert row.tok_s_per_chip == r.tokens_s_per_chip
        assert row.run_s == pytest.approx(1e12 / (64 * r.tokens_s_per_chip))


def test_a_score_is_told_by_group_and_overall() -> None:
    made = [
        Prediction(str(i), "tpot", "ms", 10.0, 10.0 + i, 9.0 + i, 11.0 + i, "predicted", "",
                   f"g{i}", f"s{i % 2}", "m", "c", "closed")
        for i in range(5)
    ]  # fmt: skip
    made.append(Prediction("x", "tpot", "ms", 1.0, None, None, None, "unknown_chip", "no"))
    made.append(Prediction("y", "ttft", "s", 1.0, 2.0, 1.0, 3.0, "predicted", primary=False))
    doc = validation_document(made, seen=True)
    for row, p in zip(doc.rows, made, strict=True):
        assert_same(row, p)
    by_source = {s.name: s for s in score_by(made[:6], lambda p: p.source)}
    for group in doc.groups:
        s = by_source.get(group.name)
        if group.by == "source" and s:
            assert_same(group, s, apart=("by", "median_interval_90"))
            assert group.median_interval_90 == s.median_interval_90
    overall = score("all", made[:6])
    assert overall is not None
    assert_same(doc.overall, overall, apart=("rows", "predictable", "status", "median_interval_90"))
    assert doc.overall.median_interval_90 == overall.median_interval_90
    assert overall.median_interval_90[0] < overall.median_interval_90[1]
    assert (doc.overall.rows, doc.overall.predictable) == (6, pytest.approx(5 / 6))
    assert doc.overall.status == {"predicted": 5, "unknown_chip": 1}
    assert [g.by for g in doc.groups if g.name == ": ttft"] == ["metric and kind"]


def test_a_forecast_and_its_record_are_what_was_sampled() -> None:
    made = forecast(public_series("bytedance-tokens"), months=2, n_paths=60)
    trials = rolling_origin(made.series, n_paths=60)
    doc = forecast_document(made, trials, seed=3, with_paths=True)
    for point, p in zip(doc.points, made.series.points, strict=True):
        assert_same(point, p, apart=("date", "first_day", "last_day"))
        assert (point.date, point.first_day, point.last_day) == tuple(
            d.isoformat() for d in (p.day, p.start, p.end)
        )
    for row, t in zip(doc.record_points, trials, strict=True):
        assert_same(row, t, apart=("origin", "target", "horizon_months"))
        days = (date.fromisoformat(row.target) - date.fromisoformat(row.origin)).days
        assert row.horizon_months == pytest.approx(days / 365.25 * 12)
    for i, band in enumerate(doc.paths_summary):
        on = made.paths[:, i]
        assert band.date == made.dates[i].isoformat()
        assert band.mean == pytest.approx(on.mean())
        for name, q in (("p05", 5), ("p10", 10), ("p50", 50), ("p90", 90), ("p95", 95)):
            below = (on <= getattr(band, name)).mean() * 100
            assert below == pytest.approx(q, abs=3), name
    assert doc.paths == tuple(map(tuple, made.paths.tolist()))
    assert (doc.n_paths, doc.seed, doc.informative_factor) == (60, 3, 10.0)


def test_more_paths_do_not_change_the_record() -> None:
    most, more = (ask("google-tokens", months=1, paths=n) for n in (1_000, 1_100))
    assert (most.n_paths, more.n_paths) == (1_000, 1_100)
    assert most.record == more.record


def test_a_profile_is_kept_whole(tmp_path: Path) -> None:
    profile = Profile("GPU", 80, {"bf16": 7e14}, 3e12, 4e14, 2e-6, {"1": 1e-4})
    doc = profile_document(profile, tmp_path)
    for name, value in asdict(profile).items():
        assert getattr(doc, name) == value, name
    assert doc.files == (str(tmp_path / "chip_profile.json"),)
    assert doc.rows is None


def test_a_refit_counts_rows_effects_and_cells_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    effects = SimpleNamespace(effects=dict.fromkeys(range(3)))
    done = SimpleNamespace(
        questions=[0] * 9, refused=[0] * 2, constants=effects, cells=[0] * 5, sha256="ab"
    )
    monkeypatch.setattr(fit, "calibrate", lambda _: done)
    monkeypatch.setattr(fit, "write", lambda _, out: [out / "effects.csv"])
    monkeypatch.setattr(training_fit, "calibrate_training", lambda _: ({"a": 0.1}, 11))
    monkeypatch.setattr(training_fit, "write_training", lambda *given: given[3] / "training.toml")
    monkeypatch.setattr(row_table, "take_rows", lambda path: path)
    doc = calibrate(measured=Path("m.csv"), training=Path("t.csv"), out=tmp_path)
    assert (doc.rows, doc.refused, doc.effects, doc.cells) == (9, 2, 3, 5)
    assert (doc.data_sha256, doc.training_runs, doc.name) == ("ab", 11, "")
    assert doc.files == (str(tmp_path / "effects.csv"), str(tmp_path / "training.toml"))
    alone = calibrate(training=Path("t.csv"), out=tmp_path)
    assert (alone.rows, alone.training_runs, len(alone.files)) == (None, 11, 1)


def test_what_was_known_on_its_own_day_counts() -> None:
    day = catalogue("events").to_polars("rows")["date"][0]
    assert catalogue("events", as_of=str(day)).n == 1
