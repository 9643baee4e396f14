"""Loading: states of the tree, scenarios, overrides, the ledger, the hash, differences."""

from __future__ import annotations

import dataclasses

import pytest

from outlay.core.errors import StudyError
from outlay.core.periods import Period
from outlay.study import apply_overlay, diff, loads, schema
from outlay.study.model.fields import Num, Schedule, value_at
from outlay.study.model.inline_model import read_inline
from outlay.study.reading.strict_yaml import read_text
from support.study_text import SMALL, broken, line_of, small


def price(study: object) -> float:
    plan = study.supply["h200"].price  # type: ignore[attr-defined]
    assert plan is not None
    return plan.entries[0][1].value


def test_numbers_are_in_base_units() -> None:
    s = small().study
    assert s.discount_rate.value == pytest.approx(0.09)
    assert s.sites["oslo"].power.entries[0][1].value == 10e6
    assert s.services["chat"].tokens_per_day.value == 1e12  # type: ignore[union-attr]
    assert s.services["chat"].value.unserved.value == pytest.approx(2e-6)  # type: ignore[union-attr]
    assert s.training["run"].sustained.value == 400e12
    assert s.supply["h200"].lead == 3
    assert s.supply["b200"].term == 24
    assert s.sites["oslo"].electricity.currency == "USD"


def test_a_study_shows_itself_in_one_line() -> None:
    loaded = small()
    line = "'small' as of 2025-12-31, USD: 1 service, 2 offers, 2 sites"
    assert repr(loaded.study) == str(loaded.study) == f"<Study {line}>"
    assert repr(loaded) == f"<LoadedStudy {line}>"
    cheaper = loads(SMALL, overrides=["supply.h200.price=30_000 USD"], scenario=None)
    assert repr(cheaper) == f"<LoadedStudy {line}, supply.h200.price=30_000 USD>"


def test_norway_is_not_false() -> None:
    assert small().study.sites["oslo"].region == "NO"


def test_a_schedule_holds_until_its_next_entry_and_is_nothing_before_its_first() -> None:
    cap = small().study.supply["h200"].cap
    assert cap is not None
    at = {p: value_at(cap, Period.parse(p)) for p in ("2025-Q4", "2026-Q1", "2026-Q2", "2027-Q3")}
    assert at["2025-Q4"] is None
    assert [at[p].value for p in ("2026-Q1", "2026-Q2", "2027-Q3")] == [100, 200, 200]  # type: ignore[union-attr]


def test_states_change_only_what_they_say() -> None:
    loaded = small()
    refused, granted = loaded.at({"licence": "refused"}), loaded.at({"licence": "granted"})
    assert refused.supply["h200"].cap == dataclasses.replace(
        refused.supply["h200"].cap or Schedule(()),
        entries=((Period(1, 1, 12), Num(0.0, "chip", written="0")),),
    )
    assert granted == loaded.study
    assert refused.model_copy(update={"supply": loaded.study.supply}) == loaded.study
    assert loaded.at({"licence": "refused"}) is refused, "states are read once"
    assert loaded.at({}) == loaded.study
    assert loaded.at({"licence": "unheard of"}) == loaded.study


def test_a_scenario_holds_only_differences() -> None:
    cheap = small(scenario="cheap")
    assert price(cheap.study) == 10_000
    assert [c.path for c in diff(small(), cheap)] == ["supply.h200.price.always"]
    assert cheap.lines.where(("supply", "h200", "price")).startswith("study.yaml:")
    assert "scenario cheap" in cheap.lines.where(("supply", "h200", "price"))
    with pytest.raises(StudyError, match="did you mean 'cheap'"):
        small(scenario="cheep")


def test_overrides_are_read_as_yaml_and_win_over_scenarios() -> None:
    loaded = small(scenario="cheap", overrides=["supply.h200.price=15_000 USD", "seed=7"])
    assert price(loaded.study) == 15_000
    assert loaded.study.seed == 7
    assert loaded.lines.where(("supply", "h200", "price")).startswith("--set supply.h200.price")
    period = small(overrides=["supply.h200.cap.2026-Q4=7", "budget.capex.2027=5 USD"]).study
    assert [n.value for _, n in period.supply["h200"].cap.entries] == [100, 200, 7]  # type: ignore[union-attr]
    assert period.budget.capex[2027].value == 5
    assert period.budget.capex[2026].source == "ft"


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("supply.h200.prise=1 USD", "did you mean 'price'"),
        ("supply.h201.price=1 USD", "did you mean 'h200'"),
        ("supply.h200.price", "path=value"),
        ("supply.h200.price=1 W", "W"),
        ("supply.h200.price=-1 USD", "outside its bounds"),
        ("supply.h200.price=.nan", "not a finite number"),
        ("supply..price=1 USD", "no such path"),
        ("=1 USD", "not an override"),
        ("uncertainty.licence.states.granted=60 %", "do not sum to 1"),
        (
            "uncertainty.licence.states.granted=60 %",
            ": uncertainty.licence.states, with --set uncertainty.licence.states.granted: ",
        ),
        ("sites=[]", "not a mapping"),
        ("supply.h200.price=[", "not YAML"),
        ("supply.h200.price=!x 1", "tag"),
    ],
)
def test_bad_overrides_are_refused_by_name(override: str, said: str) -> None:
    with pytest.raises(StudyError) as caught:
        small(overrides=[override])
    assert said in str(caught.value)


