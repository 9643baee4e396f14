"""The back-test: coverage and log score of bands against what came."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from outlay.core.errors import TableError
from outlay.risk.backtest import Actual, Band, back_test, bands_of, read_actuals
from outlay.risk.types import QUANTILES, summarise


def lognormal_band(name: str, median: float, sd: float) -> Band:
    z = norm.ppf(QUANTILES)
    return Band(name, QUANTILES, tuple(median * np.exp(sd * z)))


def test_log_score_of_a_lognormal_band_is_the_density() -> None:
    test = back_test([lognormal_band("x", 100.0, 0.4)], [Actual("x", 160.0)])
    row = test.rows[0]
    assert row.log_score == pytest.approx(norm.logpdf(np.log(160 / 100), scale=0.4))
    assert row.place == pytest.approx(norm.cdf(np.log(1.6) / 0.4))
    assert row.inside_80
    assert row.inside_90


def test_coverage_of_true_bands_is_nominal() -> None:
    rng = np.random.default_rng(0)
    n = 3000
    bands = [lognormal_band(f"x{i}", 10.0, 0.5) for i in range(n)]
    actuals = [Actual(f"x{i}", float(10 * np.exp(0.5 * rng.normal()))) for i in range(n)]
    test = back_test(bands, actuals)
    assert test.overall.coverage_80 == pytest.approx(0.8, abs=0.025)
    assert test.overall.coverage_90 == pytest.approx(0.9, abs=0.02)
    wide = back_test([lognormal_band(b.name, 10.0, 1.5) for b in bands], actuals)
    assert (wide.overall.mean_log_score or 0) < (test.overall.mean_log_score or 0)


TABLE = Band("x", QUANTILES, (5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0))


@pytest.mark.parametrize(
    ("actual", "in_80", "in_90"),
    [(4.9, False, False), (5.0, False, True), (9.9, False, True), (10.0, True, True),
     (50.0, True, True), (90.0, True, True), (90.1, False, True), (95.1, False, False)],
)  # fmt: skip
def test_inside_a_band_between_its_own_quantiles(actual: float, in_80: bool, in_90: bool) -> None:
    (row,) = back_test([TABLE], [Actual("x", actual)]).rows
    assert (row.inside_80, row.inside_90) == (in_80, in_90)
    assert (row.name, row.actual, row.p05, row.p50, row.p95) == ("x", actual, 5.0, 50.0, 95.0)


def test_coverage_and_score_are_means_over_what_was_predicted() -> None:
    came = [Actual("x", 50.0), Actual("x2", 7.0), Actual("y", 1.0), Actual("x3", 200.0)]
    bands = [replace(TABLE, name=n) for n in ("x", "x2", "x3")]
    found = back_test(bands, came, "a plan", "a table")
    assert (found.plan, found.actual, found.overall.n) == ("a plan", "a table", 3)
    assert found.overall.coverage_80 == pytest.approx(1 / 3)
    assert found.overall.coverage_90 == pytest.approx(2 / 3)
    scores = [r.log_score for r in found.rows if r.log_score is not None]
    assert found.overall.mean_log_score == pytest.approx(sum(scores) / 3)
    assert found.rows[2].place is None


def test_each_side_of_a_band_has_its_own_spread() -> None:
    """Twice as wide above as below; each half holds half of the probability. Of plain values
    where some are below nought."""
    z = norm.ppf(QUANTILES)
    skewed = Band("x", QUANTILES, tuple(np.where(z < 0, 1.0 * z, 2.0 * z)))
    below, above = back_test([skewed], [Actual("x", -1.0)]), back_test([skewed], [Actual("x", 2.0)])
    assert below.rows[0].place == pytest.approx(norm.cdf(-1))
    assert above.rows[0].place == pytest.approx(norm.cdf(1))
    assert below.rows[0].log_score == pytest.approx(norm.logpdf(-1))
    assert above.rows[0].log_score == pytest.approx(norm.logpdf(1) - np.log(2))


def test_bands_come_from_an_outlook_and_unknown_names_are_told() -> None:
    d = summarise("capex/2026", "CNY", np.arange(1.0, 101.0))
    bands = bands_of([d])
    assert bands[0].probabilities == pytest.approx(QUANTILES)
    assert bands[0].values == pytest.approx(np.quantile(np.arange(1.0, 101.0), QUANTILES))
    test = back_test(bands, [Actual("capex/2027", 3.0), Actual("capex/2026", 50.0)])
    assert "did you mean 'capex/2026'" in test.rows[0].status
    assert test.overall.n == 1
    assert test.overall.coverage_80 == 1.0
    assert back_test([], []).overall.coverage_80 is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name\nx\n",
            "a.csv:1: a column is missing (found name); allowed: name, value, source; add 'value'",
        ),
        (
            "name,value,why\nx,1,2\n",
            "a.csv:1: unknown column (found 'why'); allowed: name, value, source",
        ),
        ("name,value\nx,nan\n", "a.csv:2: not a finite number (found 'nan'); allowed: 1.6e11"),
        ("name,value\nx,1_000\n", "a.csv:2: not a finite number (found '1_000'); allowed: 1.6e11"),
        ("name,value\nx,1\n\nx,2\n", "a.csv:4: an outcome given twice (found x)"),
        ("name,value\n,1\n", "a.csv:2: an outcome without a name; allowed: capex/2026"),
        (
            "name,value\nx,1,300\n",
            "a.csv:2: a row with another number of cells than the header (found 3); allowed: 2; "
            "write 1300, not 1,300",
        ),
        (
            'name,value\n"x,1\ny",2\n',
            "a.csv:2: a quoted cell goes over the end of its line (found 'x,1\\ny'); "
            "allowed: a quote that closes in its line",
        ),
        (
            "name,Value,value\nx,1,2\n",
            "a.csv:1: a column given twice (found 'value'); allowed: each column once",
        ),
        ("name,value\n", "a.csv: the table has no rows; allowed: a row for each outcome"),
        ("", "a.csv:1: no header; allowed: name, value, source"),
    ],
)
def test_bad_tables_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as found:
        read_actuals(path)
    assert str(found.value) == message


def test_actuals_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,value,source\ncapex/2026,1.6e11,filing\n", encoding="utf-8")
    assert read_actuals(path) == (Actual("capex/2026", 1.6e11, "filing"),)
