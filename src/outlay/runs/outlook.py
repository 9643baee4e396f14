"""The outlook: the plan's policy in sampled worlds, as the run's answers and report read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from outlay.core.formats import format_money, format_number
from outlay.planning.result import Plan
from outlay.runs.execute import Options, Stages
from outlay.runs.tables import column, table

__all__ = ["RunOutlook", "outlook_of"]

_BILLION = 1e9
_PARALLEL_FROM = 200
"""Worlds from which a second process pays for its start."""


@dataclass(frozen=True)
class RunOutlook:
    """The outlook's document with ranges to draw, tables, one sentence, and its limits."""

    document: Mapping[str, Any]
    tables: Mapping[str, Any]
    sentence: str
    notes: tuple[str, ...]


def outlook_of(stages: Stages, plan: Plan, options: Options) -> RunOutlook | None:
    """Distributions over sampled worlds; None where the study holds nothing uncertain."""
    from outlay.risk.of_plan import plan_outlook

    study = stages.loaded.study
    if not study.uncertainty:
        return None
    workers = options.workers if options.worlds >= _PARALLEL_FROM else 1
    made = plan_outlook(
        study,
        plan,
        stages.demand,
        stages.capacity,
        n=options.worlds,
        seed=options.seed,
        workers=workers,
    )
    body = made.to_document()
    body["ranges"] = [_range(d, study.currency) for d in body["distributions"]]
    return RunOutlook(body, _tables(body, study.currency), _sentence(body, study.currency),
                      made.notes)  # fmt: skip


def _group(name: str, unit: str) -> str:
    if unit == "fraction":
        return "share served"
    return unit if "/" in unit else f"bn {unit}"


def _range(d: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """One distribution as the report draws it: values ÷ scale, and in words."""
    scale = _BILLION if d["unit"] == currency else 1.0
    text = f"{_words(d['p05'], d['unit'])} to {_words(d['p95'], d['unit'])}"
    keys = ("name", "unit", "p05", "p50", "p95", "mean", "tail_mean")
    return {**{k: d[k] for k in keys}, "scale": scale, "text": text,
            "group": _group(d["name"], d["unit"])}  # fmt: skip


def _words(value: float, unit: str) -> str:
    if unit == "fraction":
        return f"{value:.1%}"
    if "/" in unit:
        return f"{format_number(value)} {unit}"
    return format_money(value, unit)


def _tables(body: Mapping[str, Any], currency: str) -> dict[str, Any]:
    ranges = table(
        f"Outcomes over {body['worlds']} sampled worlds",
        [column("outcome", number=False), column("5 %"), column("middle"), column("95 %"),
         column("mean"), column("mean of the worst tenth"), column("unit", number=False)],
        [[d[k] for k in ("name", "p05", "p50", "p95", "mean", "tail_mean", "unit")]
         for d in body["distributions"]],
    )  # fmt: skip
    chances = table(
        "How often each promise breaks",
        [column("promise", number=False), column("probability"), column("standard error"),
         column("mean excess when it breaks"), column("limit")],
        [[c[k] for k in ("name", "probability", "standard_error", "mean_excess", "limit")]
         for c in body["probabilities"]],
    )  # fmt: skip
    tornado = table(
        "What moves the cost: each factor at its 10th and 90th percentile, all else at the middle",
        [column("factor", number=False), column("at 10 %", currency), column("at 90 %", currency),
         column("swing", currency), column("factor at 10 %"), column("factor at 90 %")],
        [[b[k] for k in ("factor", "at_low", "at_high", "swing", "low_value", "high_value")]
         for b in body["tornado"] if b["swing"] > 0],
    )  # fmt: skip
    return {"outcomes": ranges, "promises": chances, "tornado": tornado}


def _sentence(body: Mapping[str, Any], currency: str) -> str:
    by_name = {d["name"]: d for d in body["distributions"]}
    cost, served = by_name["cost"], by_name["served_share"]
    text = (
        f"Nine in ten of {body['worlds']} sampled worlds cost between "
        f"{format_money(cost['p05'], currency)} and {format_money(cost['p95'], currency)} "
        f"(discounted, with the price of what is not served), and nine in ten serve at least "
        f"{served['p10']:.0%} of the tokens"
    )
    if body["tornado"] and body["tornado"][0]["swing"] > 0:
        text += f"; {body['tornado'][0]['factor']} moves the cost most"
    return text