def test_null_takes_a_field_away() -> None:
    assert small(overrides=["supply.h200.cap=null"]).study.supply["h200"].cap is None


def test_overlays_leave_the_original_alone_and_name_every_bad_path() -> None:
    raw = read_text(SMALL, "s.yaml").data
    before = repr(raw)
    out = apply_overlay(raw, {"supply": {"h200": {"lead": 0}}, "sites.oslo.pue": 1.1})
    assert repr(raw) == before
    assert out["supply"]["h200"]["lead"] == 0
    assert out["sites"]["oslo"]["pue"] == 1.1
    assert out["sites"]["johor"] is raw["sites"]["johor"], "what is not named is shared"
    with pytest.raises(StudyError) as caught:
        apply_overlay(raw, {"sites.osl.pue": 1, "supply.h200.laed": 0})
    assert len(caught.value.problems()) == 2


def test_a_path_may_hold_names_with_dots() -> None:
    text = broken(("  licence:", "  licence.h200:"), ("needs: licence", "needs: licence.h200"),
                  ("[licence=granted", "[licence.h200=granted"))  # fmt: skip
    loaded = small()
    dotted = loads(text)
    assert dotted.resolve("uncertainty.licence.h200.states.granted") == (
        "uncertainty", "licence.h200", "states", "granted")  # fmt: skip
    refused = dotted.at({"licence.h200": "refused"}).supply["h200"]
    assert refused.cap == loaded.at({"licence": "refused"}).supply["h200"].cap


def test_every_number_is_a_fact_or_a_named_assumption_with_its_line() -> None:
    loaded = small()
    facts = {e.path: e for e in loaded.facts}
    assert set(facts) == {"supply.h200.price", "budget.capex.2026"}
    assert facts["supply.h200.price"].grade == "reported"
    stated = {e.path: e for e in loaded.assumptions if e.stated}
    entry = stated["sites.oslo.pue"]
    assert entry.line == line_of(SMALL, "oslo:")
    assert entry.where == f"study.yaml:{entry.line}: sites.oslo.pue"
    assert stated["supply.h200.lead"].value == 3
    assert stated["correlations.0.rank"].value == -0.3
    assert stated["uncertainty.licence.effect.refused.supply.h200.cap"].value == 0
    assert stated["scenarios.cheap.supply.h200.price"].value == 10_000
    defaults = {e.path for e in loaded.assumptions if not e.stated}
    assert "rules.usable" in defaults
    assert not defaults & set(stated)


def test_a_source_beside_a_field_holds_for_numbers_that_name_none() -> None:
    loaded = small(("chip: b200-hgx, by: lease", "source: ft, chip: b200-hgx, by: lease"))
    facts = {e.path for e in loaded.facts}
    assert {"supply.b200.rent", "supply.b200.term"} <= facts


def test_numbers_from_a_source_graded_assumption_are_assumptions() -> None:
    loaded = small(("date: 2025-12-23}", "date: 2025-12-23, grade: assumption}"))
    assert loaded.facts == ()
    assert any(e.source == "ft" for e in loaded.assumptions)


def test_the_hash_sees_meaning_not_spelling() -> None:
    same = small(
        ("10 MW", "10_000 kW"),
        ("value: 20_000 USD", "value: '$20,000'"),
        ("oslo: {region: NO, power", "oslo: {note: hydro, region: NO, power"),
        ("title: small", "title: other words"),
        ("{price: 10_000 USD}", "{price: 9_000 USD}"),
    )
    assert same.hash == small().hash
    assert diff(small(), same) == []
    for change in (("10 MW", "11 MW"), (", source: ft}\n    lead", "}\n    lead")):
        assert small(change).hash != small().hash


def test_differences_are_named_with_their_ratio() -> None:
    changes = diff(small(), small(("10 MW", "15 MW"), ("  b200: {chip", "  b201: {chip")))
    by_path = {c.path: c for c in changes}
    power = by_path["sites.oslo.power.always"]
    assert (power.kind, power.before, power.after, power.ratio) == (
        "changed",
        "10 MW",
        "15 MW",
        1.5,
    )
    assert by_path["supply.b200.chip"].kind == "removed"
    assert by_path["supply.b201.chip"].after == "b200-hgx"


