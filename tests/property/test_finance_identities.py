"""Accounts of plans nobody wrote: money identities to the cent, and what must not change them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.finance import Accounts, Flows, Policy, account, identities
from outlay.finance.types import Cost, Purchase, Sale
from support.finance_cases import presentations, random_flows, random_policy

SEEDS = st.integers(0, 2**31 - 1)
FLOWS = settings(max_examples=10)


def case(seed: int, paths: int | None = None) -> tuple[Flows, Policy]:
    rng = np.random.default_rng(seed)
    periods = int(rng.integers(1, 9))
    return random_flows(rng, periods, paths or int(rng.integers(1, 4))), random_policy(rng)


def same(a: np.ndarray, b: np.ndarray) -> None:
    size = max(1.0, float(np.abs(a).max()) if a.size else 1.0)
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10 * size, equal_nan=True)


@given(SEEDS)
@settings(max_examples=50)
def test_every_identity_holds_to_the_cent(seed: int) -> None:
    flows, policy = case(seed)
    for i in identities(account(flows, policy)):
        assert i.holds, i


@given(SEEDS)
@FLOWS
def test_cash_and_value_do_not_depend_on_presentation(seed: int) -> None:
    flows, policy = case(seed)
    ways = list(presentations(flows, policy).values())
    for name in ("cash.before_owner", "balance.cash", "return.free_cash"):
        for other in ways[1:]:
            same(ways[0][name], other[name])
    for other in ways[1:]:
        same(ways[0]["return.npv"], other["return.npv"])


@given(SEEDS)
@FLOWS
def test_over_a_whole_life_every_presentation_costs_the_same(seed: int) -> None:
    """Σ cost in the income statement = Σ payments, once every lease has ended."""
    rng = np.random.default_rng(seed)
    flows = random_flows(rng, 8, 1)
    leases = tuple(
        replace(x, currency="CNY", term=min(x.term, 4), quantity=_early(x.quantity), opening=False)
        for x in flows.leases
    )
    ends = tuple(e for e in flows.lease_ends if e.start < 4)
    only = Flows(flows.periods, "CNY", leases=leases, lease_ends=ends)
    for a in presentations(only, random_policy(rng)).values():
        cost = sum(a[f"income.{k}"].sum() for k in ("lease_cost", "amortisation", "lease_interest"))
        paid = sum(a[f"lease.{x.id}.paid"].sum() for x in leases)
        assert cost == pytest.approx(paid, rel=1e-9, abs=1e-6)
        assert abs(a["balance.lease_liability"][0, -1]) < 1e-6
        assert abs(a["balance.right_of_use"][0, -1]) < 1e-6


def _early(quantity: object) -> np.ndarray:
    out = np.array(np.broadcast_to(np.asarray(quantity, dtype=float), (1, 8)))
    out[:, 4:] = 0.0
    return out


def _scaled(flows: Flows, by: float) -> Flows:
    """All money in all currencies times `by`."""

    def m(v: object) -> np.ndarray:
        return np.asarray(v, dtype=float) * by

    deposits = ("deposit_paid", "deposit_used", "deposit_refunded", "deposit_lost")
    return replace(
        flows,
        purchases=tuple(
            replace(p, price=m(p.price), **{k: m(getattr(p, k)) for k in deposits})
            for p in flows.purchases
        ),
        disposals=tuple(replace(d, proceeds=m(d.proceeds)) for d in flows.disposals),
        opening=tuple(
            replace(
                o, book_value=o.book_value * by,
                market_value=None if o.market_value is None else o.market_value * by,
            )
            for o in flows.opening
        ),
        leases=tuple(
            replace(x, payment=m(x.payment), fair_value=x.fair_value * by) for x in flows.leases
        ),
        costs=tuple(replace(c, price=m(c.price)) for c in flows.costs),
        debts=tuple(
            replace(d, drawn=m(d.drawn), repaid=m(d.repaid), opening=d.opening * by)
            for d in flows.debts
        ),
        sales=tuple(replace(s, price=m(s.price)) for s in flows.sales),
    )  # fmt: skip


def money_rows(a: Accounts) -> list[str]:
    return [n for n in a.rows if a.graph[n].unit == "CNY" and not n.startswith("check.")]


@given(SEEDS, st.sampled_from([0.001, 2.0, 1000.0]))
@FLOWS
def test_scaling_all_money_scales_every_amount(seed: int, by: float) -> None:
    flows, policy = case(seed)
    a = account(flows, policy)
    cash = {k: getattr(policy, k) * by for k in ("opening_cash", "minimum_cash")}
    b = account(_scaled(flows, by), policy.with_(**cash))
    scale = max(float(np.abs(a[n]).max()) for n in money_rows(a))
    for name in money_rows(a):
        np.testing.assert_allclose(b[name], a[name] * by, rtol=1e-8, atol=1e-10 * scale * by)
    for name in ("return.irr", "return.payback", "cover.leverage"):
        np.testing.assert_allclose(b[name], a[name], rtol=1e-5, atol=1e-7, equal_nan=True)


@given(SEEDS)
@settings(max_examples=5)
def test_paths_do_not_touch_one_another(seed: int) -> None:
    """Each path's accounts are those of that path alone, in any order."""
    flows, policy = case(seed, paths=3)
    whole = account(flows, policy)
    for path in range(3):
        alone = account(_one_path(flows, path), policy)
        scale = float(np.abs(whole["balance.assets"]).max())
        for name in whole.rows:  # rows of deposits are not there where a path has none
            if name in alone.rows and not name.startswith("check."):
                np.testing.assert_allclose(
                    whole[name][path], alone[name][0], rtol=1e-9, atol=1e-12 * scale, equal_nan=True
                )


