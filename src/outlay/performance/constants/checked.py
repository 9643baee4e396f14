"""The files of a calibration that is not ours, checked line by line for what we write in them."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from typing import TypeGuard

import numpy as np

from outlay.core.errors import Problem, TableError, nearest
from outlay.core.ingest.table import MOST_PROBLEMS, Columns, Row, rows_of
from outlay.core.ingest.text import decoded
from outlay.performance.constants.cells import AXES, CATEGORIES, Cells, cells_of
from outlay.performance.constants.components import COMPONENTS
from outlay.performance.constants.constants import Constants, definitions
from outlay.performance.constants.training import (
    MOST_LOG,
    constants_from,
    training_definitions,
)
from outlay.performance.overhead import MOST_FACTOR, Overhead

__all__ = ["cells_in", "constants_in", "overheads_in", "training_in"]

EFFECTS = Columns(("constant", "factor", "level", "log_effect"), fold=False)
CELLS = Columns((*CATEGORIES, *AXES, "alpha", "group"), fold=False)
MOST_AXIS = 64.0
"""Doublings: of batch, tokens or chips nobody has more."""
MOST_ALPHA = 1e9
AGAIN = "`outlay calibrate` with this version writes it anew"


class _Said:
    """What is wrong with one file, told together."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def bad(self, what: str, where: str, found: object, allowed: str, hint: str = "") -> None:
        self.problems.append(Problem(what, where, str(found)[:80], allowed, hint))
        if len(self.problems) >= MOST_PROBLEMS:
            self.end()

    def number(self, row: Row, where: str, name: str, most: float) -> float:
        """A cell as a number within ±most; 0 where it is none."""
        text = row.cells[name]
        try:
            found = float(text.replace("_", "x"))
        except ValueError:
            found = math.nan
        if not abs(found) <= most:
            self.bad("not a number of this column", f"{where}:{row.line}: {name}", repr(text),
                     f"a number from -{most:g} to {most:g}")  # fmt: skip
            return 0.0
        return found

    def end(self) -> None:
        if self.problems:
            raise TableError(self.problems)


def constants_in(effects: bytes, about: bytes, where: tuple[str, str]) -> Constants:
    """Logarithms of factors, and what they were fitted to; raises TableError."""
    known, said, out = definitions(), _Said(), dict[tuple[str, str, str], float]()
    for row in rows_of(decoded(effects, where[0], TableError), where[0], EFFECTS):
        constant, factor, level = (row.cells[c] for c in EFFECTS.needed[:3])
        at = f"{where[0]}:{row.line}"
        if constant not in known:
            said.bad("constants this version does not have", at, constant, "its own constants",
                     nearest(constant, known) or AGAIN)  # fmt: skip
        elif factor and factor not in known[constant].by:
            allowed = ", ".join(known[constant].by) or "none"
            said.bad("a factor that this constant does not have", at, factor, allowed, AGAIN)
        elif (constant, factor, level) in out:
            found = ",".join((constant, factor, level))
            said.bad("an effect given twice", at, found, "each effect once")
        out[constant, factor, level] = said.number(row, where[0], "log_effect", MOST_LOG)
    said.end()
    meta = _toml(about, where[1])
    if not isinstance(meta.get("data_sha256", ""), str):
        said.bad("not a hash", f"{where[1]}: data_sha256", meta["data_sha256"], "text")
        said.end()
    return Constants(out, meta)


def cells_in(table: bytes, about: bytes, where: tuple[str, str]) -> Cells:
    """The cells of the correction and the variance of its parts; raises TableError."""
    said, rows = _Said(), list(rows_of(decoded(table, where[0], TableError), where[0], CELLS))
    numbers = {
        name: np.array([said.number(r, where[0], name, most) for r in rows], dtype=float)
        for name, most in (*((a, MOST_AXIS) for a in AXES), ("alpha", MOST_ALPHA))
    }
    group = []
    for row in rows:
        text = row.cells["group"]
        if re.fullmatch("[0-9]{1,9}", text, re.ASCII) is None:
            at = f"{where[0]}:{row.line}: group"
            said.bad("not the number of a group", at, repr(text), "0, 1, 2, …")
            text = "0"
        group.append(int(text))
    if not rows:
        said.bad("no cells", where[0], "a header alone", "a row for each cell", AGAIN)
    said.end()
    noise, variance = _variances(_toml(about, where[1]), decoded(about, where[1]), where[1])
    return cells_of(
        {name: np.array([r.cells[name] for r in rows]) for name in CATEGORIES},
        {name: numbers[name] for name in AXES},
        numbers["alpha"], np.array(group, dtype=np.int64), variance, noise,
    )  # fmt: skip


