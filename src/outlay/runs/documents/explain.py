"""Explain a number of a study or of its result, down to the sentence of a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from outlay.core.errors import Problem, StudyError, UnknownNameError, nearest
from outlay.results.document import extended
from outlay.results.explanation import Explanation, Origin, Step
from outlay.runs.documents.finished import Run
from outlay.runs.pipeline.execute import Stages, prepare

if TYPE_CHECKING:
    from outlay.core.graph import explain as graph_explain
    from outlay.finance.reports.accounts import Accounts
    from outlay.results.claims import Claim
    from outlay.results.study import Number
    from outlay.serving.types import Capacity
    from outlay.study.model.study import Source
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["explain", "explain_input"]

RESULTS = (
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
    path = loaded.path.parent / str(source.document)
    if not path.is_file():
        return None
    from outlay.evidence import read

    claims = read(path, date=source.date).claims
    if source.claim is not None:
        return next((c for c in claims if c.id == source.claim), None)
    if value is None:
        return None
    for c in claims:
        for stated in (c.value_low, c.value_high):
            if stated is not None and abs(stated - value) <= 1e-9 * max(abs(value), 1.0):
                return c
    return None


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
    progress: Callable[[str], None] = lambda _: None,
    run: Run | None = None,
) -> Explanation:
    """Explain `path`: an input of the study if it is one, else a number of its result.

    run: the study's run where there is one; else it is planned for a number of its result.

    Raises UnknownNameError for a path that names nothing.
    """
    try:
        loaded.resolve(path)
    except StudyError as unknown:
        found = _with_study(_result(loaded, path, progress, unknown, run), loaded)
    else:
        found = explain_input(loaded, path)
    return extended(Explanation, found)


def _accounts(stages: Stages, progress: Callable[[str], None]) -> Accounts:
    """The accounts of the study planned now."""
    from outlay.planning.programme.draft import WHOLE
    from outlay.planning.solver.solve import solve
    from outlay.planning.solver.tree.branches import Branches
    from outlay.runs.pipeline.money import accounts_of
    from outlay.runs.solved import Solved

    progress("plan")
    branches = Branches(stages.problem, recall=Solved.default())
    return accounts_of(stages, solve(stages.problem, WHOLE, branches)).accounts


def _result(
    loaded: LoadedStudy,
    path: str,
    progress: Callable[[str], None],
    unknown: StudyError,
    run: Run | None,
) -> Step:
    head, _, rest = path.partition(".")
    stages = prepare(loaded, progress) if run is None else run
    if head == "cells":
        return _cell(stages.capacity, rest)
    a = stages.accounts.accounts if isinstance(stages, Run) else _accounts(stages, progress)
    likely = int(a.flows.weights.argmax())
    note = f"on the likeliest path ({a.flows.paths[likely]})"
    if head == "cost_per_mtok":
        row = f"economic.per_mtok.{rest}.mean"
        if row in a.rows:
            return replace(_step(a.explain(row, path=likely)), name=path, note=note)
    if head == "capex":
        path = f"capex.paid.{rest}" if rest[:1].isdigit() else path
    row, _, when = path.rpartition(".")
    if row not in a.rows:
        row, when = path, ""
    if row not in a.rows:
        hint = nearest(path, a.rows)
        raise UnknownNameError(
            [
                *unknown.problems(),
                Problem("nor is it a result", value=path, allowed=", ".join(RESULTS), hint=hint),
            ]
        )
    return replace(_row(a, row, when, likely), note=note)


def _step(found: graph_explain.Explanation) -> Step:
    """A cell of the accounts' graph, and all below it."""
    given = not found.formula
    return Step(
        name=found.name,
        value=found.value,
        unit=found.unit,
        formula=found.formula,
        inputs=tuple(_step(i) for i in found.inputs),
        label=found.label,
        period=found.period,
        source=Origin(text=found.source) if given and not found.assumption else None,
        assumption=True if given and found.assumption else None,
        note=found.note,
        repeated=found.repeated or None,
    )


def _row(a: Accounts, row: str, when: str, likely: int) -> Step:
    labels = [str(p) for p in a.flows.periods]
    if when in labels:
        return _step(a.explain(row, period=labels.index(when), path=likely))
    years = [p.fiscal_year(a.policy.fiscal_year_start) for p in a.flows.periods]
    inside = [i for i, y in enumerate(years) if str(y) == when] or list(range(len(labels)))
    if a.rows[row].ndim == 1:
        return _step(a.explain(row, path=likely))
    parts = tuple(_step(a.explain(row, period=i, path=likely)) for i in inside)
    return Step(
        name=f"{row} {when}".strip(),
        value=float(a.rows[row][likely, inside].sum()),
        unit=parts[0].unit,
        formula=" + ".join(labels[i] for i in inside),
        inputs=parts,
    )


def _cell(capacity: Capacity, name: str) -> Step:
    load, _, chip = name.rpartition(".")
    known = {f"{c.load}.{c.chip}": c for c in capacity.cells}
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
        formula=f"{c.method}; bound by {c.bound_by}" + (f"; {c.why_not}" if c.why_not else ""),
        inputs=tuple(Step(k, float(v), "", "") for k, v in facts.items()),
    )


def _with_study(step: Step, loaded: LoadedStudy) -> Step:
    """Graph inputs that name a study path carry that path's own explanation."""
    text = step.source.text if step.source is not None else ""
    if text and not step.inputs:
        try:
            found = explain_input(loaded, text)
        except StudyError:
            return step
        return replace(step, formula=text, inputs=(found,), source=None)
    return replace(step, inputs=tuple(_with_study(i, loaded) for i in step.inputs))
