"""Explain a number of a study or of its result, down to the sentence of a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from outlay.core.errors import Problem, StudyError, UnknownNameError, nearest
from outlay.runs.execute import Options

__all__ = ["explain", "explain_input"]

Node = dict[str, Any]
RESULTS = (
    "cost_per_mtok.<service>.<kind>",
    "capex.<year>",
    "cells.<load>.<chip>",
    "<row of the accounts>.<period or year>",
)


def _source_node(loaded: Any, key: str, value: float | None) -> Node:
    """The study's source `key`, with the sentence that carries the number where it can be found."""
    source = loaded.study.sources.get(key)
    if source is None:
        return {"document": key}
    out: Node = {
        "id": key,
        "document": source.document or source.title,
        "publisher": source.publisher,
        "date": str(source.date or ""),
        "url": source.url or "",
        "grade": source.grade,
    }
    if source.quote:
        out["sentence"] = source.quote
    if source.document is not None:
        found = _claim(loaded, source, value)
        if found is not None:
            out |= {"claim": found.id, "span": list(found.span), "sentence": found.sentence}
    return {k: v for k, v in out.items() if v}


def _claim(loaded: Any, source: Any, value: float | None) -> Any:
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


def explain_input(loaded: Any, path: str) -> Node:
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
    return {
        "name": wanted,
        "value": None,
        "unit": "",
        "formula": f"{len(under)} numbers",
        "inputs": [_entry(loaded, e) for e in under],
    }


def _entry(loaded: Any, e: Any) -> Node:
    node: Node = {
        "name": e.path,
        "value": e.value,
        "unit": e.unit,
        "formula": "",
        "inputs": [],
        "where": e.where,
    }
    if e.low is not None or e.high is not None:
        node["range"] = [e.low, e.high]
    if e.source:
        node["source"] = _source_node(loaded, e.source, e.value)
    else:
        stated = "stated in the study" if e.stated else "a default of Outlay's"
        node["assumption"] = f"{e.note}; {stated}" if e.note else stated
    if e.note:
        node["note"] = e.note
    return node


def explain(
    study: Path, path: str, options: Options, progress: Callable[[str], None] = lambda _: None
) -> Node:
    """Explain `path`: an input of the study if it is one, else a number of its result.

    Raises StudyError for a bad study, UnknownNameError for a path that names nothing.
    """
    from outlay.study import load

    loaded = load(study, overrides=options.overrides, scenario=options.scenario)
    try:
        loaded.resolve(path)
    except StudyError as unknown:
        found = _explain_result(study, path, options, progress, unknown)
        return _with_study(found, loaded)
    return explain_input(loaded, path)


def _explain_result(
    study: Path,
    path: str,
    options: Options,
    progress: Callable[[str], None],
    unknown: StudyError,
) -> Node:
    from outlay.planning.solve import solve
    from outlay.runs.execute import prepare
    from outlay.runs.money import accounts_of

    head, _, rest = path.partition(".")
    stages = prepare(study, options, progress)
    if head == "cells":
        return _cell(stages, rest)
    progress("plan")
    plan = solve(stages.problem)
    a = accounts_of(stages, plan).accounts
    likely = int(a.flows.weights.argmax())
    note = f"on the likeliest path ({a.flows.paths[likely]})"
    if head == "cost_per_mtok":
        row = f"economic.per_mtok.{rest}.mean"
        if row in a.rows:
            return {**a.explain(row, path=likely).as_dict(), "name": path, "note": note}
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
    return {**_row(a, row, when, likely), "note": note}


def _row(a: Any, row: str, when: str, likely: int) -> Node:
    labels = [str(p) for p in a.flows.periods]
    if when in labels:
        node: Node = a.explain(row, period=labels.index(when), path=likely).as_dict()
        return node
    years = [p.fiscal_year(a.policy.fiscal_year_start) for p in a.flows.periods]
    inside = [i for i, y in enumerate(years) if str(y) == when] or list(range(len(labels)))
    if a.rows[row].ndim == 1:
        return dict(a.explain(row, path=likely).as_dict())
    parts = [a.explain(row, period=i, path=likely).as_dict() for i in inside]
    return {
        "name": f"{row} {when}".strip(),
        "value": float(a.rows[row][likely, inside].sum()),
        "unit": parts[0]["unit"],
        "formula": " + ".join(labels[i] for i in inside),
        "inputs": parts,
    }


def _cell(stages: Any, name: str) -> Node:
    load, _, chip = name.rpartition(".")
    known = {f"{c.load}.{c.chip}": c for c in stages.capacity.cells}
    if name not in known:
        raise UnknownNameError(
            "no such cell of the capacity table", value=name, allowed="<load>.<chip>",
            hint=nearest(name, known),
        )  # fmt: skip
    c = known[name]
    facts: Mapping[str, Any] = {
        "load factor": c.load_factor, "low": c.low, "high": c.high,
        "chips per replica": c.chips_per_replica, "watts per chip": c.watts_per_chip,
    }  # fmt: skip
    return {
        "name": f"{load} on {chip}",
        "value": c.units_per_chip,
        "unit": "units/s per chip",
        "formula": f"{c.method}; bound by {c.bound_by}" + (f"; {c.why_not}" if c.why_not else ""),
        "inputs": [
            {"name": k, "value": float(v), "unit": "", "formula": "", "inputs": []}
            for k, v in facts.items()
        ],
    }


def _with_study(node: Node, loaded: Any) -> Node:
    """Graph inputs that name a study path carry that path's own explanation."""
    source = node.get("source")
    text = source.get("text", "") if isinstance(source, dict) else ""
    if text and not node["inputs"]:
        try:
            found = explain_input(loaded, text)
        except StudyError:
            return node
        return {**node, "formula": text, "inputs": [found], "source": None}
    return {**node, "inputs": [_with_study(i, loaded) for i in node.get("inputs", [])]}
