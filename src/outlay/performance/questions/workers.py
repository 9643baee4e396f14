"""What workers of a prefill and a decode pool take, as arrays: requests, first tokens, caches.

A worker is a replica that runs one phase. Prefill workers that another beats in chips, requests
and first token at once are left out; decode workers keep every batch.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray, Number
from outlay.performance.operators.case import Case
from outlay.performance.operators.timing import cache_bytes_per_token, sequence_state_bytes
from outlay.performance.questions.layout_sweep import Sweep
from outlay.performance.questions.loop import Traffic, prompt_seconds, through_stages

__all__ = [
    "Carried",
    "DecodeWorkers",
    "PrefillWorkers",
    "decode_workers",
    "prefill_workers",
    "undominated",
]

MOST_WAIT = 0.9  # of the prompts in flight: with all of them a pool in full use never ends


@dataclass(frozen=True)
class Carried:
    """Seconds that the cache of a request takes to or from a worker, over a link of one speed.

    each_s: of one request, by its attention rank [worker]. least_s: per request of a worker whose
    ranks all send at once [worker].
    """

    each_s: Array
    least_s: Array


@dataclass(frozen=True)
class PrefillWorkers:
    """Workers of a prefill pool [worker], times corrected; row: of the sweep they come from."""

    row: IntArray
    chips: Array
    requests_s: Array  # of passes that many prompts share
    sd: Array  # of the logarithm of that
    launch_s: Array  # of a first token beside its prompt
    whole_s: Array  # of a prompt alone, through all stages
    ranks: Array  # that take prompts side by side
    slowed: Array  # a prompt inside a first token beside others, over the same alone
    wait: Array  # share of the prompts in flight on a rank that a new one waits for
    near_s: Array  # of a request's cache inside a scale-up domain
    far_s: Array  # and over the network

    def __len__(self) -> int:
        return len(self.row)

    def carried(self, near: bool) -> Carried:
        """Caches sent, inside a domain or over the network."""
        each = self.near_s if near else self.far_s
        return Carried(each, each / self.ranks)

    def take(self, index: IntArray) -> PrefillWorkers:
        """Those at an index."""
        return replace(self, **{f.name: getattr(self, f.name)[index] for f in fields(self)})


@dataclass(frozen=True)
class DecodeWorkers:
    """Workers of a decode pool [worker, batch], batches rising, and chips, caches [worker]."""

    order: IntArray  # of the sweep's batches
    chips: Array
    batch: Array
    tpot_s: Array
    requests_s: Array
    sd: Array
    fits: BoolArray
    ranks: Array
    near_s: Array
    far_s: Array

    def carried(self, near: bool) -> Carried:
        """Caches taken in, inside a domain or over the network."""
        each = self.near_s if near else self.far_s
        return Carried(each, each / self.ranks)


def _cache_seconds(k: Case, tokens: float) -> tuple[Array, Array]:
    """Of a request of `tokens`, to or from one rank: inside a domain, over the network [worker].

    Each chip carries what it holds, all chips of the rank at once.
    """
    held = tokens * cache_bytes_per_token(k) + sequence_state_bytes(k, tokens)
    near: Array = np.ravel(held / np.maximum(k.link, k.net))
    far: Array = np.ravel(held / k.net)
    return near, far


def prefill_workers(s: Sweep, k: Case, t: Traffic) -> PrefillWorkers:
    """Workers that hold a prompt; k: the case of the sweep's layouts [layout, 1]."""
    n = len(s.layouts)
    whole = np.ravel(np.broadcast_to(prompt_seconds(k, t, 0.0) * through_stages(k, t), (n, 1)))
    launch = _column(k.c["first_token_s"], n)
    factor = s.first_alone_s[:, 0] / (launch + whole)
    near, far = _cache_seconds(k, float(t.cached) + float(t.prompt))
    found = PrefillWorkers(
        row=np.arange(n),
        chips=s.layouts.n_chips,
        requests_s=s.tok_s_per_chip[:, 0] * s.layouts.n_chips / t.prompt,
        sd=s.sd[:, 0],
        launch_s=launch * factor,
        whole_s=whole * factor,
        ranks=s.layouts.dp,
        slowed=np.maximum(_column(k.c["first_token_prefill"], n), 1.0),
        wait=np.minimum(_column(k.c["first_token_wait"], n), MOST_WAIT),
        near_s=near,
        far_s=far,
    )
    return found.take(np.flatnonzero(s.fits[:, 0]))


def undominated(p: PrefillWorkers) -> PrefillWorkers:
    """Those that no other beats, or equals before it, in chips, requests, first token and cache."""
    alone = p.launch_s + p.whole_s
    axes = (p.chips, -p.requests_s, alone, p.far_s, p.far_s / p.ranks)
    no_worse = np.ones((len(p), len(p)), dtype=bool)  # [worker, other]
    better = np.zeros((len(p), len(p)), dtype=bool)
    for x in axes:
        no_worse &= x[None, :] <= x[:, None]
        better |= x[None, :] < x[:, None]
    first = np.arange(len(p))[None, :] < np.arange(len(p))[:, None]
    beaten = (no_worse & (better | first)).any(axis=1)
    return p.take(np.flatnonzero(~beaten))


def decode_workers(s: Sweep, k: Case, t: Traffic) -> DecodeWorkers:
    """Workers of every batch; k: the case of the sweep's layouts [layout, 1]."""
    order = np.argsort(s.batch, axis=1, kind="stable")
    near, far = _cache_seconds(k, float(t.cached) + float(t.prompt))

    def rising(x: Array) -> Array:
        return np.take_along_axis(x, order, axis=1)

    chips = s.layouts.n_chips
    return DecodeWorkers(
        order=order,
        chips=chips,
        batch=rising(s.batch),
        tpot_s=rising(s.tpot_s),
        requests_s=rising(s.tok_s_per_chip) * chips[:, None] / t.output,
        sd=rising(s.sd),
        fits=np.take_along_axis(s.fits, order, axis=1),
        ranks=s.layouts.dp,
        near_s=near,
        far_s=far,
    )


def _column(x: Number, n: int) -> Array:
    """A constant, of all layouts or of each, as [layout]."""
    return np.array(np.ravel(np.broadcast_to(np.asarray(x, dtype=float), (n, 1))))
