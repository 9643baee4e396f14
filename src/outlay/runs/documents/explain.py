"""Explain a number of a study or of its result, down to the sentence of a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from outlay.core.errors import InputError, Problem, StudyError, UnknownNameError, nearest
from outlay.core.progress import Progress
from outlay.results.document import extended
from outlay.results.explanation import Explanation, Origin, Step
from outlay.results.plans.plan import Plan as Result
from outlay.results.plans.rows import Cell
from outlay.runs.documents.branches import branches_meant
from outlay.runs.documents.explain_result import Chosen, Explained, explain_row
from outlay.runs.documents.folder import Given, planned
from outlay.runs.pipeline.execute import prepare
from outlay.study.model.shape import members, study_shape

if TYPE_CHECKING:
    from datetime import date

    from outlay.results.claims import Claim
    from outlay.results.study import Number
    from outlay.runs.documents.calculation import Calculation
    from outlay.study.model.study import Source
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["explain", "explain_input", "needs_plan"]

RESULTS = (
    "expected_cost",
    "cash",
    "cost_per_mtok.<service>.<kind>",
    "capex.<year>",
    "cells.<load>.<chip>",
    "<row of the accounts>.<period or year>",
)


def _origin(loaded: LoadedStudy, key: str, value: float | None) -> Origin:
    """The study's source `key`, with the sentence that carries the number where it can be found."""
    source = loaded.study.sources.get(key)
    if source is None:
        return Origin(document=key)
    out = Origin(
        id=key,
        document=source.document or source.title or "",
        publisher=source.publisher or "",
        date=str(source.date or ""),
        url=source.url or "",
        grade=source.grade,
        sentence=source.quote or "",
    )
    found = _claim(loaded, source, value) if source.document is not None else None
    if found is None:
        return out
    return replace(out, claim=found.id, span=found.span, sentence=found.sentence)


def _claim(loaded: LoadedStudy, source: Source, value: float | None) -> Claim | None:
    """The claim of the document that the source names, or the one that states the value."""
    from outlay.study.files import DOCUMENT

    name = str(source.document)
    claims = _read(name, loaded.files.data(name, DOCUMENT), source.date)
    if source.claim is not None:
        number = source.claim.rpartition(".")[2]  # its document may be called otherwise here
        return next((c for c in claims if c.id.rpartition(".")[2] == number), None)
    if value is None:
        return None
    for c in claims:
        for stated in (c.value_low, c.value_high):
            if stated is not None and abs(stated - value) <= 1e-9 * max(abs(value), 1.0):
                return c
    return None


@lru_cache(maxsize=8)
def _read(name: str, data: bytes, day: date | None) -> tuple[Claim, ...]:
    """The claims of a document, read once for all numbers that cite it."""
    from outlay.evidence import read

    return read([(name, data)], date=day).claims


def explain_input(loaded: LoadedStudy, path: str) -> Step:
    """The explanation of a study path: each number under it with its source or as an assumption."""
    from outlay.study.paths import text_of

    wanted = text_of(loaded.resolve(path))
    under = [e for e in loaded.ledger if e.path == wanted or e.path.startswith(f"{wanted}.")]
    if not under:
        raise StudyError(
            Problem(
                "no number stands there",
                where=loaded.lines.where(loaded.resolve(path)),
                value=path,
                allowed="a field that holds a number, or a section with numbers in it",
            )
        )  # fmt: skip
    if len(under) == 1 and under[0].path == wanted:
        return _entry(loaded, under[0])
    below = tuple(_entry(loaded, e) for e in under)
    return Step(wanted, None, "", f"{len(under)} numbers", below)


def _entry(loaded: LoadedStudy, e: Number) -> Step:
    stated = "stated in the study" if e.stated else "a default of Outlay's"
    return Step(
        name=e.path,
        value=e.value,
        unit=e.unit,
        formula="",
        where=e.where,
        range=None if e.low is None and e.high is None else (e.low, e.high),
        source=_origin(loaded, e.source, e.value) if e.source else None,
        assumption=None if e.source else f"{e.note}; {stated}" if e.note else stated,
        note=e.note,
    )


