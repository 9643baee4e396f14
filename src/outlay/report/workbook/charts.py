"""The pictures of the workbook, drawn from cells, so that they move with the branch chosen."""

from __future__ import annotations

from collections.abc import Mapping

from outlay.report.theme import NOTE, PALETTE
from outlay.report.workbook.kit import Chart, Options
from outlay.report.workbook.opened import Opened
from outlay.report.workbook.periods import COSTS, MOST_CURVES

__all__ = ["POINTS", "charts"]

BLUE, ORANGE, GREEN, VERMILION = PALETTE[0], PALETTE[1], PALETTE[2], PALETTE[5]
WIDTH, HEIGHT = 620, 300  # pixels
POINTS = 240.0  # of a sheet that a picture takes
OUTSIDE, GRID = "#BDBDBD", "#E6E6E6"


TITLE: Options = {"name_font": {"size": 12, "bold": True}, "overlay": False}


def charts(s: Opened) -> list[tuple[str, Chart]]:
    """The pictures in their order, each with the title that its cell takes."""
    return [c for c in (_money(s), _cash(s), _costs(s)) if c is not None]


def _series(s: Opened, block: str, name: str, **look: object) -> Mapping[str, object]:
    periods = "periods" if s.blocks[block].startswith("Periods!") else "years"
    return {"name": name, "categories": f"={s.blocks[periods]}", "values": f"={s.blocks[block]}",
            **look}  # fmt: skip


def _chart(s: Opened, kind: str, axis: str, number: str, **more: str) -> Chart:
    chart = s.book.add_chart({"type": kind, **more})
    quiet = {"name_font": {"size": 9, "bold": False, "color": NOTE}, "num_font": {"size": 9}}
    chart.set_x_axis({**quiet, "label_position": "low", "line": {"color": NOTE}})
    grid = {"visible": True, "line": {"color": GRID}}
    chart.set_y_axis({**quiet, "name": axis, "num_format": number, "major_gridlines": grid})
    chart.set_legend({"position": "bottom", "font": {"size": 9}})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    return chart


def _money(s: Opened) -> tuple[str, Chart]:
    """Paid by year of the branch shown, with what is due outside the plan, and the mark."""
    say = s.say
    chart = _chart(s, "column", s.money.unit, s.money.axis, subtype="stacked")
    bar = {"gap": 80}
    chart.add_series(_series(s, "capex_paid", say("workbook.paid_shown"),
                             fill={"color": BLUE}, **bar))  # fmt: skip
    if "capex_outside" in s.blocks:
        chart.add_series(_series(s, "capex_outside", say("workbook.outside"),
                                 fill={"color": OUTSIDE}, **bar))  # fmt: skip
    if "capex_authorised" in s.blocks:
        line = s.book.add_chart({"type": "line"})
        mark = {"type": "long_dash", "size": 20, "fill": {"color": VERMILION},
                "border": {"color": VERMILION}}  # fmt: skip
        line.add_series(_series(s, "capex_authorised", say("workbook.authorised"),
                                line={"none": True}, marker=mark))  # fmt: skip
        chart.combine(line)
    return say("workbook.money_title"), chart


def _cash(s: Opened) -> tuple[str, Chart]:
    """Cash at the end of each period over its floor; where the owner pays all, the free flow."""
    cash = "balance.cash"
    if not s.moves(s.accounts.graph[cash]):
        chart = _chart(s, "column", s.money.unit, s.money.axis)
        name = "return.free_cash"
        label = s.labels.row(s.accounts.graph[name])
        look = {"fill": {"color": BLUE}, "gap": 60}
        chart.add_series(_series(s, f"{name} by period", label, **look))
        return s.say("workbook.flow_title"), chart
    chart = _chart(s, "line", s.money.unit, s.money.axis)
    for name, colour, dash in (
        (cash, BLUE, "solid"), ("balance.cash_minimum", VERMILION, "dash"),
    ):  # fmt: skip
        label = s.labels.row(s.accounts.graph[name])
        drawn = {"color": colour, "width": 2, "dash_type": dash}
        chart.add_series(_series(s, f"{name} by period", label, line=drawn))
    return s.say("workbook.cash_title"), chart


def _costs(s: Opened) -> tuple[str, Chart] | None:
    """Cost of a million output tokens by period, of the services that have one."""
    curves = [f"{COSTS} {k}" for k in range(MOST_CURVES) if f"{COSTS} {k}" in s.blocks]
    if not curves:
        return None
    axis = s.say("workbook.a_million", symbol=s.money.sign.strip())
    chart = _chart(s, "line", axis, "#,##0.###")
    for k, block in enumerate(curves):
        name = f"={s.blocks[f'{block} name']}"
        chart.add_series(_series(s, block, name, line={"color": PALETTE[k], "width": 2}))
    return s.say("workbook.costs_title"), chart
