"""Question 2 in words: what fleet the demand needs, and what the budget would buy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from outlay.core.periods import SECONDS_PER_DAY
from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.results.plans.answers import Answer, Need
from outlay.results.plans.plan import Plan
from outlay.results.plans.rows import Caution, Observed

__all__ = ["care_of", "caution", "need_answer", "observed", "observed_of", "rate_formats"]

NAMED = 2  # cautions that a sentence names; of more it says how many


def need_answer(plan: Plan, say: Words) -> Answer:
    """The answer about the fleet that the demand needs."""
    return answer(
        "need", say, say.sentence(say.clauses(_clauses(plan, say))),
        figures=("need", "demand", "served", "fleet"), tables=("need", "purchases", "growth"),
        notes=_notes(plan, say),
    )  # fmt: skip


def _clauses(plan: Plan, say: Words) -> Iterator[str]:
    need = plan.need
    total = say.count(need.total[0])
    if need.tokens_per_day > 0:
        yield say(
            "need.asked",
            day=say.large(need.tokens_per_day),
            second=say.large(need.tokens_per_day / SECONDS_PER_DAY),
            first=need.first, total=total, chip=say.called(need.chip),
            then=say.count(need.total[plan.periods.index(need.to)]), to=need.to,
        )  # fmt: skip
    else:
        yield say("need.work", total=total, chip=say.called(need.chip), first=need.first)
    bought = [p for p in need.purchases if p.chip == need.chip]
    if bought and need.budget is not None:
        most = max(bought, key=lambda p: p.chips)
        yield say(
            "need.buys", amount=say.money(need.budget),
            chips=say.count(most.chips), price=say(f"price.{most.price}"),
            mw=say.power(most.power_mw),
        )  # fmt: skip


def rate_formats(plan: Plan, say: Words) -> Iterator[str]:
    """Services by the formats of weights and cache that rates and chips are counted in."""
    found: dict[str, list[str]] = {}
    for service in sorted(r.service for r in plan.lines.served):
        cells = (c for c in plan.capacity if c.load.partition("/")[0] == service and c.weights)
        pairs = dict.fromkeys((c.weights, c.kv) for c in cells if c.units_per_chip > 0)
        if pairs:
            formats = say("init.or").join(say("need.formats", weights=w, kv=k) for w, k in pairs)
            found.setdefault(formats, []).append(say.called(service))
    for formats, services in found.items():
        yield say("need.in_formats", services=say.listed(services), formats=formats)


def _notes(plan: Plan, say: Words) -> Iterator[str]:
    need = plan.need
    yield from rate_formats(plan, say)
    if need.stands:
        yield say(
            "need.stands",
            percent=format_number(100 * need.fleet_carries),
            home=say.called(need.home_region),
            first=need.first,
            need=say.count(need.home[0]),
            chip=say.called(need.chip),
        )
    if need.alone:
        loads = (
            say(
                "need.alone_load",
                chips=say.count(x.chips),
                chip=say.called(x.chip),
                load=say.called(x.load),
            )
            for x in need.alone
        )
        yield say("need.alone", loads=say.listed(loads))
    if need.budget is not None and need.token_share is not None and need.growth > 0:
        yield from _growth(need, need.token_share, say)
    if need.published_rate is not None and need.tokens_per_day > 0:
        yield say(
            "need.check", million=format_number(need.published_rate / 1e6),
            source=need.published_source, day=say.large(need.tokens_per_day),
            chips=say.count(need.tokens_per_day / need.published_rate),
        )  # fmt: skip


def _growth(need: Need, token_share: float, say: Words) -> Iterator[str]:
    """What explains the growth, and what of it the largest service does."""
    beside = {k: v for k, v in need.growth_parts.items() if k != "more tokens"}
    parts = (
        say("need.growth_part", cause=say.name("cause", say.called(cause)), chips=chips)
        for cause, chips in zip(beside, say.counts(list(beside.values())), strict=True)
    )
    yield say("need.growth", to=need.to, percent=format_number(100 * token_share),
              parts=say.listed(parts), chip=say.called(need.chip))  # fmt: skip
    if need.largest_service:
        yield say(
            "need.service",
            service=say.called(need.largest_service),
            grown=say.count(need.largest_growth),
            growth=say.count(need.growth),
            chip=say.called(need.chip),
            percent=format_number(100 * need.largest_growth / need.growth),
        )


def care_of(cautions: Sequence[Caution], say: Words) -> Iterator[str]:
    """What the first screen says of them, in parts of a sentence."""
    if len(cautions) > NAMED:
        yield say("caution.many", n=len(cautions))
        return
    for c in cautions:
        if c.kind == "left_out":
            yield say("caution.not_whole", item=say.called(c.item))
        else:
            yield _short(c, say)


def observed_of(rows: Sequence[Observed], say: Words) -> Iterator[str]:
    """What the first screen says of engines that were observed."""
    if len(rows) > NAMED:
        yield say("observed.many", n=len(rows))
        return
    yield from (observed(o, say) for o in rows)


def observed(o: Observed, say: Words) -> str:
    """What an engine was observed to take, and that the rates carry it."""
    return say(
        "observed.said", model=say.called(o.model), chip=say.called(o.chip),
        on=say("observed.on", day=o.day) if o.day else "",
        at=say("observed.at", engine=o.engine) if o.engine else "",
        factor=f"{o.factor:.3f}", step=format_number(1e3 * o.step_s, 3),
        first=format_number(1e3 * o.first_token_s, 3),
    )  # fmt: skip


def caution(c: Caution, say: Words) -> str:
    """One of them in full."""
    return c.what if c.kind == "left_out" else _short(c, say)


def _short(c: Caution, say: Words) -> str:
    if c.kind != "disputed":
        return say(f"caution.{c.kind}", what=say.called(c.what), item=say.called(c.item))
    return say(
        "caution.disputed", figure=_figure(c.what, say), item=say.called(c.item), unit=c.unit,
        used=format_number(c.used, 4), other=format_number(c.other, 4),
    )  # fmt: skip


def _figure(parameter: str, say: Words) -> str:
    """What a figure of a chip is called."""
    kind, _, form = parameter.partition("_")
    return say("caution.peak", form=form) if kind == "peak" else say(f"caution.{parameter}")
