"""Fill what a study leaves out from what it says: lengths of a trace, FLOP of a model's training.

What is filled counts as Outlay's default, not as the user's statement, and says in its note how
it was reached. What cannot be filled stays unsaid, and a check names it as missing.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import BaseModel

from outlay.core.errors import UnknownNameError
from outlay.study.model.fields import UNSAID_PERIOD, Num, is_unsaid
from outlay.study.model.loads import Campaign, Service
from outlay.study.model.study import Study
from outlay.study.model.supply import Expansion, Site

__all__ = ["TRACE_FILES", "complete", "is_trace_file", "published_traces"]

TRACE_FILES = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".jsonl", ".ndjson")
"""How the name of a trace in a file ends."""

M = TypeVar("M", bound=BaseModel)


def complete(study: Study) -> Study:
    """`study` with its gaps filled."""
    return _fill(
        study,
        services={k: _service(s) for k, s in study.services.items()},
        training={k: _campaign(c, study) for k, c in study.training.items()},
        sites={k: _site(s, study) for k, s in study.sites.items()},
    )


def _fill(model: M, **values: Any) -> M:
    """A copy with `values`, which do not count as set by the user."""
    changed = {k: v for k, v in values.items() if v is not getattr(model, k)}
    if not changed:
        return model
    copy = model.model_copy(update=changed)
    copy.model_fields_set.intersection_update(model.model_fields_set)
    return copy


@cache
def _table(name: str) -> dict[str, dict[str, str]]:
    text = (files("outlay.study") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), strict=True))
    return {next(iter(r.values())): r for r in rows}


def published_traces() -> tuple[str, ...]:
    """Names of the traces whose lengths are known without a file."""
    from outlay.catalogue import traces

    return tuple(traces())


def is_trace_file(name: str) -> bool:
    """Whether a trace's name is that of a file of the user's own."""
    return name.lower().endswith(TRACE_FILES)


def _service(service: Service) -> Service:
    """Mean lengths from the trace named."""
    from outlay.catalogue import traces

    lengths = service.lengths
    trace = traces().get(lengths.trace or "")
    if trace is None:
        return service
    means = {"input": trace.input_tokens, "output": trace.output_tokens}
    found = {
        end: Num(mean, "token", note=trace.note)
        for end, mean in means.items()
        if is_unsaid(getattr(lengths, end))
    }
    return _fill(service, lengths=_fill(lengths, **found))


def _campaign(campaign: Campaign, study: Study) -> Campaign:
    """FLOP = 6 × active parameters × tokens; rate and cost of delay from the reference chip."""
    from outlay.catalogue import find_chip, find_model

    found: dict[str, Any] = {}
    if campaign.start == UNSAID_PERIOD:
        found["start"] = study.horizon.start
    try:
        if campaign.flop is None and campaign.model and campaign.tokens is not None:
            active = find_model(campaign.model).active_params
            flop = 6 * active * campaign.tokens.value
            note = f"6 × {active:g} active parameters × {campaign.tokens.value:g} tokens"
            found["flop"] = Num(flop, "FLOP", note=note)
        chip = find_chip(campaign.reference)
    except UnknownNameError:
        return _fill(campaign, **found)  # the check of names says so
    defaults = _table("training_defaults")
    peak = chip.peak_flop_s.get("bf16", 0.0)
    if is_unsaid(campaign.sustained) and peak > 0:
        row = defaults["model_flop_utilisation"]
        note = f"{float(row['value']):.0%} of {chip.id}'s bf16 peak: {row['source']}"
        found["sustained"] = Num(peak * float(row["value"]), "FLOP/s", note=note)
    if is_unsaid(campaign.unserved) and chip.rent_usd_h is not None:
        row = defaults["late_over_rent"]
        rent = float(row["value"]) * sum(chip.rent_usd_h) / 2
        found["unserved"] = Num(rent, "USD/chip-hour", "USD", note=row["source"])
    return _fill(campaign, **found)


def _site(site: Site, study: Study) -> Site:
    """Expansion from the first period that a lead allows, one step a period."""
    if site.expand is None:
        return site
    return _fill(site, expand=_expansion(site.expand, study))


def _expansion(expand: Expansion, study: Study) -> Expansion:
    found: dict[str, Any] = {}
    if expand.first == UNSAID_PERIOD:
        start = study.horizon.start
        found["first"] = start.shift(-(-expand.lead // start.months))
    usual = expand.step or expand.limit
    if is_unsaid(expand.per_period) and usual is not None:
        found["per_period"] = Num(usual.value, "W", note="one step a period")
    return _fill(expand, **found)
