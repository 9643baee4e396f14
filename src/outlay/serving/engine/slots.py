"""Running sequences of one replica: how they queue, join the batch, leave it, are preempted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.serving.engine.closed import DEN_BITS, heap_drop, heap_push
from outlay.serving.engine.jit import NO, YES, inlined, inner
from outlay.serving.engine.lru import hold, release
from outlay.serving.engine.state import (
    A_CHUNK,
    A_FREE,
    A_HEAP,
    A_PRE,
    DECODING,
    I_BLOCK,
    I_CACHE,
    I_NODES,
    I_NUM,
    N_END,
    Q_CLASS,
    Q_INP,
    Q_LEAF,
    Q_OUT,
    R_BATCH,
    R_FREE,
    R_LOAD,
    R_NPRE,
    R_OFFSUM,
    R_PREEMPTED,
    R_PREFILLED,
    R_STEP,
    R_TOKENS,
    R_USED,
    R_WAIT,
    S_ADMIT,
    S_DONE,
    S_KEY,
    S_OFF,
    S_REQ,
    S_SHARED,
    S_STATE,
    S_TARGET,
    SLOT_BITS,
    T_END,
    T_FIRST,
    W_AFTER,
    W_MADE,
    W_PREEMPTED,
)
from outlay.serving.engine.tiers import written

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests, Results
    from outlay.serving.engine.views import Ints

__all__ = ["finish", "join", "keep", "leave", "preempt", "prefilled", "push"]


@inlined
def push(r: int, i: int, front: bool, st: FleetState, rq: Requests, re: Results) -> None:
    """Put request `i` into its class's queue at replica `r`, at the front where preempted."""
    c = rq.ints[i, Q_CLASS]
    if st.queue[r, c, 0] < 0:
        st.queue[r, c, 0] = i
        st.queue[r, c, 1] = i
        re.ints[i, W_AFTER] = -1
    elif front:
        re.ints[i, W_AFTER] = st.queue[r, c, 0]
        st.queue[r, c, 0] = i
    else:
        re.ints[st.queue[r, c, 1], W_AFTER] = i
        st.queue[r, c, 1] = i
        re.ints[i, W_AFTER] = -1
    st.row[r, R_WAIT] += 1


