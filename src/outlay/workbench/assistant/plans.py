"""Answers about a study: check, plan, what-if, explain, compare."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.core.errors import InputError
from outlay.results.study import Number
from outlay.workbench.assistant.asked import (
    AskCheck,
    AskCompare,
    AskExplain,
    AskPlan,
    AskStudy,
    AskWhatIf,
)
from outlay.workbench.assistant.figures import clean, figure, firsts, of_number, ratio
from outlay.workbench.assistant.places import folder_in, inside, name_in
from outlay.workbench.assistant.shapes import (
    CheckAnswer,
    CompareAnswer,
    ExplainAnswer,
    Figure,
    OrderLine,
    PlanAnswer,
    Quote,
    Status,
    WhatIfAnswer,
)
from outlay.workbench.assistant.status import of_numbers, of_step

if TYPE_CHECKING:
    from outlay.results.checks import Check
    from outlay.results.comparison import Comparison
    from outlay.results.document import Document
    from outlay.results.explanation import Explanation, Step
    from outlay.results.plans.plan import Plan
    from outlay.results.plans.what_if import WhatIf
    from outlay.study.reading.loader import LoadedStudy

__all__ = [
    "Say", "Where", "check", "check_answer", "compare", "compare_answer", "explain",
    "explain_answer", "plan", "plan_answer", "what_if", "what_if_answer",
]  # fmt: skip

Say = Callable[[str], None]
GIVEN = "given.yaml"
"""What errors call a study that was handed over as text."""
UNSURE, OUTCOMES = 12, 8
DUST = 1e-9
"""Gap that is none: sums of floats are never quite those meant."""


@dataclass(frozen=True, slots=True)
class Where:
    """Folders that were named at start: `root` is read, `out` is written into; none: nothing is."""

    root: Path
    out: Path | None = None


def _study(asked: AskStudy, places: Where, *, changed: bool = True) -> LoadedStudy:
    """The study that was asked about; its files are looked for in its folder or below."""
    from outlay.api.studies import loaded, refuse_twice
    from outlay.study.reading.loader import loads

    changes = asked.changes if changed else ()
    if bool(asked.study) == bool(asked.text.strip()):
        what = "two studies" if asked.study else "no study"
        raise InputError(what, where="study, text", allowed="one of them: its path, or its text")
    refuse_twice(changes)
    os.chdir(places.root)
    if asked.text.strip():
        return loads(asked.text, GIVEN, changes, asked.scenario or None)
    path = inside(places.root, asked.study, "study")
    return loaded(path, changes, asked.scenario or None)


def _run(places: Where, given: str, where: str) -> Path:
    """The folder of a run, named from the root, in which this process now stands."""
    found = folder_in(places.root, given, where)
    os.chdir(places.root)
    return found


def _sources(study: LoadedStudy) -> Mapping[str, str]:
    """Key of a source → who says it."""
    return {
        key: clean(", ".join(str(p) for p in (s.title or s.document, s.publisher, s.date, s.url)
                             if p) or key, 300)
        for key, s in study.study.sources.items()
    }  # fmt: skip


def check(asked: AskCheck, places: Where, say: Say) -> tuple[CheckAnswer, Document]:
    """A study's errors at once; else its doubts and its numbers."""
    from outlay.api.plans.check import check as verb

    study = _study(asked, places)
    doc = verb(study)
    return check_answer(doc, _sources(study), asked.most), doc


def check_answer(doc: Check, sources: Mapping[str, str], most: int) -> CheckAnswer:
    """The answer of a check; sources: by key, as words."""
    from outlay.report.words.check import idle_groups
    from outlay.report.words.language import words

    wide = sorted(doc.assumptions, key=lambda n: -ratio(n))
    assumed, more = firsts((of_number(n, sources) for n in wide), most)
    facts, others = firsts((of_number(n, sources) for n in doc.facts), most)
    notes = _left(more, "assumptions") + _left(others, "facts")
    said = (f"{clean(doc.title, 200)}: no errors, {_many(len(doc.warnings), 'warning')}, "
            f"{_many(len(doc.assumptions), 'assumption')}, {_many(len(doc.facts), 'fact')} with a "
            "source.")  # fmt: skip
    idle = (
        clean(f"Reaches nothing: {path}: {why}") for path, why in idle_groups(doc.idle, words())
    )
    return CheckAnswer(
        sentences=(said, *idle), notes=notes, document="", title=clean(doc.title), as_of=doc.as_of,
        warnings=doc.warnings, assumptions=assumed, facts=facts,
    )  # fmt: skip


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _left(n: int, what: str) -> tuple[str, ...]:
    return (f"{n:,} more {what} stand in the document, or ask for more of them",) if n else ()


