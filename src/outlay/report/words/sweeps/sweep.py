"""A sweep in words: what drives what, in a sentence first; how many cases have a plan; how far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.report.words.names import names_of
from outlay.report.words.of_plan import words_for
from outlay.report.words.quantities import quantity
from outlay.results.kept.sweep import Driver, Sweep

__all__ = ["answer_name", "input_name", "input_value", "shown", "sweep_answers", "sweep_lines",
           "sweep_sentence", "sweep_words"]  # fmt: skip

FEW = 20
"""Draws for each input that is drawn, below which shares are rough."""
AHEAD = 2.0
"""How many times the share of the second the first has, to be named alone."""
NAMED = ("first_orders", "capex", "opex", "served", "cost_per_mtok")
WHY = 3
"""Reasons that are told."""


def sweep_words(found: Sweep, say: Words | None = None) -> Words:
    """The words of a sweep: its study's things by name, in the scale of its cost."""
    sizes = (max(abs(s.least), abs(s.most)) for s in found.spreads if s.unit == found.currency)
    said = words_for((), found.currency, max(sizes, default=0.0), say)
    return replace(said, names=names_of(found.things, said))


def sweep_answers(found: Sweep) -> tuple[str, ...]:
    """The answers that move, in the order of what readers ask."""
    return tuple(s.of for s in found.spreads)


def answer_name(column: str, say: Words) -> str:
    """A column of the table as people call it."""
    group, sign, name = column.partition(".")
    if not sign or group not in NAMED:
        return say(f"sweep.of_{column}") if f"sweep.of_{column}" in say.texts else column
    thing, _, kind = name.rpartition(".") if group == "cost_per_mtok" else (name, "", "")
    called = say.called(thing) if group not in ("capex", "opex") else thing
    return say(f"sweep.of_{group}", name=called, kind=say.name("kind", kind) if kind else "")


def input_name(path: str, say: Words) -> str:
    """An input of a study as people call it: price of H200 (import), H200 licence granted."""
    for thing in sorted(say.names, key=len, reverse=True):
        before, sign, after = path.partition(f".{thing}.")
        if not sign:
            continue
        if before == "uncertainty" and after.startswith("states."):
            return say("sweep.chance", state=say.state(thing, after.removeprefix("states.")))
        return say("sweep.input", what=_phrase(after, say), of=say.called(thing))
    *above, last = path.split(".")
    if not above:
        return _phrase(last, say)
    if path.startswith("uncertainty."):
        factor, _, state = path.removeprefix("uncertainty.").partition(".states.")
        return say("sweep.chance", state=say.state(factor, state)) if state else path
    return say("sweep.input", what=_phrase(".".join(path.split(".")[1:]), say),
               of=say.called(above[0]))  # fmt: skip


def _phrase(path: str, say: Words) -> str:
    return " ".join(say.word(w) for w in path.replace("_", ".").split("."))


def shown(value: float | None, unit: str, say: Words) -> str:
    """A number of an answer."""
    if value is None:
        return say("sweep.no_plan")
    if unit == "share":
        return say("number.percent", n=f"{100 * value:.3g}")
    if unit == "chip":
        return say.count(value)
    if unit == "MW":
        return say.power(value)
    return quantity(value, unit.removesuffix("/Mtok"), say)


def input_value(value: str | float | None, unit: str, say: Words) -> str:
    """A value of an input."""
    if value is None:
        return ""
    if isinstance(value, str):
        return say.coded(value)
    if unit == "chip":
        return say.count(value)
    return quantity(value, unit, say)


def sweep_sentence(found: Sweep, say: Words) -> str:
    """What moves the first answer, and how far."""
    if not found.optimal:
        why = found.refusals[0].why if found.refusals else ""
        return _upper(say("sweep.none", n=f"{found.cases:,}", why=why))
    ranked = found.of(found.spreads[0].of) if found.spreads else ()
    if not ranked or ranked[0].share <= 0.0:
        return say("sweep.still", n=f"{found.optimal:,}")
    first, rest = ranked[0], ranked[1:]
    of = answer_name(first.of, say)
    told = {
        "first": input_name(first.path, say), "of": of, "swing": _swing(first, found, say),
        "share": _share(first, say),
    }  # fmt: skip
    if not rest:
        return _upper(say("sweep.one", **told))
    second = {"second": input_name(rest[0].path, say), "other": _share(rest[0], say)}
    alone = first.share >= AHEAD * rest[0].share
    return _upper(say("sweep.not" if alone else "sweep.both", **told, **second))


def _swing(d: Driver, found: Sweep, say: Words) -> str:
    """From what to what, where the input is low and where it is high."""
    varied = next(v for v in found.varied if v.path == d.path)
    if not varied.unit and len(varied.values) > 0:
        low, high = (input_value(v, "", say) for v in (varied.values[0], varied.values[-1]))
    else:
        numbers = [v for v in varied.values if not isinstance(v, str)]
        low, high = (input_value(v, varied.unit, say) for v in (min(numbers), max(numbers)))
    key = "sweep.swing_drawn" if varied.way == "drawn" else "sweep.swing"
    return say(key, low=low, high=high, at_low=shown(d.at_low, d.unit, say),
               at_high=shown(d.at_high, d.unit, say))  # fmt: skip


def _share(d: Driver, say: Words) -> str:
    return say("number.percent", n=format_number(100 * d.share, 2))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def sweep_lines(found: Sweep, say: Words) -> Iterator[str]:
    """How many cases there are and have a plan, why others have none, what to be careful with."""
    yield say("sweep.cases", n=f"{found.cases:,}", optimal=f"{found.optimal:,}")
    for kind in ("infeasible", "refused", "failed", "quarantined"):
        if count := int(getattr(found, kind)):
            yield say(f"sweep.{kind}", n=f"{count:,}")
    for r in found.refusals[:WHY]:
        yield say("sweep.why", n=f"{r.cases:,}", why=r.why, first=r.first)
    if len(found.refusals) > WHY:
        yield say("sweep.more_why", n=len(found.refusals) - WHY)
    if any(v.path.startswith("uncertainty.") and ".states." in v.path for v in found.varied):
        yield say("sweep.scaled")
    drawn = sum(v.way == "drawn" for v in found.varied)
    if drawn > 1 and found.cases < FEW * drawn:
        yield say("sweep.few", n=f"{found.cases:,}", inputs=drawn, least=f"{FEW * drawn:,}")
