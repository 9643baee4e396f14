"""What contradicts what: only grounded claims of one thing, and the cause that is named."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from outlay.evidence import read_text
from outlay.evidence.checks.causes import slip_between
from outlay.evidence.checks.contradictions import find_contradictions
from outlay.evidence.checks.identities import find_identities
from outlay.evidence.types import Claim, Contradiction, Document
from outlay.results.claims import Grounds

_IDS = count()
_WORDS = Grounds("sentence", "sentence", "sentence", "sentence")
_CELL = Grounds("cell", "cell", "cell", "cell")


def claim(sentence: str, quote: str, value: float, **more: object) -> Claim:
    """A claim of Talwind's capital expenditure in 2026, in dollars, unless said otherwise."""
    n = next(_IDS)
    at = 1_000 * n
    start = at + sentence.index(quote)
    said: dict[str, object] = {
        "id": f"c{n}", "document": "a.md", "subject": "Talwind", "metric": "capital expenditure",
        "value_low": value, "value_high": value, "unit": "USD", "period": "2026",
        "said_on": "2026-02-03", "attribution": "", "hedge": "exact", "kind": "reported",
        "condition": "", "span": (at, at + len(sentence)), "sentence": sentence,
        "value_span": (start, start + len(quote)), "quote": quote, "family": "capex",
        "period_basis": "stated", "grounds": _WORDS, **more,
    }  # fmt: skip
    return Claim(**said)  # type: ignore[arg-type]


def cells(
    labels: dict[str, list[float]], columns: list[str], unit: str = "USD", **more: object
) -> list[Claim]:
    """A table: the label of each row, its numbers by column."""
    out: list[Claim] = []
    at = 1_000 * next(_IDS)
    for label, values in labels.items():
        sentence = f"{label} | " + " | ".join(f"{v:g}" for v in values)
        for i, (column, value) in enumerate(zip(columns, values, strict=True)):
            place = at + len(label) + 3 + 8 * i
            made = claim(
                sentence, f"{value:g}", value, unit=unit, row=(label,), column=(column,),
                period=column[:4], metric=label.lower(), family="capex", grounds=_CELL, **more,
            )  # fmt: skip
            span = (at, at + len(sentence))
            out.append(replace(made, span=span, value_span=(place, place + 6)))
        at += len(sentence) + 1
    return out


def found(*claims: Claim) -> list[Contradiction]:
    return find_contradictions(claims, [Document("a.md", "")], find_identities(claims))


def hard(*claims: Claim) -> list[Contradiction]:
    return [c for c in found(*claims) if c.severity == "hard"]


SAYS = "Talwind put capital expenditure in 2026 at $3.4 billion."


@pytest.mark.parametrize(
    ("other", "quote", "cause"),
    [
        (34e9, "$34 billion", "a factor of ten"),
        (3.4e6, "$3.4 million", "a factor of a thousand"),
        (4.3e9, "$4.3 billion", "two digits swapped"),
        (3.6e9, "$3.6 billion", "rival figures"),
    ],
)
def test_two_values_of_one_thing_are_hard_and_the_likeliest_cause_is_named(
    other: float, quote: str, cause: str
) -> None:
    a = claim(SAYS, "$3.4 billion", 3.4e9)
    b = claim(f"Its capital expenditure in 2026 is {quote}, a slide says.", quote, other)
    (one,) = hard(a, b)
    assert set(one.claims) == {a.id, b.id}
    assert one.likely_cause.startswith(cause)
    assert "$3.4 billion" in one.text
    assert quote in one.text
    assert one.keep in one.claims


def test_a_number_in_another_currency_is_the_currency_mixed_up() -> None:
    a = claim(SAYS, "$3.4 billion", 3.4e9)
    b = claim(SAYS.replace("$3.4 billion", "3.4 billion yuan"), "3.4 billion yuan", 3.4e9,
              unit="CNY")  # fmt: skip
    (one,) = hard(a, b)
    assert one.likely_cause == "the currency: one number in USD and in CNY"