def _basis(assumptions: tuple[Number, ...], facts: tuple[Number, ...]) -> tuple[Status, str]:
    """How firm what is worked out from a study is, and what that rests on, in words."""
    status = of_numbers((*assumptions, *facts))
    wide = [n.path for n in sorted(assumptions, key=lambda n: -ratio(n)) if ratio(n) > 1][:3]
    said = (f"worked out from the study by Outlay: {len(assumptions):,} of its "
            f"{len(assumptions) + len(facts):,} numbers are assumptions")  # fmt: skip
    return status, f"{said}, the widest: {', '.join(wide)}" if wide else said


def plan(asked: AskPlan, places: Where, say: Say) -> tuple[PlanAnswer, Document]:
    """What to order now, and later in every branch; what it costs, and how sure that is."""
    from outlay.api.plans.plan import plan as verb

    out = None
    if asked.save_as:
        if places.out is None:
            raise InputError("nothing may be written", where="save_as", value=asked.save_as,
                             allowed="nothing here: the server was started without a folder for it",
                             hint="`outlay mcp --out FOLDER` lets it write there")  # fmt: skip
        out = name_in(places.out, asked.save_as, "save_as")
    doc = verb(
        _study(asked, places), quick=asked.quick, worlds=asked.worlds, language=asked.language,
        out=out, progress=say,
    )  # fmt: skip
    return replace(plan_answer(doc), saved=asked.save_as), doc


def plan_answer(doc: Plan) -> PlanAnswer:
    """The answer of a plan: orders, money and how sure."""
    from outlay.report.words.of_plan import words_of
    from outlay.report.words.plans.need import caution, observed

    status, source = _basis(doc.assumptions, doc.facts)
    said = [doc.headline.sentence, *doc.headline.lines]
    said += [f"{t.name}: {t.text}{f' ({t.range})' if t.range else ''}" for t in doc.headline.tiles]
    said += [f"{a.question} {a.sentence}" for a in doc.answers]
    orders = tuple(
        OrderLine(
            offer=clean(o.offer), chip=o.chip, kind=o.kind, period=o.period,
            branch=clean(o.branch), chips=figure(o, "quantity", status, source, name=o.offer),
            spend=figure(o, "spend", status, source, name=o.offer, currency=doc.currency),
        )
        for o in doc.orders_now
    )  # fmt: skip
    sources = {s.id: s.text for s in doc.sources}
    unsure, _ = firsts(
        (of_number(n, sources) for n in sorted(doc.assumptions, key=lambda n: -ratio(n))
         if ratio(n) > 1), UNSURE,
    )  # fmt: skip
    notes = [clean(caution(c, words_of(doc))) for c in doc.cautions]
    notes += [clean(observed(o, words_of(doc))) for o in doc.observed]
    notes += [] if doc.verdict == "valid" else ["the run broke one of its own identities"]
    notes += [] if doc.outlook is not None else ["no worlds were sampled: no range by chance"]
    return PlanAnswer(
        sentences=tuple(clean(s, 1500) for s in said if s), notes=tuple(notes), document="",
        title=clean(doc.title), verdict=doc.verdict, orders=orders,
        figures=tuple(_plan_figures(doc, status, source)), unsure=unsure, saved="",
    )  # fmt: skip


