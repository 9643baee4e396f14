"""The oracle's tiers of KV cache: ordered dictionaries of what lies where, in plain Python."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field

from outlay.serving.engine.policy import Offload, Tier
from outlay.serving.engine.steps import DenseTable
from outlay.serving.twin.cache import EPS_S, Block, Contexts

__all__ = ["Load", "Store"]


@dataclass(eq=False)
class Stretch:
    """Blocks of a run, from one place of a context to another, and when they were last used."""

    first: int
    end: int
    used_s: float


@dataclass(eq=False)
class Shelf:
    """One tier of one replica: runs, named by their first block, the least recently used first."""

    tier: Tier
    runs: OrderedDict[Block, Stretch] = field(default_factory=OrderedDict)
    loaded: int = 0
    stored: int = 0

    def blocks(self) -> int:
        return sum(s.end - s.first for s in self.runs.values())

    def add(self, run: Block, first: int, end: int, used_s: float, block_tokens: int) -> None:
        old = self.runs.pop(run, None)
        there = 0
        if old is not None and old.first <= end and first <= old.end:
            first, end, there = min(first, old.first), max(end, old.end), old.end - old.first
        self.runs[run] = Stretch(first, end, used_s)
        self.stored += (end - first - there) * block_tokens


Load = tuple[Shelf, Block, int]
"""From where, what, and how many blocks."""


class Store:
    """The tiers of one replica."""

    def __init__(self, offload: Offload | None, table: DenseTable, contexts: Contexts | None):
        self.offload = offload or Offload(())
        self.table, self.contexts = table, contexts
        self.shelves = [Shelf(t) for t in self.offload.tiers] if contexts else []
        self.due_s = self.load_s = self.longer_s = 0.0

    def demoted(self, block: Block, run: Block, used_s: float) -> None:
        """Memory gave up a block."""
        if not self.offload.through and self.shelves:
            self.shelves[0].add(run, block[2], block[2] + 1, used_s, self.table.block_tokens)
            self._make_room()

    def cached(self, i: int, blocks: int, now: float) -> None:
        """Memory caches the first blocks of a context."""
        if not self.offload.through or self.contexts is None:
            return
        reach: dict[Block, int] = {}
        for block in self.contexts.blocks[i][:blocks]:
            reach[self.contexts.run[block]] = block[2] + 1
        for run, end in reversed(reach.items()):
            for shelf in self.shelves:
                shelf.add(run, run[2], end, now, self.table.block_tokens)
        self._make_room()

    def _make_room(self) -> None:
        for level, shelf in enumerate(self.shelves):
            room = math.inf
            if math.isfinite(shelf.tier.tokens):
                room = int(shelf.tier.tokens / self.table.block_tokens)
            while shelf.blocks() > room:
                run, oldest = next(iter(shelf.runs.items()))
                oldest.end -= 1
                if oldest.end == oldest.first:
                    del shelf.runs[run]
                if not self.offload.through and level + 1 < len(self.shelves):
                    below = self.shelves[level + 1]
                    at = oldest.end
                    below.add(run, at, at + 1, oldest.used_s, self.table.block_tokens)

    def found(self, i: int, at: int, most: int, now: float, life_s: float) -> list[Load]:
        """Where the blocks of a prompt from `at` on lie, as far as loading them is worth it."""
        loads: list[Load] = []
        if self.contexts is None or not self.shelves:
            return loads
        path = self.contexts.blocks[i][:most]
        while at < len(path):
            run = self.contexts.run[path[at]]
            end = at + sum(self.contexts.run[b] == run for b in path[at:])
            for shelf in self.shelves:
                piece = shelf.runs.get(run)
                if piece is None or now - piece.used_s > life_s + EPS_S or piece.first > at:
                    continue
                more = min(piece.end, end) - at
                if more <= 0:
                    continue
                if not self._worth(shelf.tier, more, at):
                    break
                loads.append((shelf, run, more))
                at += more
            if at < end:
                break
        return loads

    def _worth(self, tier: Tier, blocks: int, at: int) -> bool:
        _, per_token, per_ctx, _ = (float(x) for x in self.table.pre.flat)
        tokens, context = blocks * self.table.block_tokens, at * self.table.block_tokens
        computed_s = per_token * tokens + per_ctx * tokens * (context + tokens / 2)
        return tokens * tier.s_per_token <= computed_s

    def load(self, loads: list[Load], now: float) -> int:
        """Load what was found; tokens in all."""
        total = 0
        for shelf, run, blocks in reversed(loads):
            tokens = blocks * self.table.block_tokens
            shelf.runs[run].used_s = now
            shelf.runs.move_to_end(run)
            shelf.loaded += tokens
            self.due_s += tokens * shelf.tier.s_per_token
            total += tokens
        return total

    def lengthened(self, seconds: float) -> float:
        """A step of so many seconds, with the loads that are due."""
        due, self.due_s = self.due_s, 0.0
        longer = max(seconds, due) if self.offload.overlap else seconds + due
        self.load_s += due
        self.longer_s += longer - seconds
        return longer

    def clear(self) -> None:
        """The replica fails."""
        self.due_s = 0.0
        for shelf in self.shelves:
            shelf.runs.clear()
