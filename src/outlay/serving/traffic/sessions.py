"""Recorded agent sessions, whose times run from their own start, on one common clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InputError
from outlay.core.seeds import stream
from outlay.serving.traffic.requests import Traffic

__all__ = ["place"]


def place(t: Traffic, session_id: Any, rate_per_s: float, *, seed: int = 0) -> Traffic:
    """Put recorded sessions on one clock: starts are Poisson with `rate_per_s`.

    session_id: int [request]. Order of starts is drawn too, so that neighbours in the file need
    not be neighbours in time.
    """
    if not rate_per_s > 0:
        raise InputError("session rate must be positive", value=str(rate_per_s))
    ids, which = np.unique(session_id, return_inverse=True)
    rng = stream(seed, "serving", "sessions")
    starts: Array = np.cumsum(rng.standard_exponential(len(ids))) / rate_per_s
    starts = starts[rng.permutation(len(ids))]
    arrival: Array = t.arrival_s + starts[which]
    order = np.argsort(arrival, kind="stable")
    moved = replace(t, arrival_s=arrival).part(order)
    return replace(moved, arrival_s=moved.arrival_s - moved.arrival_s[0])
