"""What each builder's picture says: values in the unit of its title, names in their colours."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from outlay.core.errors import InputError, InvariantError
from outlay.report.charts.axis import Axis
from outlay.report.charts.band import Band, Interval, draw_fan, draw_intervals
from outlay.report.charts.bar import Amount, grouped_bars, stacked_bars
from outlay.report.charts.calendar import Order, draw_calendar
from outlay.report.charts.layer import room, thinned, wrapped
from outlay.report.charts.line import Curve, Dot, Limit, draw_lines, draw_panels
from outlay.report.charts.lying import Part, Ranged, Tick, draw_lying, ranked_bars
from outlay.report.charts.tree import Node, draw_tree
from outlay.report.charts.waterfall import draw_waterfall
from outlay.report.theme import (
    OTHER,
    PALETTE,
    TONES,
    page_css,
    to_png,
    to_svg,
    write_picture,
)
from support.pictures import layers, looks, rows, title

BN = Axis("bn CNY", per=1e9)
YEARS = Axis("years")
PARTS = [Amount("2026", 3e9, "servers"), Amount("2026", 5e9, "chips"), Amount("2027", 1e9, "chips")]
CURVE = Curve("asked for", ["2026", "2027"], [9e9, 2e9])
NODES = [
    Node(0, None, 0, "root", 4e9, "¥4bn"),
    Node(1, 0, 1, "granted", 0.0, "", "granted 25 %"),
    Node(2, 0, 1, "refused", 2e9, "¥2bn", "refused 75 %"),
    Node(3, 1, 2, "granted low", 1e9, "¥1bn", "low 40 %"),
    Node(4, 1, 2, "granted high", 3e9, "¥3bn", "high 60 %"),
]
TREE = draw_tree(NODES, ["Q1 26", "Q2 26", "Q3 26"], "ordered", BN, "t")
STEPS = [Amount("chips", 3e9, text="¥3bn"), Amount("energy", -1e9, text="-¥1bn")]
ENDS = Amount("from", 4e9, text="¥4bn"), Amount("to", 6e9, text="¥6bn")
AGAINST = draw_lying(
    [Ranged("2026", "¥8bn of ¥9bn", [Part(0.0, 3e9, "chips"), Part(3e9, 8e9, "servers")],
            [Tick(9e9, "authorised")])],
    BN, "a", looks={"chips": PALETTE[0], "servers": PALETTE[1], "authorised": PALETTE[7]},
)  # fmt: skip
ORDERS = [
    Order("H200", "Q1 26", 5e9, "firm", "firm", "5"),
    Order("H200", "Q2 26", 1.25e9, "optional", "later", "1.25"),
    Order("910C", "Q1 26", 5e9, "flexible", "flexible", "5"),
]

PICTURES: dict[str, tuple[Any, int, str, str, float]] = {
    # picture, layer, channel, field, what stands there
    "stacked": (stacked_bars(PARTS, BN, "s", line=CURVE), 0, "y", "value", 3.0),
    "stacked line": (stacked_bars(PARTS, BN, "s", line=CURVE), 1, "y", "value", 9.0),
    "lying": (stacked_bars(PARTS, BN, "l", lying=True, heading=("Time",)), 0, "x", "value", 3.0),
    "against mark": (AGAINST, 1, "x", "value", 9.0),
    "grouped": (grouped_bars(PARTS, BN, "g"), 0, "y", "value", 3.0),
    "line": (draw_lines([Curve("a", [1.0, 2.0], [7e9, 8e9])], YEARS, BN, "l"), 0, "y", "y", 7.0),
    "dot": (draw_lines([Curve("a", [1.0], [7e9])], YEARS, BN, "l", dots=[Dot("b", 1.0, 6e9)]), 1,
            "y", "y", 6.0),
    "limit": (draw_lines([Curve("", [1e9], [1.0])], BN, YEARS, "l", limits=[Limit("m", 2e9)]), 1,
              "x", "x", 2.0),
    "panels": (draw_panels([(Curve("", [1.0], [7e9]), BN)], YEARS, "p"), 0, "y", "y", 7.0),
    "fan": (draw_fan([Band("b", [1.0], [1e9], [2e9])], Curve("m", [1.0], [1e9]), YEARS, BN, "f"), 0,
            "y", "low", 1.0),
    "interval": (draw_intervals([Interval("cost", 1e9, 2e9, 4e9, "1 to 4")], BN, "i"), 0, "x",
                 "low", 1.0),
    "waterfall": (draw_waterfall(ENDS[0], STEPS, ENDS[1], BN, "w"), 0, "x", "low", 4.0),
}  # fmt: skip
LAID_OUT = {
    "calendar": draw_calendar(ORDERS, ["Q1 26", "Q2 26"], BN, "c"),
    "tree": TREE,
    "ranked": ranked_bars([Amount("licence", 39e9, text="¥39bn")], BN, "r"),
}
"""Pictures whose marks stand where there is room for what is written beside them."""
ALL = {**{k: v[0] for k, v in PICTURES.items()}, **LAID_OUT}


@pytest.mark.parametrize("name", PICTURES)
def test_the_number_stands_in_the_unit_of_the_title(name: str) -> None:
    spec, at, channel, field, value = PICTURES[name]
    layer = layers(spec)[at]
    assert title(layer, channel) == "bn CNY"
    assert layer["encoding"][channel]["field"] == field
    assert layer["data"]["values"][0][field] == value


@pytest.mark.parametrize("name", ALL)
def test_every_mark_is_read_aloud_or_adorns_one_that_is(name: str) -> None:
    for layer in layers(ALL[name]):
        said = layer["encoding"].get("description")
        if said is None:
            assert layer["mark"]["aria"] is False
        else:
            assert all(r[said["field"]] for r in layer["data"]["values"])


@pytest.mark.parametrize("name", ALL)
def test_the_renderer_takes_it(name: str) -> None:
    spec = ALL[name]
    svg = to_svg(spec)
    assert svg.startswith(f'<svg role="img" aria-label="{spec["description"]}" ')


def test_parts_stack_in_order_and_keep_their_colour() -> None:
    bars, line = layers(PICTURES["stacked"][0])
    assert looks(bars) == {"chips": PALETTE[0], "servers": PALETTE[1]}
    assert bars["encoding"]["order"] == {"field": "rank"}
    assert [(r["label"], r["rank"]) for r in bars["data"]["values"]] == [
        ("2026, servers: 3 bn CNY", 1), ("2026, chips: 5 bn CNY", 0), ("2027, chips: 1 bn CNY", 0),
    ]  # fmt: skip
    assert [(r["at"], r["value"]) for r in line["data"]["values"]] == [("2026", 9.0), ("2027", 2.0)]
    assert line["data"]["values"][0]["label"] == "asked for: 9 bn CNY at 2026 to 2 bn CNY at 2027"
    lying = layers(PICTURES["lying"][0])[0]["encoding"]
    assert (lying["x"]["field"], lying["y"]["field"]) == ("value", "at")
    assert len(layers(stacked_bars(PARTS, BN, "s", line=Curve("none", [], [])))) == 1
    other = stacked_bars(PARTS, BN, "s", looks={"servers": OTHER, "chips": PALETTE[3]})
    assert looks(layers(other)[0]) == {"servers": OTHER, "chips": PALETTE[3]}
    assert [r["rank"] for r in rows(other)] == [0, 1, 1]  # servers are now the lowest


def test_marks_stand_on_the_row_of_their_year_in_a_colour_of_their_own() -> None:
    bars, tick, name, number = layers(AGAINST)
    assert [(r["at"], r["series"], r["low"], r["high"]) for r in bars["data"]["values"]] == [
        ("2026", "chips", 0.0, 3.0), ("2026", "servers", 3.0, 8.0),
    ]  # fmt: skip
    assert [r["label"] for r in bars["data"]["values"]] == [
        "2026, chips: 3 bn CNY", "2026, servers: 5 bn CNY",
    ]  # fmt: skip
    assert [(r["at"], r["series"], r["value"]) for r in tick["data"]["values"]] == [
        ("2026", "authorised", 9.0)
    ]
    assert looks(bars) == looks(tick)
    assert [r["text"] for r in name["data"]["values"]] == [["2026"]]
    assert [r["text"] for r in number["data"]["values"]] == ["¥8bn of ¥9bn"]


def test_names_stand_left_and_numbers_right_of_the_same_line_and_part_where_they_would_meet() -> (
    None
):
    long = "one megawatt more through the whole horizon in the hall that is farthest away"
    spec = ranked_bars([Amount(long, 1e9, text="¥1,000,000,000"), Amount("short", 2e9)], BN, "r")
    _, name, number = layers(spec)
    lines = name["data"]["values"][0]["text"]
    assert len(lines) == 2
    assert " ".join(lines) == long
    assert all(room(x) + room("¥1,000,000,000") < 424 for x in lines)
    assert (name["mark"]["align"], number["mark"]["align"]) == ("left", "right")
    assert [r["text"] for r in number["data"]["values"]] == ["¥1,000,000,000", "2 bn CNY"]
    one = ranked_bars([Amount("short", 2e9)], BN, "r")
    assert spec["height"] - 2 * one["height"] == 2 * 15  # type: ignore[operator]  # a line a row


def test_what_is_only_possible_is_an_edge_and_what_is_sure_is_filled() -> None:
    held = Ranged("hall", "2 of 5", [Part(0.0, 5e9, outlined=True), Part(0.0, 2e9)])
    edge, bar, *_ = layers(draw_lying([held], BN, "o"))
    assert (rows_of(edge), rows_of(bar)) == ([5.0], [2.0])
    assert edge["mark"]["fill"] == "#ffffff"
    assert bar["mark"]["color"] == PALETTE[0]


def rows_of(layer: Any) -> list[float]:
    return [r["high"] for r in layer["data"]["values"]]


def test_every_second_name_goes_where_all_would_meet() -> None:
    assert thinned(["Q1 26"] * 8, 400) == ["Q1 26"] * 8
    months = [f"M{i:02}" for i in range(18)]
    assert thinned(months, 400) == months[::2]
    assert thinned([], 400) == []
    assert wrapped("a megawatt in Wuhu", 90) == ["a megawatt", "in Wuhu"]
    assert wrapped("芜湖的一兆瓦 H200", 40) == ["芜湖的", "一兆瓦", "H200"]
    assert wrapped("", 40) == [""]


def test_a_log_has_dots_as_it_has_no_nought_for_bars() -> None:
    spec = grouped_bars(PARTS, Axis("CNY per million tokens", log=True), "g")
    assert (spec["mark"], spec["encoding"]["y"]["scale"]) == (  # type: ignore[index, call-overload]
        {"type": "point", "filled": True, "size": 70}, {"type": "log"},
    )  # fmt: skip
    assert layers(PICTURES["grouped"][0])[0]["mark"] == {"type": "bar"}
    assert looks(spec) == {"servers": PALETTE[0], "chips": PALETTE[1]}  # in the order given


def test_the_written_number_is_read_with_its_bar() -> None:
    bar, _, text = layers(LAID_OUT["ranked"])
    assert (title(bar, "x"), bar["encoding"]["x2"]) == ("bn CNY", {"field": "high"})
    assert (bar["data"]["values"][0]["low"], bar["data"]["values"][0]["high"]) == (0.0, 39.0)
    assert bar["data"]["values"][0]["label"] == "licence: ¥39bn"
    assert text["data"]["values"][0]["text"] == "¥39bn"


def test_names_keep_one_colour_over_lines_and_dots_and_stay_apart_in_grey() -> None:
    curves = [Curve("slow", [1.0, 2.0], [1.0, 2.0]), Curve("fast", [1.0, 2.0], [3.0, 4.0])]
    dots = [Dot("fast", 0.5, 3.5, "here"), Dot("peer", 0.7, 1.0)]
    share = Axis("utilisation", kind="share")
    spec = draw_lines(curves, share, Axis("USD", log=True, note=", log"), "l", dots=dots)
    line, dot = layers(spec)
    assert looks(line) == looks(dot) == dict(zip(("fast", "peer", "slow"), PALETTE, strict=False))
    dashes = looks(line, "strokeDash")
    assert dashes["slow"] != dashes["fast"]
    shapes = looks(dot, "shape")
    assert shapes["slow"] == "stroke"
    assert len({shapes["fast"], shapes["peer"], "stroke"}) == 3
    assert [r["label"] for r in dot["data"]["values"]] == [
        "fast at 50 %: 3.5 USD (here)", "peer at 70 %: 1 USD",
    ]  # fmt: skip
    assert line["encoding"]["x"]["axis"]["format"] == "~%"
    assert (title(line, "y"), line["encoding"]["y"]["scale"]) == ("USD, log", {"type": "log"})
    plain = draw_lines(curves, share, Axis("USD"), "l", dots=dots, by_colour_alone=True)
    assert all(not {"strokeDash", "shape"} & set(one["encoding"]) for one in layers(plain))


@pytest.mark.parametrize(("hold", "drawn"), [("around", "step"), ("after", "step-after")])
def test_a_value_that_holds_is_drawn_as_steps(hold: Any, drawn: str) -> None:
    spec = draw_lines([Curve("", [1.0], [2.0])], YEARS, BN, "l", hold=hold, knots=True)
    mark: Any = spec["mark"]
    assert mark["interpolate"] == drawn
    assert mark["point"]
    assert "color" not in spec["encoding"]  # type: ignore[operator]  # no name, no legend


def test_a_limit_crosses_where_it_is_and_says_its_name() -> None:
    _, rule, text = layers(PICTURES["limit"][0])
    assert rule["data"]["values"][0]["label"] == "m: 2 bn CNY"
    assert (text["data"]["values"][0]["x"], text["data"]["values"][0]["text"]) == (2.0, "m")


def test_panels_share_the_axis_that_the_lowest_names() -> None:
    one, two = (Curve("", [0.0, 1.0], [5.0, y]) for y in (6.0, 7.0))
    above, lowest = layers(draw_panels([(one, Axis("W")), (two, Axis("tokens"))], YEARS, "p"))
    assert (title(above, "y"), title(lowest, "y")) == ("W", "tokens")
    assert (above["encoding"]["x"]["title"], title(lowest, "x")) == (None, "years")
    assert lowest["data"]["values"][1]["y"] == 7.0


def test_a_fan_has_the_widest_band_below_and_the_middle_on_top() -> None:
    days = ["2026-01-01", "2026-02-01"]
    wide = Band("90 %", days, [1e9, 1e9], [8e9, 9e9], "#eee")
    narrow = Band("80 %", days, [2e9, 2e9], [6e9, 7e9], "#ccc")
    spec = draw_fan(
        [wide, narrow], Curve("middle", days, [4e9, 5e9]), Axis("", kind="date"), BN, "f",
        dots=[Dot("said", "2025-12-01", 3e9)],
    )  # fmt: skip
    names = [one["data"]["values"][0]["series"] for one in layers(spec)]
    assert names == ["90 %", "80 %", "middle", "said"]
    assert [(r["x"], r["low"], r["high"]) for r in rows(spec, 1)] == [
        ("2026-01-01", 2.0, 6.0), ("2026-02-01", 2.0, 7.0),
    ]  # fmt: skip
    assert rows(spec, 0)[0]["label"] == "90 %: 1 bn CNY to 9 bn CNY at 2026-02-01"
    for one in layers(spec):
        look = looks(one)
        assert (look["90 %"], look["80 %"], look["middle"]) == ("#eee", "#ccc", PALETTE[0])
    x = layers(spec)[0]["encoding"]["x"]
    assert (x["type"], x["scale"]) == ("temporal", {"type": "utc"})


def test_an_interval_marks_the_value_inside_it() -> None:
    span, middle, *_ = layers(PICTURES["interval"][0])
    row = span["data"]["values"][0]
    assert (row["low"], row["high"], row["label"]) == (1.0, 4.0, "cost: 1 to 4")
    assert span["encoding"]["x2"]["field"] == "high"
    assert middle["encoding"]["x"]["field"] == "value"
    assert middle["data"]["values"][0]["value"] == 2.0


def test_how_sure_an_order_is_shows_as_filled_outlined_or_dotted() -> None:
    _, dots, numbers, offers, heads = layers(LAID_OUT["calendar"])
    fill, dash = looks(dots, "fill"), looks(dots, "strokeDash")
    assert list(fill) == ["firm", "flexible", "later"]
    assert [fill[k] for k in fill] == ["#0b5fa5", "#ffffff", "#ffffff"]
    assert [dash[k] for k in dash] == [[1, 0], [1, 0], [2, 2]]
    found = dots["data"]["values"]
    assert [(r["offer"], r["period"], r["value"], r["text"]) for r in found] == [
        ("H200", "Q1 26", 5.0, "5"), ("H200", "Q2 26", 1.25, "1.25"), ("910C", "Q1 26", 5.0, "5"),
    ]  # fmt: skip
    assert found[0]["area"] == pytest.approx(4 * found[1]["area"])  # a quarter of the chips
    assert found[1]["label"] == "H200, Q2 26: 1.25 bn CNY, later"
    for dot, text in zip(found, numbers["data"]["values"], strict=True):
        assert text["tx"] >= dot["x"] + dot["radius"]  # beside its own dot
        assert text["text"] == dot["text"]
    assert [r["text"] for r in offers["data"]["values"]] == [["H200"], ["910C"]]
    assert [r["text"] for r in heads["data"]["values"]] == ["Q1 26", "Q2 26"]


def test_a_parent_stands_amid_its_children_and_is_joined_to_them() -> None:
    joins, lines, _, known, inner, sums, heads, over = layers(TREE)
    row = {r["label"].split(":")[0]: r["row"] for r in lines["data"]["values"]}
    assert row == {"granted low": 0.0, "granted high": 1.0, "refused": 2.0, "granted": 0.5,
                   "root": 1.25}  # fmt: skip
    at = {r["label"].split(":")[0]: r["y"] for r in lines["data"]["values"]}
    down = {(r["y"], r["y2"]) for r in joins["data"]["values"] if "y2" in r}
    assert down == {(at["granted"], at["refused"]), (at["granted low"], at["granted high"])}
    assert [r["text"] for r in known["data"]["values"]] == [
        "granted 25 %", "refused 75 %", "low 40 %", "high 60 %",
    ]  # fmt: skip
    assert [r["text"] for r in inner["data"]["values"]] == ["¥4bn"]
    leaves = sums["data"]["values"]
    assert [r["text"] for r in leaves] == ["¥2bn", "¥1bn", "¥3bn"]
    assert len({r["x"] for r in leaves}) == 1  # money has a column of its own
    assert [r["text"] for r in heads["data"]["values"]] == ["Q1 26", "Q2 26", "Q3 26"]
    assert [r["text"] for r in over["data"]["values"]] == ["ordered"]
    assert [r["value"] for r in lines["data"]["values"]] == [4.0, 0.0, 2.0, 1.0, 3.0]


def test_the_steps_of_a_waterfall_lead_from_one_end_to_the_other() -> None:
    bars, ends, _, text = layers(PICTURES["waterfall"][0])
    assert [(r["at"], r["value"]) for r in ends["data"]["values"]] == [("from", 4.0), ("to", 6.0)]
    assert [(r["at"], r["low"], r["high"], r["series"]) for r in bars["data"]["values"]] == [
        ("chips", 4.0, 7.0, "adds"), ("energy", 6.0, 7.0, "takes away"),
    ]  # fmt: skip
    look = looks(bars)
    assert (look["adds"], look["takes away"]) == ("#D55E00", "#009E73")
    assert bars["encoding"]["x"]["scale"] == {"zero": False}
    assert [r["text"] for r in text["data"]["values"]] == ["¥4bn", "¥3bn", "-¥1bn", "¥6bn"]


def test_rows_stand_in_the_order_given_those_without_a_bar_too() -> None:
    for made in layers(PICTURES["waterfall"][0]):
        assert made["encoding"]["y"]["scale"]["domain"] == ["from", "chips", "energy", "to"]


def test_a_waterfall_with_whole_ends_has_bars_from_nought() -> None:
    spec = draw_waterfall(*(ENDS[0], STEPS, ENDS[1]), BN, "w", whole="need", series=("up", "down"))
    found = [(r["at"], r["low"], r["high"], r["series"]) for r in rows(spec)]
    assert found == [
        ("from", 0.0, 4.0, "need"), ("chips", 4.0, 7.0, "up"), ("energy", 6.0, 7.0, "down"),
        ("to", 0.0, 6.0, "need"),
    ]  # fmt: skip
    assert "scale" not in layers(spec)[0]["encoding"]["x"]


def test_a_waterfall_sums_exactly_and_refuses_steps_that_lead_elsewhere() -> None:
    tenths = [Amount(f"step {i}", 0.1) for i in range(10)]  # as floats, 0.9999999999999999
    spec = draw_waterfall(Amount("from", 1e15), tenths, Amount("to", 1e15 + 1), YEARS, "w")
    ups = rows(spec)
    assert all(a["high"] == b["low"] for a, b in pairwise(ups))
    assert ups[-1]["high"] == 1e15 + 1
    with pytest.raises(InvariantError, match="not to"):
        draw_waterfall(ENDS[0], STEPS[:1], ENDS[1], BN, "w")


def test_a_heading_is_drawn_above_and_the_description_is_read_as_text() -> None:
    spec = stacked_bars(PARTS, BN, 'a "b" <c> & d', heading=("Title", "below"))
    assert spec["title"] == {"text": "Title", "subtitle": ["below"]}
    assert "title" not in PICTURES["stacked"][0]
    svg = to_svg(spec)
    assert 'aria-label="a &quot;b&quot; &lt;c&gt; &amp; d"' in svg
    assert ">below</text>" in svg
    assert 'font-family="sans-serif"' in svg
    assert 'width="' not in svg.split(">")[0]  # it scales with the page


def test_a_picture_is_written_as_its_name_asks(tmp_path: Path) -> None:
    spec = LAID_OUT["ranked"]
    for name, start in (("a.svg", b"<svg"), ("a.PNG", b"\x89PNG"), ("a.vl.json", b"{")):
        write_picture(tmp_path / name, spec)
        assert (tmp_path / name).read_bytes().startswith(start)
    assert len(to_png(spec, scale=1.0)) < len(to_png(spec, scale=3.0))
    with pytest.raises(InputError, match="unknown kind of chart file"):
        write_picture(tmp_path / "a.gif", spec)
    assert not (tmp_path / "a.gif").exists()


@pytest.mark.parametrize(
    ("mark", "home"),
    [
        ("vl_convert.", "report/drawing/worker.py"), ("typst.", "report/drawing/worker.py"),
        ("vega.github.io", "report/theme.py"),
    ],
)  # fmt: skip
def test_one_file_knows_the_renderer_and_its_schema(mark: str, home: str) -> None:
    src = Path(__file__).resolve().parents[2] / "src" / "outlay"
    homes = {str(p.relative_to(src)) for p in src.rglob("*.py") if mark in p.read_text("utf-8")}
    assert homes == {home}


def test_a_picture_follows_the_tones_of_its_page_and_keeps_the_labels_of_its_marks() -> None:
    css = page_css()
    for tone, name in TONES.items():
        for side in ("fill", "stroke"):
            assert f'svg [{side}="{tone}"]{{{side}:var(--{name},{tone})}}' in css
    svg = to_svg(LAID_OUT["ranked"])
    assert "<title>licence: ¥39bn</title></path>" in svg
    assert 'fill="#1a1a1a"' in svg
    assert 'opacity="0"' not in svg


def test_the_ninth_thing_is_other() -> None:
    many = [Amount("2026", 1e9, f"part {i:02}") for i in range(12)]
    look = looks(layers(stacked_bars(many, BN, "s"))[0])
    assert list(look.values()) == [*PALETTE, *[OTHER] * 4]
    assert len(set(PALETTE)) == 8


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.3, 12, [0.5, 1.0, 2.0, 5.0, 10.0]), (0.001, 900, [0.001, 0.01, 0.1, 1.0, 10.0, 100.0])],
)
def test_a_log_shows_round_numbers(low: float, high: float, shown: list[float]) -> None:
    axis = Axis("USD", log=True, domain=(low, high))
    assert axis.channel()["axis"]["values"] == shown  # type: ignore[index, call-overload]