@inner
def keep(r: int, s: int, tokens: int, now: float, K: Ints, st: FleetState, rq: Requests) -> int:
    """Hand the whole blocks of slot `s`'s first `tokens` to the cache, held by it: how many more.

    Those that others computed meanwhile were held twice until now.
    """
    leaf = rq.ints[st.slot[r, s, S_REQ], Q_LEAF]
    shared = st.slot[r, s, S_SHARED]
    if leaf < 0:
        return 0
    blocks = min(tokens // K[I_BLOCK], rq.nodes[leaf, N_END])
    if blocks <= shared:
        return 0
    key, row = r * K[I_NODES], st.row[r]
    hold(key, leaf, blocks, row, rq.nodes, st.ent, st.slots)
    if shared:
        release(key, leaf, shared, 0.0, row, rq.nodes, st.ent, st.ent_s, st.slots)
    st.slot[r, s, S_SHARED] = blocks
    written(st.tiers, r, leaf, blocks, now, rq.nodes)
    return blocks - shared


@inner
def let_go(
    r: int, s: int, held: int, done: bool, now: float, K: Ints, st: FleetState, rq: Requests
) -> None:
    """What slot `s` holds in the prefix cache; where it is `done` its context stays there."""
    row, slot = st.row[r], st.slot[r]
    if done:
        keep(r, s, held, now, K, st, rq)
    if slot[s, S_SHARED] > 0:
        leaf = rq.ints[slot[s, S_REQ], Q_LEAF]
        release(
            r * K[I_NODES], leaf, slot[s, S_SHARED], now, row, rq.nodes, st.ent, st.ent_s,
            st.slots,
        )  # fmt: skip


@inlined
def leave(
    r: int, s: int, held: int, done: bool, now: float, K: Ints, st: FleetState, rq: Requests
) -> None:
    """Free slot `s` and its blocks; where it is `done` its context stays in the prefix cache."""
    row, slot = st.row[r], st.slot[r]
    row[R_USED] -= (held + K[I_BLOCK] - 1) // K[I_BLOCK] - slot[s, S_SHARED]
    if K[I_CACHE]:
        let_go(r, s, held, done, now, K, st, rq)
    slot[s, S_STATE] = 0
    st.work[r, A_FREE, row[R_FREE]] = s
    row[R_FREE] += 1


@inner
def preempt(
    r: int, tokens: int, now: float, K: Ints, st: FleetState, rq: Requests, re: Results
) -> None:
    """Preempt the newest running sequence of the lowest class; its work is lost, not its tokens."""
    row, slot = st.row[r], st.slot[r]
    best, best_class, best_admit = -1, -1, -1
    for s in range(slot.shape[0]):
        if slot[s, S_STATE] != 0:
            c = rq.ints[slot[s, S_REQ], Q_CLASS]
            if c > best_class or (c == best_class and slot[s, S_ADMIT] > best_admit):
                best, best_class, best_admit = s, c, slot[s, S_ADMIT]
    s = best
    i = slot[s, S_REQ]
    if slot[s, S_STATE] == DECODING:
        off = slot[s, S_OFF]
        n = row[R_BATCH]
        item = (slot[s, S_KEY] << SLOT_BITS) | s
        for k in range(n):
            if st.work[r, A_HEAP, k] == item:
                heap_drop(st.work[r, A_HEAP], n, k)
                break
        row[R_BATCH] = n - 1
        row[R_OFFSUM] -= off
        st.hist[r, off % K[I_BLOCK]] -= 1
        re.ints[i, W_MADE] = off + tokens - rq.ints[i, Q_INP]
        held = off + tokens - 1
    else:
        n = row[R_NPRE]
        k = 0
        while st.work[r, A_PRE, k] != s:
            k += 1
        while k + 1 < n:
            st.work[r, A_PRE, k] = st.work[r, A_PRE, k + 1]
            k += 1
        row[R_NPRE] = n - 1
        held = slot[s, S_TARGET]
    leave(r, s, held, NO, now, K, st, rq)
    re.ints[i, W_PREEMPTED] += 1
    row[R_PREEMPTED] += 1
    push(r, i, YES, st, rq, re)


@inlined
def join(r: int, s: int, tokens: int, K: Ints, st: FleetState, rq: Requests, re: Results) -> None:
    """Slot `s` starts decoding; `tokens` is the token counter of its first step."""
    row, slot = st.row[r], st.slot[r]
    i = slot[s, S_REQ]
    off = rq.ints[i, Q_INP] + re.ints[i, W_MADE] - tokens
    key = tokens + rq.ints[i, Q_OUT] - re.ints[i, W_MADE]
    slot[s, S_OFF] = off
    slot[s, S_KEY] = key
    slot[s, S_STATE] = DECODING
    heap_push(st.work[r, A_HEAP], row[R_BATCH], (key << SLOT_BITS) | s)
    row[R_BATCH] += 1
    row[R_OFFSUM] += off
    st.hist[r, off % K[I_BLOCK]] += 1


@inlined
def finish(r: int, i: int, now: float, st: FleetState, rq: Requests, re: Results) -> None:
    re.times[i, T_END] = now
    re.ints[i, W_MADE] = rq.ints[i, Q_OUT]
    st.row[r, R_LOAD] -= 1
    st.row[r, R_TOKENS] -= rq.ints[i, Q_INP]


@inlined
def prefilled(r: int, now: float, K: Ints, st: FleetState, rq: Requests, re: Results) -> None:
    """Apply the prefill chunks of the step that ends at `now`."""
    row, slot = st.row[r], st.slot[r]
    tokens = (row[R_STEP] * K[I_NUM]) >> DEN_BITS
    n, left = row[R_NPRE], 0
    for k in range(n):
        s = st.work[r, A_PRE, k]
        slot[s, S_DONE] += st.work[r, A_CHUNK, k]
        row[R_PREFILLED] += st.work[r, A_CHUNK, k]
        if slot[s, S_DONE] < slot[s, S_TARGET]:
            st.work[r, A_PRE, left] = s
            left += 1
            continue
        i = slot[s, S_REQ]
        re.ints[i, W_MADE] += 1
        if re.ints[i, W_MADE] == 1:
            re.times[i, T_FIRST] = now
        if K[I_CACHE]:
            row[R_USED] -= keep(r, s, slot[s, S_TARGET], now, K, st, rq)
        if re.ints[i, W_MADE] >= rq.ints[i, Q_OUT]:
            leave(r, s, slot[s, S_TARGET], YES, now, K, st, rq)
            finish(r, i, now, st, rq, re)
        else:
            join(r, s, tokens, K, st, rq, re)
    row[R_NPRE] = left
