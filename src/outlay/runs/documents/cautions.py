"""What of the catalogue a plan rests on with care: stand-ins, parts left out, disputed figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from outlay.catalogue.chip_rows import chips as known_chips
from outlay.catalogue.market import disputed
from outlay.core.periods import parse_date
from outlay.performance.overhead import Overhead
from outlay.results.chips_models import Model
from outlay.results.plans.rows import Caution, Observed

__all__ = ["cautions_of", "observed_of"]


def cautions_of(models: Iterable[Model], chips: Iterable[str], as_of: date) -> tuple[Caution, ...]:
    """Each once: of models in their order, then of chips; disputes that may be known on the day."""
    found = [c for model in models for c in _of_model(model)]
    found += [c for chip in chips for c in _of_chip(chip, as_of)]
    return tuple(dict.fromkeys(found))


def observed_of(
    overheads: Iterable[Overhead], models: Iterable[Model], chips: Collection[str]
) -> tuple[Observed, ...]:
    """Overheads of engines that the rates of a plan carry: those of its models on its chips."""
    own = {m.id for m in models}
    return tuple(
        Observed(o.model, o.chip, o.factor, o.step_s, o.first_token_s, o.engine, o.observed)
        for o in overheads
        if o.model in own and o.chip in chips
    )


def _of_model(model: Model) -> Iterator[Caution]:
    if not model.has_shapes and model.proxy:
        yield Caution("shapes", model.id, model.proxy)
    if model.left_out:
        yield Caution("left_out", model.id, model.left_out)


def _of_chip(name: str, as_of: date) -> Iterator[Caution]:
    known = known_chips()
    if name not in known:
        return
    if known[name].proxy:
        yield Caution("figures", name, known[name].proxy)
    for d in disputed("chips", name):
        if parse_date(d.date) <= as_of:
            yield Caution("disputed", name, d.parameter, d.used, d.other, d.unit)
