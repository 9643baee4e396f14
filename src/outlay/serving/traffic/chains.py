"""Prefix trees as chains: which earlier context a request reads, and which it goes on.

A request that shares at least half of its parent's context, where the parent is the newest of
its chain, goes on with that chain (a conversation); any other starts a chain of its own and only
reads the parent's (a branch, a sub-agent, a common first block).
"""

from __future__ import annotations

from collections.abc import Sequence

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


def chains_from_hashes(hashes: Sequence[Sequence[int]], block_tokens: int) -> dict[str, IntArray]:
    """As `chains_from_tree`, from block identities: equal ids mean an equal prefix up to there."""
    last: dict[int, int] = {}
    n = len(hashes)
    parent = np.full(n, -1, np.int64)
    shared = np.zeros(n)
    lengths = np.array([len(h) * block_tokens for h in hashes], dtype=float)
    for i, ids in enumerate(hashes):
        k = 0
        while k < len(ids) and ids[k] in last:
            k += 1
        if k:
            parent[i] = last[ids[k - 1]]
            shared[i] = k * block_tokens
        for h in ids:
            last[h] = i
    return chains_from_tree(parent, shared, lengths)
