"""The oracle's prefix cache: every block by name, least recently used first.

Written apart from the engine's tree of nodes: contexts are lists of block names, a hit is counted
block by block from the front, and eviction takes one block after another. A run is a stretch of a
context that ends where any request's shared part ends; it is held, and grows old, as one.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outlay.serving.traffic.requests import Traffic

__all__ = ["EPS_S", "Block", "BlockCache", "Contexts"]

EPS_S = 1e-9
"""Times closer than this are the same time."""

Block = tuple[str, int, int]  # whose, which, and the how manieth block of the context


class Contexts:
    """The blocks of every request's context, and the run that each belongs to."""

    def __init__(self, t: Traffic, block_tokens: int):
        self.blocks: list[list[Block]] = []
        self.run: dict[Block, Block] = {}  # its first block
        newest: dict[int, int] = {}
        for i in range(len(t)):
            shared = self._shared(t, i, newest, block_tokens)
            whole = self._tokens(t, i) // block_tokens
            own = [("request", i, k) for k in range(len(shared), whole)]
            self.blocks.append([*shared, *own])
            if t.session.item(i) >= 0:
                newest[t.session.item(i)] = i
        ends = {path[k - 1] for path, k in zip(self.blocks, self._depths, strict=True) if k}
        for path in self.blocks:
            for k, block in enumerate(path):
                before = path[k - 1] if k else None
                if before is None or before in ends or before[:2] != block[:2]:
                    self.run[block] = block
                else:
                    self.run[block] = self.run[before]

    @staticmethod
    def _tokens(t: Traffic, i: int) -> int:
        return t.input_tokens.item(i) + t.output_tokens.item(i) - 1

    @property
    def _depths(self) -> list[int]:
        return [sum(b[:2] != ("request", i) for b in path) for i, path in enumerate(self.blocks)]

    def _shared(self, t: Traffic, i: int, newest: dict[int, int], size: int) -> list[Block]:
        inp = t.input_tokens.item(i)
        known: list[Block] = []
        parent = newest.get(t.reads.item(i))
        if parent is not None:
            tokens = min(t.shared_tokens.item(i), inp, self._tokens(t, parent))
            known = self.blocks[parent][: tokens // size]
        if t.group.item(i) >= 0:
            group = t.group.item(i)
            names = [("group", group, k) for k in range(min(t.group_tokens.item(i), inp) // size)]
            if len(names) >= len(known):
                return names
        return known


class BlockCache:
    """What one replica keeps: idle blocks, oldest first, and held ones."""

    def __init__(self, contexts: Contexts):
        self.contexts = contexts
        self.idle: OrderedDict[Block, None] = OrderedDict()
        self.held: set[Block] = set()
        self.holders: dict[Block, int] = {}  # by run
        self.used_s: dict[Block, float] = {}  # by run

    def clear(self) -> None:
        self.__init__(self.contexts)  # type: ignore[misc]

    def __len__(self) -> int:
        return len(self.idle) + len(self.held)

    def hit(self, i: int, most: int, now: float, life_s: float) -> int:
        """Leading blocks of request `i` that are here and young enough, at most `most`."""
        count = 0
        for block in self.contexts.blocks[i][: max(most, 0)]:
            old = (
                block in self.idle and now - self.used_s[self.contexts.run[block]] > life_s + EPS_S
            )
            if old or (block not in self.idle and block not in self.held):
                break
            count += 1
        return count

    def _runs(self, i: int, blocks: int) -> list[Block]:
        """Runs of the first `blocks`, from the front."""
        return list(dict.fromkeys(self.contexts.run[b] for b in self.contexts.blocks[i][:blocks]))

    def idle_of(self, i: int, blocks: int) -> list[Block]:
        """Idle blocks of the runs that the first `blocks` touch, from the front."""
        runs = set(self._runs(i, blocks))
        path = self.contexts.blocks[i]
        return [b for b in path if b in self.idle and self.contexts.run[b] in runs]

    def hold(self, i: int, blocks: int) -> None:
        for block in self.idle_of(i, blocks):
            del self.idle[block]
            self.held.add(block)
        self.held.update(self.contexts.blocks[i][:blocks])
        for run in self._runs(i, blocks):
            self.holders[run] = self.holders.get(run, 0) + 1

    def release(self, i: int, blocks: int, now: float) -> None:
        for run in reversed(self._runs(i, blocks)):
            self.holders[run] -= 1
            if self.holders[run]:
                continue
            self.used_s[run] = now
            for block in reversed(self.contexts.blocks[i]):
                if block in self.held and self.contexts.run[block] == run:
                    self.held.remove(block)
                    self.idle[block] = None

    def evict(self, blocks: int) -> list[Block]:
        return [self.idle.popitem(last=False)[0] for _ in range(min(blocks, len(self.idle)))]
