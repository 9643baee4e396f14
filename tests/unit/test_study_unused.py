"""Inputs that reach nothing: listed by path and reason, unless a state brings them to life."""

from __future__ import annotations

from outlay.api.studies import loaded as loaded_of
from outlay.evidence import read
from outlay.study import LoadedStudy, loads
from outlay.study.reading.loader import load_mapping
from support.liveness import planned, put
from support.liveness_bases import BASES
from support.study_text import small


def listed(loaded: LoadedStudy) -> dict[str, str]:
    return {i.path: i.reason for i in loaded.idle}


def test_a_refund_needs_a_deposit_and_a_state_that_refuses() -> None:
    whole = "lead: 1 quarter, deposit: 20 %, refund: 50 %"
    alive = listed(small(("    lead: 1 quarter\n", _lines(whole))))
    assert "supply.h200.refund" not in alive
    no_deposit = listed(small(("    lead: 1 quarter\n", _lines("lead: 1 quarter, refund: 50 %"))))
    assert no_deposit["supply.h200.refund"] == "no_deposit"
    never = small(
        ("    lead: 1 quarter\n", _lines(whole)),
        ("{supply.h200.cap: 0}", "{supply.h200.price: 9 USD}"),
    )  # fmt: skip
    assert listed(never)["supply.h200.refund"] == "never_refused"


def _lines(pairs: str) -> str:
    return "".join(f"    {p.strip()}\n" for p in pairs.split(","))


def test_what_a_state_brings_to_life_is_not_listed() -> None:
    stated = ("    lead: 1 quarter\n", _lines("lead: 1 quarter, refund: 50 %"))
    effect = ("{supply.h200.cap: 0}", "{supply.h200.cap: 0, supply.h200.deposit: 30 %}")
    assert "supply.h200.refund" in listed(small(stated))
    assert "supply.h200.refund" not in listed(small(stated, effect))


def test_it_is_listed_with_what_is_written_its_field_and_its_line() -> None:
    study = loads("\n".join(("outlay: 1", *_TEXT)))
    (found,) = [i for i in study.idle if i.reason == "no_lease"]
    assert (found.path, found.field, found.value, found.line) == (
        "finance.standard", "finance.standard", "ifrs16", 9,
    )  # fmt: skip


_TEXT = (
    "title: t", "as_of: 2025-12-31", "currency: USD", "horizon: {start: 2026-Q1, periods: 2}",
    "discount_rate: 9 %/year",
    "work: {w: {reference: h200-sxm, need: 9, serve_from: [NO], unserved: 5 USD/chip-hour}}",
    "supply: {buy: {chip: h200-sxm, by: purchase, price: 30_000 USD, to: [NO]}}",
    "finance: {standard: ifrs16}",
    "sites: {oslo: {region: NO, power: 1 MW, pue: 1.2, electricity: 0.06 USD/kWh}}",
)  # fmt: skip


def test_a_factor_of_demand_without_totals_changes_nothing() -> None:
    factor = {"reveal": "2026-Q2", "states": {"a": "50 %", "b": "50 %"}, "from": "demand"}
    loaded = load_mapping(put(BASES["buy"], {"uncertainty.flow": factor}))
    assert [(w.where, w.hint) for w in loaded.warnings] == [
        ("uncertainty.flow.from", "give `demand.state_totals`")
    ]


def test_a_need_that_no_state_meets_is_a_doubt() -> None:
    loaded = small(("{supply.h200.cap: 0}", "{supply.h200.price: 9 USD}"))
    assert listed(loaded)["supply.h200.needs"] == "needs_nothing"
    assert any("supply.h200.cap" in w.hint for w in loaded.warnings)
    assert listed(small())["supply.h200.needs"] == "needs"


def test_a_plan_carries_the_list_of_its_study() -> None:
    study = put(BASES["buy"], {"supply.buy.refund": "50 %"})
    assert [(i.path, i.reason) for i in planned(study).idle] == [
        ("supply.buy.refund", "no_deposit")
    ]


def test_a_service_in_dark_halls_is_planned_not_broken() -> None:
    """17.13m USD: every token of three quarters at its price, and no chip at all."""
    dark = planned(BASES["serve_dark"])
    assert dark.verdict == "valid"
    assert dark.orders == ()
    years = [90 / 365.25, 91 / 365.25, 92 / 365.25]
    ends = [sum(years[:n]) - years[n - 1] / 2 for n in (1, 2, 3)]
    days = sum(y * 365.25 / 1.1**mid for y, mid in zip(years, ends, strict=True))
    cost = 50_000 * ((3.6 * 0.5) * 1 + (3.6 * 0.5) * 0.1 + 1 * 4) / 4.6
    assert abs(dark.objective / (cost * days) - 1) < 1e-9


def test_the_claim_of_a_document_is_shown_by_explain(tmp_path) -> None:  # type: ignore[no-untyped-def]
    page = tmp_path / "memo.md"
    page.write_text("Firm plans to spend $23 billion on capital expenditure in 2026.\n", "utf-8")
    (claim, *_) = read(page).claims
    study = put(BASES["cited"], {"sources.ft.document": "memo.md", "sources.ft.claim": claim.id})
    from outlay.runs.documents.explain import explain

    loaded = load_mapping(study, tmp_path)
    assert "sources.ft.claim" not in listed(loaded)
    assert claim.id in repr(explain(loaded, "supply.buy.price").to_json())


def sold(price: str, tiers: object = (), **unserved: str) -> list[str]:
    """Warnings of a service of 3 input tokens, half of them cached, to one of output."""
    chat = {
        "model": "qwen3-235b-a22b", "tokens_per_day": "5bn/day",
        "mix": {"input": 3, "cached": "50 %"}, "lengths": {"input": 3000, "output": 1000},
        "slo": {"ttft": {"p99": "2 s"}, "tpot": {"p99": "50 ms"}}, "serve_from": ["hall"],
        "value": {"unserved": unserved, "price": {"input": price, "output": price, "cached": price},
                  "tiers": list(tiers)},
    }  # fmt: skip
    warnings = loaded_of(put(BASES["serve"], {"services.chat": chat})).warnings
    return [str(w) for w in warnings if "customers pay more" in str(w)]


def test_customers_that_pay_more_than_it_costs_to_leave_them_are_a_doubt() -> None:
    """A request of 1.5 input and one output token at 2 and 6 USD/Mtok: 9, at most 9 / 4 a token."""
    cost = {"input": "2 USD/Mtok", "output": "6 USD/Mtok"}
    assert sold("2.2 USD/Mtok", **cost) == []
    (doubt,) = sold("2.3 USD/Mtok", **cost)
    assert "services.chat.value.price" in doubt
    assert "found 2.3 USD/Mtok" in doubt
    assert "2.25 USD/Mtok" in doubt
    half = [{"share": "20 %", "times": 0.5}, {"share": "80 %", "times": 2}]
    assert len(sold("1.2 USD/Mtok", half, **cost)) == 1
    assert sold("1.1 USD/Mtok", half, **cost) == []
    assert sold("2.2 CNY/Mtok", half, **cost) == []  # 0.3 USD
