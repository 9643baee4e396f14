"""The oracle's tiers of KV cache: ordered dictionaries of what lies where, in plain Python."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field

from outlay.serving.engine.policy import Offload, Tier
from outlay.serving.engine.steps import DenseTable

__all__ = ["Load", "Store"]

Name = tuple[str, int]


@dataclass(eq=False)
class Stretch:
    """Tokens of a chain from one to another, and when they were last used."""

    first: int
    end: int
    used_s: float


@dataclass(eq=False)
class Shelf:
    """One tier of one replica: chains from the least recently used on."""

    tier: Tier
    chains: OrderedDict[Name, Stretch] = field(default_factory=OrderedDict)
    loaded: int = 0
    stored: int = 0

    def tokens(self) -> int:
        return sum(s.end - s.first for s in self.chains.values())


Load = tuple[Shelf, Name, int]


@dataclass(eq=False)
class Store:
    """The tiers of one replica."""

    offload: Offload
    table: DenseTable
    shelves: list[Shelf]
    due_s: float = 0.0
    load_s: float = 0.0
    longer_s: float = 0.0

    @classmethod
    def empty(cls, offload: Offload | None, table: DenseTable) -> Store:
        offload = offload or Offload(())
        return cls(offload, table, [Shelf(t) for t in offload.tiers])

    def demoted(self, name: Name, first: int, end: int, used_s: float) -> None:
        """Memory gave up these tokens."""
        if not self.offload.through and self.shelves:
            self._join(0, name, Stretch(first, end, used_s))
            self._make_room()

    def kept(self, name: Name, first: int, end: int, same: int, now: float) -> None:
        """Memory holds the chain anew; `same` tokens at its start have not changed."""
        block = self.table.block_tokens
        for shelf in self.shelves:
            old = shelf.chains.pop(name, None)
            if self.offload.through:
                there = 0
                if old is not None:
                    unchanged = min(old.end, end, same - same % block)
                    there = max(0, unchanged - max(old.first, first))
                shelf.chains[name] = Stretch(first, end, now)
                shelf.stored += end - first - there
        self._make_room()

    def _join(self, level: int, name: Name, new: Stretch) -> None:
        shelf = self.shelves[level]
        shelf.stored += new.end - new.first
        old = shelf.chains.pop(name, None)
        if old is not None and old.first <= new.end and new.first <= old.end:
            new = Stretch(min(old.first, new.first), max(old.end, new.end), new.used_s)
        shelf.chains[name] = new

    def _make_room(self) -> None:
        block = self.table.block_tokens
        for level, shelf in enumerate(self.shelves):
            room = math.inf
            if math.isfinite(shelf.tier.tokens):
                room = int(shelf.tier.tokens / block) * block
            while shelf.tokens() > room:
                name, oldest = next(iter(shelf.chains.items()))
                cut = max(oldest.first, oldest.end - int(shelf.tokens() - room))
                if not self.offload.through and level + 1 < len(self.shelves):
                    self._join(level + 1, name, Stretch(cut, oldest.end, oldest.used_s))
                oldest.end = cut
                if oldest.end == oldest.first:
                    del shelf.chains[name]

    def found(self, name: Name, at: int, limit: int, now: float, life_s: float) -> list[Load]:
        """Where the tokens of a chain from `at` on lie, as far as loading them is worth it."""
        loads: list[Load] = []
        for shelf in self.shelves:
            piece = shelf.chains.get(name)
            if piece is None or now - piece.used_s > life_s or piece.first > at:
                continue
            more = min(piece.end, limit) - at
            if more <= 0:
                continue
            _, per_token, per_ctx, _ = (float(x) for x in self.table.pre.flat)
            computed_s = per_token * more + per_ctx * more * (at + more / 2)
            if more * shelf.tier.s_per_token > computed_s:
                break
            loads.append((shelf, name, more))
            at += more
        return loads

    def load(self, loads: list[Load], now: float) -> int:
        """Load what was found; tokens in all."""
        for shelf, name, tokens in loads:
            shelf.chains[name].used_s = now
            shelf.chains.move_to_end(name)
            shelf.loaded += tokens
            self.due_s += tokens * shelf.tier.s_per_token
        return sum(tokens for _, _, tokens in loads)

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
            shelf.chains.clear()
