"""Facts of question 8: the plan's policy in sampled worlds, and the widest of its inputs."""

from __future__ import annotations

from collections.abc import Iterable

from outlay.planning.result import Plan
from outlay.results.plans import outlook as results
from outlay.risk.types import QUANTILES, Distribution, Outlook
from outlay.runs.pipeline.execute import Options, Stages
from outlay.study.ledger import Entry

__all__ = ["outlook_facts", "outlook_of", "widest_of"]

PARALLEL_FROM = 200
"""Worlds from which a second process pays for its start."""
MOST_WIDE = 20


def outlook_of(stages: Stages, plan: Plan, options: Options) -> Outlook | None:
    """Distributions over sampled worlds; None where the study holds nothing uncertain."""
    from outlay.risk.of_plan import plan_outlook

    study = stages.loaded.study
    if not study.uncertainty:
        return None
    return plan_outlook(
        study,
        plan,
        stages.demand,
        stages.capacity,
        n=options.worlds,
        seed=options.seed,
        workers=options.workers if options.worlds >= PARALLEL_FROM else 1,
    )


def _distribution(d: Distribution) -> results.Distribution:
    at = {f"p{round(100 * q):02d}": v for q, v in zip(QUANTILES, d.quantiles, strict=True)}
    return results.Distribution(
        name=d.name, unit=d.unit, mean=d.mean, sd=d.sd, worse=d.worse, tail_mean=d.tail_mean, **at
    )


def outlook_facts(made: Outlook) -> results.Outlook:
    """What the result keeps of the outlook; the samples come from the seed again."""
    return results.Outlook(
        worlds=made.n_worlds,
        seed=made.seed,
        factors=made.factors,
        distributions=tuple(_distribution(d) for d in made.distributions),
        probabilities=tuple(
            results.Promise(
                c.name, c.output, c.limit, c.broken, c.probability, c.standard_error, c.mean_excess
            )
            for c in made.chances
        ),
        drivers=tuple(results.Driver(d.output, d.factor, d.share) for d in made.drivers),
        headline=made.headline,
        tornado=tuple(
            results.Swing(b.factor, b.low_value, b.high_value, b.at_low, b.at_high, b.base, b.swing)
            for b in made.tornado
        ),
        notes=made.notes,
    )


def widest_of(ledger: Iterable[Entry]) -> tuple[results.Widest, ...]:
    """Numbers with the widest stated range: replace these first."""
    found = [
        results.Widest(e.path, e.value, e.low, e.high, e.unit, e.high / e.low, e.grade)
        for e in ledger
        if e.low is not None and e.high is not None and e.low > 0 and e.value > 0
    ]
    return tuple(sorted(found, key=lambda r: -r.ratio)[:MOST_WIDE])