def test_doubts_are_warnings_not_errors() -> None:
    year = small(("capex: {2026: 1bn USD", "capex: {2031: 1bn USD"))
    assert [w.what for w in year.warnings] == ["a fiscal year outside the horizon"]
    split = small(("currency: USD", "currency: USD\nfiscal_year_start: 5"))
    assert ["within a period" in w.what for w in split.warnings] == [True]
    assert small(("currency: USD", "currency: USD\nfiscal_year_start: 7")).warnings == ()
    zeros = small(("quantity: 100", "quantity: 0100"))
    assert "leading zeros" in zeros.warnings[0].what


@pytest.mark.parametrize(
    ("change", "path", "echo"),
    [
        (("pue: 1.2,", "pue: 2.5,"), "sites.oslo.pue", "2.5"),
        (("0.06 USD/kWh", "6 CNY/kWh"), "sites.oslo.electricity", "6 CNY/kWh"),
        (("value: 20_000 USD", "value: 200 USD"), "supply.h200.price", "$200"),
        (("10 MW", "10 TW"), None, ""),
    ],
)
def test_unusual_numbers_are_taken_and_echoed_absurd_ones_refused(
    change: tuple[str, str], path: str | None, echo: str
) -> None:
    if path is None:
        with pytest.raises(StudyError, match="cannot be meant"):
            small(change)
        return
    (warning,) = small(change).warnings
    assert "unusual number, taken as written" in warning.what
    assert warning.where.endswith(path)
    assert warning.value == echo


def test_bands_are_nested_and_name_fields_that_exist() -> None:
    from outlay.study.checks.plausible import _bands
    from outlay.study.model.shape import study_shape
    from support.study_fields import walk

    known = {
        tuple("*" if p.startswith("<") else p for p in path) for path, _ in walk(study_shape())
    }
    for bands in _bands().values():
        for band in bands:
            assert band.hard_low <= band.low <= band.high <= band.hard_high
            assert band.why
            assert band.path in known or band.path[:-1] in known


def test_places_that_nothing_reaches_are_doubted() -> None:
    lonely = small(("to: [johor]", "to: [oslo]"))
    said = [(w.where.split(": ")[1], w.what) for w in lonely.warnings]
    assert ("sites.johor", "no pool or offer can put a chip here") in said
    assert ("training.run.places.MY", "no chip can ever stand where this is to run") in said
    dark = small(("power: 5 MW", "power: 0 MW"))
    assert any("ever has power" in w.what for w in dark.warnings)


def test_a_scenario_may_add_an_offer_whole() -> None:
    added = (
        "  more:\n    supply:\n      gb200: {chip: gb200-nvl72, by: lease, term: 3 years,"
        " rent: 3.4 USD/chip-hour, to: [johor]}\n  cheap:"
    )
    assert "gb200" in small(("  cheap:", added), scenario="more").study.supply
    half = added.replace(" rent: 3.4 USD/chip-hour,", "")
    with pytest.raises(StudyError, match="lease without a rent"):
        small(("  cheap:", half))


def test_names_of_the_catalogue_may_be_written_in_usual_ways() -> None:
    loaded = small(
        ("chip: h200-sxm", "chip: NVIDIA H200"), ("reference: h200-sxm", "reference: H200")
    )
    assert loaded.study.supply["h200"].chip == "h200-sxm"
    assert loaded.study.work["ranking"].reference == "h200-sxm"
    assert loaded.hash == small().hash
    assert {(w.what, w.value) for w in loaded.warnings} == {
        ("read as `h200-sxm`", "NVIDIA H200"),
        ("read as `h200-sxm`", "H200"),
    }


def test_a_study_may_be_json() -> None:
    import json

    assert loads(json.dumps(read_text(SMALL, "s").data), "study.json").hash == small().hash


def test_a_quote_must_stand_in_its_document(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from outlay.study import load

    (tmp_path / "a.md").write_text("They plan to spend\n160 billion.", encoding="utf-8")
    path = tmp_path / "study.yaml"
    for quote, right in (("plan to spend 160 billion", True), ("spend 170 billion", False)):
        source = f"document: a.md, quote: {quote}"
        path.write_text(broken(("publisher: Financial Times", source)), encoding="utf-8")
        if right:
            assert load(path).warnings == ()
        else:
            with pytest.raises(StudyError, match="not in the document"):
                load(path)


def test_inline_architecture_becomes_a_catalogue_row() -> None:
    model = read_inline({"total_params": 8e9, "active_params": 8e9, "layers": 32, "hidden": 4096})
    assert (model.layers, model.total_params, model.grade) == (32, 8e9, "assumption")
    assert isinstance(model.layers, int)


def test_the_schema_takes_the_small_study_and_refuses_an_unknown_key() -> None:
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    assert list(validator.iter_errors(read_text(SMALL, "s").data)) == []
    wrong = read_text(broken(("lead: 1 quarter", "laed: 1 quarter")), "s").data
    assert list(validator.iter_errors(wrong))


def test_an_unknown_key_that_looks_like_a_tag_is_named() -> None:
    with pytest.raises(StudyError, match="unknown key") as caught:
        loads(SMALL + "'<x': 1\n")
    assert any(p.value == "<x" for p in caught.value.problems())