def test_ten_thousand_for_a_hundred_million() -> None:
    a = claim("南山云2026年资本开支30亿元。", "30亿元", 3e9, unit="CNY", subject="南山云")
    b = claim("2026年资本开支为30万元。", "30万元", 3e5, unit="CNY", subject="南山云")
    (one,) = hard(a, b)
    assert "ten thousand" in one.likely_cause


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "Brightkeep"},
        {"subject": ""},
        {"period": "2027"},
        {"period": "2026-Q1"},
        {"metric": "depreciation", "family": "depreciation"},
        {"quantity": "change"},
        {"quantity": "share"},
        {"quantity": "price"},
        {"unit": "chip"},
        {"about": "NVIDIA H200"},
        {"negated": True},
        {"status": "earlier"},
        {"replaced_by": "c0"},
        {"value_low": None, "value_high": 34e9, "hedge": "up_to"},
        {"grounds": Grounds("sentence", "guess", "sentence", "sentence")},
        {"grounds": Grounds("sentence", "sentence", "guess", "sentence")},
        {"grounds": Grounds("guess", "sentence", "sentence", "sentence")},
        {"grounds": Grounds("sentence", "sentence", "sentence", "guess")},
    ],
)
def test_another_thing_or_one_that_is_not_known_is_no_hard_contradiction(
    other: dict[str, object],
) -> None:
    a = claim(SAYS, "$3.4 billion", 3.4e9)
    b = claim(SAYS.replace("$3.4", "$34"), "$34 billion", 34e9, **other)
    assert not hard(a, b)


@pytest.mark.parametrize(
    "sentence",
    [
        "Adjusted for leases, its non-GAAP capital expenditure in 2026 is $34 billion.",
        "The cumulative capital expenditure to 2026 is $34 billion.",
        "Talwind put capital expenditure for data centres in 2026 at $34 billion.",
        "For 2026 the Azure Rail capital expenditure is $34 billion.",
        "Capital expenditure of lot 2 in 2026 is $34 billion.",
    ],
)
def test_a_word_beside_the_measure_makes_another_of_it(sentence: str) -> None:
    assert not hard(claim(SAYS, "$3.4 billion", 3.4e9), claim(sentence, "$34 billion", 34e9))


def test_a_limit_is_contradicted_by_what_is_above_it_only() -> None:
    limit = claim(
        "Its capital expenditure in 2026 will be at most $8 billion.", "$8 billion", 8e9,
        value_low=None, hedge="up_to", quantity="bound",
    )  # fmt: skip
    below = claim(SAYS, "$3.4 billion", 3.4e9)
    above = claim(SAYS.replace("3.4", "9.1"), "$9.1 billion", 9.1e9)
    assert not found(limit, below)
    (one,) = hard(limit, above)
    assert "at most $8 billion" in one.text


@pytest.mark.parametrize(
    ("other", "severity"),
    [
        ({"kind": "planned", "period": "2025"}, "note"),
        ({"said_on": "2026-07-30"}, "note"),
        ({"attribution": "Harrow Research"}, "soft"),
        ({"document": "b.md"}, "soft"),
        ({"kind": "estimated"}, "soft"),
        ({"hedge": "may"}, "soft"),
        ({"condition": "if the sale is approved"}, "soft"),
    ],
)
def test_a_plan_an_older_figure_or_another_voice_is_no_hard_contradiction(
    other: dict[str, object], severity: str
) -> None:
    a = claim(SAYS, "$3.4 billion", 3.4e9, period=other.get("period", "2026"))
    b = claim(SAYS.replace("3.4", "5.9"), "$5.9 billion", 5.9e9, **other)
    assert [c.severity for c in found(a, b)] == [severity]
    slip = claim(SAYS.replace("3.4", "34"), "$34 billion", 34e9, **other)
    assert [c.severity for c in found(a, slip)] == ["hard"]


def test_orders_without_a_day_are_several_things_but_for_a_slip_of_the_pen() -> None:
    order = {"metric": "contract value", "family": "contract", "period": "", "period_basis": ""}
    a = claim("The total contract value is $2.4 billion.", "$2.4 billion", 2.4e9, **order)
    b = claim("It signs, for a contract value of $4.2 billion.", "$4.2 billion", 4.2e9, **order)
    other = claim("A contract value of $6.9 billion.", "$6.9 billion", 6.9e9, **order)
    (one,) = hard(a, b, other)
    assert set(one.claims) == {a.id, b.id}
    ours = claim("The contract value with Orrery is $2.4 billion.", "$2.4 billion", 2.4e9, **order)
    theirs = claim("The contract value with Belfast is $24 billion.", "$24 billion", 24e9, **order)
    assert not hard(ours, theirs)