def explain(
    loaded: LoadedStudy,
    path: str,
    progress: Progress = lambda _: None,
    given: Given | None = None,
    *,
    period: str = "",
    branch: str = "",
) -> Explanation:
    """Explain `path`: an input of the study if it is one, else a number of its result.

    given: what the study's plan found, where it is planned already; else it is planned here.
    period: a period or fiscal year. branch: states of the branches that the number is expected
    over.

    Raises UnknownNameError for a path, period or state that names nothing.
    """
    try:
        loaded.resolve(path)
    except StudyError as unknown:
        if (own := _implied(loaded, path)) is not None:
            return extended(Explanation, _entry(loaded, own))
        found = _result(loaded, path, progress, unknown, given, period, branch)
        return extended(Explanation, _with_study(found.step, loaded), branches=found.branches)
    asked = (("--period", period), ("--branch", branch))
    if stray := [
        Problem("an input has no such", o, v, "numbers of results") for o, v in asked if v
    ]:
        raise InputError(stray)
    return extended(Explanation, explain_input(loaded, path))


def needs_plan(loaded: LoadedStudy, path: str) -> bool:
    """Whether a number of the accounts is meant: no input, no cell of the capacities.

    Raises UnknownNameError for a path in a section of the study that names nothing there: no row
    of the accounts is called so, and no plan is made to learn it.
    """
    try:
        loaded.resolve(path)
    except StudyError as err:
        if _implied(loaded, path) is not None:
            return False
        if path.partition(".")[0] in members(study_shape()):
            raise UnknownNameError(err.problems()) from None
        return not path.startswith("cells.")
    return False


def _implied(loaded: LoadedStudy, path: str) -> Number | None:
    """A number that the study leaves out and Outlay puts in, as a rate of exchange."""
    return next((e for e in loaded.ledger if e.path == path), None)


def _result(
    loaded: LoadedStudy,
    path: str,
    progress: Progress,
    unknown: StudyError,
    given: Given | None,
    period: str,
    branch: str,
) -> Explained:
    head, _, rest = path.partition(".")
    _of_the_whole(path, period, branch)
    if head == "cells":
        cells = prepare(loaded, progress).capacity.cells if given is None else given.plan.capacity
        return Explained(_cell(cells, rest), ())
    given = given or planned(loaded, progress)
    c, plan = given.calculation, given.plan
    if path in WHOLE:
        return Explained(_whole(plan, path), ())
    titles = {t.id: t.title for t in plan.things if t.kind == "factor"}
    chosen = branches_meant(branch, c.paths, titles) if branch else None
    over = Chosen.of(c, chosen)
    row, when = _row_and_when(c, path)
    if not row:
        raise UnknownNameError([*unknown.problems(), _no_result(c, path)])
    when = _known_period(c, when, period, path)
    if head == "capex" and row == PAID and path.startswith(f"capex.{when or row}") and not branch:
        return _capex(c, plan, when, over)
    return explain_row(c, row, when, over)


def _of_the_whole(path: str, period: str, branch: str) -> None:
    """Refuse a period or a branch of what is one number for all of them; raises InputError."""
    one = path in WHOLE or path.startswith("cells.")
    for name, given in (("--period", period), ("--branch", branch)):
        if given and one:
            raise InputError(
                Problem("one number for every period and branch", name, given,
                        f"`{path}` without it")
            )  # fmt: skip


def _known_period(c: Calculation, when: str, period: str, path: str) -> str:
    """The period or year that a path or an option names, or neither.

    Raises InputError where they name two, UnknownNameError where there is no such period.
    """
    if period and when and when != period:
        raise InputError(Problem("two periods", "--period", f"{when}, {period}", "one"))
    when = period or when
    allowed = [*c.periods, *dict.fromkeys(map(str, c.years))]
    if when and when not in allowed:
        raise UnknownNameError(
            "no such period", where="--period" if period else path, value=when,
            allowed=", ".join(allowed), hint=nearest(when, allowed),
        )  # fmt: skip
    return when


PAID = "capex.paid"


def _row_and_when(c: Calculation, path: str) -> tuple[str, str]:
    """The row that a path names, and its period or year; ('', '') where it names none."""
    head, _, rest = path.partition(".")
    if path in c.rows or head == "cost_per_mtok":
        front, _, last = path.rpartition(".")
        dated = head == "cost_per_mtok" and (last in c.periods or last in map(str, c.years))
        return (front, last) if dated else (path, "")
    if head == "capex" and rest[:1].isdigit():
        return PAID, rest
    row, _, when = path.rpartition(".")
    if row not in c.rows:
        return "", ""
    looks = when[:1].isdigit()  # else it is another row that is spelt wrongly
    return (row, when) if looks else ("", "")


