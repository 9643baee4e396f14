"""The spreadsheet library at arm's length: what is used of it, and how cells look."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Protocol

__all__ = ["Book", "Look", "Sheet", "formats_of", "sheet_kind"]


class Look(Protocol):
    """How a cell looks, as xlsxwriter holds it."""


class Sheet(Protocol):
    """What is used of an xlsxwriter sheet; lines and columns from 0."""

    def write_string(self, line: int, column: int, text: str, look: Look) -> object: ...
    def write_number(self, line: int, column: int, number: float, look: Look) -> object: ...
    def write_formula(
        self, line: int, column: int, formula: str, look: Look, value: float | str
    ) -> object: ...
    def freeze_panes(self, line: int, column: int) -> object: ...
    def set_column(self, first: int, last: int, width: float) -> object: ...
    def set_row(
        self, line: int, height: None, look: None, options: Mapping[str, int]
    ) -> object: ...
    def data_validation(
        self, line: int, column: int, last_line: int, last_column: int,
        options: Mapping[str, str | int],
    ) -> object: ...  # fmt: skip


class Book(Protocol):
    """What is used of an xlsxwriter workbook."""

    def add_worksheet(self, name: str, worksheet_class: type) -> Sheet: ...
    def add_format(self, properties: Mapping[str, object]) -> Look: ...


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


def formats_of(book: Book) -> dict[str, Look]:
    return {
        "text": book.add_format({"quote_prefix": True}),
        "title": book.add_format({"bold": True, "font_size": 14, "quote_prefix": True}),
        "head": book.add_format({"bold": True, "bottom": 1, "quote_prefix": True}),
        "input": book.add_format({"font_color": "#0000FF", "num_format": "#,##0.######"}),
        "number": book.add_format({"num_format": "#,##0.00####;-#,##0.00####;0"}),
        "money": book.add_format({"num_format": "#,##0;-#,##0;0"}),
        "rare": book.add_format({"num_format": '[>=1000000]"none";#,##0.00'}),
        "total": book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1}),
        "wrap": book.add_format({"text_wrap": True, "quote_prefix": True, "valign": "top"}),
    }
