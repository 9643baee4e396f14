"""Arrays that hold a fleet's state, and the names of their columns.

One int64 row and one float64 row per replica, one cache line per running sequence, one int64
heap of completions per replica, one linked list per replica and priority class. Nothing is
kept per token or per block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from outlay.serving.engine.views import Floats, Ints, Stack, Table

__all__ = ["FleetState", "Requests", "Results", "Tiers", "new_cache", "new_state"]

# an entry of the prefix cache, and a node of the tree of prefixes (see `lru`)
E_KEY, E_OWN, E_PREV, E_NEXT, E_REFS = range(5)
N_ENTRY = 5
N_UP, N_START, N_END = range(3)

# fields of a replica's row that the prefix cache keeps
R_CACHED, R_PINNED, R_OLDEST, R_NEWEST, R_EVICTED = range(5)

# int64 row of a replica (the first five belong to `lru`)
(
    R_STEP,  # decode steps so far (the decode counter)
    R_BATCH,  # sequences decoding
    R_OFFSUM,  # sum of their offsets: context tokens = offset + tokens at the counter
    R_NPRE,  # sequences prefilling
    R_USED,  # KV blocks of running sequences that the cache does not hold for them
    R_FREE,  # free slots
    R_ADMIT,  # admissions so far
    R_FLIGHT,  # steps under way: 0 none, -1 one step with prefill chunks, m decode steps
    R_NEXT,  # next index of the feed
    R_LAST,  # end of the feed
    R_WAIT,  # requests waiting
    R_LOAD,  # requests waiting or running, as the router knows them
    R_STATUS,  # OFF, LOADING, ACTIVE, DRAINING, FAILED
    R_STEPS,  # steps taken
    R_PREEMPTED,  # preemptions
    R_PREFILLED,  # prompt tokens computed
    R_DECODED,  # tokens progressed by decode steps
    R_PEAK,  # most KV blocks used by running sequences, shared ones once
    R_TOKENS,  # prompt tokens of requests waiting or running
) = range(R_EVICTED + 1, R_EVICTED + 20)
N_ROW = R_EVICTED + 20

# float64 row of a replica
(
    F_CLOCK,  # time of the step boundary that the state describes
    F_END,  # end of the step or stretch under way
    F_BUSY,  # seconds in which a step ran
    F_RUN,  # sequence-seconds running (admitted, not finished)
    F_KV,  # block-seconds of running sequences, at the end of each step or stretch
    F_EVENT,  # next time at which the router could see a change
    F_READY,  # when loading ends
    F_ON,  # seconds switched on
    F_SINCE,  # switched on since
) = range(9)
N_FLOAT = 9

# integer parameters of a replica, in the order in which `run` packs them
(
    I_MAXB,  # sequences in the batch
    I_BUDGET,  # tokens of a step
    I_BLOCK,  # tokens of a KV block
    I_TOTAL,  # KV blocks
    I_NUM,  # tokens per decode step, in 1 / 2**DEN_BITS
    I_CLASSES,  # priority classes
    I_CACHE,  # 1: contexts are kept, least recently used
    I_READY,  # 1: prompts arrive computed
    I_MARK,  # blocks kept free at admission
    I_NODES,  # nodes of the prefix tree, for keys
    I_GIVEN,  # 1: every request finds its shared tokens cached
) = range(11)

OFF, LOADING, ACTIVE, DRAINING, FAILED = range(5)

# columns of a slot (a running sequence): 8 int64 = one cache line
S_REQ, S_OFF, S_KEY, S_ADMIT, S_STATE, S_DONE, S_TARGET, S_SHARED = range(8)
PREFILLING, DECODING = 1, 2

# columns of `Requests.ints` and `Results.ints`, `Results.times`
Q_INP, Q_OUT, Q_CLASS, Q_SHARED, Q_LEAF, Q_SESSION = range(6)
W_CACHED, W_REPLICA, W_PREEMPTED, W_MADE, W_AFTER = range(5)
T_START, T_FIRST, T_END = range(3)

# rows of `FleetState.work`
A_HEAP, A_FREE, A_PRE, A_CHUNK = range(4)

SLOT_BITS = 20
"""Heap entries pack (completion counter, slot) in one int64; at most 2**20 slots a replica."""


class Requests(NamedTuple):
    """Requests as the engine reads them; one row of `ints` is one request."""

    arrival: Floats  # float64 [request]
    ints: Table[int]  # int32 [request, Q_...]: 3 columns, 6 with prefixes
    order: Ints  # int32: requests to route, in order of arrival
    nodes: Table[int]  # int32 [node, (parent, first block, end)]: what prompts share (see `lru`)


class Results(NamedTuple):
    """What the engine writes, by request."""

    times: Table[float]  # float64 [request, T_...], NaN = did not happen
    ints: Table[int]  # int32 [request, W_...]


class Tiers(NamedTuple):
    """What replicas keep of their KV cache in T tiers beyond their own memory (see `tiers`)."""

    ent: Table[int]  # int64 [entry, 6], as in `FleetState`
    ent_s: Floats  # float64 [entry]
    slots: Ints  # int32 [hash slots]
    row: Table[int]  # int64 [R T, R_...] of `lru` and `tiers`
    size: Ints  # int64 [T] blocks
    cost: Floats  # float64 [T] seconds to load a token
    rule: Ints  # int64 [U_...] of `tiers`
    plan: Ints  # int64: loads noted, the request, (tier, entry, tokens) of each
    due: Floats  # float64 [R] seconds of loading in the step that begins
    seconds: Table[float]  # float64 [R, (of loading, by which steps took longer)]
    loaded: Ints  # int32 [request] tokens loaded at first admission


class FleetState(NamedTuple):
    """Mutable arrays of R replicas with M slots each."""

    row: Table[int]  # int64 [R, N_ROW]
    flo: Table[float]  # float64 [R, N_FLOAT]
    queue: Stack[int]  # int64 [R, class, (head, tail)] -> request or -1
    slot: Stack[int]  # int64 [R, M, 8]
    work: Stack[int]  # int64 [R, A_..., M]: completions heap, free slots, prefilling, chunks
    hist: Table[int]  # int64 [R, block_tokens] decoding sequences by offset modulo the block
    ent: Table[int]  # int64 [entry, E_...] prefix-cache entries
    ent_s: Floats  # float64 [entry]
    slots: Ints  # int32 [hash slots]
    tiers: Tiers | None


def new_state(
    replicas: int,
    max_batch: int,
    classes: int,
    block_tokens: int,
    entries: int,
    tiers: Tiers | None = None,
) -> FleetState:
    """An empty fleet with all replicas ACTIVE; `entries` bounds the prefix cache's."""
    row = np.zeros((replicas, N_ROW), np.int64)
    row[:, R_FREE] = max_batch
    row[:, R_STATUS] = ACTIVE
    flo = np.zeros((replicas, N_FLOAT))
    flo[:, F_EVENT] = np.inf
    work = np.zeros((replicas, 4, max_batch), np.int64)
    work[:, A_FREE] = np.arange(max_batch - 1, -1, -1)
    ent, ent_s, slots = new_cache(entries)
    return FleetState(
        row=row,
        flo=flo,
        queue=np.full((replicas, classes, 2), -1, np.int64),
        slot=np.zeros((replicas, max_batch, 8), np.int64),
        work=work,
        hist=np.zeros((replicas, block_tokens), np.int64),
        ent=ent,
        ent_s=ent_s,
        slots=slots,
        tiers=tiers,
    )


def new_cache(entries: int) -> tuple[Table[int], Floats, Ints]:
    """`ent`, `ent_s` and `slots` of `lru`, empty, with room for as many chains."""
    ent = np.zeros((entries + 1, N_ENTRY), np.int64)
    ent[:-1, E_NEXT] = np.arange(1, entries + 1)
    size = 1 << max(1, int(2 * (entries + 1) - 1).bit_length())
    return ent, np.zeros(entries + 1), np.full(size, -1, np.int32)