def test_a_table_states_a_thing_once_and_prose_may_contradict_it() -> None:
    table = cells({"Capital expenditures": [3.1e9, 3.4e9]}, ["2025", "2026"])
    again = cells({"Capital expenditures": [3.1e9, 7.7e9]}, ["2025", "2026"])
    near = [replace(c, span=(table[0].span[0] + 40, table[0].span[0] + 70),
                    value_span=(table[0].value_span[0] + 45, 0)) for c in again]  # fmt: skip
    assert not hard(*table, *near)
    prose = claim(SAYS.replace("3.4", "4.3"), "$4.3 billion", 4.3e9)
    (one,) = hard(*table, prose)
    assert set(one.claims) == {prose.id, table[1].id}
    assert "Capital expenditures" in one.text


def test_prose_against_a_tagged_fact_keeps_the_fact() -> None:
    tagged = claim(SAYS, "$3.4 billion", 3.4e9, tag="us-gaap:PaymentsToAcquireProductiveAssets")
    prose = claim(SAYS.replace("3.4", "34"), "$34 billion", 34e9)
    (one,) = hard(prose, tagged)
    assert one.keep == tagged.id
    other = claim(SAYS.replace("3.4", "34"), "$34 billion", 34e9, tag="us-gaap:OtherTag")
    assert not hard(tagged, other)


def test_a_correction_is_named_once_and_is_no_contradiction() -> None:
    right = claim("It is $3.4 billion, not $34 billion.", "$3.4 billion", 3.4e9)
    wrong = replace(right, id="wrong", value_low=34e9, value_high=34e9, replaced_by=right.id)
    (one,) = found(right, wrong)
    assert (one.severity, one.relation, one.keep) == ("note", "corrected", right.id)
    denied = claim(SAYS.replace("3.4", "34"), "$34 billion", 34e9, negated=True)
    assert [c.severity for c in found(right, denied)] == ["note"]


ROWS = {"Amber": [48.1, 83.0], "Golding": [32.3, 52.5], "Mistral Bay": [28.1, 39.2]}


@pytest.mark.parametrize(
    ("total", "disagrees"),
    [
        ([108.5, 174.7], 0),
        ([108.5, 184.7], 1),  # a digit
        ([108.5, 147.7], 1),  # swapped
        ([108.5, 1747.0], 1),  # a factor of ten
        ([108.5, 163.9], 1),  # the other column shows that the rows are all
        ([131.5, 163.9], 0),  # the rows are not all: no column sums
        ([108.53, 174.72], 0),
    ],
)
def test_a_total_against_its_rows(total: list[float], disagrees: int) -> None:
    rows = {**ROWS, "Total": total, "Total debt": [9.0, 8.0]}
    made = [replace(c, rounding=0.05) for c in cells(rows, ["2023", "2024"])]
    said = hard(*made)
    assert len(said) == disagrees
    if disagrees:
        assert len(said[0].claims) == 4
        assert all(f"${v:,g}" in said[0].text for v in (83.0, 52.5, 39.2, total[1]))


def test_rows_that_are_parts_of_rows_and_subtotals_are_not_summed_twice() -> None:
    rows = {
        "Amber": [48.0], "of which leases": [9.0], "Golding": [32.0], "Total named": [80.0],
        "Mistral Bay": [28.0], "Total": [108.0],
    }  # fmt: skip
    claims = cells(rows, ["2023"])
    verdicts = [i.verdict for i in find_identities(claims) if i.name == "sum of rows"]
    assert verdicts == ["agrees", "agrees"]
    assert not hard(*claims)


def test_a_total_column_against_its_row() -> None:
    rows = {"Leases": [48.0, 30.0, 18.0], "Notes": [23.0, 11.0, 12.0], "Orders": [47.0, 31.0, 43.0]}
    (one,) = hard(*cells(rows, ["Total", "2027", "2028"]))
    assert one.relation == "arithmetic: sum of columns"
    assert all(value in one.text for value in ("$47", "$31", "$43"))


def _two(sentence: str, quotes: dict[str, float], **more: object) -> list[Claim]:
    first = claim(sentence, next(iter(quotes)), 0.0)
    out = []
    for i, (quote, value) in enumerate(quotes.items()):
        at = first.span[0] + sentence.index(quote)
        made = replace(first, id=f"{first.id}.{i}", quote=quote, value_low=value, value_high=value)
        out.append(replace(made, value_span=(at, at + len(quote)), **more))  # type: ignore[arg-type]
    return out


