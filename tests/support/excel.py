"""Work out the formulas of a workbook in plain Python: a second reader of what we wrote.

Covers what our workbooks use: arithmetic, comparisons, ranges, and SUM, MIN, MAX, IF, IFERROR,
SUMPRODUCT, ABS, ROUND, INDEX, XIRR. Formulas become Python expressions over cells.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyxirr
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import to_excel

_REF = re.compile(
    r"(?:(\w+)!)?(\$?[A-Z]{1,3}\$?\d+)(?::(\$?[A-Z]{1,3}\$?\d+))?|(\"[^\"]*\")|(<>|>=|<=|=|\^)|([A-Z]+)\("
)
_SIGN = {"<>": "!=", "=": "==", "^": "**", ">=": ">=", "<=": "<="}


class Workbook:
    """Formulas of a workbook, evaluated on demand; `value(sheet, cell)`."""

    def __init__(self, path: Path, changes: dict[str, float] | None = None) -> None:
        self.book = openpyxl.load_workbook(path)
        self.changes = {k.replace("$", ""): v for k, v in (changes or {}).items()}
        self.done: dict[str, Any] = {}

    def value(self, sheet: str, cell: str) -> Any:
        cell = cell.replace("$", "")
        key = f"{sheet}!{cell}"
        if key in self.changes:
            return self.changes[key]
        if key not in self.done:
            raw = self.book[sheet][cell].value
            if isinstance(raw, str) and self.book[sheet][cell].data_type == "f":
                self.done[key] = self._work(sheet, raw[1:])
            elif isinstance(raw, datetime):  # a number that is shown as a date
                self.done[key] = to_excel(raw)
            else:
                self.done[key] = 0.0 if raw is None else raw
        return self.done[key]

    def span(self, sheet: str, first: str, last: str) -> np.ndarray:
        low, top, high, bottom = range_boundaries(f"{first}:{last}".replace("$", ""))
        letters = [openpyxl.utils.get_column_letter(c) for c in range(low, high + 1)]
        cells = [self.value(sheet, f"{c}{r}") for r in range(top, bottom + 1) for c in letters]
        return np.array(cells, dtype=float)

    def _work(self, sheet: str, text: str) -> Any:
        def swap(m: re.Match[str]) -> str:
            name, first, last, quoted, sign, function = m.groups()
            if quoted is not None:
                return quoted
            if sign is not None:
                return _SIGN[sign]
            if function is not None:
                return f"{function}("
            where = name or sheet
            if last is not None:
                return f"span({where!r},{first!r},{last!r})"
            return f"cell({where!r},{first!r})"

        source = _REF.sub(swap, text)
        # IF and IFERROR must not work out the branch that is not taken
        source = _lazy(source)
        scope = {**FUNCTIONS, "cell": self.value, "span": self.span}
        with np.errstate(all="ignore"):
            return eval(source, {"__builtins__": {}, **scope})


def _lazy(source: str) -> str:
    """`IF(a,b,c)` with its arguments as functions, innermost first."""
    out = source
    start = 0
    while True:
        found = [i for i in (out.find("IF(", start), out.find("IFERROR(", start)) if i >= 0]
        if not found:
            return out
        at = min(found)
        name = "IFERROR" if out.startswith("IFERROR(", at) else "IF"
        open_at = at + len(name)
        parts, end = _arguments(out, open_at)
        lazy = ",".join(f"lambda:({_lazy(p)})" for p in parts)
        done = f"{name.lower()}_({lazy})"
        out = out[:at] + done + out[end:]
        start = at + len(done)


def _arguments(text: str, open_at: int) -> tuple[list[str], int]:
    depth, begin, parts = 0, open_at + 1, []
    quoted = ""
    for i in range(open_at, len(text)):
        c = text[i]
        if quoted:
            quoted = "" if c == quoted else quoted
        elif c in "'\"":
            quoted = c
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth == 0:
                return [*parts, text[begin:i]], i + 1
        elif c == "," and depth == 1:
            parts.append(text[begin:i])
            begin = i + 1
    raise ValueError(f"unbalanced: {text}")


def _xirr(flows: np.ndarray, days: np.ndarray, guess: float) -> float:
    origin = date(1899, 12, 30)
    found = pyxirr.xirr([origin + timedelta(days=int(d)) for d in days], list(flows), guess=guess)
    if found is None:
        raise ZeroDivisionError
    return float(found)


def _iferror(value: Any, other: Any) -> Any:
    try:
        return value()
    except Exception:
        return other()


def _flat(values: tuple[Any, ...]) -> np.ndarray:
    return np.concatenate([np.ravel(np.asarray(v, dtype=float)) for v in values])


FUNCTIONS: dict[str, Any] = {
    "SUM": lambda *v: float(_flat(v).sum()),
    "MIN": lambda *v: float(_flat(v).min()),
    "MAX": lambda *v: float(_flat(v).max()),
    "ABS": np.abs,
    "ROUND": lambda x, n: round(float(x), int(n)),
    "SUMPRODUCT": lambda *v: float(np.prod([np.asarray(a, float) for a in v], axis=0).sum()),
    "INDEX": lambda v, k: float(v[int(k) - 1]),
    "XIRR": _xirr,
    "if_": lambda test, yes, no: yes() if test() else no(),
    "iferror_": _iferror,
}