def _one_path(flows: Flows, path: int) -> Flows:
    shape = flows.shape

    def pick(v: object) -> np.ndarray:
        return np.broadcast_to(np.asarray(v, dtype=float), shape)[path : path + 1]

    def line(x: object, *fields: str) -> object:
        return replace(x, **{f: pick(getattr(x, f)) for f in fields})  # type: ignore[type-var]

    deposits = ("deposit_paid", "deposit_used", "deposit_refunded", "deposit_lost")
    return replace(
        flows,
        paths=(flows.paths[path],),
        probability=1.0,
        fx={k: pick(v) for k, v in flows.fx.items()},
        purchases=tuple(line(p, "quantity", "price", *deposits) for p in flows.purchases),  # type: ignore[misc]
        disposals=tuple(line(d, "quantity", "proceeds") for d in flows.disposals),  # type: ignore[misc]
        leases=tuple(line(x, "quantity", "payment") for x in flows.leases),  # type: ignore[misc]
        lease_ends=tuple(line(e, "quantity") for e in flows.lease_ends),  # type: ignore[misc]
        costs=tuple(line(c, "quantity", "price") for c in flows.costs),  # type: ignore[misc]
        debts=tuple(line(d, "drawn", "repaid") for d in flows.debts),  # type: ignore[misc]
        sales=tuple(line(s, "mtok", "price") for s in flows.sales),  # type: ignore[misc]
        activities=tuple(line(x, "seconds") for x in flows.activities),  # type: ignore[misc]
        available={k: pick(v) for k, v in flows.available.items()},
    )


@given(SEEDS)
@FLOWS
def test_splitting_a_path_into_identical_halves_changes_nothing(seed: int) -> None:
    flows, policy = case(seed, paths=1)
    half = replace(flows, paths=("left", "right"), probability=np.array([0.3, 0.7]))
    a, b = account(flows, policy), account(half, policy)
    for name in a.rows:
        same(a.expected(name), b.expected(name))


@given(SEEDS)
@FLOWS
def test_splitting_a_line_in_two_changes_no_total(seed: int) -> None:
    flows, policy = case(seed)
    first = flows.purchases[0]
    if flows.disposals:
        flows = replace(flows, disposals=())
    part = np.asarray(first.quantity) * 0.25
    deposits = {f"deposit_{k}": np.asarray(getattr(first, f"deposit_{k}")) for k in
                ("paid", "used", "refunded", "lost")}  # fmt: skip

    def share(x: Purchase, name: str, by: float) -> Purchase:
        return replace(x, id=name, **{k: v * by for k, v in deposits.items()})  # type: ignore[arg-type]

    halves = (
        replace(share(first, first.id, 0.25), quantity=part),
        replace(share(first, "rest", 0.75), quantity=np.asarray(first.quantity) - part),
    )
    other = replace(flows, purchases=(*halves, *flows.purchases[1:]))
    a, b = account(flows, policy), account(other, policy)
    for name in ("capex.owned", "income.net", "balance.assets", "return.npv", "book.total"):
        same(a[name], b[name])