@pytest.mark.parametrize(
    ("sentence", "quotes", "relation"),
    [
        ("It has $160m, of which $85m is for chips.", {"$160m": 160e6, "$85m": 85e6}, ""),
        ("It has $160m, of which $850m is for chips.", {"$160m": 160e6, "$850m": 850e6},
         "part above its whole"),
        ("It has $160m, of which $85m for chips and $90m for halls.",
         {"$160m": 160e6, "$85m": 85e6, "$90m": 90e6}, "parts against their whole"),
        ("Lot 1 is $52m, lot 2 $43m and lot 3 $33m, in total $128m.",
         {"$52m": 52e6, "$43m": 43e6, "$33m": 33e6, "$128m": 128e6}, ""),
        ("Lot 1 is $52m, lot 2 $43m and lot 3 $33m, in total $182m.",
         {"$52m": 52e6, "$43m": 43e6, "$33m": 33e6, "$182m": 182e6}, "parts against their whole"),
        ("预算合计160万元，其中包1预算85万元，包2预算90万元。",
         {"160万元": 1.6e6, "85万元": 8.5e5, "90万元": 9e5}, "parts against their whole"),
        ("预算合计160万元，其中包1预算85万元，包2预算75万元。",
         {"160万元": 1.6e6, "85万元": 8.5e5, "75万元": 7.5e5}, ""),
    ],
)  # fmt: skip
def test_parts_that_a_sentence_names_against_their_whole(
    sentence: str, quotes: dict[str, float], relation: str
) -> None:
    said = hard(*_two(sentence, quotes, family="order"))
    assert [c.relation for c in said] == ([relation] if relation else [])


def test_an_order_is_at_most_the_budget_that_it_is_out_of() -> None:
    budget = claim("Its budget for 2026 is $800 million.", "$800 million", 8e8)
    more = {"metric": "order", "family": "order"}
    order = claim("It ordered for $400 million.", "$400 million", 4e8, part_of=budget.id, **more)
    assert not found(budget, order)
    above = claim("It ordered for $4 billion.", "$4 billion", 4e9, part_of=budget.id, **more)
    (one,) = hard(budget, above)
    assert one.relation == "part above its whole"
    limit = replace(order, value_low=7e8, value_high=None, hedge="over")
    assert not hard(budget, limit)


@pytest.mark.parametrize(
    ("sentence", "shares", "wrong"),
    [
        ("The mix is 45% chips, 35% halls and the remaining 20% power.", [0.45, 0.35, 0.2], False),
        ("The mix is 45% chips, 35% halls and the remaining 30% power.", [0.45, 0.35, 0.3], True),
        ("It is split 60% and 50%.", [0.6, 0.5], True),
        ("Two customers had 60% and 50%.", [0.6, 0.5], False),
    ],
)
def test_shares_that_are_said_to_be_all(sentence: str, shares: list[float], wrong: bool) -> None:
    quotes = {f"{100 * s:.0f}%": s for s in shares}
    said = hard(*_two(sentence, quotes, unit="fraction", family="share", quantity="share"))
    assert [c.relation for c in said] == (["arithmetic: parts of a hundred"] if wrong else [])


@pytest.mark.parametrize(("rate", "wrong"), [(0.5, False), (0.52, True), (0.05, True), (1.5, True)])
def test_a_growth_that_does_not_hold_between_its_figures(rate: float, wrong: bool) -> None:
    quote = f"{100 * rate:g}%"
    sentence = f"Revenue was $12.0 billion, up {quote} from $8.0 billion in 2025."
    new, up, old = _two(sentence, {"$12.0 billion": 12e9, quote: rate, "$8.0 billion": 8e9},
                        family="revenue", metric="revenue", rounding=5e6)  # fmt: skip
    up = replace(up, unit="fraction", family="revenue growth", quantity="change", rounding=0.0)
    old = replace(old, period="2025", status="earlier", compared_with=new.id)
    assert [c.relation for c in hard(new, up, old)] == (["arithmetic: growth"] if wrong else [])
    basis = sentence.replace("up", "in constant currency up")
    assert not hard(*(replace(c, sentence=basis) for c in (new, up, old)))


