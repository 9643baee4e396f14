"""What each builder's picture says: values in the unit of its title, names in their colours."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from outlay.core.errors import InputError, InvariantError
from outlay.report.charts.axis import Axis
from outlay.report.charts.band import Band, Interval, draw_fan, draw_intervals
from outlay.report.charts.bar import Amount, bars_against, grouped_bars, ranked_bars, stacked_bars
from outlay.report.charts.calendar import Order, draw_calendar
from outlay.report.charts.line import Curve, Dot, Limit, draw_lines, draw_panels
from outlay.report.charts.tree import Node, draw_tree
from outlay.report.charts.waterfall import draw_waterfall
from outlay.report.theme import PALETTE, to_png, to_svg, write_picture
from support.pictures import layers, looks, rows, title

BN = Axis("bn CNY", per=1e9)
YEARS = Axis("years")
PARTS = [Amount("2026", 3e9, "servers"), Amount("2026", 5e9, "chips"), Amount("2027", 1e9, "chips")]
CURVE = Curve("asked for", ["2026", "2027"], [9e9, 2e9])
NODES = [
    Node(0, None, 0, "root", 4e9, "¥4bn", "2026-Q1"),
    Node(1, 0, 1, "granted", 0.0, "", "granted (25 %)"),
    Node(2, 0, 1, "refused", 2e9, "¥2bn"),
    Node(3, 1, 2, "granted low", 1e9, "¥1bn"),
    Node(4, 1, 2, "granted high", 3e9, "¥3bn"),
]
STEPS = [Amount("chips", 3e9, text="¥3bn"), Amount("energy", -1e9, text="-¥1bn")]
ENDS = Amount("from", 4e9, text="¥4bn"), Amount("to", 6e9, text="¥6bn")

PICTURES: dict[str, tuple[Any, int, str, str, float]] = {
    # picture, layer, channel, field, what stands there
    "stacked": (stacked_bars(PARTS, BN, "s", line=CURVE), 0, "y", "value", 3.0),
    "stacked line": (stacked_bars(PARTS, BN, "s", line=CURVE), 1, "y", "value", 9.0),
    "lying": (stacked_bars(PARTS, BN, "l", lying=True, heading=("Time",)), 0, "x", "value", 3.0),
    "against": (bars_against(PARTS, [Amount("2026", 8e9, text="cap")], BN, "a"), 1, "y", "value",
                8.0),
    "grouped": (grouped_bars(PARTS, BN, "g"), 0, "y", "value", 3.0),
    "ranked": (ranked_bars([Amount("licence", 39e9, text="¥39bn")], BN, "r"), 0, "x", "value",
               39.0),
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
    "calendar": (draw_calendar([Order("h200", "2026-Q1", 5e9, True, "5")], BN, "c"), 0, "size",
                 "value", 5.0),
    "tree": (draw_tree(NODES, BN, "t"), 1, "size", "value", 4.0),
    "waterfall": (draw_waterfall(ENDS[0], STEPS, ENDS[1], BN, "w"), 1, "x", "low", 4.0),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_the_number_stands_in_the_unit_of_the_title(name: str) -> None:
    spec, at, channel, field, value = PICTURES[name]
    layer = layers(spec)[at]
    assert title(layer, channel) == "bn CNY"
    assert layer["encoding"][channel]["field"] == field
    assert layer["data"]["values"][0][field] == value


@pytest.mark.parametrize("name", PICTURES)
def test_every_mark_is_read_aloud_or_adorns_one_that_is(name: str) -> None:
    for layer in layers(PICTURES[name][0]):
        said = layer["encoding"].get("description")
        if said is None:
            assert layer["mark"]["aria"] is False
        else:
            assert all(r[said["field"]] for r in layer["data"]["values"])


@pytest.mark.parametrize("name", PICTURES)
def test_the_renderer_takes_it(name: str) -> None:
    spec = PICTURES[name][0]
    svg = to_svg(spec)
    assert svg.startswith(f'<svg role="img" aria-label="{spec["description"]}" ')


def test_parts_stack_in_order_and_keep_their_colour() -> None:
    bars, line = layers(PICTURES["stacked"][0])
    assert looks(bars) == {"chips": PALETTE[0], "servers": PALETTE[1]}
    assert bars["encoding"]["order"] == {"field": "series"}
    assert [r["label"] for r in bars["data"]["values"]] == [
        "2026, servers: 3 bn CNY", "2026, chips: 5 bn CNY", "2027, chips: 1 bn CNY",
    ]  # fmt: skip
    assert [(r["at"], r["value"]) for r in line["data"]["values"]] == [("2026", 9.0), ("2027", 2.0)]
    assert line["data"]["values"][0]["label"] == "asked for: 9 bn CNY at 2026 to 2 bn CNY at 2027"
    lying = layers(PICTURES["lying"][0])[0]["encoding"]
    assert (lying["x"]["field"], lying["y"]["field"]) == ("value", "at")
    assert len(layers(stacked_bars(PARTS, BN, "s", line=Curve("none", [], [])))) == 1


def test_marks_stand_beside_the_bars_of_their_year() -> None:
    _, tick, text = layers(PICTURES["against"][0])
    for layer in (tick, text):
        row = layer["data"]["values"][0]
        assert (row["at"], row["value"], row["text"]) == ("2026", 8.0, "cap")
    assert len(layers(bars_against(PARTS, [], BN, "a"))) == 1


def test_a_log_has_dots_as_it_has_no_nought_for_bars() -> None:
    spec = grouped_bars(PARTS, Axis("CNY per million tokens", log=True), "g")
    assert (spec["mark"], spec["encoding"]["y"]["scale"]) == (  # type: ignore[index, call-overload]
        {"type": "point", "filled": True, "size": 70}, {"type": "log"},
    )  # fmt: skip
    assert layers(PICTURES["grouped"][0])[0]["mark"] == {"type": "bar"}
    assert looks(spec) == {"servers": PALETTE[0], "chips": PALETTE[1]}  # in the order given


def test_the_written_number_stands_beside_its_bar() -> None:
    bar, text = layers(PICTURES["ranked"][0])
    assert bar["data"]["values"][0]["label"] == "licence: ¥39bn"
    assert text["encoding"]["text"]["field"] == "text"
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
    assert line["encoding"]["x"]["axis"] == {"format": "%"}
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
    span, middle = layers(PICTURES["interval"][0])
    row = span["data"]["values"][0]
    assert (row["low"], row["value"], row["high"]) == (1.0, 2.0, 4.0)
    assert span["encoding"]["x2"]["field"] == "high"
    assert middle["encoding"]["x"]["field"] == "value"


def test_now_and_later_have_their_own_colours() -> None:
    orders = [Order("h200", "2026-Q1", 5.0, True, "5"), Order("h200", "2026-Q2", 7.0, False, "7")]
    circles, text = layers(draw_calendar(orders, Axis("chips, expected"), "c"))
    look = looks(circles)
    first, second = circles["data"]["values"]
    assert look[first["series"]] == "#D55E00"  # the caption says: orange is decided now
    assert look[second["series"]] == "#56B4E9"
    assert [r["text"] for r in text["data"]["values"]] == ["5", "7"]
    assert second["label"] == "h200, 2026-Q2: 7 chips, expected"


def test_a_parent_stands_amid_its_children_and_is_joined_to_them() -> None:
    links, circles, sums, facts = layers(PICTURES["tree"][0])
    row = {r["label"].split(":")[0]: r["y"] for r in circles["data"]["values"]}
    assert row == {"granted low": 0.0, "granted high": 1.0, "refused": 2.0, "granted": 0.5,
                   "root": 1.25}  # fmt: skip
    joined = {(r["x"], r["y"], r["x2"], r["y2"]) for r in links["data"]["values"]}
    assert joined == {(0, 1.25, 1, 0.5), (0, 1.25, 1, 2.0), (1, 0.5, 2, 0.0), (1, 0.5, 2, 1.0)}
    assert [(r["value"], r["text"]) for r in sums["data"]["values"]] == [
        (4.0, "¥4bn"), (2.0, "¥2bn"), (1.0, "¥1bn"), (3.0, "¥3bn"),
    ]  # fmt: skip
    assert [r["text"] for r in facts["data"]["values"]] == ["2026-Q1", "granted (25 %)"]


def test_the_steps_of_a_waterfall_lead_from_one_end_to_the_other() -> None:
    ends, bars, text = layers(PICTURES["waterfall"][0])
    assert [(r["at"], r["low"], r["high"]) for r in ends["data"]["values"]] == [
        ("from", 4.0, 4.0), ("to", 6.0, 6.0),
    ]  # fmt: skip
    assert [(r["at"], r["low"], r["high"], r["series"]) for r in bars["data"]["values"]] == [
        ("chips", 4.0, 7.0, "adds"), ("energy", 6.0, 7.0, "takes away"),
    ]  # fmt: skip
    assert looks(bars) == {"adds": "#D55E00", "takes away": "#009E73"}
    assert bars["encoding"]["y"]["sort"] == ["from", "chips", "energy", "to"]
    assert bars["encoding"]["x"]["scale"] == {"zero": False}
    assert [r["text"] for r in text["data"]["values"]] == ["¥4bn", "¥6bn", "¥3bn", "-¥1bn"]


def test_a_waterfall_sums_exactly_and_refuses_steps_that_lead_elsewhere() -> None:
    tenths = [Amount(f"step {i}", 0.1) for i in range(10)]  # as floats, 0.9999999999999999
    spec = draw_waterfall(Amount("from", 1e15), tenths, Amount("to", 1e15 + 1), YEARS, "w")
    ups = rows(spec, 1)
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
    assert 'font-family="DejaVu Sans, Arial, sans-serif"' in svg
    assert 'width="' not in svg.split(">")[0]  # it scales with the page


def test_a_picture_is_written_as_its_name_asks(tmp_path: Path) -> None:
    spec = PICTURES["ranked"][0]
    for name, start in (("a.svg", b"<svg"), ("a.PNG", b"\x89PNG"), ("a.vl.json", b"{")):
        write_picture(tmp_path / name, spec)
        assert (tmp_path / name).read_bytes().startswith(start)
    assert len(to_png(spec, scale=1.0)) < len(to_png(spec, scale=3.0))
    with pytest.raises(InputError, match="unknown kind of chart file"):
        write_picture(tmp_path / "a.gif", spec)
    assert not (tmp_path / "a.gif").exists()


@pytest.mark.parametrize("mark", ["vl_convert.", "vega.github.io"])
def test_one_file_knows_the_renderer_and_its_schema(mark: str) -> None:
    src = Path(__file__).resolve().parents[2] / "src" / "outlay"
    homes = {str(p.relative_to(src)) for p in src.rglob("*.py") if mark in p.read_text("utf-8")}
    assert homes == {"report/theme.py"}