@given(SEEDS)
@FLOWS
def test_reporting_in_another_currency_converts_what_is_paid(seed: int) -> None:
    """The same plan reported in dollars: amounts of a period are those in yuan over the rate."""
    flows, policy = case(seed)
    usd = np.asarray(flows.fx["USD"])
    dollars = replace(
        flows,
        currency="USD",
        fx={"CNY": 1 / usd, "EUR": np.asarray(flows.fx["EUR"]) / usd},
        sales=tuple(replace(s, currency=s.currency or "CNY") for s in flows.sales),
    )
    a, b = account(flows, policy), account(dollars, policy)
    for name in ("capex.owned", "income.revenue", "income.costs", "cash.capex", "lease.l0.paid"):
        same(a[name] / np.broadcast_to(usd, flows.shape), b[name])


@given(SEEDS)
@FLOWS
def test_a_dearer_chip_never_lowers_capex_nor_raises_value(seed: int) -> None:
    rng = np.random.default_rng(seed)
    flows = replace(random_flows(rng, 5, 1), disposals=())
    # no value left, so that a dearer chip cannot be worth more at the end
    policy = random_policy(rng)
    classes = {k: replace(c, value_path=((0.0, 0.0),)) for k, c in policy.classes.items()}
    policy = policy.with_(classes=classes, tax_rate=0.0)
    dear = replace(flows, purchases=tuple(
        replace(p, price=np.asarray(p.price) * 1.5) for p in flows.purchases))  # fmt: skip
    a, b = account(flows, policy), account(dear, policy)
    assert (b["capex.owned"] >= a["capex.owned"] - 1e-6).all()
    assert b["return.npv"][0] <= a["return.npv"][0] + 1e-6


def test_unit_costs_spread_all_cost_and_nothing_else() -> None:
    flows, policy = case(3)
    a = account(flows, policy)
    for basis in ("book", "economic"):
        full = sum(a[n] for n in a.names(f"{basis}.full."))
        np.testing.assert_allclose(full, a[f"{basis}.total"], rtol=1e-12)
        direct = sum(a[n] for n in a.names(f"{basis}.direct."))
        idle = a[f"{basis}.idle"]
        np.testing.assert_allclose(direct + idle, a[f"{basis}.total"], rtol=1e-12)


def test_lines_of_the_same_tokens_are_brought_together() -> None:
    flows, policy = case(5, paths=1)
    sale, work = flows.sales[0], flows.activities[0]
    halves = replace(
        flows,
        sales=(replace(sale, mtok=np.asarray(sale.mtok) / 2),
               replace(sale, mtok=np.asarray(sale.mtok) / 2), *flows.sales[1:]),
        activities=(replace(work, seconds=np.asarray(work.seconds) / 2),
                    replace(work, seconds=np.asarray(work.seconds) / 2), *flows.activities[1:]),
    )  # fmt: skip
    a, b = account(flows, policy), account(halves, policy)
    same(a["income.revenue"], b["income.revenue"])
    for name in a.names("book.per_mtok."):
        same(a[name], b[name])


def test_kinds_used_here() -> None:
    """The random cases hold every kind of line at some seed, or the tests above prove little."""
    seen = [case(s)[0] for s in range(30)]
    assert any(f.disposals for f in seen)
    assert any(np.any(p.deposit_paid) for f in seen for p in f.purchases)
    assert any(f.lease_ends for f in seen)
    assert any(x.opening for f in seen for x in f.leases)
    assert all(isinstance(c, Cost) for f in seen for c in f.costs)
    assert all(isinstance(s, Sale) for f in seen for s in f.sales)