def _plan_figures(doc: Plan, status: Status, source: str) -> Iterator[Figure]:
    """What a plan costs, spends and serves; ranges over its branches and its sampled worlds."""
    low, high = min(doc.leaf_cost, default=None), max(doc.leaf_cost, default=None)
    yield figure(
        doc, "expected_cost", status, source, currency=doc.currency, low=low, high=high
    )  # fmt: skip

    def worked(name: str, value: float | None, unit: str, says: str) -> Figure:
        return Figure(name, says, value, unit, None, None, status, source)

    yield worked("cash", doc.cash, doc.currency, "Of the expected cost, what is paid less what is "
                 "left at the end.")  # fmt: skip
    yield worked("order_now", doc.order_now, doc.currency,
                 "Price of all that is ordered in the first period, hosts included.")  # fmt: skip
    yield worked("served_share", doc.served_share, "share",
                 "Tokens served over tokens asked for, over the horizon, expected.")  # fmt: skip
    for year, by_class in doc.capex_by_year.items():
        yield worked(f"capex.{year}", sum(by_class.values()), doc.currency,
                     f"Expected capital expenditure of fiscal year {year}.")  # fmt: skip
    unit = f"{doc.currency}/Mtok"
    for service, kinds in doc.cost_per_mtok.items():
        for kind, cost in kinds.items():
            if not kind.endswith("_direct"):
                yield worked(f"cost_per_mtok.{clean(service)}.{kind}", cost, unit,
                             "Cost of a million tokens of that service and kind.")  # fmt: skip
    if doc.outlook is None:
        return
    how = f"{doc.outlook.worlds:,} sampled worlds of the study's own ranges; {source}"
    for d in doc.outlook.distributions[:OUTCOMES]:
        yield Figure(f"outlook.{d.name}", "Mean over sampled worlds; the range holds 90 % of them.",
                     d.mean, d.unit or "1", d.p05, d.p95, status, clean(how))  # fmt: skip
    for p in doc.outlook.probabilities[:OUTCOMES]:
        error = p.standard_error
        yield Figure(f"outlook.{p.name}", "Chance, in sampled worlds, that the promise breaks; the "
                     "range is two standard errors of sampling.", p.probability, "share",
                     max(0.0, p.probability - 2 * error), min(1.0, p.probability + 2 * error),
                     status, clean(how))  # fmt: skip


def what_if(asked: AskWhatIf, places: Where, say: Say) -> tuple[WhatIfAnswer, Document]:
    """What a change costs and orders first, beside the study as it stands."""
    from outlay.api.plans.what_if import what_if as verb

    study = _study(asked, places, changed=False)
    doc = verb(study, overrides=asked.changes, progress=say)
    changed = study.again(asked.changes)
    return what_if_answer(doc, *_basis(changed.assumptions, changed.facts)), doc


def what_if_answer(doc: WhatIf, status: Status, source: str) -> WhatIfAnswer:
    """The answer of a what-if; status, source: of the changed study."""
    from outlay.report.words.plans.what_if import what_if_lines

    open_ = doc.least is not None and (doc.gap or 0.0) > DUST
    figures = (
        figure(doc, "objective", status, source, currency=doc.currency,
               low=doc.least if open_ else None, high=doc.objective if open_ else None),
        figure(doc, "base", status, source, currency=doc.currency),
        Figure("difference", "What the change costs.", doc.difference, doc.currency, None, None,
               status, source),
    )  # fmt: skip
    offers = dict.fromkeys((*doc.base_orders, *doc.first_orders))
    orders = tuple(
        Figure(clean(o), f"Chips ordered in the first period; {doc.base_orders.get(o, 0.0):,.6g} "
               "chips as the study stands.", doc.first_orders.get(o, 0.0), "chip", None, None,
               status, source)
        for o in offers
    )  # fmt: skip
    return WhatIfAnswer(
        sentences=tuple(map(clean, what_if_lines(doc))),
        notes=() if doc.moved else ("nothing of the programme moves with this change",),
        document="", title=clean(doc.title), changes=tuple(map(clean, doc.changes)),
        figures=figures, orders=orders,
    )  # fmt: skip


def explain(asked: AskExplain, places: Where, say: Say) -> tuple[ExplainAnswer, Document]:
    """Where a number comes from, down to the sentence."""
    from outlay.api.plans.explain import explain as verb
    from outlay.report.words.explanation import explanation_lines
    from outlay.report.words.language import words
    from outlay.report.words.of_plan import words_of

    if not asked.path.strip():
        raise InputError("no number is named", where="path",
                         allowed="a path: supply.h200.price, expected_cost")  # fmt: skip
    if asked.run and (asked.study or asked.text or asked.changes or asked.scenario):
        raise InputError("a run and a study", where="run", value=clean(asked.run, 80),
                         allowed="one of them: a run holds one plan")  # fmt: skip
    if asked.run:
        of: LoadedStudy | Path = _run(places, asked.run, "run")
    else:
        of = _study(asked, places)
    doc = verb(of, asked.path, period=asked.period, branch=asked.branch, progress=say)
    say_it = words() if doc.plan is None else words_of(doc.plan)
    lines = explanation_lines(doc, 1, say_it, "", asked.branch)
    status: Status = "assumed"
    if doc.plan is not None:
        status, _ = _basis(doc.plan.assumptions, doc.plan.facts)
    return explain_answer(doc, status, tuple(map(clean, lines)), asked.most), doc


