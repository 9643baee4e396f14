"""Set what was measured beside replays: each run, its figures, the overheads that are fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from outlay.core.errors import InfeasibleError, InputError
from outlay.performance.constants.calibrated import Calibrated, shipped_basis
from outlay.performance.overhead import Overhead, beyond, overhead_for
from outlay.performance.types import Layout
from outlay.results.models.observation import Observation as Document
from outlay.results.models.observation import ObservedFigure, ObservedFit, ObservedRun
from outlay.serving.engine.policy import Policy
from outlay.serving.observed.fit import Fitted, Played, fit_overhead, mean_error, unseen_error
from outlay.serving.observed.named import Options, Ran, ran_on
from outlay.serving.observed.play import Figure, figures_of, played, replay_of
from outlay.serving.observed.sending import Sending, sending_of
from outlay.serving.observed.types import Observation
from outlay.serving.replay import of_mean_request
from outlay.serving.sizing.replica import Replica, replica_for

__all__ = ["Looked", "Seen", "look", "observation_document", "overheads"]

OF_ALL = ("duration_s", "preemptions")
"""Figures that grow with the requests: of a part of them they say nothing."""
Values = Mapping[Figure, float | None]


@dataclass(frozen=True)
class Seen:
    """A run: what was measured; where it can be replayed, on what, and what came of it.

    known: the overhead of the calibration that was given.
    """

    number: int
    observation: Observation
    ran: Ran | None = None
    sending: Sending | None = None
    replica: Replica | None = None
    played: Played | None = None
    known: Overhead | None = None
    values: Values | None = None
    fitted: Values | None = None
    why_not: str = ""

    @property
    def chips(self) -> int | None:
        """Chips of the whole deployment, where they are known."""
        if self.replica is not None and self.ran is not None:
            return self.replica.layout.n_chips * self.ran.replicas
        return self.observation.setup.n_chips

    @property
    def group(self) -> tuple[str, str, str]:
        """Runs of one model, chip and format share an overhead."""
        r = self.replica
        return (r.model.id, r.chip.id, r.precision.weights) if r is not None else ("", "", "")


@dataclass(frozen=True)
class Looked:
    """All runs; by group what was fitted or why nothing was, and its error on a run not seen."""

    seen: tuple[Seen, ...]
    fits: Mapping[tuple[str, str, str], Fitted | str]
    unseen: Mapping[tuple[str, str, str], float | None]


def look(
    observations: Iterable[Observation],
    asked: Options,
    policy: Policy,
    calibration: Calibrated,
    *,
    fit: bool = True,
    seed: int = 0,
) -> Looked:
    """Replay what can be replayed, and fit what engines take beyond it."""
    plain = replace(calibration, overheads=())
    seen = [
        _seen(number, o, asked, policy, plain, calibration.overheads, seed)
        for number, o in enumerate(observations, 1)
    ]
    groups: dict[tuple[str, str, str], list[Seen]] = {}
    for s in seen:
        if s.played is not None:
            groups.setdefault(s.group, []).append(s)
    fits: dict[tuple[str, str, str], Fitted | str] = {}
    unseen: dict[tuple[str, str, str], float | None] = {}
    for name, held in groups.items() if fit else ():
        runs = [s.played for s in held if s.played is not None]
        fits[name], unseen[name] = fit_overhead(runs, seed), unseen_error(runs, seed)
    return Looked(tuple(_with_fit(s, fits.get(s.group), seed) for s in seen), fits, unseen)


def _seen(
    number: int,
    o: Observation,
    asked: Options,
    policy: Policy,
    plain: Calibrated,
    known: Sequence[Overhead],
    seed: int,
) -> Seen:
    ran = ran_on(o, asked)
    if isinstance(ran, str):
        return Seen(number, o, why_not=ran)
    sending = sending_of(o, seed)
    if isinstance(sending, str):
        return Seen(number, o, ran, why_not=sending)
    try:
        replica = of_mean_request(sending.traffic, _replica(ran, plain))
    except InputError as error:
        if asked.tp or asked.n_chips or asked.pp or asked.dp or asked.ep:
            raise
        return Seen(number, o, ran, sending, why_not=str(error))
    except InfeasibleError as error:
        return Seen(number, o, ran, sending, why_not=str(error))
    how = replace(policy, prefix_cache=sending.prefix_cache)
    run = Played(sending, replica.table, how, ran.replicas, figures_of(o))
    own = overhead_for(known, *_group(replica))
    values = _values(run, own, seed)
    return Seen(number, o, ran, sending, replica, run, own, values)


def _group(r: Replica) -> tuple[str, str, str]:
    return r.model.id, r.chip.id, r.precision.weights


def _replica(ran: Ran, calibration: Calibrated) -> Callable[..., Replica]:
    return partial(
        replica_for, ran.model, ran.chip, n_chips=ran.n_chips, tp=ran.tp, pp=ran.pp, dp=ran.dp,
        ep=ran.ep, weights=ran.weights, kv=ran.kv, stack=ran.stack, calibration=calibration,
    )  # fmt: skip


def _values(run: Played, own: Overhead | None, seed: int) -> Values:
    records = played(
        run.sending, beyond(run.table, own), run.policy, replicas=run.replicas, seed=seed
    )
    value = replay_of(records)
    apart = () if run.sending.whole else OF_ALL
    return {f: None if f.metric in apart else value(f) for f in run.figures}


def _with_fit(s: Seen, fit: Fitted | str | None, seed: int) -> Seen:
    if s.played is None or not isinstance(fit, Fitted):
        return s
    return replace(s, fitted=_values(s.played, fit.overhead(*s.group), seed))


def overheads(looked: Looked, calibration: Calibrated) -> tuple[Overhead, ...]:
    """What was fitted as a calibration keeps it, over those that it held of other engines."""
    out = []
    for name, fit in looked.fits.items():
        if not isinstance(fit, Fitted):
            continue
        runs = [s for s in looked.seen if s.group == name and s.played is not None]
        first = runs[0]
        setup = first.observation.setup
        lay = first.replica.layout if first.replica else Layout(1)
        layout = f"tp {lay.tp}, pp {lay.pp}, dp {lay.dp}, ep {lay.ep}"
        out.append(
            replace(
                fit.overhead(*name), engine=f"{setup.engine} {setup.engine_version}".strip(),
                layout=layout, constants=calibration.basis or shipped_basis(), runs=len(runs),
                observed=max(s.observation.measured_on for s in runs),
            )
        )  # fmt: skip
    fresh = {(o.model, o.chip, o.weights) for o in out}
    kept = [o for o in calibration.overheads if (o.model, o.chip, o.weights) not in fresh]
    return (*kept, *out)


def observation_document(looked: Looked, files: Sequence[str] = ()) -> Document:
    """Everything that was seen, as it leaves Outlay."""
    return Document(
        runs=tuple(map(_run, looked.seen)),
        figures=tuple(row for s in looked.seen for row in _figures(s)),
        fits=tuple(
            _fit(name, fit, looked) for name, fit in looked.fits.items() if isinstance(fit, Fitted)
        ),
        not_fitted=tuple(
            f"{' on '.join(name[:2])}: {fit}"
            for name, fit in looked.fits.items() if isinstance(fit, str)
        ),
        files=tuple(files),
    )  # fmt: skip


def _run(s: Seen) -> ObservedRun:
    o, r, chips = s.observation, s.replica, s.chips
    notes = [*o.notes, *(s.ran.notes if s.ran else ()), *(s.sending.notes if s.sending else ())]
    lengths = [_mean(o, name, total) for name, total in
               (("input_tokens", o.input_tokens), ("output_tokens", o.output_tokens))]  # fmt: skip
    per_chip = o.output_tok_s / chips if o.output_tok_s is not None and chips else None
    return ObservedRun(
        run=s.number, where=o.where, tool=o.tool, version=o.version, label=o.label,
        measured_on=o.measured_on,
        engine=f"{o.setup.engine} {o.setup.engine_version}".strip(),
        model=s.ran.model.id if s.ran else o.setup.model,
        chip=s.ran.chip.id if s.ran else o.setup.chip,
        load=o.load.kind, rate_req_s=o.load.rate_req_s, burstiness=o.load.burstiness,
        concurrency=o.load.concurrency, think_s=o.load.think_s, completed=o.completed,
        failed=o.failed, input_tokens_mean=lengths[0], output_tokens_mean=lengths[1],
        output_tok_s_per_chip=per_chip,
        replayed=s.sending.how if s.sending and s.values is not None else "",
        why_not=s.why_not, replicas=s.ran.replicas if s.ran and r else 0,
        replica=r.describe() if r else None, error=_error(s, s.values),
        error_fitted=_error(s, s.fitted), notes=tuple(notes), unread=o.unread,
    )  # fmt: skip


def _mean(o: Observation, name: str, total: int | None) -> float | None:
    """Mean tokens of a request, of the totals or as stated."""
    if total is not None and o.completed:
        return total / o.completed
    spread = o.metrics.get(name)
    return spread.mean if spread is not None else None


def _error(s: Seen, values: Values | None) -> float | None:
    """Mean error of the figures that a fit would look at."""
    if s.played is None or values is None:
        return None
    both = [(values[f], f.measured) for f in s.played.fitted]
    logs = [float(np.log(v / m)) for v, m in both if v]
    return mean_error(logs) if logs else None


def _figures(s: Seen) -> Iterable[ObservedFigure]:
    figures = s.played.figures if s.played is not None else figures_of(s.observation)
    for f in figures:
        first = None if s.values is None else s.values[f]
        fitted = None if s.fitted is None else s.fitted[f]
        yield ObservedFigure(
            run=s.number, metric=f.metric, statistic=f.statistic, unit=f.unit,
            measured=f.measured, replayed=first, ratio=_ratio(first, f.measured),
            fitted=fitted, fitted_ratio=_ratio(fitted, f.measured),
        )  # fmt: skip


def _ratio(value: float | None, measured: float) -> float | None:
    if value is None or not measured:
        return None
    return value / measured


def _fit(name: tuple[str, str, str], fit: Fitted, looked: Looked) -> ObservedFit:
    model, chip, weights = name
    return ObservedFit(
        model=model, chip=chip, weights=weights,
        runs=tuple(s.number for s in looked.seen if s.group == name and s.played is not None),
        factor=fit.factor, step_s=fit.step_s, first_token_s=fit.first_token_s, fitted=fit.parts,
        held=fit.held, figures=fit.figures, error_before=fit.error_before,
        error_after=fit.error_after, error_unseen=looked.unseen.get(name),
    )  # fmt: skip
