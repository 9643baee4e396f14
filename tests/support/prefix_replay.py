"""Hit rate of a prefix cache, block by block, over a recorded prefix tree.

The engine keeps stretches of blocks in a tree; these replays keep every block by itself: with its
last use and room without limit (what a cache life alone costs), or the most recently used ones of
a cache of given size.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np

from outlay.core.arrays import Array, IntArray

__all__ = ["hit_tokens", "lru_hits", "session_hits"]


def hit_tokens(
    time_s: Array,
    parent: IntArray,
    shared_blocks: IntArray,
    n_blocks: IntArray,
    block_tokens: int,
    lives_s: tuple[float, ...],
    end_s: Array | None = None,
) -> IntArray:
    """Tokens found in the cache [request, life] when unused blocks live `lives_s` seconds.

    A request is its parent's first `shared_blocks` blocks followed by new ones; `n_blocks` in
    all, whole blocks only. A use renews a block from `time_s` (and until `end_s`, while the
    request runs). A hit is the longest alive leading run. Requests in order of time.
    """
    n = len(time_s)
    if np.any(parent >= np.arange(n)):
        raise ValueError("a prefix parent must come before its request")
    ends = time_s if end_s is None else np.maximum(end_s, time_s)
    total = int(n_blocks.sum())
    last = np.full(total, -np.inf)
    found = np.zeros((n, len(lives_s)), np.int64)
    blocks: list[Any] = []
    fresh = 0
    for i in range(n):
        k = int(shared_blocks[i]) if parent[i] >= 0 else 0
        k = min(k, int(n_blocks[i]))
        new = np.arange(fresh, fresh + int(n_blocks[i]) - k)
        fresh += len(new)
        mine = np.concatenate([blocks[parent[i]][:k], new]) if k else new
        blocks.append(mine)
        age = time_s[i] - last[mine[:k]]
        for j, life in enumerate(lives_s):
            dead = age > life
            run = int(np.argmax(dead)) if dead.any() else k
            found[i, j] = run * block_tokens
        last[mine] = np.maximum(last[mine], ends[i])
    return found


def session_hits(
    table: Any, lives_s: tuple[float, ...], block_tokens: int = 64
) -> tuple[Array, int]:
    """Hit rate by life over recorded sessions, and how many input tokens it is a share of.

    table: columns session_id, turn, arrival_s, input_tokens, prefix_parent (a turn of the same
    session), prefix_shared_blocks, n_blocks, api_time_s (mapping of arrays).
    """
    hits = np.zeros(len(lives_s))
    total = 0
    session = np.asarray(table["session_id"])
    for s in np.unique(session):
        rows = np.flatnonzero(session == s)
        arrival = np.asarray(table["arrival_s"])[rows]
        order = rows[np.argsort(arrival, kind="stable")]
        turns = np.asarray(table["turn"])[order]
        where = {int(t): i for i, t in enumerate(turns)}
        parent = np.array(
            [
                where.get(int(p), -1) if p >= 0 else -1
                for p in np.asarray(table["prefix_parent"])[order]
            ]
        )
        parent = np.where(parent < np.arange(len(order)), parent, -1)
        inp = np.asarray(table["input_tokens"])[order].astype(np.int64)
        start = np.asarray(table["arrival_s"])[order]
        spent = np.nan_to_num(np.asarray(table["api_time_s"], dtype=float)[order])
        found = hit_tokens(
            start,
            parent,
            np.asarray(table["prefix_shared_blocks"])[order].astype(np.int64),
            np.asarray(table["n_blocks"])[order].astype(np.int64),
            block_tokens,
            lives_s,
            start + spent,
        )
        hits += np.minimum(found, inp[:, None]).sum(axis=0)
        total += int(inp.sum())
    return hits / max(total, 1), total


def lru_hits(table: Any, capacity_tokens: int, block_tokens: int = 512) -> float:
    """Share of input tokens found in one cache of `capacity_tokens`, least recently used out first.

    table: columns input_tokens, prefix_parent, prefix_shared_blocks, n_blocks. Requests come one
    after another and take no room but their blocks'; of one request the last block goes first.
    """
    room = capacity_tokens // block_tokens
    cache: OrderedDict[int, None] = OrderedDict()
    prompts: list[list[int]] = []
    fresh = found = total = 0
    names = ("input_tokens", "prefix_parent", "prefix_shared_blocks", "n_blocks")
    columns = (np.asarray(table[n]).tolist() for n in names)
    for tokens, parent, shared, blocks in zip(*columns, strict=True):
        known = prompts[parent][: min(shared, blocks)] if parent >= 0 else []
        new = range(fresh, fresh + blocks - len(known))
        fresh += len(new)
        prompt = [*known, *new]
        prompts.append(prompt)
        run = next((k for k, b in enumerate(prompt) if b not in cache), blocks)
        found += min(run * block_tokens, tokens)
        total += tokens
        for block in reversed(prompt):
            cache[block] = None
            cache.move_to_end(block)
        while len(cache) > room:
            cache.popitem(last=False)
    return found / total
