"""A replica that fails: its requests are listed, its state forgotten, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from outlay.serving.engine.jit import inner
from outlay.serving.engine.lru import release, remove
from outlay.serving.engine.state import (
    A_FREE,
    DECODING,
    F_BUSY,
    F_CLOCK,
    F_EVENT,
    I_NODES,
    I_NUM,
    Q_INP,
    Q_LEAF,
    R_BATCH,
    R_CACHED,
    R_FLIGHT,
    R_FREE,
    R_LOAD,
    R_NPRE,
    R_OFFSUM,
    R_OLDEST,
    R_PINNED,
    R_STEP,
    R_TOKENS,
    R_USED,
    R_WAIT,
    S_ADMIT,
    S_OFF,
    S_REQ,
    S_SHARED,
    S_STATE,
    W_AFTER,
    W_MADE,
    W_PREEMPTED,
)
from outlay.serving.engine.tiers import lost

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests, Results
    from outlay.serving.engine.views import Floats, Ints

__all__ = ["drop_all"]


@inner
def drop_all(
    r: int,
    t: float,
    K: Ints,
    base: Floats,
    slope: Floats,
    st: FleetState,
    rq: Requests,
    re: Results,
    out: Ints,
) -> int:
    """Replica `r` fails at `t`: list its requests in `out`, forget its state, return how many."""
    row, flo = st.row[r], st.flo[r]
    n = 0
    tokens = (row[R_STEP] * K[I_NUM]) >> 10
    low = -1
    while True:  # running ones by admission
        best, order = -1, 0
        for s in range(st.slot.shape[1]):
            later = st.slot[r, s, S_STATE] != 0 and st.slot[r, s, S_ADMIT] > low
            if later and (best < 0 or st.slot[r, s, S_ADMIT] < order):
                best, order = s, st.slot[r, s, S_ADMIT]
        if best < 0:
            break
        low = order
        i = st.slot[r, best, S_REQ]
        if st.slot[r, best, S_STATE] == DECODING:
            re.ints[i, W_MADE] = st.slot[r, best, S_OFF] + tokens - rq.ints[i, Q_INP]
        re.ints[i, W_PREEMPTED] += 1
        out[n] = i
        n += 1
    for s in range(st.slot.shape[1]):
        if st.slot[r, s, S_STATE] != 0:
            if st.slot[r, s, S_SHARED] > 0:
                leaf = rq.ints[st.slot[r, s, S_REQ], Q_LEAF]
                release(
                    r * K[I_NODES], leaf, st.slot[r, s, S_SHARED], t, row, rq.nodes, st.ent,
                    st.ent_s, st.slots,
                )  # fmt: skip
            st.slot[r, s, S_STATE] = 0
            st.work[r, A_FREE, row[R_FREE]] = s
            row[R_FREE] += 1
    for c in range(st.queue.shape[1]):
        i = st.queue[r, c, 0]
        while i >= 0:
            out[n] = i
            n += 1
            i = re.ints[i, W_AFTER]
        st.queue[r, c, 0] = -1
    while row[R_OLDEST]:
        remove(st.ent, st.slots, row, row[R_OLDEST])
    lost(st.tiers, r)
    for j in range(st.hist.shape[1]):
        st.hist[r, j] = 0
    row[R_BATCH] = row[R_NPRE] = row[R_OFFSUM] = row[R_WAIT] = row[R_LOAD] = row[R_TOKENS] = 0
    row[R_USED] = row[R_PINNED] = row[R_CACHED] = row[R_STEP] = 0
    if row[R_FLIGHT] != 0:  # the broken step ran, for nothing, until now
        flo[F_BUSY] += t - flo[F_CLOCK]
        row[R_FLIGHT] = 0
    flo[F_CLOCK] = t
    flo[F_EVENT] = np.inf
    return n
