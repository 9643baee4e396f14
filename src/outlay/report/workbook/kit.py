"""The spreadsheet library at arm's length: what is used of it, and how cells look."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Protocol

__all__ = ["LIVE", "Book", "Chart", "Look", "Looks", "Options", "Sheet", "sheet_kind"]

Options = Mapping[str, object]

BLUE, GREY, PALE, RULE = "#0000FF", "#5F6368", "#EAF1F8", "#9AA0A6"
"""Of inputs, of ids, behind the heads of tables, of lines."""


class Look(Protocol):
    """How a cell looks, as xlsxwriter holds it."""


class Chart(Protocol):
    """What is used of an xlsxwriter chart."""

    def add_series(self, options: Options) -> object: ...
    def combine(self, chart: Chart) -> object: ...
    def set_title(self, options: Options) -> object: ...
    def set_x_axis(self, options: Options) -> object: ...
    def set_y_axis(self, options: Options) -> object: ...
    def set_legend(self, options: Options) -> object: ...
    def set_size(self, options: Options) -> object: ...


class Sheet(Protocol):
    """What is used of an xlsxwriter sheet; lines and columns from 0."""

    def write_string(self, line: int, column: int, text: str, look: Look) -> object: ...
    def write_number(self, line: int, column: int, number: float, look: Look) -> object: ...
    def write_formula(
        self, line: int, column: int, formula: str, look: Look, value: float | str
    ) -> object: ...
    def write_url(self, line: int, column: int, url: str, look: Look, text: str) -> object: ...
    def merge_range(
        self, line: int, column: int, last_line: int, last_column: int, text: str, look: Look
    ) -> object: ...
    def insert_chart(self, line: int, column: int, chart: Chart) -> object: ...
    def freeze_panes(self, line: int, column: int) -> object: ...
    def set_column(self, first: int, last: int, width: float) -> object: ...
    def set_row(
        self, line: int, height: float | None, look: None = None, options: Options = ...
    ) -> object: ...
    def data_validation(
        self, line: int, column: int, last_line: int, last_column: int, options: Options
    ) -> object: ...
    def hide_gridlines(self, option: int) -> object: ...
    def set_landscape(self) -> object: ...
    def set_paper(self, size: int) -> object: ...
    def fit_to_pages(self, wide: int, tall: int) -> object: ...
    def set_margins(self, left: float, right: float, top: float, bottom: float) -> object: ...
    def set_footer(self, text: str) -> object: ...
    def repeat_rows(self, first: int, last: int) -> object: ...
    def repeat_columns(self, first: int, last: int) -> object: ...
    def print_area(self, line: int, column: int, last_line: int, last_column: int) -> object: ...


class Book(Protocol):
    """What is used of an xlsxwriter workbook."""

    def add_worksheet(self, name: str, worksheet_class: type) -> Sheet: ...
    def add_format(self, properties: Options) -> Look: ...
    def add_chart(self, options: Options) -> Chart: ...
    def define_name(self, name: str, formula: str) -> object: ...


@cache
def sheet_kind() -> type:
    """A sheet that takes formulas as they are.

    The library looks in each for 30 functions of newer versions, a third of the time that the
    whole workbook takes; the graph writes none of them.
    """
    from xlsxwriter.worksheet import Worksheet

    class Plain(Worksheet):  # type: ignore[misc]
        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
            del expand_future_functions
            return formula.removeprefix("=")

    return Plain


_TEXT: Options = {"quote_prefix": True}
_STYLES: Mapping[str, Options] = {
    "text": _TEXT,
    "long": {**_TEXT, "text_wrap": True, "valign": "top"},
    "unit": {**_TEXT, "indent": 1},
    "path": {**_TEXT, "indent": 1, "font_color": GREY},
    "id": {**_TEXT, "indent": 1, "font_color": GREY, "font_size": 9},
    "title": {**_TEXT, "bold": True, "font_size": 16},
    "quiet": {**_TEXT, "font_color": GREY},
    "head": {**_TEXT, "bold": True, "bottom": 1, "bottom_color": RULE, "bg_color": PALE},
    "unit head": {**_TEXT, "bold": True, "bottom": 1, "bottom_color": RULE, "bg_color": PALE,
                  "indent": 1},
    "number head": {**_TEXT, "bold": True, "bottom": 1, "bottom_color": RULE, "bg_color": PALE,
                    "text_wrap": True, "valign": "bottom", "align": "right"},
    "paragraph": {**_TEXT, "text_wrap": True, "valign": "top"},
    "decision": {**_TEXT, "text_wrap": True, "valign": "top", "font_size": 13, "bold": True},
    "link": {"font_color": "#0B5FA5", "underline": 1},
    "input": {"font_color": BLUE},
    "number": {},
    "total": {"bold": True, "top": 1},
}  # fmt: skip
LIVE = "live "
"""Before a style of texts: the same of a formula, which a quoted cell would turn into its text."""


class Looks:
    """The looks of one workbook: a style, and how its number is written."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Look] = {}

    def __call__(self, style: str, number: str = "") -> Look:
        if (style, number) not in self._made:
            shown: Options = {"num_format": number} if number else {}
            look = dict(_STYLES[style.removeprefix(LIVE)])
            if style.startswith(LIVE):
                look.pop("quote_prefix", None)
            self._made[style, number] = self._book.add_format({**look, **shown})
        return self._made[style, number]
