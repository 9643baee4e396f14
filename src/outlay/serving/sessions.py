"""Agent sessions: place recorded ones on a common clock, or draw new ones that grow.

A session's requests share a prefix that grows turn by turn; between turns the client thinks
(tools, a person). Recorded sessions carry times from their own start only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import InputError
from outlay.core.seeds import stream
from outlay.serving.traffic import Traffic, traffic

__all__ = ["AgentSpec", "draw_sessions", "place"]


def place(t: Traffic, session_id: IntArray, rate_per_s: float, *, seed: int = 0) -> Traffic:
    """Put recorded sessions on one clock: starts are Poisson with `rate_per_s`.

    session_id: int [request]. Order of starts is drawn too, so that neighbours in the file need
    not be neighbours in time.
    """
    if not rate_per_s > 0:
        raise InputError("session rate must be positive", value=str(rate_per_s))
    ids, which = np.unique(session_id, return_inverse=True)
    rng = stream(seed, "serving", "sessions")
    starts = np.cumsum(rng.standard_exponential(len(ids))) / rate_per_s
    starts = starts[rng.permutation(len(ids))]
    arrival = t.arrival_s + starts[which]
    order = np.argsort(arrival, kind="stable")
    moved = replace(t, arrival_s=arrival).part(order)
    return replace(moved, arrival_s=moved.arrival_s - moved.arrival_s.item(0))


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """Agent sessions: geometric turns, lognormal steps. Tokens and seconds per turn are means.

    system_tokens: prompt shared by all sessions (a prefix group); first_tokens: the session's
    own first prompt; added_tokens: new input each later turn (tool results), beside the last
    answer. Defaults: order of the recorded coding sessions of the trace card.
    """

    rate_per_s: float = 0.02
    turns: float = 60.0
    system_tokens: int = 15_000
    first_tokens: float = 3_000.0
    added_tokens: float = 1_500.0
    output_tokens: float = 440.0
    think_s: float = 20.0
    service_s: float = 8.0
    cv: float = 1.5
    max_context: int = 200_000


def draw_sessions(spec: AgentSpec, sessions: int, *, seed: int = 0) -> Traffic:
    """`sessions` sessions of growing context with think times; prefixes by session and group."""
    if sessions < 1 or spec.rate_per_s <= 0 or spec.turns < 1:
        raise InputError("sessions need a positive rate, number and turns", value=repr(spec))
    rng = stream(seed, "serving", "agents")
    sigma = float(np.sqrt(np.log1p(spec.cv**2)))

    def lognormal(mean: float, n: int) -> Array:
        return mean * np.exp(sigma * rng.standard_normal(n) - sigma**2 / 2)

    columns: list[tuple[Array, IntArray, IntArray, IntArray, IntArray]] = []
    start = 0.0
    for s in range(sessions):
        start += float(rng.standard_exponential()) / spec.rate_per_s
        n = int(rng.geometric(1 / spec.turns))
        out = np.maximum(1, np.rint(lognormal(spec.output_tokens, n))).astype(np.int64)
        new = np.maximum(1, np.rint(lognormal(spec.added_tokens, n))).astype(np.int64)
        new[0] = max(1, round(lognormal(spec.first_tokens, 1).item()))
        context = spec.system_tokens + np.cumsum(new) + np.concatenate([[0], np.cumsum(out)[:-1]])
        keep = context + out <= spec.max_context
        n = max(1, int(np.argmin(keep)) if not keep.all() else n)
        gaps = lognormal(spec.think_s, n) + spec.service_s
        times = start + np.concatenate([[0.0], np.cumsum(gaps)[:-1]])
        before = np.concatenate([[0], (context + out)[: n - 1]])
        columns.append((times, context[:n], out[:n], np.full(n, s), before))
    times, inp, out, session, shared = (np.concatenate(c) for c in zip(*columns, strict=True))
    order = np.argsort(times, kind="stable")
    n = len(order)
    return traffic(
        times[order],
        np.minimum(inp[order], spec.max_context),
        out[order],
        session=session[order],
        shared_tokens=np.minimum(shared[order], inp[order]),
        group=np.zeros(n, int),
        group_tokens=np.full(n, spec.system_tokens),
        name="agents",
    )
