"""Requests that wait for others to end, and replicas that turn some away, compiled.

A request is due when its time has come, when the one it waits for has ended (a later turn of a
session), or when a user is free to take it (a closed loop). So completions decide arrivals, and
time goes from one to the next of: a step or stretch that ends, a request that is due, one that has
waited too long. Between these the replicas skip as they do elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from outlay.serving.engine.closed import EPS_S
from outlay.serving.engine.fleets.joining import accept
from outlay.serving.engine.fleets.routing import choose, remember
from outlay.serving.engine.jit import inner, jit
from outlay.serving.engine.kernel import advance_here
from outlay.serving.engine.state import (
    A_FREE,
    F_EVENT,
    Q_CLASS,
    Q_INP,
    Q_SESSION,
    R_FLIGHT,
    R_FREE,
    R_LOAD,
    R_TOKENS,
    R_WAIT,
    S_REQ,
    T_END,
    T_START,
    W_AFTER,
    W_REPLICA,
)

if TYPE_CHECKING:
    from outlay.serving.engine.state import FleetState, Requests, Results
    from outlay.serving.engine.views import Floats, Ints, Table

__all__ = ["DROPPED", "REFUSED", "Sends", "run_loop"]

REFUSED, DROPPED = 1, 2
"""Found a full queue; waited too long."""
N_HEAP, N_HEAD, N_SENT, N_LATE, N_TURN = range(5)
ENDS, DUE, LATE, BEGIN = range(4)
"""What happens at one time, in this order."""


class Sends(NamedTuple):
    """Who sends what when; arrays [request] unless said."""

    heads: Ints  # int32: requests that wait for no other, in order of time
    at: Floats  # their times in the file
    first: Ints  # int32: the first of those that wait for this one, or -1
    sibling: Ints  # int32: the next that waits for the same one, or -1
    pause: Floats  # s between what it waits for and when it is sent
    think: Floats  # s that its user then takes before he asks for the next of the file
    user: Ints  # int32: who sends it, -1: nobody in particular
    open: Ints  # int32 [user]: requests that are still to end before he takes the next
    never: Ints  # int32: 1 where it can never fit
    turned: Ints  # int32: 0, REFUSED or DROPPED
    sent: Ints  # int32: requests that joined a queue, in order
    due: Floats  # heap of times, with their requests
    who: Ints  # int32: a request, or -1 - user: one who asks for the next of the file
    batch: Ints  # int32: requests sent at one time
    tally: Ints  # int64 [N_...]: heap; heads taken; sent; no longer waiting; routed


@inner
def later(due: Floats, who: Ints, a: int, b: int) -> bool:
    return due[a] > due[b] or (due[a] == due[b] and who[a] > who[b])


@inner
def swap(due: Floats, who: Ints, a: int, b: int) -> None:
    due[a], due[b] = due[b], due[a]
    who[a], who[b] = who[b], who[a]


@inner
def put(x: Sends, t: float, i: int) -> None:
    """Request `i` is due at `t`."""
    k = x.tally[N_HEAP]
    x.tally[N_HEAP] = k + 1
    x.due[k] = t
    x.who[k] = i
    while k > 0 and later(x.due, x.who, (k - 1) >> 1, k):
        swap(x.due, x.who, (k - 1) >> 1, k)
        k = (k - 1) >> 1


@inner
def take(x: Sends) -> int:
    """The request that is due first."""
    i = x.who[0]
    n = x.tally[N_HEAP] - 1
    x.tally[N_HEAP] = n
    x.due[0] = x.due[n]
    x.who[0] = x.who[n]
    k = 0
    while 2 * k + 1 < n:
        kid = 2 * k + 1
        if kid + 1 < n and later(x.due, x.who, kid, kid + 1):
            kid += 1
        if not later(x.due, x.who, k, kid):
            break
        swap(x.due, x.who, k, kid)
        k = kid
    return i


@inner
def over(i: int, t: float, x: Sends) -> None:
    """Request `i` is over for its sender at `t`: those that wait for it become due."""
    u = x.user[i]
    kids = 0
    j = x.first[i]
    while j >= 0:
        x.user[j] = u
        put(x, t + x.pause[j], j)
        kids += 1
        j = x.sibling[j]
    if u >= 0:
        x.open[u] += kids - 1
        if x.open[u] == 0 and x.tally[N_HEAD] < len(x.heads):
            put(x, t + x.think[i], -1 - u)


@inner
def due_by(t: float, timed: int, x: Sends, rq: Requests) -> int:
    """Take all that is due by `t` into the batch, in the file's order; write down when each was.

    A user who is free takes the next request of the file and sends it after its own pause.
    """
    n = 0
    while True:
        more = x.tally[N_HEAD] < len(x.heads)
        head = x.heads[x.tally[N_HEAD]] if more else -1
        if x.tally[N_HEAP] > 0 and x.due[0] <= t:
            due = x.due[0]
            i = take(x)
            if i < 0:
                if not more:
                    continue
                x.tally[N_HEAD] += 1
                x.user[head] = -1 - i
                x.open[-1 - i] = 1
                i = head
                due = (max(due, x.at[i]) if timed else due) + x.pause[i]
                if due > t:
                    put(x, due, i)
                    continue
        elif more and len(x.open) == 0 and x.at[head] <= t:
            x.tally[N_HEAD] += 1
            i, due = head, x.at[head]
        else:
            return n
        rq.arrival[i] = due
        k = n
        while k > 0 and x.batch[k - 1] > i:
            x.batch[k] = x.batch[k - 1]
            k -= 1
        x.batch[k] = i
        n += 1


@inner
def ended(r: int, free: int, lag: float, x: Sends, st: FleetState, re: Results) -> None:
    """Those of replica `r` that ended since it had `free` slots, if it has more of them now."""
    for k in range(free, st.row[r, R_FREE]):
        i = st.slot[r, st.work[r, A_FREE, k], S_REQ]
        if not np.isnan(re.times[i, T_END]):  # else preempted
            over(i, re.times[i, T_END] + lag, x)


@inner
def dropped(i: int, wait_s: float, x: Sends, st: FleetState, rq: Requests, re: Results) -> None:
    """Request `i` has waited too long."""
    withdraw(i, st, rq, re)
    x.turned[i] = DROPPED
    over(i, rq.arrival[i] + wait_s, x)


@inner
def withdraw(i: int, st: FleetState, rq: Requests, re: Results) -> None:
    """Request `i`, not yet begun, leaves the queue of its replica."""
    r, c = re.ints[i, W_REPLICA], rq.ints[i, Q_CLASS]
    before, at = -1, st.queue[r, c, 0]
    while at != i:
        before, at = at, re.ints[at, W_AFTER]
    if before < 0:
        st.queue[r, c, 0] = re.ints[i, W_AFTER]
    else:
        re.ints[before, W_AFTER] = re.ints[i, W_AFTER]
    if st.queue[r, c, 1] == i:
        st.queue[r, c, 1] = before
    st.row[r, R_WAIT] -= 1
    st.row[r, R_LOAD] -= 1
    st.row[r, R_TOKENS] -= rq.ints[i, Q_INP]


@inner
def longest_waiting(wait_s: float, x: Sends, re: Results) -> int:
    """The request that waits to begin and was sent first of those, or -1."""
    while x.tally[N_LATE] < x.tally[N_SENT] and wait_s < np.inf:
        i = x.sent[x.tally[N_LATE]]
        if x.turned[i] == 0 and np.isnan(re.times[i, T_START]):
            return i
        x.tally[N_LATE] += 1
    return -1


@inner
def late_time(late: int, wait_s: float, rq: Requests) -> float:
    return rq.arrival[late] + wait_s if late >= 0 else np.inf


@inner
def next_time(late: int, wait_s: float, x: Sends, st: FleetState, rq: Requests) -> float:
    """When something happens next."""
    t = late_time(late, wait_s, rq)
    for r in range(st.flo.shape[0]):
        t = min(t, st.flo[r, F_EVENT])
    if x.tally[N_HEAP] > 0:
        t = min(t, x.due[0])
    if len(x.open) == 0 and x.tally[N_HEAD] < len(x.heads):
        t = min(t, x.at[x.heads[x.tally[N_HEAD]]])
    return t


@inner
def taker(
    i: int,
    t: float,
    how: int,
    most_waiting: int,
    draws: Table[float],
    home: Ints,
    Z: Floats,
    K: Ints,
    P: Floats,
    base: Floats,
    slope: Floats,
    x: Sends,
    st: FleetState,
    rq: Requests,
) -> int:
    """The replica that takes request `i`, or -1: it never fits, or finds a full queue."""
    r = -1
    if not x.never[i]:
        r = choose(i, t, how, draws, x.tally[N_TURN], home, Z, K, P, base, slope, st, rq)
        x.tally[N_TURN] += 1
        if most_waiting >= 0 and st.row[r, R_WAIT] >= most_waiting:
            x.turned[i] = REFUSED
            r = -1
    if r < 0:
        over(i, rq.arrival[i], x)
    return r


@inner
def concerned(phase: int, r: int, t: float, st: FleetState) -> int:
    """Replica `r` if it has a step that ends by `t`, or one that begins; else -1."""
    flies = st.row[r, R_FLIGHT] != 0
    return r if flies == (phase == ENDS) and st.flo[r, F_EVENT] <= t + EPS_S else -1


@inner
def joined(
    r: int, i: int, t: float, home: Ints, K: Ints, x: Sends, st: FleetState, rq: Requests,
    re: Results,
) -> None:  # fmt: skip
    """Request `i` joins replica `r`."""
    accept(r, i, t, st, rq, re)
    x.sent[x.tally[N_SENT]] = i
    x.tally[N_SENT] += 1
    if rq.ints.shape[1] > Q_SESSION:
        remember(i, r, home, rq)


@jit
def run_loop(
    until: float,
    how: int,
    timed: int,
    lag: float,
    most_waiting: int,
    wait_s: float,
    draws: Table[float],
    Z: Floats,
    K: Ints,
    P: Floats,
    base: Floats,
    slope: Floats,
    home: Ints,
    feed: Ints,
    x: Sends,
    st: FleetState,
    rq: Requests,
    re: Results,
) -> None:
    """Send every request when it is due and run the fleet to `until` (or until it is empty).

    All users are in the heap. lag: seconds by which a client has the last token later than the
    engine. `feed` is empty; `rq.arrival` is written: when each was sent.
    """
    R = st.row.shape[0]
    while True:
        late = longest_waiting(wait_s, x, re)
        t = next_time(late, wait_s, x, st, rq)
        if t == np.inf or t > until:
            break
        phase, k, n = ENDS, 0, R
        while True:  # one place that calls `advance_here`: each gets a copy of it
            if k == n:
                if phase != ENDS:
                    break
                k, n = 0, due_by(t + EPS_S, timed, x, rq)
                phase = DUE
                if n == 0:
                    gone = late_time(late, wait_s, rq) <= t + EPS_S
                    phase, n = (LATE, 1) if gone else (BEGIN, R)
                continue
            r, i = -1, late
            limit = t + 2.0 * EPS_S if phase == BEGIN else t  # steps begin once all has come
            if phase == DUE:
                i = x.batch[k]
                r = taker(i, t, how, most_waiting, draws, home, Z, K, P, base, slope, x, st, rq)
            elif phase == LATE:
                r = re.ints[late, W_REPLICA]
            else:
                r = concerned(phase, k, t, st)
            k += 1
            if r < 0:
                continue
            free = st.row[r, R_FREE]
            flush = phase in (DUE, LATE)
            advance_here(r, limit, flush, K, P, base, slope, feed, st, rq, re)
            if phase == DUE:
                joined(r, i, t, home, K, x, st, rq, re)
            elif phase == LATE:
                dropped(i, wait_s, x, st, rq, re)
            else:
                ended(r, free, lag, x, st, re)
