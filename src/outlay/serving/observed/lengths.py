"""Lengths of an observed run's requests, drawn of what is stated of all of them together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.core.arrays import IntArray
from outlay.serving.observed.types import Observation, Spread
from outlay.serving.spec import Lengths
from outlay.serving.traffic.generate import draw_lengths

__all__ = ["drawn_lengths", "with_lengths"]

MOST_DRAWN = 50_000
"""Requests of a run that are drawn; of a longer one the beginning, where percentiles settle."""
UNCOUNTED, EACH_USER = 2_000, 20
"""Requests where their number is not stated; in a closed loop so many a user, up to that."""
MOST_CV = 3.0
Table = tuple[tuple[float, float], ...]


def with_lengths(o: Observation, isl: float | None, osl: float | None) -> Observation:
    """The run with means that the user says of lengths that the file does not state."""
    said = {
        name: Spread(mean=mean)
        for name, mean, total in (
            ("input_tokens", isl, o.input_tokens), ("output_tokens", osl, o.output_tokens)
        )
        if mean is not None and total is None and name not in o.metrics
    }  # fmt: skip
    return replace(o, metrics={**o.metrics, **said}) if said else o


def drawn_lengths(o: Observation, seed: int, notes: list[str]) -> tuple[IntArray, IntArray] | str:
    """Input and output tokens of each request, or what of them is not stated."""
    mean_in, mean_out = _means(o, notes)
    if mean_in is None or mean_out is None:
        what, option = ("input", "--isl") if mean_in is None else ("output", "--osl")
        return f"the {what} lengths are not stated: say {option}"
    cv_in, in_table = _spread(o.metrics.get("input_tokens"))
    cv_out, out_table = _spread(o.metrics.get("output_tokens"))
    if not (cv_out or out_table) and (cv_out := _cv_of_ends(o)):
        notes.append(f"answers' lengths are spread as their times to the end are: CV {cv_out:.2g}")
    alike = [w for w, known in (("prompts", cv_in or in_table), ("answers", cv_out or out_table))
             if not known]  # fmt: skip
    if alike:
        notes.append(f"the spread of {' and '.join(alike)} is not stated: all are taken alike")
    shape = Lengths(cv_in, cv_out, in_table, out_table)
    n = _number(o, notes)
    drawn = draw_lengths(n, mean_in, mean_out, shape, seed=seed, name="observed")
    return drawn[0].astype(np.int64), drawn[1].astype(np.int64)


def _number(o: Observation, notes: list[str]) -> int:
    """Requests to draw."""
    if not o.completed:
        users = o.load.concurrency if o.load.kind == "closed" else None
        n = min(UNCOUNTED, EACH_USER * users) if users else UNCOUNTED
        notes.append(f"how many requests were answered is not stated: {n:,} are drawn")
        return n
    if o.completed > MOST_DRAWN:
        notes.append(f"the first {MOST_DRAWN:,} of {o.completed:,} requests are replayed")
    return min(o.completed, MOST_DRAWN)


def _means(o: Observation, notes: list[str]) -> tuple[float | None, float | None]:
    """Mean lengths: of the totals, as stated, of rates, or of what the times say.

    Equation: answers of 1 + (E2E − TTFT) / TPOT tokens, prompts of as many more as came a second.
    """
    rates = (o.input_tok_s, o.output_tok_s)
    totals = (o.input_tokens, o.output_tokens)
    names = ("input_tokens", "output_tokens")
    prompt, answer = (
        _mean(o, o.metrics.get(name), total, rate)
        for name, total, rate in zip(names, totals, rates, strict=True)
    )
    if answer is None and (answer := _by_times(o)) is not None:
        notes.append(f"answers are taken as {answer:.4g} tokens long: what their times say")
    if prompt is None and answer is not None and o.input_tok_s and o.output_tok_s:
        prompt = answer * o.input_tok_s / o.output_tok_s
        notes.append(f"prompts are taken as {prompt:.4g} tokens long: what the rates say")
    return _whole(prompt), _whole(answer)


def _whole(mean: float | None) -> float | None:
    """A mean of at least one token."""
    return mean if mean is not None and mean >= 1 else None


def _mean(o: Observation, s: Spread | None, total: int | None, rate: float | None) -> float | None:
    s = s or Spread()
    if total and o.completed:
        return total / o.completed
    stated = s.mean or s.quantiles.get(0.5)
    return stated or (rate / o.req_s if rate and o.req_s else None)


def _by_times(o: Observation) -> float | None:
    """Tokens of a mean answer, of the mean times of its parts."""
    times = [o.metrics.get(name, Spread()).mean for name in ("e2e_s", "ttft_s", "tpot_s")]
    end, first, each = times
    if end is None or first is None or not each or end <= first:
        return None
    return 1 + (end - first) / each


def _cv_of_ends(o: Observation) -> float:
    """Spread of answers from that of the times to their end, first tokens aside; 0: not stated."""
    end, first = o.metrics.get("e2e_s"), o.metrics.get("ttft_s")
    if end is None or first is None or None in (end.mean, end.std, first.mean):
        return 0.0
    longest = (end.mean or 0.0) - (first.mean or 0.0)
    return min((end.std or 0.0) / longest, MOST_CV) if longest > 0 else 0.0


def _spread(s: Spread | None) -> tuple[float, Table]:
    """Coefficient of variation, or quantiles with an end, of a length; neither: not stated."""
    if s is None:
        return 0.0, ()
    ends = {0.0: s.minimum, 1.0: s.maximum}
    table = {p: v for p, v in {**ends, **s.quantiles}.items() if v is not None}
    if len(s.quantiles) > 1 and len(table) > len(s.quantiles):
        rising = sorted(table.items())
        values = np.maximum.accumulate([v for _, v in rising])
        return 0.0, tuple((p, values.item(i)) for i, (p, _) in enumerate(rising))
    return (s.std or 0.0) / s.mean if s.mean else 0.0, ()
