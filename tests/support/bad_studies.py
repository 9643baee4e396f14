"""What may stand in a study and must not pass: one change of a shipped study, and its answer.

`said` is what the message must hold, the found value or the hint among it; the line is that of the
change. An answer is `refused`, `warned` or `taken` (exactly, without a word).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["BAD", "Bad"]


class Bad(NamedTuple):
    """A change of a study: `old`, which stands there once, becomes `new`."""

    kind: str
    old: str
    new: str
    answer: Literal["refused", "warned", "taken"]
    said: tuple[str, ...] = ()
    study: str = "gpu-cloud-founder"


def _of(study: str, *cases: tuple[object, ...]) -> list[Bad]:
    return [Bad(*case, study=study) for case in cases]  # type: ignore[arg-type]


LAB, REFERENCE = "lab-training", "bytedance-2026"
CAGE, API = "  cage:\n", "  api:\n"
TITLE = "title: An inference cloud with 64 chips"
PRICE = "price: {value: 30_000 USD, low: 27_000 USD, high: 36_000 USD, source: vendor}"
HOST = "host: {value: 8_000 USD, source: vendor}"
CAP = "cumulative_cap: 64"
PUE = "pue: 1.35"
RATE = "discount_rate: {value: 14 %/year, note: young firm}"
HORIZON = "horizon: {start: 2026-01, periods: 18}"
AS_OF = "as_of: 2025-12-31"
USABLE = "usable: {value: 95 %, note: one spare box in two racks}"
CASH = "opening_cash: 4m USD"
SITES = "sites:\n  cage:"
NEW_SITE = "sites:\n  {}: {{region: US, power: 1 kW, pue: 1.2, electricity: 0.1 USD/kWh}}\n  cage:"
RULES = "rules:\n  usable"
LAST_SITE = (
    "  {}: {{region: US, power: 1 kW, pue: 1.2, electricity: 0.1 USD/kWh}}\n\nrules:\n  usable"
)
STATES = "states: {slow: 35 %, base: 45 %, fast: 20 %}"
POWER = "power: {value: 100 kW, source: colo}"

NAMES = [
    Bad("a bell in a name", SITES, NEW_SITE.format(r'"ha\all"'), "refused", ("U+0007",)),
    Bad("a CR in a name", SITES, NEW_SITE.format(r'"ha\rll"'), "refused", ("U+000D",)),
    Bad("a line end in a name", SITES, NEW_SITE.format(r'"ha\nll"'), "refused", ("U+000A",)),
    Bad("NUL in a name", SITES, NEW_SITE.format(r'"ha\0ll"'), "refused", ("U+0000",)),
    Bad("ESC in a name", SITES, NEW_SITE.format(r'"\e[31mhall"'), "refused", ("U+001B",)),
    Bad("a tab in a name", SITES, NEW_SITE.format(r'"ha\tll"'), "refused", ("U+0009",)),
    Bad("a name that turns", SITES, NEW_SITE.format(r'"ha\u202Ell"'), "refused", ("U+202E",)),
    Bad("no character", SITES, NEW_SITE.format(r'"ha\uFFFEll"'), "refused", ("U+FFFE",)),
    Bad("half a pair", SITES, NEW_SITE.format(r'"ha\uD800ll"'), "refused", ("surrogate",)),
    Bad("unseen space", SITES, NEW_SITE.format(r'"ha\u200Bll"'), "refused", ("U+200B",)),
    Bad("soft hyphen", SITES, NEW_SITE.format(r'"ha\u00ADll"'), "refused", ("U+00AD",)),
    Bad("an empty name", SITES, NEW_SITE.format('""'), "refused", ("empty",)),
    Bad("a name of spaces", SITES, NEW_SITE.format('"   "'), "refused", ("empty",)),
    Bad("a long name", SITES, NEW_SITE.format("h" * 300), "refused", ("200 characters",)),
    Bad("a name = formula", SITES, NEW_SITE.format('"=1+1"'), "refused", ("formula",)),
    Bad("a name + formula", SITES, NEW_SITE.format("+x"), "refused", ("formula",)),
    Bad("a name - formula", SITES, NEW_SITE.format('"-x"'), "refused", ("formula",)),
    Bad("a name @ formula", SITES, NEW_SITE.format('"@x"'), "refused", ("formula",)),
    Bad("a name with a slash", SITES, NEW_SITE.format("a/b"), "refused", ("not a name",)),
    Bad("a name with brackets", SITES, NEW_SITE.format('"a[0]"'), "refused", ("not a name",)),
    Bad("names by case", RULES, LAST_SITE.format("Cage"), "refused", ("`cage`", "yaml:74:")),
    Bad(
        "names by normal form",
        CAGE,
        "  h\u00e9: &h {region: US, power: 1 kW, pue: 1.2, electricity: "
        "0.1 USD/kWh}\n  he\u0301: *h\n  cage:\n",
        "refused",
        ("h\u00e9",),
    ),
    Bad("names by width", RULES, LAST_SITE.format("ｃage"), "refused", ("`cage`",)),
    Bad("a space after a name", SITES, NEW_SITE.format('"hall "'), "refused", ("space",)),
    Bad("a space before a name", SITES, NEW_SITE.format('" hall"'), "refused", ("space",)),
    Bad("a hard space around", SITES, NEW_SITE.format('"hall\u00a0"'), "refused", ("space",)),
    Bad("a name of a number", SITES, NEW_SITE.format("12"), "taken"),
    Bad("a name of nothing", SITES, NEW_SITE.format("null"), "warned", ("null",)),
    Bad("a name of a truth", SITES, NEW_SITE.format("true"), "warned", ("true",)),
    Bad("a name of a date", SITES, NEW_SITE.format("2026-01-01"), "taken"),
    Bad("a list as a name", SITES, NEW_SITE.format("[a, b]"), "refused", ("not text",)),
    Bad("a service's name", API, '  "=api":\n', "refused", ("formula",)),
    Bad("an offer's name", "  buy-h200:\n", '  "buy\\rh200":\n', "refused", ("U+000D",)),
    Bad(
        "a source's name",
        "sources:\n",
        'sources:\n  "=m": {publisher: x}\n',
        "refused",
        ("formula",),
    ),
    Bad("a factor's name", "  rents:\n", '  "@rents":\n', "refused", ("formula",)),
    Bad(
        "a state's name",
        STATES,
        'states: {slow: 35 %, base: 45 %, "=fast": 20 %}',
        "refused",
        ("formula",),
    ),
    Bad(
        "states by case",
        STATES,
        "states: {slow: 35 %, base: 35 %, Base: 10 %, fast: 20 %}",
        "refused",
        ("`base`",),
    ),
    Bad("a scenario's name", "  cheap-money:\n", '  "cheap\\nmoney":\n', "refused", ("U+000A",)),
    Bad(
        "scenarios by case",
        "  cheap-money:\n",
        "  Rent-Only: {seed: 1}\n  cheap-money:\n",
        "refused",
        ("`rent-only`",),
    ),
    Bad(
        "a peer's name",
        "scenarios:\n",
        'peers: {"=x": {capex: {2026: 1m USD}}}\nscenarios:\n',
        "refused",
        ("formula",),
    ),
    Bad("a place's control", "to: [cage]", 'to: ["cage\\e"]', "refused", ("U+001B",)),
    Bad("a region's control", "    region: US", '    region: "U\\eS"', "refused", ("U+001B",)),
    Bad("an empty region", "    region: US", '    region: ""', "refused", ("region",)),
    Bad(
        "a tag's control",
        "    region: US",
        '    region: US\n    tags: ["\\x07"]',
        "refused",
        ("U+0007",),
    ),
    Bad(
        "a formula as a tag",
        "    region: US",
        '    region: US\n    tags: ["=1+1"]',
        "refused",
        ("formula",),
    ),
    Bad(
        "a ceiling's name",
        "  fragmentation: 1.1",
        '  fragmentation: 1.1\n  ceilings: {"=g": {places: [US], power: 1 MW}}',
        "refused",
        ("formula",),
    ),
]

TEXTS = [
    Bad("markup in a title", TITLE, 'title: "Cloud [/b] and [link=x]y"', "taken"),
    Bad("a formula as a title", TITLE, 'title: "=1+1"', "taken"),
    Bad("a line end in a title", TITLE, r'title: "two\nlines"', "refused", ("U+000A",)),
    Bad("a CR in a title", TITLE, r'title: "two\rlines"', "refused", ("U+000D",)),
    Bad("ESC in a title", TITLE, r'title: "\e[2Jgone"', "refused", ("U+001B",)),
    Bad("a title that turns", TITLE, r'title: "abc\u202Edef"', "refused", ("U+202E",)),
    Bad("an empty title", TITLE, 'title: ""', "refused", ("empty",)),
    Bad("a blank title", TITLE, 'title: "  "', "refused", ("empty",)),
    Bad("a long title", TITLE, "title: " + "long " * 2_000, "refused", ("characters",)),
    Bad("a title of a number", TITLE, "title: 2026", "refused", ("not text",)),
    Bad("an offer's title", "title: H200 bought", r'title: "H200\rbought"', "refused", ("U+000D",)),
    Bad("a note with lines", "note: month by month", r'note: "month\nby month"', "taken"),
    Bad(
        "a note with a bell",
        "note: month by month",
        r'note: "month\aby month"',
        "refused",
        ("U+0007",),
    ),
    Bad(
        "a note with NUL",
        "note: one spare box in two racks",
        r'note: "one\0"',
        "refused",
        ("U+0000",),
    ),
    Bad(
        "a note beyond a cell",
        "note: month by month",
        "note: " + "x" * 40_000,
        "refused",
        ("characters",),
    ),
    Bad(
        "a publisher's control",
        "publisher: server vendor",
        r'publisher: "server\evendor"',
        "refused",
        ("U+001B",),
    ),
    Bad(
        "a source's title",
        "title: quote for one cage",
        r'title: "quote\rfor"',
        "refused",
        ("U+000D",),
    ),
    Bad(
        "a url that is none",
        "publisher: server vendor",
        "publisher: x, url: 'javascript:a(1)'",
        "refused",
        ("http",),
    ),
    Bad(
        "a url with a line",
        "publisher: server vendor",
        'publisher: x, url: "http://a/\\nb"',
        "refused",
        ("U+000A",),
    ),
    Bad("a text of a truth", "title: H200 bought", "title: true", "refused", ("not text",)),
    *_of(
        REFERENCE,
        (
            "a subject's line",
            "unmodelled:\n",
            'unmodelled:\n  - {what: "a\\rb", value: "1", why: x}\n',
            "refused",
            ("U+000D",),
        ),
    ),
]

MONEY = [
    Bad("a yen sign in dollars", HOST, "host: ¥8_000", "refused", ("CNY", "JPY")),
    Bad("a wide yen sign", HOST, "host: ￥8_000", "refused", ("CNY", "JPY")),
    Bad(
        "a yen sign in an end",
        PRICE,
        "price: {value: 30_000 USD, low: ¥27_000}",
        "refused",
        ("CNY", "JPY"),
    ),
    Bad("an unknown currency", HOST, "host: 8_000 USB", "refused", ("unknown currency", "'USD'")),
    Bad("another unknown", HOST, "host: EUT 8_000", "refused", ("unknown currency", "'EUR'")),
    Bad("the study's currency", "currency: USD", "currency: USB", "refused", ("'USD'",)),
    Bad("a currency in small", "currency: USD", "currency: usd", "refused", ("ISO code",)),
    Bad("no currency", HOST, "host: 8_000", "refused", ("without a currency",)),
    Bad("two currencies", HOST, "host: $8_000 EUR", "refused", ("two currencies",)),
    Bad("money negative", HOST, "host: -8_000 USD", "refused", ("0 or more",)),
    Bad("denormal money", HOST, "host: 5e-324 USD", "refused", ("cannot be meant",)),
    Bad("a tiny price", PRICE, "price: 1e-9 USD", "refused", ("cannot be meant",)),
    Bad("huge money", CASH, "opening_cash: 1e308 USD", "refused", ("cannot be meant",)),
    Bad("money out of range", CASH, "opening_cash: 1e400 USD", "refused", ("range",)),
    Bad("cash of a state", CASH, "opening_cash: 900tn USD", "warned", ("unusual",)),
    Bad(
        "a budget of all",
        "2027: {value: 1.5m USD}",
        "2027: 9e20 USD",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "a tiny rent",
        "value: 3.2 USD/chip-hour, low: 2.6 USD/chip-hour",
        "value: 3.2 USD/chip-hour, low: 1e-30 USD/chip-hour",
        "refused",
        ("low",),
    ),
    Bad("a huge high end", "high: 36_000 USD", "high: 1e300 USD", "refused", ("high",)),
    Bad(
        "rent in cents",
        "value: 2.4 USD/chip-hour",
        "value: 2.4 ¢/chip-hour",
        "refused",
        ("cannot read",),
    ),
    Bad("a price by the year", PRICE, "price: 30_000 USD/year", "refused", ("line",)),
    Bad("a German price", PRICE, "price: 30.000,50 USD", "refused", ("decimal sign",)),
    Bad("German thousands", PRICE, "price: 30.000 USD", "warned", ("read as",)),
    Bad("Indian thousands", PRICE, 'price: "3,00,000 USD"', "refused", ("threes",)),
    Bad("a cut number", PRICE, "price: {value: 30,000 USD}", "refused", ("comma",)),
    Bad("thin spaces", PRICE, "price: 30\u2009000 USD", "refused", ("cannot read",)),
    Bad("hard spaces", PRICE, "price: 30\u00a0000 USD", "refused", ("cannot read",)),
    Bad("an apostrophe", PRICE, "price: 30'000 USD", "refused", ("'000",)),
    Bad("a half", PRICE, "price: 1/2 USD", "refused", ("1/2 USD",)),
    Bad("hexadecimal", PRICE, "price: 0x7530 USD", "refused", ("cannot read",)),
    Bad("Arabic digits", PRICE, "price: ٣٠٠٠٠ USD", "refused", ("number",)),
    Bad("wide digits", PRICE, "price: ３００００ USD", "taken"),
    Bad("a range", PRICE, "price: 27_000-36_000 USD", "refused", ("range",)),
    Bad("about", PRICE, "price: about 30_000 USD", "refused", ("number",)),
    Bad("two points", PRICE, "price: 30.0.0 USD", "refused", ("do not form",)),
    Bad("two underscores", PRICE, "price: 30__000 USD", "refused", ("do not form",)),
    Bad("a superscript", PRICE, "price: 3×10⁴ USD", "refused", ("cannot read",)),
    Bad(
        "ends that cross",
        PRICE,
        "price: {value: 30_000 USD, low: 40_000 USD}",
        "refused",
        ("low ≤ value",),
    ),
    Bad("the literal inf", PRICE, "price: .inf", "refused", ("finite",)),
    Bad("the literal nan", PRICE, "price: .nan", "refused", ("finite",)),
    Bad("a text of inf", PRICE, "price: inf USD", "refused", ("finite",)),
    Bad("a truth for money", PRICE, "price: true", "refused", ("not a number",)),
    Bad("a list for money", PRICE, "price: [30_000 USD]", "refused", ("not a number",)),
    Bad("nothing for money", PRICE, "price: {value: null}", "refused", ("not a number",)),
]

COUNTS = [
    Bad("half a chip", CAP, "cumulative_cap: 16.5", "refused", ("whole", "16.5")),
    Bad("half a chip a period", "    cap: 32", "    cap: 32.25", "refused", ("whole",)),
    Bad("half a lot", "    lot: 8", "    lot: 8.5", "refused", ("whole",)),
    Bad("no lot", "    lot: 8", "    lot: 0", "refused", ("more than 0",)),
    Bad("negative chips", CAP, "cumulative_cap: -64", "refused", ("0 or more",)),
    Bad("chips beyond all", CAP, "cumulative_cap: 1e15", "refused", ("cannot be meant",)),
    Bad("part of a rack", "    pue: 1.35", "    pue: 1.35\n    racks: 2.5", "refused", ("whole",)),
    Bad(
        "racks beyond all",
        "    pue: 1.35",
        "    pue: 1.35\n    racks: 1e12",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "periods of a half",
        HORIZON,
        "horizon: {start: 2026-01, periods: 18.5}",
        "refused",
        ("whole",),
    ),
    Bad("no periods", HORIZON, "horizon: {start: 2026-01, periods: 0}", "refused", ("1",)),
    Bad(
        "periods beyond", HORIZON, "horizon: {start: 2026-01, periods: 10000}", "refused", ("240",)
    ),
    Bad(
        "periods as text",
        HORIZON,
        'horizon: {start: 2026-01, periods: "18"}',
        "refused",
        ("whole",),
    ),
    Bad(
        "periods a truth",
        HORIZON,
        "horizon: {start: 2026-01, periods: true}",
        "refused",
        ("whole",),
    ),
    Bad("a seed below", "seed: 64", "seed: -1", "refused", ("0",)),
    Bad("a seed of a part", "seed: 64", "seed: 6.4", "refused", ("whole",)),
    Bad("a month of thirteen", RATE, RATE + "\nfiscal_year_start: 13", "refused", ("12",)),
    *_of(
        LAB,
        ("half a pool", "quantity: 256", "quantity: 256.5", "refused", ("whole",)),
        (
            "a block of a part",
            '    block: 512\n    places: {"NO": 100 %}\n    unserved: {value',
            '    block: 512.5\n    places: {"NO": 100 %}\n    unserved: {value',
            "refused",
            ("whole",),
        ),
        ("a cap of a part", "2026-Q4: 1_024", "2026-Q4: 1_024.5", "refused", ("whole",)),
    ),
]

BANDS = [
    Bad("PUE below one", PUE, "pue: 0.5", "refused", ("1 or more",)),
    Bad("PUE of fifty", PUE, "pue: 50", "refused", ("cannot be meant",)),
    Bad("PUE of four", PUE, "pue: 4", "warned", ("unusual",)),
    Bad("use above one", USABLE, "usable: 120 %", "refused", ("100 %",)),
    Bad("a percent as a number", USABLE, "usable: 95", "refused", ("percent",)),
    Bad("a share of a percent", USABLE, "usable: 0.95 %", "warned", ("unusual",)),
    Bad("a rate without year", RATE, "discount_rate: 14 %", "refused", ("per year",)),
    Bad("a rate of a number", RATE, "discount_rate: 0.14", "refused", ("unit",)),
    Bad("a rate of a hundred", RATE, "discount_rate: 1400 %/year", "refused", ("cannot be meant",)),
    Bad("tax of all", "tax: 21 %", "tax: 2100 %", "refused", ("100 %",)),
    Bad("upkeep of all", "maintenance: 5 %", "maintenance: 100 %", "warned", ("unusual",)),
    Bad(
        "a life of ages", "{book: 5 years,", "{book: 5_000 years,", "refused", ("cannot be meant",)
    ),
    Bad(
        "a life of a second", "economic: 4 years", "economic: 4 s", "refused", ("cannot be meant",)
    ),
    Bad("power of a sun", POWER, "power: 1e26 W", "refused", ("cannot be meant",)),
    Bad("power of an atom", POWER, "power: 1e-26 W", "refused", ("cannot be meant",)),
    Bad("milliwatts", POWER, "power: 100 mW", "refused", ("MW",)),
    Bad("dear power", "value: 0.09 USD/kWh", "value: 90 USD/kWh", "refused", ("cannot be meant",)),
    Bad(
        "a hall's rent",
        "value: 160 USD/kW-month",
        "value: 160_000_000 USD/kW-month",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "slow as a day", "ttft: {p99: 3 s}", "ttft: {p99: 3 years}", "refused", ("cannot be meant",)
    ),
    Bad(
        "an instant", "tpot: {p99: 50 ms}", "tpot: {p99: 1e-12 ns}", "refused", ("cannot be meant",)
    ),
    Bad("no time at all", "tpot: {p99: 50 ms}", "tpot: {p99: 0 ms}", "refused", ("more than 0",)),
    Bad("a prompt of ages", "input: 2_500", "input: 1e30", "refused", ("cannot be meant",)),
    Bad("a mix of ages", "mix: {input: 3.6", "mix: {input: 1e9", "refused", ("cannot be meant",)),
    Bad("a volume of ages", "value: 6bn/day", "value: 6e40/day", "refused", ("high",)),
    Bad("growth of ages", "2027-06: 4.5", "2027-06: 4.5e9", "refused", ("cannot be meant",)),
    Bad(
        "a token for a house",
        "output: 2 USD/Mtok",
        "output: 2 USD/token",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "a spread of ages",
        "sigma: 25 %/year",
        "sigma: 99_900 %/year",
        "refused",
        ("cannot be meant",),
    ),
    Bad("a deposit of three", "deposit: 30 %", "deposit: 300 %", "refused", ("100 %",)),
    Bad(
        "chances of 90",
        STATES,
        "states: {slow: 35 %, base: 35 %, fast: 20 %}",
        "refused",
        ("sum to 1",),
    ),
    Bad(
        "a chance below",
        STATES,
        "states: {slow: -35 %, base: 115 %, fast: 20 %}",
        "refused",
        ("100 %",),
    ),
    Bad("a lead of ages", "    lead: 3 months", "    lead: 10_000 years", "refused", ("span",)),
    Bad(
        "a lead of a century",
        "    lead: 3 months",
        "    lead: 100 years",
        "refused",
        ("cannot be meant",),
    ),
    Bad("a lead before", "    lead: 3 months", "    lead: -3 months", "refused", ("span",)),
    Bad("a lead of half", "    lead: 3 months", "    lead: 1.5 months", "refused", ("span",)),
    Bad("a lead of days", "    lead: 3 months", "    lead: 90 days", "refused", ("span",)),
    Bad("a lead as a number", "    lead: 3 months", "    lead: 3", "refused", ("span",)),
    Bad(
        "a term of ages", "    term: 1 year", "    term: 900 years", "refused", ("cannot be meant",)
    ),
    Bad(
        "a total of ages",
        "2027-01: 36bn/day",
        "2027-01: 36e30/day",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "a total of an atom",
        "2027-01: 36bn/day",
        "2027-01: 36e-30/day",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "an overlay's band",
        "discount_rate: 6 %/year",
        "discount_rate: 6_000 %/year",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "an overlay's part",
        "supply.buy-h200.cumulative_cap: 0",
        "supply.buy-h200.cumulative_cap: 0.5",
        "refused",
        ("whole",),
    ),
    *_of(
        LAB,
        (
            "work of ages",
            "value: 1.2e25 FLOP, low: 6e24 FLOP, high: 3e25 FLOP",
            "value: 1.2e45 FLOP",
            "refused",
            ("cannot be meant",),
        ),
        (
            "a chip in kilo",
            "sustained: {value: 280 TFLOP/s, low: 200 TFLOP/s, high: 360 TFLOP/s}",
            "sustained: 280 kFLOP/s",
            "refused",
            ("cannot be meant",),
        ),
        ("a vintage ahead", "vintage: 2023.5", "vintage: 20235", "refused", ("cannot be meant",)),
        (
            "a book value of all",
            "book_value: 9_000 USD",
            "book_value: 9e12 USD",
            "refused",
            ("cannot be meant",),
        ),
        (
            "places below one",
            'places: {"NO": 50 %, US: 50 %}',
            'places: {"NO": 50 %, US: 40 %}',
            "refused",
            ("sum to 1",),
        ),
        (
            "a notice of ages",
            "notice: 2 quarters",
            "notice: 900 years",
            "refused",
            ("cannot be meant",),
        ),
        (
            "an effect's band",
            "training.next-run.flop: 2e24 FLOP",
            "training.next-run.flop: 2e-24 FLOP",
            "refused",
            ("cannot be meant",),
        ),
    ),
    *_of(
        REFERENCE,
        (
            "a rank beyond one",
            "correlations:\n",
            "correlations:\n  - {between: [fx, fx], rank: 1.5}\n",
            "refused",
            ("1",),
        ),
    ),
]

DATES = [
    Bad("a day of nowhere", AS_OF, "as_of: 2026-02-30", "refused", ("not a date",)),
    Bad("year 9999", AS_OF, "as_of: 9999-12-31", "refused", ("1900", "2200")),
    Bad("year one", AS_OF, "as_of: 0001-01-01", "refused", ("1900", "2200")),
    Bad(
        "a horizon in 9999",
        HORIZON,
        "horizon: {start: 9999-12, periods: 1}",
        "refused",
        ("horizon.start", "2200"),
    ),
    Bad(
        "a horizon in year one",
        HORIZON,
        "horizon: {start: 0001-01, periods: 18}",
        "refused",
        ("1990", "2200"),
    ),
    Bad(
        "a horizon past its end",
        HORIZON,
        "horizon: {start: 2190, periods: 240}",
        "refused",
        ("2200",),
    ),
    Bad("a horizon of ages", HORIZON, "horizon: {start: 2026, periods: 100}", "warned", ("years",)),
    Bad("written after", AS_OF, "as_of: 2030-01-01", "refused", ("before the study is written",)),
    Bad("a source in 9999", "date: 2025-12-23", "date: 9999-12-23", "refused", ("2200",)),
    Bad("a source in year 12", "date: 2025-12-23", "date: 0012-12-23", "refused", ("1900",)),
    Bad("a price in 9999", PRICE, "price: {9999-12: 30_000 USD}", "refused", ("2200",)),
    Bad("a price in year one", PRICE, "price: {0001: 30_000 USD}", "refused", ("1990",)),
    Bad(
        "a price by a thirteenth",
        PRICE,
        "price: {2026-13: 30_000 USD}",
        "refused",
        ("not a period",),
    ),
    Bad("a price by a day", PRICE, "price: {2026-01-15: 30_000 USD}", "refused", ("not a period",)),
    Bad(
        "a price by a fifth quarter",
        PRICE,
        "price: {2026-Q5: 30_000 USD}",
        "refused",
        ("not a period",),
    ),
    Bad(
        "two of one start",
        PRICE,
        "price: {2026: 30_000 USD, 2026-01: 31_000 USD}",
        "refused",
        ("one day",),
    ),
    Bad("revealed in 9999", "reveal: 2026-07", "reveal: 9999-12", "refused", ("2200",)),
    Bad(
        "a budget of 9999",
        "2027: {value: 1.5m USD}",
        "9999: {value: 1.5m USD}",
        "refused",
        ("2200",),
    ),
    Bad(
        "a budget of a word",
        "2027: {value: 1.5m USD}",
        "next: {value: 1.5m USD}",
        "refused",
        ("fiscal year",),
    ),
    Bad("a date with a time", AS_OF, 'as_of: "2025-12-31T10:00:00Z"', "refused", ("not a",)),
    Bad("an American date", AS_OF, 'as_of: "12/31/2025"', "refused", ("not a",)),
    Bad(
        "an order in year one",
        "    cap: 32",
        "    cap: 32\n    first_order: 0001-01",
        "refused",
        ("1990",),
    ),
    *_of(
        LAB,
        (
            "written long before",
            "horizon: {start: 2026-Q1, periods: 8}\ndiscount_rate",
            "horizon: {start: 2026-Q1, periods: 80}\ndiscount_rate",
            "taken",
        ),
        ("a campaign of 9999", "    start: 2027-Q2", "    start: 9999-Q4", "refused", ("2200",)),
    ),
]

SIZES = [
    Bad(
        "a tree too large",
        "  rents:\n",
        "".join(
            f"  f{i}: {{reveal: 2026-07, states: {{a: 50 %, b: 50 %}}, effect: {{a: {{}}, "
            f"b: {{sites.cage.pue: 1.{i + 10}}}}}}}\n"
            for i in range(20)
        )
        + "  rents:\n",
        "refused",
        ("3,145,728 leaves", "yaml:100:"),
    ),
    Bad(
        "a thousand branches",
        STATES,
        "states: {" + ", ".join(f"s{i}: 0.02 %" for i in range(5_000)) + "}",
        "refused",
        ("leaves",),
    ),
]

MODELS = [
    Bad(
        "layers of a part",
        "model: qwen3-235b-a22b",
        "model: {total_params: 235e9, active_params: 22e9, layers: 94.5}",
        "refused",
        ("whole",),
    ),
    Bad(
        "layers beyond",
        "model: qwen3-235b-a22b",
        "model: {total_params: 235e9, active_params: 22e9, layers: 1e9}",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "parameters of an atom",
        "model: qwen3-235b-a22b",
        "model: {total_params: 1e-9, active_params: 1e-9}",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "parameters beyond",
        "model: qwen3-235b-a22b",
        "model: {total_params: 1e300, active_params: 1e300}",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "more active than there",
        "model: qwen3-235b-a22b",
        "model: {total_params: 22e9, active_params: 235e9}",
        "refused",
        ("more active",),
    ),
    Bad(
        "a model's control",
        "model: qwen3-235b-a22b",
        'model: {total_params: 235e9, active_params: 22e9, name: "a\\e"}',
        "refused",
        ("U+001B",),
    ),
    Bad(
        "a model misspelt",
        "model: qwen3-235b-a22b",
        "model: qwen3-235b-a22",
        "refused",
        ("qwen3-235b-a22b",),
    ),
]

MORE = [
    Bad("a place twice", "serve_from: [US]", "serve_from: [US, US]", "refused", ("twice",)),
    Bad(
        "a path twice",
        "applies_to: [supply.rent-h200-year.rent, supply.rent-h200-month.rent]",
        "applies_to: [supply.rent-h200-year.rent, supply.rent-h200-year.rent]",
        "refused",
        ("twice",),
    ),
    Bad(
        "a chip by two names",
        "  fragmentation: 1.1",
        '  chip_power: {"h200 SXM": {busy: 1}, h200-sxm: {busy: 1}}',
        "refused",
        ("reads like `h200 SXM`",),
    ),
    Bad("a version of a truth", "outlay: 1\n", "outlay: true\n", "refused", ("True",)),
    Bad("a version in quotes", "outlay: 1\n", 'outlay: "1"\n', "refused", ("without quotes",)),
    Bad("another version", "outlay: 1\n", "outlay: 2\n", "refused", ("allowed: 1",)),
    Bad("less than the least", "deposit: 30 %", "deposit: 1e-400", "refused", ("from 0",)),
    Bad("a German date", AS_OF, "as_of: 31.12.2025", "refused", ("not a date",)),
    Bad("a folded title", TITLE, "title: >\n  two\n  lines", "refused", ("`>-`",)),
    Bad(
        "a tag of nothing",
        "    region: US",
        '    region: US\n    tags: [""]',
        "refused",
        ("empty",),
    ),
    Bad("a tag of the region", "    region: US", "    region: US\n    tags: [Cage]", "taken"),
    Bad(
        "a scenario of a number",
        "  rent-only:\n    supply.buy-h200.cumulative_cap: 0",
        "  rent-only: 5",
        "refused",
        ("not a mapping",),
    ),
    Bad(
        "a name within a scenario",
        "    supply.buy-h200.cumulative_cap: 0",
        '    sites: {"=x": {region: US, power: 1 kW, pue: 1.2, electricity: 0.1 USD/kWh}}',
        "refused",
        ("formula",),
    ),
    Bad(
        "a text within a scenario",
        "    supply.buy-h200.cumulative_cap: 0",
        '    title: "a\\eb"',
        "refused",
        ("U+001B",),
    ),
    Bad("a sign, not a letter", TITLE, "title: \U0001f600 cloud", "taken"),
    Bad("hidden letters", TITLE, 'title: "\\U000E0041 cloud"', "refused", ("U+E0041",)),
    Bad(
        "dear staff",
        "  maintenance: 5 %",
        "  staff_per_mw_year: 1e14 USD",
        "refused",
        ("cannot be meant",),
    ),
    Bad(
        "a borrowed fortune",
        "  maintenance: 5 %",
        "  borrowing_rate: 900 %/year",
        "refused",
        ("cannot be meant",),
    ),
    Bad("a price of nothing", PRICE, "price: 0 USD", "refused", ("nothing",)),
    Bad("words for percent", "deposit: 30 %", "deposit: 30 percent", "taken"),
    Bad("wide percent", "deposit: 30 %", 'deposit: "30％"', "taken"),
    Bad("a share as it is", "deposit: 30 %", "deposit: 30", "refused", ("percent",)),
    Bad("a power in energy", POWER, "power: 100 kWh", "refused", ("unit of power",)),
    Bad("a year twice", POWER, "power: {2026: 100 kW, FY2026: 90 kW}", "refused", ("one day",)),
    Bad("a list for a mapping", HORIZON, "horizon: [2026-01, 18]", "refused", ("mapping",)),
    *_of(
        REFERENCE,
        (
            "a subject of nothing",
            "unmodelled:\n",
            'unmodelled:\n  - {what: "", value: "1", why: x}\n',
            "refused",
            ("empty text",),
        ),
        (
            "a peer of a galaxy",
            "peers:\n",
            "peers:\n  Zed: {capex: {2026: 1e30 USD}}\n",
            "refused",
            ("cannot be meant",),
        ),
        (
            "a tail of ninety",
            "objective: {minimise: expected_cost}",
            "objective: {minimise: expected_cost, tail: {cvar: 90, weight: 0.1}}",
            "refused",
            ("percent",),
        ),
        (
            "three of a pair",
            "correlations:\n",
            "correlations:\n  - {between: [a, b, c], rank: 0.1}\n",
            "refused",
            ("2",),
        ),
    ),
    *_of(
        LAB,
        (
            "equal places twice",
            'places: {"NO": 50 %, US: 50 %}',
            'places: ["NO", "NO"]',
            "refused",
            ("twice",),
        ),
        (
            "places by case",
            'places: {"NO": 50 %, US: 50 %}',
            'places: {"NO": 50 %, "no": 50 %}',
            "refused",
            ("reads like `NO`",),
        ),
        ("a region of a truth", 'region: "NO"', "region: false", "refused", ("not text",)),
    ),
]

BAD = (*NAMES, *TEXTS, *MONEY, *COUNTS, *BANDS, *DATES, *SIZES, *MODELS, *MORE)
