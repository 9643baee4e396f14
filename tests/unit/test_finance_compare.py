"""Own or lease under each standard, the utilisation curve, and peers beside one another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import numpy_financial as npf
import pytest

from outlay.catalogue.types import PeerCapex, SeriesPoint
from outlay.core.errors import InputError, UnknownNameError
from outlay.core.periods import Period, horizon
from outlay.finance import (
    Activity,
    AssetClass,
    Cost,
    Flows,
    Policy,
    Sale,
    account,
    lease_option,
    own_option,
    own_or_lease,
    utilisation_curve,
)
from outlay.finance.peers import peer_table, revisions

YEARS = horizon(Period.parse("2026"), 3)
POLICY = Policy({"accelerators": AssetClass(3, 3)}, discount_rate=0.09)
SALES = (Sale("api", "output", 1e6, 50.0),)


def options(term: int = 3) -> dict[str, object]:
    own = own_option(YEARS, "USD", 1000, 30_000.0, sales=SALES)
    lease = lease_option(
        YEARS, "USD", 1000, 2.0, term, 0.08, fair_value=60_000, economic_years=6, sales=SALES
    )
    return {f"{r.option}: {r.presentation}": r for r in own_or_lease(own, lease, POLICY)}


def test_cash_is_the_same_and_the_reports_are_not() -> None:
    rows = options()
    own = rows.pop("own: owned")
    assert own.capex == {2026: 30e6, 2027: 0, 2028: 0}  # type: ignore[attr-defined]
    hours = np.mean([p.days for p in YEARS]) * 24
    rent = 2.0 * 1000 * hours
    cash = [r.cash for r in rows.values()]  # type: ignore[attr-defined]
    assert all(c == pytest.approx(cash[0]) for c in cash)
    assert cash[0][2026] == pytest.approx(rent - 50e6)
    assert len({round(r.npv, 3) for r in rows.values()}) == 1  # type: ignore[attr-defined]


def test_leases_are_opex_is_true_or_false_by_standard() -> None:
    rows = options()
    operating = rows["lease: US GAAP, operating lease"]
    ifrs = rows["lease: IFRS 16"]
    service = rows["lease: service contract"]
    finance = rows["lease: US GAAP, finance lease"]
    rent = 2.0 * 1000 * float(np.mean([p.days for p in YEARS])) * 24
    value = -npf.pv(0.08, 3, rent)
    assert operating.opex[2026] == pytest.approx(rent)  # type: ignore[attr-defined]
    assert operating.capex_with_leases[2026] == 0  # type: ignore[attr-defined]
    assert operating.ebitda[2026] == pytest.approx(50e6 - rent)  # type: ignore[attr-defined]
    assert operating.obligations[2026] == pytest.approx(value * 1.08 - rent)  # type: ignore[attr-defined]
    assert operating.leverage[2026] == 0  # type: ignore[attr-defined]
    for row in (ifrs, finance):
        assert row.opex[2026] == 0  # type: ignore[attr-defined]
        assert row.capex_with_leases[2026] == pytest.approx(value)  # type: ignore[attr-defined]
        assert row.ebitda[2026] == pytest.approx(50e6)  # type: ignore[attr-defined]
        owed = value * 1.08 - rent
        assert row.leverage[2026] == pytest.approx(owed / 50e6)  # type: ignore[attr-defined]
    assert service.obligations[2026] == 0  # type: ignore[attr-defined]
    assert service.off_balance[2026] == pytest.approx(value * 1.08 - rent)  # type: ignore[attr-defined]


def test_a_comparison_must_cover_the_whole_lease() -> None:
    with pytest.raises(InputError, match="a lease longer than the horizon"):
        options(term=4)


def test_options_over_different_periods_are_not_compared() -> None:
    own = own_option(YEARS, "USD", 1, 1.0)
    other = lease_option(YEARS[:2], "USD", 1, 1.0, 1, 0.05)
    with pytest.raises(InputError, match="different periods"):
        own_or_lease(own, other, POLICY)


# ---- cost against utilisation


def fleet(use: float) -> Flows:
    seconds = 100 * 365 * 86_400.0
    busy = seconds * use
    return Flows(
        YEARS[:1], "USD",
        costs=(
            Cost("rent", "site_rent", 1.0, 900_000.0, "USD", chip="h200"),
            Cost("energy", "power", use, 200_000.0, "USD", chip="h200", variable=1.0),
        ),
        sales=(Sale("chat", "output", busy * 2_000 / 1e6), Sale("chat", "input", busy * 0.01)),
        activities=(
            Activity("chat", "output", "h200", busy * 0.7),
            Activity("chat", "input", "h200", busy * 0.3),
        ),
        available={"h200": seconds},
    )  # fmt: skip


def test_the_curve_is_what_planning_for_that_use_would_give() -> None:
    a = account(fleet(0.4), POLICY)
    grid = (0.2, 0.4, 0.8)
    curve = utilisation_curve(a, "chat", "output", utilisation=grid)
    for use, cost in zip(grid, curve.cost_per_mtok, strict=True):
        again = account(fleet(use), POLICY)
        assert cost == pytest.approx(again["economic.per_mtok.chat.output.mean"][0], rel=1e-12)
    assert curve.here == pytest.approx((0.4, curve.cost_per_mtok[1]))
    assert (np.diff(curve.cost_per_mtok) < 0).all()


def test_what_follows_use_is_a_share_of_a_cost() -> None:
    flows = Flows(
        YEARS[:1], "USD",
        costs=(Cost("energy", "power", 2.0, 100.0, "USD", chip="a", variable=0.4),
               Cost("shared", "power", 1.0, 40.0, "USD", variable=0.5)),
        available={"a": 3.0, "b": 1.0},
    )  # fmt: skip
    a = account(flows, POLICY)
    assert a["pool.a.variable"][0, 0] == pytest.approx(80 + 15)
    assert a["pool.b.variable"][0, 0] == pytest.approx(5)


def test_direct_idle_and_full_cost() -> None:
    a = account(fleet(0.4), POLICY)
    total = 900_000 + 0.4 * 200_000
    assert a["book.total"][0, 0] == pytest.approx(total)
    assert a["book.idle"][0, 0] == pytest.approx(0.6 * total)
    assert a["book.direct.chat.output"][0, 0] == pytest.approx(0.7 * 0.4 * total)
    assert a["book.full.chat.output"][0, 0] == pytest.approx(0.7 * total)


def test_shared_costs_follow_the_power_that_stands_ready() -> None:
    flows = Flows(
        YEARS[:1], "USD",
        costs=(Cost("site", "site_rent", 1.0, 100.0, "USD"),
               Cost("own", "power", 1.0, 7.0, "USD", chip="b")),
        available={"a": 3.0, "b": 1.0}, power_kw={"a": 1.0, "b": 2.0},
    )  # fmt: skip
    a = account(flows, POLICY)
    assert a["book.pool.a"][0, 0] == pytest.approx(60)
    assert a["book.pool.b"][0, 0] == pytest.approx(40 + 7)
    assert a["book.idle"][0, 0] == pytest.approx(107)


def test_cost_without_a_fleet_is_idle_cost() -> None:
    flows = Flows(YEARS[:1], "USD", costs=(Cost("site", "site_rent", 1.0, 100.0, "USD"),))
    a = account(flows, POLICY)
    assert a["book.idle"][0, 0] == 100
    assert a["check.total"].max() == 0
    empty = account(replace(flows, available={"a": 0.0}), POLICY)
    assert empty["book.idle"][0, 0] == 100
    assert empty["check.total"].max() == 0


def test_no_curve_for_tokens_that_are_not_served() -> None:
    a = account(fleet(0.4), POLICY)
    with pytest.raises(UnknownNameError, match="did you mean"):
        utilisation_curve(a, "chat", "outputs")


# ---- peers


def said(
    company: str, period: str, low: float, status: str, as_of: str, **more: object
) -> PeerCapex:
    base = PeerCapex(company, period, low, low, "USD", status, as_of, "capex", "src", "official")
    return replace(base, **more)  # type: ignore[arg-type]


ROWS = [
    said("A", "2025", 70e9, "guidance", "2025-10-30"),
    said("A", "2025", 72e9, "actual", "2026-01-28"),
    said("A", "2026", 115e9, "guidance", "2026-01-28", high=135e9),
    said("A", "2026", 125e9, "guidance", "2026-04-29", high=145e9),
    said("A", "FY2026 H1", 30e9, "actual", "2026-01-28"),
    said("B", "2026 plan", 160e9, "plan", "2025-12-23", currency="CNY"),
    said("C", "CY2025", 118e9, "actual", "2026-01-28", high=None),
]


def rate(currency: str, day: str) -> float:
    assert (currency, day) == ("CNY", "2025-12-23")
    return 1 / 8


def tokens(company: str) -> list[SeriesPoint]:
    if company != "B":
        return []
    return [
        SeriesPoint("b", date(2024, 5, 1), 1e12, False, "official", "x"),
        SeriesPoint("b", date(2025, 12, 18), 50e12, True, "official", "x"),
        SeriesPoint("b", date(2027, 3, 1), 900e12, True, "official", "later than the year"),
    ]


def test_peers_take_the_actual_where_there_is_one_else_the_latest_word() -> None:
    table = {(r.company, r.year): r for r in peer_table(ROWS, tokens, rate)}
    assert set(table) == {("A", 2025), ("A", 2026), ("B", 2026), ("C", 2025)}
    assert table["A", 2025].status == "actual"
    assert table["A", 2026].as_of == "2026-04-29"
    assert (table["C", 2025].capex_low_usd, table["C", 2025].capex_high_usd) == (118e9, 118e9)
    b = table["B", 2026]
    assert b.capex_low_usd == 20e9
    assert b.tokens_per_day == 50e12
    assert b.tokens_per_usd == pytest.approx(50e12 * 365.25 / 20e9)
    assert table["A", 2025].tokens_per_usd is None


def test_revisions_of_guidance() -> None:
    (found,) = revisions(ROWS, rate)
    assert (found.company, found.year) == ("A", 2026)
    assert found.steps == (("2026-01-28", 125e9), ("2026-04-29", 135e9))
    assert found.change == pytest.approx(0.08)


def test_the_catalogue_makes_a_peer_page() -> None:
    """From the shipped tables: actuals before guidance, yuan in dollars, guidance that moved."""
    from outlay.catalogue import fx, peer_capex, token_series, token_series_names
    from outlay.core.periods import parse_date

    def to_usd(currency: str, day: str) -> float:
        return float(fx().rate(currency, "USD", parse_date(day)))

    def counts(company: str) -> list[SeriesPoint]:
        name = f"{company.lower()}-tokens"
        return list(token_series(name)) if name in token_series_names() else []

    table = peer_table(peer_capex(), counts, to_usd)
    by = {(r.company, r.year): r for r in table}
    assert by["Meta", 2025].capex_low_usd == pytest.approx(72.22e9)
    assert by["Alphabet", 2025].status == "actual"
    assert 21e9 < by["ByteDance", 2026].capex_low_usd < 24e9
    moved = {(r.company, r.year): r.change for r in revisions(peer_capex(), to_usd)}
    assert moved["Alphabet", 2026] == pytest.approx(200 / 180 - 1)