def explain_answer(doc: Explanation, plan: Status, lines: tuple[str, ...], most: int
                   ) -> ExplainAnswer:  # fmt: skip
    """The answer of an explanation; plan: how firm what the plan found is."""
    steps, more = firsts((_step(s, plan) for s in _below(doc)), most)
    quotes = dict.fromkeys(
        Quote(clean(o.document or o.id, 200), clean(o.sentence, 2000))
        for s in (doc, *_below(doc))
        if (o := s.source) is not None and o.sentence
    )
    ends = [b.value for b in doc.branches if b.value is not None]
    return ExplainAnswer(
        sentences=lines, notes=_left(more, "steps"), document="", number=_step(doc, plan, ends),
        steps=steps, quotes=tuple(quotes)[:most],
    )  # fmt: skip


def _below(step: Step) -> Iterator[Step]:
    """The steps below one, level by level."""
    level = list(step.inputs)
    while level:
        yield from level
        level = [below for s in level for below in s.inputs]


SOURCES = {"plan": "decided by the plan", "default": "Outlay's default"}


def _source_of(s: Step) -> str:
    """Where a number on the way comes from, or how it is worked out."""
    origin = s.source
    if origin is not None:
        named = (origin.document, origin.publisher, origin.date, origin.url, origin.grade)
        said = ", ".join(p for p in named if p)
        return said or SOURCES.get(origin.text, origin.text) or origin.id
    if s.assumption:
        return "assumption" if s.assumption is True else f"assumption: {s.assumption}"
    return s.formula


def _step(s: Step, plan: Status, ends: Sequence[float] = ()) -> Figure:
    """A number on the way; ends: what it is in each branch, where it has no range of its own."""
    low, high = s.range if s.range is not None else (None, None)
    if s.range is None and len(set(ends)) > 1:
        low, high = min(ends), max(ends)
    name = f"{s.name}.{s.period}" if s.period else s.name
    says = s.note or s.label or s.name
    return Figure(
        name=clean(name, 200), says=clean(says), value=s.value, unit=s.unit or "1", low=low,
        high=high, status=of_step(s, plan), source=clean(_source_of(s) or "Outlay"),
    )  # fmt: skip


def compare(asked: AskCompare, places: Where, say: Say) -> tuple[CompareAnswer, Document]:
    """What changed between two runs, as steps that sum to the difference."""
    from outlay.api.plans.compare import compare as verb
    from outlay.api.plans.compare import plan_of

    before, after = (
        plan_of(_run(places, given, where), say)
        for given, where in ((asked.before, "before"), (asked.after, "after"))
    )
    doc = verb(before, after)
    status, source = _basis(after.assumptions, after.facts)
    return compare_answer(doc, status, source), doc


def compare_answer(doc: Comparison, status: Status, source: str) -> CompareAnswer:
    """The answer of a comparison."""
    from outlay.report.words.plans.comparison import (
        comparison_lines,
        comparison_sentence,
        comparison_words,
    )

    say = comparison_words(doc)
    both = (
        figure(side, field, status, source, currency=doc.currency, name=f"{which}.{field}")
        for which, side in (("before", doc.before), ("after", doc.after))
        for field in ("expected_cost", "cash")
    )
    change = tuple(
        figure(doc, field, status, source, currency=doc.currency)
        for field in ("difference", "cash")
    )
    return CompareAnswer(
        sentences=tuple(map(clean, (comparison_sentence(doc, say), *comparison_lines(doc, say)))),
        notes=(), document="",
        steps=tuple(figure(s, "value", status, source, currency=doc.currency, name=clean(s.name),
                           says="Change of cash." if s.paid else "Change of a price that nobody "
                           "pays.") for s in doc.steps),
        orders=tuple(figure(o, "after", status, source, name=clean(o.offer), says=
                            f"Chips ordered in the second; {o.before:,.6g} chips in the first.")
                     for o in doc.orders),
        figures=(*both, *change),
    )  # fmt: skip