@pytest.mark.parametrize(
    ("sentence", "total", "wrong"),
    [
        ("2,500 servers at $300,000 each, in total $750 million.", 7.5e8, False),
        ("2,500 servers at $300,000 each, in total $700 million.", 7e8, True),
        ("2,500 servers at $300,000 each, $75 million.", 7.5e7, True),
        ("2,500 servers at $300,000 each, out of $900 million.", 9e8, False),
    ],
)
def test_a_price_times_a_count_against_its_total(sentence: str, total: float, wrong: bool) -> None:
    last = "$" + sentence.rsplit("$", 1)[1].removesuffix(".")
    count, price, value = _two(sentence, {"2,500 servers": 2500, "$300,000": 3e5, last: total},
                               family="order", metric="order value")  # fmt: skip
    claims = (
        replace(count, unit="server", family="servers"),
        replace(price, unit="USD/server", quantity="price", family="server price"),
        value,
    )
    said = hard(*claims)
    assert [c.relation for c in said] == (["arithmetic: price × count"] if wrong else [])


def test_a_margin_that_its_profit_and_revenue_do_not_give() -> None:
    sentence = "Revenue was $32.8bn; operating profit was $19.2bn, an operating margin of 58.5%."
    quotes = {"$32.8bn": 32.8e9, "$19.2bn": 19.2e9, "58.5%": 0.585}
    revenue, profit, margin = _two(sentence, quotes, rounding=5e7)
    claims = [
        replace(revenue, family="revenue", metric="revenue"),
        replace(profit, family="operating profit", metric="operating profit"),
        replace(margin, family="operating margin", metric="operating margin", unit="fraction",
                rounding=5e-4),
    ]  # fmt: skip
    assert not hard(*claims)
    wrong = [*claims[:2], replace(claims[2], value_low=0.855, value_high=0.855)]
    assert [c.relation for c in hard(*wrong)] == ["arithmetic: margin"]


@pytest.mark.parametrize(("rate", "wrong"), [(0.72, False), (0.8, True)])
def test_a_share_between_its_part_and_its_whole(rate: float, wrong: bool) -> None:
    quote = f"{100 * rate:.0f}%"
    sentence = f"Cloud revenue was $7.2 billion, {quote} of total revenue of $10.0 billion."
    part, share, whole = _two(
        sentence, {"$7.2 billion": 7.2e9, quote: rate, "$10.0 billion": 1e10}, family="revenue"
    )
    claims = (part, replace(share, unit="fraction", family="share", quantity="share"), whole)
    said = hard(*claims)
    assert [c.relation for c in said] == (["arithmetic: share of a whole"] if wrong else [])


def relations(text: str) -> list[str]:
    """The hard contradictions of a text, by what they are of."""
    said = read_text(text, date="2026-05-20").contradictions
    return [c.relation for c in said if c.severity == "hard"]


SAME, TIMES, LESS = "same thing, different values", "count × count", "difference"


@pytest.mark.parametrize(
    ("text", "right", "wrong", "relation"),
    [
        ("Ostra runs 150 racks with 32 GPUs each, {} GPUs in total.", "4,800", "5,800", TIMES),
        ("Each of the 30 halls of Belmar has 12 MW, {} MW in total.", "360", "300", TIMES),
        ("瀛台公司部署150个机柜，每柜32张加速卡，合计{}张加速卡。", "4,800", "8,400", TIMES),
        ("Nordvik Group had debt of $4.2 billion less cash of $1.1 billion, or net debt of ${} "
         "billion.",
         "3.1", "2.9", LESS),
        ("Nordvik Group's net debt of €{} million is made up of loans of €812 million less cash of "
         "€96 million.", "716", "761", LESS),
        ("海川集团净负债{}亿元，即有息负债82.5亿元减去现金31.2亿元。", "51.3", "53.1", LESS),
        ("Vantor Cloud leases 20 MW at $130 per kW-month, ${} million a year.", "31.2", "312",
         "price × count"),
        ("维特云采购2,000张加速卡，单价9.5万元，总价{}亿元。", "1.9", "19", "price × count"),
    ],
)  # fmt: skip
def test_what_a_sentence_adds_up(text: str, right: str, wrong: str, relation: str) -> None:
    assert relations(text.format(right)) == []
    assert relations(text.format(wrong)) == [f"arithmetic: {relation}"]


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("Vantor Cloud has 12,000 accelerators: 7,000 H100 GPUs and {} B200 GPUs.", "5,000",
         "6,000"),
        ("Of the 9,000 GPUs of Vantor Cloud, 4,000 H100 GPUs and {} H200 GPUs are live.", "3,000",
         "7,000"),
    ],
)  # fmt: skip
def test_parts_after_a_colon_or_of_what_is_named_first(text: str, right: str, wrong: str) -> None:
    assert relations(text.format(right)) == []
    assert relations(text.format(wrong)) == ["parts against their whole"]


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("Orrin Steel: the charter with Baltic Data has a value of $7.1 billion. Page 9: the "
         "charter with Baltic Data has a value of ${} billion.", "7.1", "1.7"),
        ("江北数据中心一期项目采购预算6,340万元。附件：江北数据中心一期项目采购预算{}亿元。",
         "0.634", "6.34"),
        ("Corvane Cloud rents the H100 at $1.95 per GPU-hour. In the tariff of 3 May 2026 the H100 "
         "of Corvane Cloud is ${} per GPU-hour.", "1.95", "19.50"),
        ("Tessel AI sells Tessel Base at $1.35 per million output tokens. A broker lists Tessel "
         "Base of Tessel AI at $1.35 per {} output tokens.", "million", "thousand"),
        ("Vantor Cloud carries 3.6 trillion tokens a day. The report for April 2026 says Vantor "
         "Cloud carries {} trillion tokens a day.", "3.6", "36"),
    ],
)  # fmt: skip
def test_the_same_words_before_two_values(text: str, right: str, wrong: str) -> None:
    assert relations(text.format(right)) == []
    assert relations(text.format(wrong)) == [SAME]


