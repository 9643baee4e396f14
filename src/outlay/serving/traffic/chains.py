"""What prompts share: which earlier context a request reads and goes on, and the tree of it all.

A request that shares at least half of its parent's context, where the parent is the newest of
its chain, goes on with that chain (a conversation), unless a later request still needs more of the
parent than that; any other starts a chain of its own and only reads the parent's (a branch, a
sub-agent, a common first block). So the newest request of a chain always holds what is read of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Array, BoolArray, Int32Array, IntArray

if TYPE_CHECKING:
    from outlay.serving.traffic.requests import Traffic

__all__ = ["PrefixTree", "chains_from_hashes", "chains_from_tree", "no_tree", "prefix_tree"]


@dataclass(frozen=True, slots=True)
class PrefixTree:
    """Contexts cut into stretches of whole blocks that no two requests tell apart.

    nodes: int32 [node, (parent or -1, first block, end)]; leaf: int32 [request], the node that
    holds the last whole block of its context, or -1. uses: no fewer than all paths have nodes.
    homes: sessions whose replica a router may remember.
    """

    nodes: Int32Array
    leaf: Int32Array
    uses: int
    homes: int


def no_tree(t: Traffic) -> PrefixTree:
    """Of requests of which nothing is kept."""
    none = np.broadcast_to(np.int32(-1), len(t))
    return PrefixTree(np.zeros((0, 3), np.int32), none, 0, _sessions(t))


def _sessions(t: Traffic) -> int:
    return max(int(np.max(t.session)), 0) + 1 if t.has_prefixes else 1


def prefix_tree(t: Traffic, block_tokens: int) -> PrefixTree:
    """The tree of requests' contexts (prompt and answer) in blocks of `block_tokens`.

    A request shares `shared_tokens` with the newest earlier one of the chain that it reads, or
    `group_tokens` with its group, whichever is more whole blocks (the group where they are equal).
    """
    n = len(t)
    inp, out = t.input_tokens.astype(np.int64), t.output_tokens.astype(np.int64)
    context = inp + out - 1  # the last token is never attended to
    parent = _newest_of_chain(t.session, t.reads)
    with_chain = np.minimum(np.minimum(t.shared_tokens, inp), context[parent]) // block_tokens
    with_chain = np.where(parent >= 0, with_chain, 0)
    with_group = np.where(t.group >= 0, np.minimum(t.group_tokens, inp) // block_tokens, 0)
    grouped: BoolArray = with_group >= with_chain
    depth = np.where(grouped, with_group, with_chain)
    parent = np.where(grouped, n + t.group, parent)  # a group is a context that nobody asked for
    parent[depth == 0] = -1
    groups = max(int(np.max(t.group)), -1) + 1
    reach = np.zeros(groups, np.int64)
    in_group = np.flatnonzero(grouped & (depth > 0))
    np.maximum.at(reach, t.group[in_group], depth[in_group])
    length = np.concatenate([context // block_tokens, reach])
    depth = np.concatenate([depth, np.zeros(groups, np.int64)])
    parent = np.concatenate([parent, np.full(groups, -1)])
    nodes, leaf = _cut(parent, depth, length, n)
    return PrefixTree(nodes, leaf, int(np.sum(length)), _sessions(t))


def _newest_of_chain(session: Int32Array, reads: Int32Array) -> IntArray:
    """The last earlier row whose session is the chain that a row reads, or -1."""
    n = len(session)
    rows = np.arange(n)
    written = np.sort((session.astype(np.int64) * (n + 1) + rows)[session >= 0])
    asked = reads.astype(np.int64) * (n + 1) + rows
    at = np.searchsorted(written, asked) - 1
    found = written[at] if len(written) else np.full(n, -1)
    same: BoolArray = (at >= 0) & (reads >= 0) & (found // (n + 1) == reads)
    return np.where(same, found % (n + 1), -1)


def _cut(
    parent: IntArray, depth: IntArray, length: IntArray, requests: int
) -> tuple[Int32Array, Int32Array]:
    """Nodes and leaves of contexts [row] of `length` blocks, the first `depth` of `parent`."""
    rows = np.arange(len(parent))
    at = parent.copy()  # whose own blocks the last shared one is among
    while True:
        higher = np.flatnonzero((at >= 0) & (depth[at] >= depth))
        if not len(higher):
            break
        at[higher] = parent[at[higher]]
    width = int(np.max(length)) + 1
    own: BoolArray = length > depth
    cut: BoolArray = (at >= 0) & (depth < length[at])
    starts = np.unique(
        np.concatenate([rows[own] * width + depth[own], at[cut] * width + depth[cut]])
    )
    row, first = starts // width, starts % width
    last: BoolArray = np.append(row[1:] != row[:-1], True)[: len(row)]
    end = np.where(last, length[row], np.append(first[1:], 0)[: len(row)])

    def holding(row: IntArray, block: IntArray) -> IntArray:
        """The node that has this block of a row's own."""
        return np.searchsorted(starts, row * width + block, side="right") - 1

    up = np.arange(len(row)) - 1
    begins: BoolArray = first == depth[row]
    up[begins] = np.where(
        depth[row[begins]] > 0, holding(at[row[begins]], depth[row[begins]] - 1), -1
    )
    leaf = holding(np.where(own, rows, at), length - 1)
    leaf = np.where(length > 0, leaf, -1)
    return np.stack([up, first, end], axis=1).astype(np.int32), leaf[:requests].astype(np.int32)


def chains_from_tree(
    parent: IntArray, shared_tokens: Array, input_tokens: Array
) -> dict[str, IntArray]:
    """Columns `session`, `reads`, `shared_tokens` for `traffic`.

    parent: row of an earlier request, or -1; shared_tokens: length of the prefix they share.
    A parent that is not earlier counts as none.
    """
    n = len(parent)
    parents: list[int] = np.where(parent < np.arange(n), parent, -1).tolist()
    shared: list[float] = shared_tokens.tolist()
    later = [0.0] * n  # the most that requests after i read of its parent
    most = [0.0] * n
    for i in range(n - 1, -1, -1):
        p = parents[i]
        if p >= 0:
            later[i] = most[p]
            most[p] = max(most[p], shared[i])
    session = np.empty(n, np.int64)
    reads = np.full(n, -1, np.int64)
    tip: list[int] = []
    needed: list[float] = []  # by chain: the most that is read of requests before its tip
    for i in range(n):
        p = parents[i]
        if p >= 0:
            chain = session.item(p)
            reads[i] = chain
            needs = max(needed[chain], later[i])
            goes_on = tip[chain] == p and shared[i] >= 0.5 * input_tokens.item(p)
            if goes_on and shared[i] >= needs:
                session[i] = chain
                tip[chain], needed[chain] = i, needs
                continue
        session[i] = len(tip)
        tip.append(i)
        needed.append(0.0)
    reads = np.where(reads >= 0, reads, session)
    found = np.where(np.array(parents) >= 0, shared_tokens, 0)
    found = np.minimum(found, input_tokens).astype(np.int64)
    return {"session": session, "reads": reads, "shared_tokens": found}


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
    twice: list[int] = np.flatnonzero(
        (by_id[1:] == by_id[:-1]) & (by_row[1:] == by_row[:-1])
    ).tolist()
    for at in twice:
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