def _variances(meta: Mapping[str, object], text: str, where: str) -> tuple[float, dict[str, float]]:
    said, noise, parts = _Said(), meta.get("noise"), meta.get("variance")
    if not _is_number(noise) or not 0 < noise <= 1e3:
        said.bad("not a variance", _at(text, where, "noise"), noise, "a number above 0")
        noise = 1.0
    if not isinstance(parts, dict):
        said.bad("no table [variance]", where, parts, "a variance for each part", AGAIN)
        parts = {}
    known = [c.label for c in COMPONENTS]
    out = {}
    for label, value in parts.items():
        if label not in known:
            said.bad("a part this version does not have", _at(text, where, label), label,
                     "its own parts", nearest(label, known) or AGAIN)  # fmt: skip
        elif not _is_number(value) or not 0 <= value <= 1e3:
            said.bad("not a variance", _at(text, where, label), value, "a number, 0 or more")
        else:
            out[label] = float(value)
    said.end()
    return float(noise), out


def training_in(data: bytes, where: str) -> tuple[dict[str, float], str]:
    """Constants of the training step, and the hash of their table; raises TableError."""
    meta, text, said = _toml(data, where), decoded(data, where), _Said()
    fitted, known = meta.get("fitted"), training_definitions()
    if not isinstance(fitted, dict):
        raise TableError("no table [fitted]", where=where, hint=AGAIN)
    out = {}
    for name, value in fitted.items():
        at = _at(text, where, name)
        if name not in known:
            said.bad("constants this version does not have", at, name, "its own constants",
                     nearest(name, known) or AGAIN)  # fmt: skip
        elif not _is_number(value) or not abs(value) <= MOST_LOG:
            allowed = f"a logarithm from -{MOST_LOG:g} to {MOST_LOG:g}"
            said.bad(f"not the logarithm of {name}", at, value, allowed)
        else:
            out[name] = float(value)
    digest = meta.get("data_sha256", "")
    if not isinstance(digest, str):
        said.bad("not a hash", _at(text, where, "data_sha256"), digest, "text")
    said.end()
    return constants_from(out), str(digest)


def overheads_in(data: bytes, where: str) -> tuple[Overhead, ...]:
    """What engines were observed to take beyond the step table; raises TableError."""
    meta, text, said = _toml(data, where), decoded(data, where), _Said()
    tables = meta.get("engine")
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables) or not tables:
        raise TableError("no tables [[engine]]", where=where, hint=OBSERVED_AGAIN)
    out: list[Overhead] = []
    for table in tables:
        wrong = len(said.problems)
        for key, value in table.items():
            if allowed := _not_of_overhead(key, value):
                near = "" if key in OVERHEAD else nearest(key, OVERHEAD)
                said.bad(f"not {key} of an engine", _at(text, where, key), repr(value), allowed,
                         near)  # fmt: skip
        lacking = [key for key in ("model", "chip", "weights") if key not in table]
        if lacking:
            said.bad("an engine of which this is not said", where, ", ".join(lacking), "each")
        if len(said.problems) == wrong:
            out.append(Overhead(**table))
    twice = {(o.model, o.chip, o.weights) for o in out}
    if len(twice) < len(out):
        said.bad("an engine given twice", where, f"{len(out)} tables", f"{len(twice)} of them")
    said.end()
    return tuple(out)


OBSERVED_AGAIN = "`outlay observe FILE --fit FOLDER` writes it anew"
OVERHEAD: Mapping[str, tuple[float, float] | None] = {
    "model": None, "chip": None, "weights": None, "engine": None, "layout": None,
    "constants": None, "observed": None,
    "factor": (1 / MOST_FACTOR, MOST_FACTOR), "step_s": (0.0, 1e3), "first_token_s": (0.0, 1e3),
    "runs": (0, 1e6), "error_before": (0.0, 1e3), "error_after": (0.0, 1e3),
}  # fmt: skip
"""Field of an `Overhead` → least and most of a number; None: a text."""


def _not_of_overhead(key: str, value: object) -> str:
    """What is allowed in place of a value; empty where it can be."""
    if key not in OVERHEAD:
        return ", ".join(OVERHEAD)
    bounds = OVERHEAD[key]
    if bounds is None:
        return "" if isinstance(value, str) else "a text"
    low, high = bounds
    fits = _is_number(value) and low <= value <= high
    whole = key != "runs" or isinstance(value, int)
    return "" if fits and whole else f"a number from {low:.3g} to {high:g}"


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _toml(data: bytes, where: str) -> Mapping[str, object]:
    """A TOML text; raises TableError with its line."""
    text = decoded(data, where, TableError)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        line = re.search(r"at line (\d+)", str(err))
        said = str(err).partition(" (at")[0]
        said = said[:1].lower() + said[1:]
    except (RecursionError, ValueError):  # nested too deeply; a number of too many digits
        line, said = None, "what it holds is no calibration's"
    place = f"{where}:{line[1]}" if line else where
    raise TableError(f"not TOML: {said}", where=place, hint=AGAIN)


def _at(text: str, where: str, key: str) -> str:
    """The line where a key stands."""
    found = re.search(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=", text, re.MULTILINE)
    line = text.count("\n", 0, found.start()) + 1 if found else 0
    return f"{where}:{line}" if line else where
