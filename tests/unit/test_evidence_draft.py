"""A draft: which claims become inputs, whose they are, what is open, and how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

import outlay
from outlay.core.errors import UnknownNameError
from outlay.evidence.draft import draft_study
from outlay.evidence.draft.text import as_yaml
from outlay.evidence.types import Claim, Contradiction, Document, Reading
from outlay.study import load

DOCUMENT = Document("note.txt", "", "2026-03-10", "stated")
CLAIM = Claim(
    "note.c1", "note.txt", "Borealis Compute", "capital expenditure", 4e9, 4e9, "USD", "2027",
    "2026-03-10", "", "exact", "planned", "", (0, 40), "Borealis Compute plans as it says here.",
    (0, 5), "$4 billion", "capex", period_basis="stated",
)  # fmt: skip
TOKENS = {
    "metric": "token usage",
    "family": "tokens",
    "unit": "token/day",
    "kind": "reported",
    "period": "2026-02",
}
POWER = {
    "metric": "power capacity",
    "family": "power",
    "unit": "W",
    "kind": "reported",
    "period": "2026-01",
}


def stated(value: float, high: float | None = None, said: str = "", **fields: Any) -> Claim:
    """A claim; `said` is its sentence, at whose end the number stands."""
    c = replace(CLAIM, value_low=value, value_high=value if high is None else high)
    if said:
        span = (0, len(said))
        c = replace(c, sentence=said, span=span, value_span=(len(said) - 1, len(said)))
    return replace(c, **fields)


def reading(*claims: Claim, against: tuple[Contradiction, ...] = ()) -> Reading:
    named = tuple(replace(c, id=f"note.c{n}") for n, c in enumerate(claims, 1))
    return Reading((DOCUMENT,), named, against, ())


def drafted(found: Reading, company: str = "") -> dict[str, Any]:
    return dict(YAML(typ="safe").load(draft_study(found, company=company).text))


def study_of(found: Reading, folder: Path) -> Any:
    """The study as it is loaded: every draft must be one."""
    (folder / "note.txt").write_text(" ".join(c.quote for c in found.claims))
    (folder / "study.yaml").write_text(draft_study(found).text, encoding="utf-8")
    return load(folder / "study.yaml").study


def rivals(*claims: str) -> Contradiction:
    cause = "rival figures; neither text says why"
    return Contradiction(claims, "same thing, different values", 2.0, cause, claims[0], "")


def test_each_kind_is_the_input_that_it_is_of(tmp_path: Path) -> None:
    chip = {"about": "NVIDIA B200", "subject": "NVIDIA B200", "kind": "reported"}
    found = reading(
        stated(6e14, **TOKENS | {"unit": "token/month", "period": "2026-02"}),
        stated(3.0, metric="token usage growth", family="token growth", unit="ratio",
               quantity="change", period="2027-Q1"),
        stated(4.1e4, unit="EUR/chip", metric="unit price", family="unit price", period="", **chip),
        stated(2190.0, unit="USD/chip-month", metric="rent", family="rent", period="", **chip),
        stated(0.061, unit="USD/kWh", metric="electricity price", family="electricity price"),
        stated(1.18, unit="ratio", metric="PUE", family="pue", period=""),
        stated(9.0, unit="USD/W", metric="cost per watt", family="cost per watt", period=""),
        stated(110.0, unit="USD/kW-month", metric="hall rent", family="hall rent", period=""),
        stated(5.0, unit="year", metric="lease term", family="term", period=""),
        stated(45.0, unit="day", metric="lead time", family="lead time", period=""),
        stated(6.0, unit="year", metric="useful life", family="useful life", period=""),
        stated(2.5e9, metric="AI processor spending", family="AI processor spending"),
        stated(4e9),
        stated(0.4, unit="USD/Mtok", metric="input token price", family="token price", period=""),
        stated(9e3, unit="chip", metric="chip fleet", family="fleet", kind="reported",
               said="Borealis Compute owns and runs 9", period="2025"),
        stated(7e3, unit="chip", metric="chip order", family="chips", about="NVIDIA B200",
               said="It will order 7", period="2026"),
    )  # fmt: skip
    draft = draft_study(found)
    assert (len(draft.used), draft.beside, dict(draft.unused)) == (16, (), {})
    study = study_of(found, tmp_path)
    tokens, hall = study.services["tokens"], study.sites["main"]
    assert tokens.tokens_per_day.value == pytest.approx(6e14 / 30.4375, rel=1e-5)
    assert tokens.growth.entries[0][1].value == 3.0
    assert str(tokens.growth.entries[0][0]) == "2027-Q1"
    assert tokens.value.price.input.value == pytest.approx(0.4e-6)
    assert study.supply["b200-hgx-buy"].price.entries[0][1].written == "41000 EUR"
    assert study.supply["b200-hgx-buy"].cumulative_cap.value == 7000
    assert study.supply["b200-hgx-lease"].rent.entries[0][1].value == pytest.approx(
        2190 / 730.5, rel=1e-5
    )
    assert (study.supply["b200-hgx-lease"].term, study.supply["default-buy"].lead) == (60, 2)
    assert (hall.electricity.value, hall.pue.value, hall.expand.capex.value) == (0.061, 1.18, 9.0)
    assert hall.rent.value == pytest.approx(0.11)
    assert study.finance.lives["accelerators"].book.written == "6 years"
    assert study.budget.capex[2027].value == 4e9
    assert study.budget.processors[2027].value == 2.5e9
    assert study.fleet["h200-sxm"].quantity.value == 9000
    cited = {s.claim for s in study.sources.values() if s.claim}
    assert cited == {f"note.c{n}" for n in range(1, 17)}
    assert study.title == "Borealis Compute, draft: 16 of 31 inputs from documents"


def test_a_claim_that_is_used_changes_the_study() -> None:
    found = reading(
        stated(4e9), stated(5e9, condition="if the grid is built", period="2027"),
        stated(8e13, **TOKENS), stated(2e8, 3e8, **POWER), stated(7e8, **POWER | {
            "period": "2027-06", "kind": "planned"}), stated(9e13, **TOKENS),
        stated(1e9, subject="Auriga"),
        against=(rivals("note.c3", "note.c6"),),
    )  # fmt: skip
    draft = draft_study(found)
    assert set(draft.used) == {f"note.c{n}" for n in range(1, 7)}
    assert draft.beside == ("note.c7",)
    for claim in found.claims:
        low, high = (1.07 * (v or 0.0) for v in (claim.value_low, claim.value_high))
        other = replace(claim, value_low=low, value_high=high)
        changed = replace(found, claims=tuple(other if c is claim else c for c in found.claims))
        assert draft_study(changed).text != draft.text, claim.id


def test_a_limit_over_two_years_is_spread_over_them() -> None:
    cap = stated(8e9, period="2026/2027", quantity="bound", hedge="up_to", quote="not above 8bn")
    capex = drafted(reading(replace(cap, value_low=None)))["budget"]["capex"]
    assert {year: n["value"] for year, n in capex.items()} == {2026: "4bn USD", 2027: "4bn USD"}
    assert capex[2026]["note"] == "of not above 8bn over 2 years, spread evenly"
    late = drafted(reading(stated(9e9, period="2025/2027")))["budget"]["capex"]
    assert {year: n["value"] for year, n in late.items()} == {2026: "3bn USD", 2027: "3bn USD"}


def test_an_order_is_no_budget_and_a_part_is_not_the_whole() -> None:
    found = reading(
        stated(6e9), stated(2e9, metric="order value", family="order"),
        stated(1e9, metric="spending", family="spending", part_of="note.c1"),
    )  # fmt: skip
    draft = draft_study(found)
    assert draft.used == ("note.c1",)
    assert [n["value"] for n in drafted(found)["cross_checks"]] == ["1bn USD"]
    assert drafted(found)["budget"] == {"capex": {2027: {"value": "6bn USD", "source": "note-c1"}}}
    part = stated(1e9, metric="spending", family="spending", part_of="note.c2")
    spent = reading(part, stated(5e9, metric="spending", family="spending"))
    assert drafted(spent)["budget"]["capex"][2027]["value"] == "5bn USD"


def test_what_was_spent_stands_in_where_no_budget_is_stated() -> None:
    spent = stated(5e9, kind="reported", period="2025"), stated(4e9, kind="reported", period="2024")
    capex = drafted(reading(*spent))["budget"]["capex"]
    note = "stand-in: as spent in 2025, no budget is stated"
    assert capex == {2026: {"value": "5bn USD", "source": "note-c1", "note": note}}


def sums_to_one(states: Mapping[str, Mapping[str, str]]) -> bool:
    return sum(int(s["value"].removesuffix(" %")) for s in states.values()) == 100


def test_rivals_are_states_that_show_after_the_first_period(tmp_path: Path) -> None:
    found = reading(stated(4e9), stated(6e9), against=(rivals("note.c1", "note.c2"),))
    ((name, factor),) = drafted(found)["uncertainty"].items()
    assert (name, factor["reveal"]) == ("disputed-capex-2027", "2027-Q2")
    assert factor["effect"] == {"kept": {}, "rival": {"budget.capex.2027": "6bn USD"}}
    assert sums_to_one(factor["states"])
    assert study_of(found, tmp_path).horizon.start.year == 2027


def test_branches_that_exclude_one_another_are_alternatives(tmp_path: Path) -> None:
    found = reading(
        stated(3e9), stated(5e9, condition="if the loan is signed"),
        stated(7e9, condition="if a partner joins"),
    )  # fmt: skip
    ((_, factor),) = drafted(found)["uncertainty"].items()
    assert factor["effect"] == {
        "case-1": {"budget.capex.2027": "5bn USD"}, "case-2": {"budget.capex.2027": "7bn USD"},
        "otherwise": {},
    }  # fmt: skip
    assert sums_to_one(factor["states"])
    assert study_of(found, tmp_path).budget.capex[2027].value == 3e9
    alone = drafted(reading(*found.claims[1:]))
    assert [*alone["uncertainty"].popitem()[1]["states"]] == ["case-1", "case-2"]


def test_a_condition_on_chips_is_an_event_without_which_none_arrive(tmp_path: Path) -> None:
    may = {"condition": "If imports are approved", "about": "NVIDIA H20", "subject": "NVIDIA H20"}
    found = reading(
        stated(1.1e4, unit="USD/chip", metric="unit price", family="unit price", **may),
        stated(3e4, unit="chip", metric="chip order", family="chips", **may | {
            "subject": "Borealis Compute"}),
    )  # fmt: skip
    study = study_of(found, tmp_path)
    offer, event = study.supply["h20-96g-buy"], study.uncertainty["if-imports-are-approved"]
    assert (offer.needs, offer.cumulative_cap.value) == ("if-imports-are-approved", 30000)
    assert event.effect == {"met": {}, "otherwise": {"supply.h20-96g-buy.cap": "0 chips"}}
    assert str(event.reveal) > str(study.horizon.start)
    assert "default-buy" in study.supply


def test_a_range_is_low_and_high_and_an_uncertainty(tmp_path: Path) -> None:
    found = reading(stated(4e9, 6e9), stated(8e13, 1.2e14, **TOKENS))
    study = study_of(found, tmp_path)
    capex = study.budget.capex[2027]
    assert (capex.low, capex.value, capex.high) == (4e9, 5e9, 6e9)
    assert study.uncertainty["range-capex-2027"].effect == {
        "low": {"budget.capex.2027": "4bn USD"}, "high": {"budget.capex.2027": "6bn USD"},
    }  # fmt: skip
    sampled = study.uncertainty["range-tokens-per-day"]
    assert (sampled.low.value, sampled.high.value) == (0.8, 1.2)
    assert sampled.applies_to == ["services.tokens.tokens_per_day"]


def test_power_that_stands_that_is_contracted_and_that_comes() -> None:
    found = reading(
        stated(5e8, said="As of now its halls in use draw 5", **POWER),
        stated(1.4e9, said="It has contracted 1.4", **POWER),
        stated(9e8, **POWER | {"period": "2027-11", "kind": "planned"}),
    )
    main = drafted(found)["sites"]["main"]
    assert {k: v["value"] for k, v in main["power"].items()} == {
        "2026-Q2": "500 MW", "2027-Q4": "900 MW"}  # fmt: skip
    assert main["expand"]["limit"]["value"] == "500 MW"


def test_sites_are_apart_and_their_total_is_not_one_more(tmp_path: Path) -> None:
    found = reading(
        stated(4e7, subject="Zhangbei", row=("Zhangbei site",), **POWER),
        stated(6e7, subject="Westmark", said="The Westmark campus has 6", **POWER),
        stated(1e8, subject="", row=("Total",), **POWER),
    )  # fmt: skip
    study = study_of(found, tmp_path)
    assert {k: s.power.entries[0][1].value for k, s in study.sites.items()} == {
        "zhangbei": 4e7, "westmark": 6e7}  # fmt: skip
    more = stated(1.5e8, **POWER), stated(4e9)
    whole = drafted(reading(*found.claims[:2], *more))["sites"]
    assert whole["main"]["power"]["2027-Q1"]["value"] == "50 MW"


def test_another_company_is_a_peer_and_nothing_else() -> None:
    found = reading(
        stated(4e9), stated(3e9, subject="Auriga"), stated(5e13, **TOKENS, subject="Auriga"),
        stated(9e8, **POWER, subject="Auriga"), stated(8e9, metric="budget", family="budget"),
    )  # fmt: skip
    body, draft = drafted(found, "Borealis"), draft_study(found, company="borealis compute")
    assert body["peers"] == {"auriga": {
        "note": "Auriga", "capex": {2027: {"value": "3bn USD", "source": "note-c2"}},
        "tokens_per_day": {"value": "50T tokens/day", "source": "note-c3"}}}  # fmt: skip
    assert draft.unused == {"note.c4": "it is of Auriga"}
    assert "900 MW" not in draft.text
    assert drafted(found, "Auriga")["budget"]["capex"][2027]["value"] == "3bn USD"
    with pytest.raises(UnknownNameError, match="Auriga"):
        draft_study(found, company="Nobody")


def test_nothing_denied_superseded_or_refuted_is_used() -> None:
    wrong = Contradiction(("note.c1", "note.c4"), "same thing, different values", 10.0,
                          "a factor of ten", "note.c1", "")  # fmt: skip
    found = reading(
        stated(4e9), stated(5e9, negated=True), stated(6e9, status="earlier"), stated(4e10),
        against=(wrong,),
    )  # fmt: skip
    draft = draft_study(found)
    assert (draft.used, [*draft.unused]) == (("note.c1",), ["note.c4"])
    assert draft.said() == (
        "used 1 of 2 usable claims, kept 0 to compare with\n"
        "not used: note.c4: a factor of ten; kept note.c1"
    )
    assert "40bn" not in draft.text


def test_a_default_has_no_source_though_its_offer_has_one(tmp_path: Path) -> None:
    term = stated(5.0, unit="year", metric="lease term", family="term", period="",
                  said="It leases GPUs for 5")  # fmt: skip
    lead = stated(45.0, unit="day", metric="lead time", family="lead time", period="")
    folder = tmp_path / "two words"
    folder.mkdir()
    study_of(reading(term, lead), folder)
    loaded = load(folder / "study.yaml")
    told = {n.path: n.source for n in (*loaded.facts, *loaded.assumptions)}
    assert told["supply.default-lease.rent"] == told["supply.default-buy.price"] == ""
    assert told["supply.default-lease.term"] == "note-c1"
    assert told["supply.default-buy.lead"] == "note-c2"


@pytest.mark.parametrize(
    "said",
    ["One B200 server writes 3", "Each accelerator serves about 3", "单卡每天可处理3",
     "To do so by hand people would use 3"],
)  # fmt: skip
def test_what_one_chip_writes_and_what_is_supposed_is_no_demand(said: str) -> None:
    found = reading(stated(8e13, **TOKENS), stated(3e8, said=said, **TOKENS | {"period": ""}))
    assert draft_study(found).used == ("note.c1",)
    assert drafted(found)["services"]["tokens"]["tokens_per_day"]["value"] == "80T tokens/day"


@pytest.mark.parametrize(
    "said", ["A hall of 20 racks, each rack 5", "rack power of 5", "单机柜功率不低于5"]
)
def test_the_power_of_a_rack_is_no_site(said: str) -> None:
    found = reading(stated(5e4, said=said, **POWER), stated(9e6, said="In all it draws 9", **POWER))
    power = drafted(found)["sites"]["main"]["power"]
    assert [n["value"] for n in power.values()] == ["9 MW"]


def test_what_was_spent_in_a_part_of_a_year_is_no_budget_of_it() -> None:
    spent = stated(9e9, kind="reported", period="2026-01/2026-09")
    found = reading(spent, stated(13e9, 14e9, period="2026"), stated(7e9, period="2026-Q4"))
    assert [n["value"] for n in drafted(found)["budget"]["capex"].values()] == ["13.5bn USD"]


def test_what_the_company_plans_is_before_what_the_market_expects() -> None:
    market = {"column": ("2027E consensus",), "row": ("Borealis Compute",)}
    ours = {"column": ("2027E",), "row": ("Borealis Compute",)}
    found = reading(stated(4e9, **market), stated(5e9, **ours), stated(9e9, subject="Total",
                    row=("Total",), column=("2027E",)))  # fmt: skip
    draft = draft_study(found)
    assert drafted(found)["budget"]["capex"][2027]["value"] == "5bn USD"
    assert draft.unused["note.c3"] == "it is the sum of the others"


def test_a_term_is_a_lease_of_chips_or_a_halls() -> None:
    term = {"unit": "year", "metric": "lease term", "family": "term", "period": ""}
    hall = stated(110.0, unit="USD/kW-month", metric="hall rent", family="hall rent", period="")
    found = reading(
        hall, stated(12.0, said="The new halls are let to it for 12", **term),
        stated(4.0, said="Remaining contracts with customers run 4", **term),
    )  # fmt: skip
    body, draft = drafted(found), draft_study(found)
    assert body["sites"]["main"]["expand"]["term"] == "144 months"
    assert "default-lease" not in body["supply"]
    assert body["cross_checks"][0]["why"] == "it is the term of a customer's contract"
    assert draft.used == ("note.c1", "note.c2")
    alone = drafted(reading(found.claims[1], stated(4e9)))["cross_checks"][0]
    assert alone["why"] == "it is of no chips, and a hall whose rent is not stated"


def test_power_under_construction_comes_beside_what_stands() -> None:
    found = reading(
        stated(8e7, said="The halls run 8", **POWER),
        stated(3e7, said="A third is under construction: 3", **POWER),
    )
    main = drafted(found)["sites"]["main"]
    assert [n["value"] for n in main["power"].values()] == ["80 MW"]
    assert main["expand"]["limit"]["value"] == "30 MW"
    chinese = reading(stated(8e7, said="已投运8", **POWER), stated(2e7, said="在建2", **POWER))
    assert drafted(chinese)["sites"]["main"]["expand"]["limit"]["value"] == "20 MW"


def test_a_further_order_is_added_and_gates_nothing(tmp_path: Path) -> None:
    chips = {"unit": "chip", "metric": "chip order", "family": "chips", "about": "NVIDIA H20"}
    found = reading(
        stated(9e3, said="It will order 9", **chips),
        stated(5e3, said="If the duty falls it will buy a further 5",
               condition="If the duty falls", **chips),
    )  # fmt: skip
    study = study_of(found, tmp_path)
    offer, (factor,) = study.supply["h20-96g-buy"], study.uncertainty.values()
    assert (offer.cumulative_cap.value, offer.needs) == (9000, None)
    assert factor.effect == {
        "met": {"supply.h20-96g-buy.cumulative_cap": "14000 chips"},
        "otherwise": {},
    }


def test_a_condition_at_the_end_is_of_the_number_before_it() -> None:
    said = "The site has 90 MW at first, and 800 MW if the line is built."
    may = POWER | {"condition": "if the line is built", "sentence": said, "span": (0, len(said))}
    found = reading(
        stated(9e7, value_span=(13, 15), **may), stated(8e8, value_span=(33, 36), **may)
    )
    body = drafted(found)
    assert [n["value"] for n in body["sites"]["main"]["power"].values()] == ["90 MW"]
    (factor,) = body["uncertainty"].values()
    assert factor["effect"]["met"] == {"sites.main.power.2026-Q2": "800 MW"}


def test_the_sites_and_figures_of_anothers_document_stay_out() -> None:
    lists = replace(DOCUMENT, name="sites.csv", entity="Auriga")
    own = replace(DOCUMENT, entity="Borealis Compute")
    site = stated(4e7, subject="Westmark", row=("Westmark",), **POWER)
    found = reading(stated(4e9), replace(site, document="sites.csv"), stated(5e13, **TOKENS))
    found = replace(found, documents=(own, lists))
    draft = draft_study(found)
    assert draft.unused == {"note.c2": "it is of Westmark"}
    assert "40 MW" not in draft.text


def test_names_without_latin_letters_have_a_name_in_the_study(tmp_path: Path) -> None:
    found = reading(
        stated(4e7, subject="张北", row=("张北园区",), said="张北园区现有4", **POWER),
        stated(6e7, subject="和林", row=("和林园区",), said="和林园区现有6", **POWER),
        stated(4e9), stated(5e9, condition="若获批"),
    )  # fmt: skip
    study = study_of(found, tmp_path)
    assert {k: s.note for k, s in study.sites.items()} == {"site": "张北", "site-2": "和林"}
    assert [*study.uncertainty] == ["condition"]
    rivals = drafted(
        reading(stated(4e9), stated(3e9, subject="海明云"), stated(2e9, subject="远帆"))
    )
    assert {k: p["note"] for k, p in rivals["peers"].items()} == {
        "peer": "海明云",
        "peer-2": "远帆",
    }


def test_a_document_without_a_day_is_said_to_have_none() -> None:
    undated = replace(reading(stated(4e9)), documents=(replace(DOCUMENT, date=""),))
    text = draft_study(undated).text
    assert "# No document states its day: 2025-12-31 stands in" in text
    assert "as_of: 2025-12-31" in text
    year = replace(reading(stated(4e9, kind="reported", period="2026"), stated(5e9, period="2026")),
                   documents=(replace(DOCUMENT, date="2026"),))  # fmt: skip
    assert "as_of: 2026-01-01" in draft_study(year).text


def test_rents_by_the_hour_give_way_and_orders_of_a_term_sheet_are_leased() -> None:
    rent = {"unit": "USD/chip-hour", "metric": "rent", "family": "rent", "period": "",
            "kind": "reported", "about": "NVIDIA B200", "subject": "NVIDIA B200"}  # fmt: skip
    chips = {"unit": "chip", "metric": "processors", "family": "processors", "period": "2026-08",
             "about": "NVIDIA B200"}  # fmt: skip
    found = reading(
        stated(5.2, row=("B200",), column=("On demand",), **rent),
        stated(3.9, row=("B200",), column=("One-year reserve",), **rent),
        stated(2e3, said="Two tranches of 2", **chips),
        stated(64.0, said="Minimum order: 64", **chips),
    )  # fmt: skip
    offer = drafted(found)["supply"]["b200-hgx-lease"]
    assert (offer["rent"]["value"], offer["cumulative_cap"]["value"]) == (
        "3.9 USD/chip-hour", "2000 chips")  # fmt: skip
    assert "64 chips" not in draft_study(found).text


def test_a_sellers_list_is_its_own_prices_and_no_other_companys() -> None:
    price = {"unit": "USD/Mtok", "metric": "input price", "family": "token price", "period": ""}
    own = replace(DOCUMENT, entity="Borealis Compute")
    found = reading(stated(4e9), stated(0.7, subject="Fjord Max", row=("Fjord Max",),
                    column=("Input",), **price))  # fmt: skip
    value = drafted(replace(found, documents=(own,)))["services"]["tokens"]["value"]
    assert value["price"]["input"]["value"] == "0.7 USD/Mtok"
    assert "price" not in drafted(found)["services"]["tokens"]["value"]
    alone = replace(found, claims=found.claims[1:], documents=(own,))
    assert draft_study(alone).used == ("note.c2",)
    assert drafted(alone)["title"].startswith("Borealis Compute")


WORD = st.text(max_size=30)
LEAF = WORD | st.integers(0, 10**12) | st.lists(WORD, max_size=3)
KEYS = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
TREE = st.dictionaries(KEYS, st.recursive(LEAF, lambda t: st.dictionaries(KEYS, t, max_size=4)),
                       min_size=1, max_size=5)  # fmt: skip


def flat(value: object) -> object:
    if isinstance(value, dict):
        return {k: flat(v) for k, v in value.items()}
    if isinstance(value, list):
        return [flat(v) for v in value]
    if isinstance(value, str):
        return "".join(c for c in " ".join(value.split()) if c.isprintable())
    return value


@given(TREE)
def test_whatever_a_text_holds_is_read_back_as_it_is(tree: dict[str, object]) -> None:
    assert YAML(typ="safe").load(as_yaml({"head": 1, **tree})) == flat({"head": 1, **tree})


def test_a_document_elsewhere_is_copied_beside_the_study(tmp_path: Path) -> None:
    home, away, deep = (tmp_path / n for n in ("home", "away", "home/in side"))
    for folder in (home, away, deep):
        folder.mkdir()
    said = "# {0}\n\n10 March 2026\n\n{0} has 30 MW of power in use.\n\n"
    said += "{0} plans capital expenditure of ${1} billion in 2027.\n"
    (away / "note.md").write_text(said.format("Borealis Compute", 7))
    (home / "note.md").write_text(said.format("Borealis Compute", 5))
    (deep / "one more.md").write_text(said.format("Auriga Cloud", 3))
    found = outlay.read([away / "note.md", deep / "one more.md"], draft=home / "s.yaml")
    assert found.written == (home / "s.yaml", home / "note-2.md")
    assert (home / "note-2.md").read_bytes() == (away / "note.md").read_bytes()
    study = load(home / "s.yaml").study
    assert {s.document for s in study.sources.values()} == {"note-2.md", "in side/one more.md"}
    again = outlay.read([away / "note.md"], draft=home / "s.yaml", force=True)
    assert again.written == (home / "s.yaml",)
    assert again.drafted is not None
    named = {s.document for s in load(home / "s.yaml").study.sources.values()}
    assert named == {"note-2.md"}
    told = outlay.explain(home / "s.yaml", "budget.capex.2027")
    assert told.source is not None
    assert "plans capital expenditure of $7 billion in 2027" in told.source.sentence


def test_two_factors_never_set_one_input(tmp_path: Path) -> None:
    may = {"about": "NVIDIA H20", "condition": "If imports are approved"}
    order = stated(4e4, 5e4, unit="chip", metric="chip order", family="chips", **may)
    found = reading(
        stated(4e9), stated(5e9, condition="if the grid is built"), stated(6e9), order,
        against=(rivals("note.c1", "note.c3"),),
    )  # fmt: skip
    study = study_of(found, tmp_path)
    assert {*study.uncertainty} == {"if-the-grid-is-built", "if-imports-are-approved",
                                    "range-h20-96g-buy-cumulative-cap"}  # fmt: skip
    assert study.supply["h20-96g-buy"].needs == "if-imports-are-approved"
    assert "note.c3" in draft_study(found).beside


def test_a_number_that_no_planner_means_is_left_out() -> None:
    found = reading(stated(128e3, unit="year", metric="lease term", family="term"), stated(4e9))
    draft = draft_study(found)
    assert draft.used == ("note.c2",)
    assert drafted(found)["cross_checks"][0]["why"] == "no planner can mean it"
