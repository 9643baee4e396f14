"""What each request did, made of what tools write: in order of sending, from the first sending."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.serving.observed.readers.fields import refuse
from outlay.serving.observed.readers.spreads import of_values
from outlay.serving.observed.types import Spread, Timings

__all__ = ["per_request", "spreads_of", "unstated"]

_SLACK = 1e-6
"""Of a time, and seconds: clocks of a client are no finer."""


def unstated(n: int) -> Array:
    """Times that nobody wrote down."""
    return np.full(n, np.nan)


def per_request(
    where: str, *, start_s: Array, input_tokens: IntArray, output_tokens: IntArray, ttft_s: Array,
    e2e_s: Array, ok: BoolArray, session: IntArray | None = None,
) -> Timings:  # fmt: skip
    """Requests in the order of their sending; those that failed have no first token.

    start_s: by any clock; where it is unstated the order of the file stays. Refused where an answer
    ends before its first token.
    """
    early = np.flatnonzero(ok & (e2e_s < ttft_s * (1 - _SLACK) - _SLACK))
    if len(early):
        i = int(early.item(0))
        refuse("an answer that ends before its first token", f"{where}: request {i + 1}",
               f"{e2e_s.item(i):g} s and {ttft_s.item(i):g} s")  # fmt: skip
    order = np.argsort(start_s, kind="stable")
    sent = start_s[order]
    if len(sent) and not np.all(np.isnan(sent)):
        sent = sent - np.nanmin(sent)
    good = ok[order]
    return Timings(
        sent_s=sent,
        input_tokens=input_tokens[order],
        output_tokens=output_tokens[order],
        ttft_s=np.where(good, ttft_s[order], np.nan),
        e2e_s=np.where(good, e2e_s[order], np.nan),
        ok=good,
        session=None if session is None else session[order],
    )


def spreads_of(timings: Timings) -> Mapping[str, Spread]:
    """Statistics of the requests that were answered, by the definitions of METRICS."""
    ok, n = timings.ok, timings.output_tokens
    rest = np.where(n > 1, n - 1, 1)
    many = ok & (n > 1)
    found = {
        "ttft_s": of_values(timings.ttft_s[ok]),
        "e2e_s": of_values(timings.e2e_s[ok]),
        "tpot_s": of_values(((timings.e2e_s - timings.ttft_s) / rest)[many]),
        "input_tokens": of_values(_stated(timings.input_tokens[ok])),
        "output_tokens": of_values(_stated(timings.output_tokens[ok])),
    }
    return {k: v for k, v in found.items() if v is not None}


def _stated(counts: IntArray) -> Array:
    return np.where(counts < 0, np.nan, counts.astype(np.float64))
