"""Prefix trees as chains: which earlier context a request reads, and which it goes on.

A request that shares at least half of its parent's context, where the parent is the newest of
its chain, goes on with that chain (a conversation); any other starts a chain of its own and only
reads the parent's (a branch, a sub-agent, a common first block).
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, IntArray

__all__ = ["chains_from_hashes", "chains_from_tree"]


def chains_from_tree(
    parent: IntArray, shared_tokens: Array, input_tokens: Array
) -> dict[str, IntArray]:
    """Columns `session`, `reads`, `shared_tokens` for `traffic`.

    parent: row of an earlier request, or -1; shared_tokens: length of the prefix they share.
    A parent that is not earlier counts as none.
    """
    n = len(parent)
    session = np.empty(n, np.int64)
    reads = np.full(n, -1, np.int64)
    tip: list[int] = []
    for i in range(n):
        p = parent.item(i)
        if 0 <= p < i:
            chain = session.item(p)
            reads[i] = chain
            if tip[chain] == p and shared_tokens.item(i) >= 0.5 * input_tokens.item(p):
                session[i] = chain
                tip[chain] = i
                continue
        session[i] = len(tip)
        tip.append(i)
    reads = np.where(reads >= 0, reads, session)
    shared = np.where((parent >= 0) & (parent < np.arange(n)), shared_tokens, 0)
    shared = np.minimum(shared, input_tokens).astype(np.int64)
    return {"session": session, "reads": reads, "shared_tokens": shared}


def chains_from_hashes(ids: IntArray, ends: IntArray, block_tokens: int) -> dict[str, IntArray]:
    """As `chains_from_tree`, from block identities: equal ids mean an equal prefix up to there.

    ids: of all blocks, request after request; ends: where each request's end among them.
    A request shares the blocks from its first on that earlier requests had, and reads the chain of
    the last one that had the last of these.
    """
    n = len(ends)
    counts = ends - np.concatenate([[0], ends[:-1]]) if n else ends
    row = np.repeat(np.arange(n), counts)
    order = np.argsort(ids, kind="stable")  # by id, and by request within one
    by_id, by_row = ids[order], row[order]
    same = np.flatnonzero((by_id[1:] == by_id[:-1]) & (by_row[1:] > by_row[:-1])) + 1
    before = np.full(len(ids), -1, np.int64)  # the request that had the block last before this one
    before[order[same]] = by_row[same - 1]
    for at in np.flatnonzero((by_id[1:] == by_id[:-1]) & (by_row[1:] == by_row[:-1])).tolist():
        before[order[at + 1]] = before[order[at]]  # the same block twice in one request
    new = np.flatnonzero(before < 0)
    starts = ends - counts
    first_new = np.append(new, len(ids))[np.searchsorted(new, starts)]
    shared = np.minimum(first_new, ends) - starts
    parent = np.full(n, -1, np.int64)
    some = np.flatnonzero(shared)
    parent[some] = before[starts[some] + shared[some] - 1]
    lengths = (counts * block_tokens).astype(float)
    return chains_from_tree(parent, (shared * block_tokens).astype(float), lengths)