def _no_result(c: Calculation, path: str) -> Problem:
    known = [*c.rows, *(f"cost_per_mtok.{n.removeprefix(FULL)}" for n in c.rows if FULL in n)]
    return Problem(
        "nor is it a result", value=path, allowed=", ".join(RESULTS),
        hint=nearest(path, [*known, "expected_cost"]),
    )  # fmt: skip


FULL = "economic.full."


def _capex(c: Calculation, plan: Result, year: str, over: Chosen) -> Explained:
    """What a year's budget bears: the plan's own, class by class, and what is due outside it."""
    if year not in plan.capex_by_year:
        return explain_row(c, PAID, year, over)
    own = explain_row(c, PAID, year, over)
    classes = plan.capex_by_year[year]
    outside = {k: v for k, v in classes.items() if k in OUTSIDE}
    mine = sum(v for k, v in classes.items() if k not in OUTSIDE)
    if own.step.value is None or abs(own.step.value - mine) > CENT * max(1.0, abs(mine)):
        inputs = tuple(_part(k, v, plan.currency) for k, v in classes.items())
    elif not outside:
        return own
    else:
        inputs = (own.step, *(_part(k, v, plan.currency) for k, v in outside.items()))
    step = Step(
        f"capex.{year}", sum(classes.values()), plan.currency,
        " + ".join(i.name for i in inputs), inputs,
    )  # fmt: skip
    return Explained(step, ())


OUTSIDE = {"outside this plan": "budget.other_capex", "committed halls": "capex_due of the sites"}
"""Classes of capital expenditure that the plan does not choose, and where the study says them."""
CENT = 1e-9


def _part(name: str, value: float, unit: str) -> Step:
    return Step(name, value, unit, "", source=Origin(text=OUTSIDE.get(name, "plan")))


WHOLE = {
    "expected_cost": "sum of all payments, expected over the branches and discounted",
    "cash": "sum of what is paid less what is left, expected over the branches and discounted",
}
"""Numbers of the whole plan, and how each is worked out; `cash` without prices nobody pays."""


def _whole(plan: Result, path: str) -> Step:
    """The plan's cost, or its cash alone, as the sum of its payments by kind."""
    parts = tuple(
        Step(f"{p.entry} ({p.treatment})", p.value, plan.currency, "", source=Origin(text="plan"))
        for p in plan.cost_parts
        if path != "cash" or p.treatment != "penalty"
    )
    value = plan.cash if path == "cash" else plan.expected_cost
    return Step(path, value, plan.currency, WHOLE[path], parts)


def _cell(cells: Iterable[Cell], name: str) -> Step:
    load, _, chip = name.rpartition(".")
    known = {f"{c.load}.{c.chip}": c for c in cells}
    if name not in known:
        raise UnknownNameError(
            "no such cell of the capacity table", value=name, allowed="<load>.<chip>",
            hint=nearest(name, known),
        )  # fmt: skip
    c = known[name]
    facts = {
        "load factor": c.load_factor, "low": c.low, "high": c.high,
        "chips per replica": c.chips_per_replica, "watts per chip": c.watts_per_chip,
    }  # fmt: skip
    return Step(
        name=f"{load} on {chip}",
        value=c.units_per_chip,
        unit="units/s per chip",
        formula=_how(c),
        inputs=tuple(Step(k, float(v), "", "") for k, v in facts.items()),
    )


def _how(c: Cell) -> str:
    """How a rate was found, in which formats, and what limits it."""
    formats = f"; {c.weights} weights, {c.kv} cache" if c.weights else ""
    return f"{c.method}; bound by {c.bound_by}{formats}" + (f"; {c.why_not}" if c.why_not else "")


def _with_study(step: Step, loaded: LoadedStudy) -> Step:
    """Graph inputs that name a study path carry that path's own explanation."""
    known: dict[str, Step | None] = {}

    def of_study(text: str) -> Step | None:
        if text not in known:
            try:
                known[text] = explain_input(loaded, text)
            except StudyError:
                known[text] = None
        return known[text]

    def told(s: Step) -> Step:
        if s.inputs:
            return replace(s, inputs=tuple(map(told, s.inputs)))
        found = of_study(s.source.text) if s.source is not None and s.source.text else None
        if found is None or s.source is None:
            return s
        return replace(s, formula=s.source.text, inputs=(found,), source=None)

    return told(step)
