"""Each kind of bad study: refused with the rule, the line, and the nearest valid name."""

from __future__ import annotations

from dataclasses import fields

import pytest

from outlay.catalogue import models
from outlay.study.model.inline_model import inline_problems
from support.study_text import SMALL, broken, line_of, problems, small

# name → (text to find, its replacement, words of the error, words of value, allowed or hint)
BAD: dict[str, tuple[str, str, str, str]] = {
    "a letter that only looks right": ("pue: 1.2", "\u0440ue: 1.2", "unknown key", "U+0440 stands"),
    "a class of no life": (
        "budget:", "finance: {lives: {gpus: {book: 5 years}}}\nbudget:", "not one of the words",
        "accelerators, servers"),
    "a tail of nothing": (
        "budget:", "objective: {tail: {cvar: 100 %, weight: 0.5}}\nbudget:", "holds no outcome",
        "less than 100 %"),
    "a scenario of scenarios": (
        "{price: 10_000 USD}}}", "{price: 10_000 USD}}, scenarios.other: null}",
        "changes scenarios", "own inputs"),
    "a scenario that sets twice": (
        "{price: 10_000 USD}}}", "{price: 10_000 USD}}, supply.h200.price: 9_000 USD}",
        "sets the same path", "each once"),
    "unknown key": ("lead: 1 quarter", "laed: 1 quarter", "unknown key", "did you mean 'lead'"),
    "unknown key at top": ("budget:", "budgte:", "unknown key", "did you mean 'budget'"),
    "missing key": ("power: 10 MW, ", "", "`power` is missing", "power"),
    "missing currency": ("value: 20_000 USD", "value: 20_000", "without a currency", "CNY"),
    "unknown currency": ("0.06 USD/kWh", "0.06 UDS/kWh", "UDS", "0.06 UDS"),
    "no exchange rate": ("0.06 USD/kWh", "0.06 KES/kWh", "no exchange rate", "CNY"),
    "negative price": ("value: 20_000 USD", "value: -20_000 USD", "outside its bounds", "0 or"),
    "nan as text": ("value: 20_000 USD", "value: nan USD", "not a finite number", "nan"),
    "price of nothing": ("{value: 20_000 USD, source: ft}", "0 USD", "nothing", "from_pool"),
    "unit of another kind": ("power: 10 MW", "power: 10 USD", "USD", "120 MW"),
    "no unit": ("power: 10 MW", "power: 10", "without its unit", "120 MW"),
    "share above one": ("cached: 56 %", "cached: 156 %", "outside its bounds", "100 %"),
    "bare percent": ("cached: 56 %", "cached: 56", "percent", "56 %"),
    "pue below one": ("pue: 1.2,", "pue: 0.9,", "outside its bounds", "1 or more"),
    "probabilities of 0.9": ("granted: 50 %,", "granted: 40 %,", "do not sum to 1", "exactly 1"),
    "probabilities of 1.1": ("granted: 50 %,", "granted: 60 %,", "do not sum to 1", "1.1"),
    "shares of places": ("MY: 40 %", "MY: 30 %", "do not sum to 1", "0.9"),
    "purchase with a rent": ("lead: 1 quarter", "rent: 3 USD/chip-hour", "no rent", "by: lease"),
    "lease with a price": ("term: 2 years", "term: 2 years, price: 9 USD", "no price", "purchase"),
    "spot with a term": ("by: lease, rent", "by: spot, rent", "the period at hand", "reservation"),
    "leaving a purchase": ("lead: 1 quarter", "early_exit: 30 %", "left early", "by: lease"),
    "unknown chip": ("chip: h200-sxm", "chip: h200-smx", "unknown chip", "h200-sxm"),
    "a model that is a number": (
        "model: qwen3-235b-a22b", "model: 235", "not text", "put it in quotes",
    ),
    "a model's file": (
        "model: qwen3-235b-a22b", "model: ./config.json", "unknown model", "takes no file",
    ),
    "a value misspelt": ("{value: 20_000", "{vlaue: 20_000", "not a number", "mean 'value'"),
    "unknown model": ("qwen3-235b-a22b", "qwen3-235b-a21", "unknown model", "qwen3-235b-a22b"),
    "unknown source": ("source: ft}", "source: tf}", "unknown source", "did you mean 'ft'"),
    "unknown site": ("to: [johor]", "to: [jhor]", "unknown site or region", "johor"),
    "unknown factor": ("needs: licence", "needs: license", "unknown uncertain factor", "licence"),
    "unknown state": ("refused: {supply", "refsued: {supply", "unknown state", "refused"),
    "effect on no path": ("{supply.h200.cap: 0}", "{supply.h20.cap: 0}", "no such path", "h200"),
    "effect on no field": ("{supply.h200.cap: 0}", "{supply.h200.cep: 0}", "no such path", "cap"),
    "effect with a bad value": ("supply.h200.cap: 0", "supply.h200.cap: -1", "bounds", "0 or"),
    "effect on the horizon": ("supply.h200.cap: 0", "horizon.periods: 8", "cannot change", ""),
    "scenario on no path": ("h200: {price: 10", "h200: {prise: 10", "no such path", "price"),
    "scenario with a bad value": ("{price: 10_000 USD}", "{price: 10_000 W}", "W", "price"),
    "end before start": ("by: 2026-Q3", "by: 2025-Q3", "ends before it starts", "2025-Q3"),
    "source from the future": ("date: 2025-12-23", "date: 2026-01-23", "later", "as_of"),
    "reveal outside": ("reveal: 2026-Q2", "reveal: 2027-Q2", "outside the horizon", "2026-Q4"),
    "reveal before": ("reveal: 2026-Q2", "reveal: 2025-Q2", "outside the horizon", "2026-Q1"),
    "horizon in the past": ("start: 2026-Q1, periods", "start: 2020-Q1, periods", "horizon", ""),
    "horizon of nothing": ("periods: 4", "periods: 0", "greater than or equal to 1", "0"),
    "horizon of a flag": ("periods: 4", "periods: true", "whole number", "true"),
    "not a period": ("start: 2026-Q1, periods", "start: 2026-Q5, periods", "not a period", "Q1"),
    "not a date": ("as_of: 2025-12-31", "as_of: 2025-02-30", "not a date", "2025-02-30"),
    "not a currency": ("currency: USD", "currency: dollars", "not a currency", "ISO"),
    "lease without rent": ("rent: 3 USD/chip-hour, ", "", "lease without a rent", "rent:"),
    "lease without term": ("term: 2 years, ", "", "lease without a term", "term:"),
    "purchase without price": (
        "    price: {value: 20_000 USD, source: ft}\n", "", "purchase without a price", "price:"),
    "no such contract": ("by: lease", "by: leas", "not one of the words", "lease"),
    "owned pool with rent": (
        "not_installed: 10", "rent: 2 USD/chip-hour", "owned pool with a lease", "leased"),
    "leased pool without rent": (
        "not_installed: 10", "tenure: leased", "leased pool without a rent", "rent:"),
    "leaving an owned pool": (
        "not_installed: 10", "early_exit: 10 %", "no lease to leave", "tenure: leased"),
    "notice on an owned pool": (
        "not_installed: 10", "notice: 3 months", "no lease to leave", "3 months"),
    "an owned pool with its energy": (
        "not_installed: 10", "energy_included: true", "no rent that could hold power", "leased"),
    "a purchase with its energy": (
        "lead: 1 quarter", "energy_included: true", "no rent that could hold power", "rented"),
    "a finance lease with its energy": (
        "by: lease, rent", "by: finance_lease, energy_included: true, rent",
        "no rent that could hold power", "electricity"),
    "resale of what is rented": (
        "by: lease, rent", "by: lease, resale: true, rent", "only what is bought", "purchase"),
    "a fee on a spot order": (
        "by: lease, rent: 3 USD/chip-hour, term: 2 years",
        "by: spot, cancel_fee: 5 %, rent: 3 USD/chip-hour", "no term whose rent", "5 %"),
    "a lot that no cap lets in": (
        "lead: 1 quarter", "lot: 500", "a lot above the most that `cap` lets in", "200 chips"),
    "a lot above the whole": (
        "lead: 1 quarter", "cumulative_cap: 40\n    lot: 50", "`cumulative_cap`", "40 chips"),
    "a step above what is energised": (
        "power: 10 MW", "power: 10 MW, expand: {step: 2 MW, per_period: 1 MW}",
        "less than one step", "2 MW (`step`) or more"),
    "power of no chip": (
        "budget:", "rules: {chip_power: {h100-smx: {busy: 70 %}}}\nbudget:", "unknown chip",
        "h100-sxm"),
    "revealed too late": ("reveal: 2026-Q2", "reveal: 2026-12", "last period", "2026-Q4"),
    "installs what is on order": (
        "lead: 1 quarter", "from_pool: coming", "the pool is on order", "a pool that stands"),
    "more idle than held": ("not_installed: 10", "not_installed: 110", "more than the pool", ""),
    "installs from nowhere": ("lead: 1 quarter", "from_pool: odl", "unknown pool", "old"),
    "installs another chip": ("lead: 1 quarter", "from_pool: old", "another chip", "h200"),
    "neither need nor units": ("need: 100, ", "", "give `need` or `units`", "neither"),
    "neither flop nor tokens": ("    flop: 1e24 FLOP\n", "", "give `flop`", "neither"),
    "value outside its range": ("low: 0.5T/day", "low: 1.5T/day", "outside its own low", "≤"),
    "low in another currency": (
        "{value: 20_000 USD, source: ft}", "{value: 20_000 USD, low: 9 CNY}", "unlike", "one"),
    "tiers that are not the whole": (
        "unserved: 2 USD/Mtok", "unserved: 2 USD/Mtok, tiers: [{share: 10 %, times: 1}]",
        "do not sum to 1", "0.1"),
    "a dear tier before a cheap one": (
        "unserved: 2 USD/Mtok",
        "unserved: 2 USD/Mtok, tiers: [{share: 10 %, times: 2}, {share: 90 %, times: 0.9}]",
        "cheaper to give up than the tier before it", "cheapest tier first"),
    "a least level above the whole": (
        "unserved: 2 USD/Mtok", "unserved: 2 USD/Mtok, least: 120 %", "outside its bounds", "100"),
    "tiers of work that are not the whole": (
        "need: 100,", "need: 100, tiers: [{share: 120 %, times: 1}],", "outside its bounds", "100"),
    "a smaller model that is none": (
        "value: {unserved: 2 USD/Mtok}",
        "value: {unserved: 2 USD/Mtok}\n    fallback: {model: qwen3-30b-a3, loss: 30 %}",
        "unknown model", "qwen3-30b-a3b"),
    "a smaller model that is the same": (
        "value: {unserved: 2 USD/Mtok}",
        "value: {unserved: 2 USD/Mtok}\n    fallback: {model: qwen3-235b-a22b, loss: 30 %}",
        "falls back on itself", "smaller"),
    "a smaller model without its loss": (
        "value: {unserved: 2 USD/Mtok}",
        "value: {unserved: 2 USD/Mtok}\n    fallback: {model: qwen3-30b-a3b}",
        "`loss` is missing", "loss"),
    "a loss above not serving": (
        "value: {unserved: 2 USD/Mtok}",
        "value: {unserved: 2 USD/Mtok}\n    fallback: {model: qwen3-30b-a3b, loss: 130 %}",
        "outside its bounds", "100"),
    "number with unknown key": ("source: ft}\n    lead", "sorce: ft}\n    lead", "number", "sour"),
    "absurd pue": ("pue: 1.2,", "pue: 120,", "cannot be meant", "10"),
    "absurd price of power": ("0.06 USD/kWh", "60 USD/kWh", "cannot be meant", "tariffs"),
    "absurd price in another currency": (
        "{value: 20_000 USD, source: ft}", "100bn CNY", "cannot be meant", "$10m"),
    "absurd lead": ("lead: 1 quarter", "lead: 90 years", "cannot be meant", "months"),
    "no such series file": (
        "{value: 1T/day, low: 0.5T/day, high: 2T/day}", "{series: gone.csv}", "no such file",
        "gone.csv"),
    "comma inside braces": ("value: 20_000 USD", "value: 20,000 USD", "number", "20_000, or"),
    "schedule in two currencies": (
        "{value: 20_000 USD, source: ft}", "{2026-Q1: 9 USD, 2026-Q2: 9 CNY}", "unlike", "CNY"),
    "schedule with one day twice": ("2026-Q2: 200", "2026-01: 200", "start on one day", "2026"),
    "schedule by nonsense": ("2026-Q2: 200", "soon: 200", "not a period", "2026-Q1"),
    "not a fiscal year": ("capex: {2026:", "capex: {26:", "not a fiscal year", "2026"),
    "not a span": ("term: 2 years", "term: 2", "not a span", "3 years"),
    "text for a list": ("to: [johor]", "to: johor", "not a list", "johor"),
    "number for text": ("title: small", "title: 12", "not text", "quotes"),
    "list for a mapping": ("budget:\n  capex: {2026: 1bn USD, source: ft}", "budget: [1]",
                           "not a mapping", "list"),
    "nothing for a number": ("power: 10 MW", "power: null", "not a number", "nothing"),
    "empty list": ("to: [johor]", "to: []", "needs 1 or more", "supply.b200.to"),
    "name used twice": ("  ranking:", "  chat:", "names of their own", "chat"),
    "correlation of nothing": ("licence=granted, price", "licence=grant, price", "state", "gran"),
    "correlation with itself": ("licence=granted, price", "price, price", "itself", ""),
    "correlation of three": (
        "[licence=granted, price]", "[licence=granted, price, licence]", "too many", "2 or fewer"),
    "correlation twice": (
        "correlations:\n", "correlations:\n  - {between: [price, licence=granted], rank: 0.5}\n",
        "stands twice", "licence=granted, price"),
    "forecast of no series": (
        "correlations:\n",
        "  volume: {reveal: 2026-Q2, states: {low: 50 %, high: 50 %}, from: forecast}\n"
        "correlations:\n", "a forecast without a series", "series"),
    "correlation too strong": ("rank: -0.3", "rank: -1.3", "greater than or equal", "-1.3"),
    "sampled without spread": ("sigma: 12 %, ", "", "`sigma` is missing", "lognormal"),
    "sampled nowhere": ("[supply.h200.price]", "[supply.h200.prise]", "no such path", "price"),
    "no such distribution": ("lognormal", "lognorm", "not one of the words", "lognormal"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_refused_with_file_line_rule_and_hint(name: str) -> None:
    old, new, rule, said = BAD[name]
    text = broken((old, new))
    if name == "installs what is on order":
        coming = "{chip: h200-sxm, quantity: 9, places: [NO], arrives: 2026-Q3, not_installed: 2}"
        text = text.replace("supply:\n", f"  coming: {coming}\nsupply:\n", 1)
    found = problems(text)
    match = [p for p in found if rule in p.what and said in f"{p.value} {p.allowed} {p.hint}{p}"]
    assert match, [str(p) for p in found]
    file, line, *_ = match[0].where.split(":")
    assert file == "study.yaml"
    assert abs(int(line) - line_of(SMALL, old.strip())) <= 8
    assert 1 <= int(line) <= text.count("\n") + 1


def test_the_small_study_itself_is_right() -> None:
    assert problems(SMALL) == []


def test_lines_are_exact() -> None:
    text = broken(("lead: 1 quarter", "laed: 1 quarter"))
    (problem,) = problems(text)
    assert problem.where == f"study.yaml:{line_of(text, 'laed')}: supply.h200.laed"


def test_all_errors_at_once_of_form_and_of_meaning() -> None:
    text = broken(
        ("value: 20_000 USD", "value: -5 USD"),
        ("granted: 50 %,", "granted: 40 %,"),
        ("chip: h100-sxm", "chip: h101-sxm"),
        ("title: small", "title: small\ncolour: red"),
        ("date: 2025-12-23", "date: 2026-12-23"),
    )
    found = problems(text)
    said = " | ".join(p.what for p in found)
    for rule in ("outside its bounds", "sum to 1", "unknown chip", "unknown key", "later than"):
        assert rule in said
    lines = [int(p.where.split(":")[1]) for p in found]
    assert lines == sorted(lines)


def test_an_error_of_form_brings_no_false_errors_of_meaning() -> None:
    text = broken(("region: MY, ", ""))  # the site is cut out; places naming it are not blamed
    assert [p.what for p in problems(text)] == ["`region` is missing"]
    text = broken(("reveal: 2026-Q2", "reveal: soon"))  # so is the factor that offers need
    assert [p.what for p in problems(text)] == ["not a period"]


def test_probabilities_are_never_renormalised() -> None:
    third = broken(("{granted: 50 %, refused: 50 %}", "{granted: 1e-8, refused: 1}"))
    assert any("sum to 1" in p.what for p in problems(third))


def test_two_factors_may_not_set_one_path() -> None:
    other = (
        "  other:\n    reveal: 2026-Q2\n    states: {a: 100 %}\n"
        "    effect: {a: {supply.h200.cap: 5}}\ncorrelations:"
    )
    found = problems(broken(("correlations:", other)))
    assert [p.what for p in found] == ["`licence` sets the same path"]


def test_a_tree_too_large_is_refused_before_it_is_built() -> None:
    factors = "".join(
        f"  f{i}: {{reveal: 2026-Q2, states: {{a: 50 %, b: 50 %}}}}\n" for i in range(12)
    )
    found = problems(broken(("correlations:", factors + "correlations:")))
    assert [p.what for p in found] == ["too large a tree"]


def test_many_errors_are_counted_not_all_printed() -> None:
    extra = "".join(f"key{i}: 1\n" for i in range(1_000))
    found = problems(SMALL + extra)
    assert len(found) <= 201
    assert any("more errors" in p.what for p in found)


@pytest.mark.parametrize(
    ("architecture", "rule"),
    [
        ("{total_params: 1e9}", "`active_params` is missing"),
        ("{total_params: 1e9, active_params: 2e9}", "more active than total"),
        ("{total_params: 1e9, active_params: 1e9, layrs: 3}", "unknown key"),
        ("{total_params: 1e9, active_params: -1}", "not a size"),
        ("{total_params: 1e9, active_params: 1e9, attention: mqa}", "unknown attention"),
        ("{total_params: 1e9, active_params: 1e9}", "shapes are not known"),
        ("{total_params: 1e9, active_params: 1e9, proxy: qwen3-8}", "shapes are not known"),
        ("{total_params: 1e9, active_params: 1e9, proxy: doubao-seed-1.8}", "shapes are not known"),
    ],
)
def test_inline_architectures_are_checked(architecture: str, rule: str) -> None:
    found = problems(broken(("qwen3-235b-a22b", architecture)))
    assert any(rule in p.what for p in found), found


SHAPES: dict[str, object] = {
    "total_params": 8e9, "active_params": 8e9, "layers": 32, "n_full_layers": 32, "hidden": 4096,
    "heads": 32, "kv_heads": 8, "dense_ffn": 14336, "n_dense_layers": 32, "vocab": 128256,
}  # fmt: skip
OFF = (
    ({}, ()),
    ({"layers": 33}, ("layers without attention", "layers without a feed-forward")),
    ({"layers": 31}, ("more than one attention a layer", "more than one feed-forward a layer")),
    ({"n_full_layers": 0}, ("layers without attention",)),
    ({"n_dense_layers": 0, "dense_ffn": 0}, ("layers without a feed-forward",)),
    ({"attn_type": "hybrid_mamba", "n_dense_layers": 16}, ()),  # blocks of their own
    ({"attn_type": "csa_hca"}, ("an attention of which more must be known",)),
    ({"heads": 0}, ("`heads` is missing",)),
    ({"vocab": 0, "hidden": 0}, ("`hidden` is missing", "`vocab` is missing")),
    ({"kv_heads": 0}, ("`kv_heads` is missing",)),
    ({"kv_heads": 5}, ("does not divide the heads",)),
    (
        {"heads": 31.5, "kv_heads": 1},
        ("not a whole number", "does not divide the heads"),
    ),
    ({"attention": "mla"}, ("`kv_lora` is missing", "`qk_nope` is missing")),
    ({"n_full_layers": 16, "n_window_layers": 16}, ("`window` is missing",)),
    ({"n_dense_layers": 0, "n_moe_layers": 32},
     ("`experts` is missing", "`top_k` is missing", "`expert_ffn` is missing")),
    ({"n_dense_layers": 0, "n_moe_layers": 32, "experts": 8, "top_k": 9, "expert_ffn": 64},
     ("more experts than there are",)),
)  # fmt: skip


@pytest.mark.parametrize(("change", "rules"), OFF)
def test_shapes_that_no_model_has_are_refused_before_they_are_timed(
    change: dict[str, object], rules: tuple[str, ...]
) -> None:
    found = inline_problems(("model",), SHAPES | change)
    assert tuple(f.what for f in found) == rules


def test_every_model_of_the_catalogue_could_be_written_into_a_study() -> None:
    for model in models().values():
        raw = {
            f.name: getattr(model, f.name)
            for f in fields(model)
            if f.name not in ("extra", "aliases", "id", "note") and getattr(model, f.name)
        }
        found = [f.what for f in inline_problems(("model",), raw) if not f.warn]
        mixers = model.n_full_layers + model.n_window_layers + model.n_linear_layers
        twice = mixers > model.layers > 0  # LongCat: no field of a study can say so
        expected = [f"more than one {x} a layer" for x in ("attention", "feed-forward")] * twice
        expected += ["an attention of which more must be known"] * ("csa_hca" in raw.values())
        assert found == expected


DOUBTED = {
    "a country of other letters": (
        "oslo: {region: NO", "home: {region: UK, power: 0 W, pue: 1.2, electricity: 1 USD/kWh}\n"
        "  oslo: {region: NO", "no country code"),
    "parts": ("budget:\n  capex", "budget:\n  processors: {2026: 2bn USD}\n  capex", "the whole"),
    "draws": ("budget:", "rules: {idle_power: 90 %}\nbudget:", "without work than at work"),
    "draws of a chip": (
        "budget:", "rules: {chip_power: {h100-sxm: {busy: 20 %}}}\nbudget:", "without work"),
    "comes in the past": ("not_installed: 10", "arrives: 2024-Q3", "before the study is written"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTED)
def test_fields_that_contradict_each_other_are_said_by_line(name: str) -> None:
    old, new, what = DOUBTED[name]
    study = small((old, new))
    (found,) = [w for w in study.warnings if what in w.what]
    assert found.where.startswith("study.yaml:")
    assert found.value
    assert found.allowed


def test_a_warning_says_names_where_more_is_below() -> None:
    totals = "demand:\n  reference_state: base\n  state_totals: {base: 1T/day, high: 2T/day}\n"
    study = small(("budget:", f"{totals}budget:"))
    said = [w for w in study.warnings if w.where.endswith("demand.state_totals")]
    assert [w.value for w in said] == ["base, high"]