@pytest.mark.parametrize(
    ("value", "said"), [("207", []), ("270", [SAME]), ("120", []), ("95", []), ("210", [])]
)
def test_a_cell_against_the_sentence_that_has_its_labels(value: str, said: list[str]) -> None:
    table = "| Campus | Contracted (MW) | Live (MW) |\n|---|---:|---:|\n| Kladno | 207 | 120 |"
    table += "\n| Opava | 21 | 210 |"
    text = f"# Havel Power: campuses\n\nThe Kladno campus has {value} MW contracted.\n\n{table}\n"
    assert relations(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "Vega AI's API carried 1.2 trillion tokens a day in May 2026. Across all its products Vega "
        "AI carried 6.6 trillion tokens a day in May 2026.",
        "Fjord Grid planned capital expenditure of $6.1 billion for 2025. Actual capital "
        "expenditure in 2025 was $5.3 billion.",
        "Use of Onda-2 doubled in a year, and Vega AI expects 9 trillion tokens a day by December "
        "2026, against 6 trillion in May 2026.",
        "Vega AI's revenue in the second quarter of 2026 was $2.0 billion, an EBITDA margin of 31%"
        ". Its operating profit in the second quarter of 2026 was $0.3 billion.",
        "Vega AI had revenue of $15.5 billion in 2025, an operating profit of $3.1 billion and a "
        "net profit of $1.24 billion, a net margin of 8%.",
        "Total revenue of Vega AI in 2025 was $22.5 billion. Storage revenue of Vega AI decreased "
        "$225 million in 2025.",
        "The lease with Baltic Data has a value of $7.1 billion. The lease with Nordic Data has a "
        "value of $1.7 billion.",
    ],
)
def test_what_is_of_something_else_is_no_contradiction(text: str) -> None:
    assert relations(text) == []


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [(180, 108, True), (5.3, 3.5, True), (95, 590, False), (1.8, 10.8, False), (120, 121, False)],
)
def test_two_digits_are_swapped_in_numbers_of_one_size(a: float, b: float, found: bool) -> None:
    assert ("swapped" in slip_between(a, b)) == found


def test_a_total_of_all_halls_is_not_set_against_the_first_of_them() -> None:
    text = (
        "Vantor has signed a lease for 48 megawatts at its campus in Ardley. The lease has an "
        "initial term of ten years and an option to extend it by four years. Rent is $150 per kW "
        "per month. The lease is worth about $864 million over its initial term. Vantor will hand "
        "over the halls in two phases of 24 megawatts. It expects to spend $9.5 million per "
        "megawatt, or about $456 million in all."
    )
    assert not [c for c in read_text(text).contradictions if c.severity == "hard"]
    wrong = text.replace("$864 million", "$8.64 billion")
    (found,) = (c for c in read_text(wrong).contradictions if c.severity == "hard")
    assert "$8.64 billion" in found.text
