"""The engine's oracle: the same scheduler in plain Python, one step at a time.

Slow on purpose and written apart from the compiled engine: sequences are objects, blocks are
counted per sequence by division, completions are found by looking, time moves one step after
another, caches are ordered dictionaries of blocks. It shares with the engine only the description
of the scheduler (see `kernel`) and the step-time formula.
"""

from __future__ import annotations

import math
from collections import deque

from outlay.core.arrays import Array
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.steps import PROGRESS_DEN, DenseTable
from outlay.serving.traffic.requests import Traffic
from outlay.serving.twin.cache import EPS_S, BlockCache, Contexts
from outlay.serving.twin.state import Replica, Sequence, TwinResult
from outlay.serving.twin.tiers import Load, Store

__all__ = ["Twin"]


class Twin:
    """The whole fleet; `run` drives it."""

    def __init__(self, t: Traffic, table: DenseTable, policy: Policy, replicas: int, draws: Array):
        n = len(t)
        self.t, self.table, self.policy, self.draws = t, table, policy, draws
        self.out = TwinResult(
            [math.nan] * n,
            [float(x) for x in t.arrival_s.flat] if policy.ready else [math.nan] * n,
            [math.nan] * n,
            [0] * n,
            [-1] * n,
            [0] * n,
            [1 if policy.ready else 0] * n,
            [],
            [],
            [0] * n,
        )
        self.max_batch = min(table.max_batch, policy.max_batch or table.max_batch)
        slots = list(range(self.max_batch - 1, -1, -1))
        self.mark = math.floor(policy.watermark * table.capacity_blocks)
        self.home: dict[int, int] = {}
        self.turn = 0
        self.lru = t.has_prefixes and policy.prefix_cache == "lru"
        contexts = Contexts(t, table.block_tokens) if self.lru else None
        self.replicas = [
            Replica(
                free=list(slots),
                cache=BlockCache(contexts) if contexts else None,
                store=Store(policy.offload, table, contexts),
            )
            for _ in range(replicas)
        ]
        self.given = policy.prefix_cache == "given" and len(t.shared_tokens) == n

    # token counters and blocks

    def progress(self, steps: int) -> int:
        return steps * self.table.progress_num // PROGRESS_DEN

    def made(self, rep: Replica, s: Sequence, ahead: int = 0) -> int:
        """Tokens produced by a decoding sequence, `ahead` steps from now."""
        return s.made0 + self.progress(rep.steps + ahead) - s.progress0

    def blocks(self, tokens: int) -> int:
        return -(-tokens // self.table.block_tokens)

    def held_blocks(self, rep: Replica, s: Sequence, ahead: int) -> int:
        """KV blocks of its own that `s` holds at the end of `ahead` more steps."""
        if not s.decoding:
            return self.blocks(s.target) - s.shared_blocks
        tokens = self.t.input_tokens.item(s.i) + self.made(rep, s, ahead) - 1
        return self.blocks(tokens) - s.shared_blocks

    def used(self, rep: Replica, ahead: int) -> int:
        return sum(self.held_blocks(rep, s, ahead) for s in rep.running)

    def cached(self, rep: Replica) -> int:
        return len(rep.cache) if rep.cache else 0

    def pinned(self, rep: Replica) -> int:
        return len(rep.cache.held) if rep.cache else 0

    def evict(self, rep: Replica, ahead: int) -> None:
        """Evict idle blocks, oldest first, until all fits."""
        over = self.used(rep, ahead) + self.cached(rep) - self.table.capacity_blocks
        if rep.cache is not None and over > 0:
            for block in rep.cache.evict(over):
                run = rep.cache.contexts.run[block]
                rep.store.demoted(block, run, rep.cache.used_s[run])

    # the scheduler

    def preempt(self, rep: Replica) -> None:
        victim = max(rep.running, key=lambda s: (self.t.priority.item(s.i), s.admitted))
        rep.running.remove(victim)
        rep.free.append(victim.slot)
        if victim.decoding:
            self.out.made[victim.i] = self.made(rep, victim)
        self.release(rep, victim)
        self.out.preemptions[victim.i] += 1
        rep.queues.setdefault(self.t.priority.item(victim.i), deque()).appendleft(victim.i)

    def release(self, rep: Replica, s: Sequence) -> None:
        if rep.cache is not None and s.shared_blocks:
            rep.cache.release(s.i, s.shared_blocks, rep.clock)
            s.shared_blocks = 0

    def admit(self, rep: Replica, budget: int) -> int | None:
        """Admit the head of the queue: tokens of budget taken, or None where it must wait."""
        rank = min(c for c, q in rep.queues.items() if q)
        i = rep.queues[rank][0]
        target = self.t.input_tokens.item(i) + self.out.made[i]
        fresh = self.out.preemptions[i] == 0
        ready = self.policy.ready and fresh
        block = self.table.block_tokens
        hit, shared, pins = 0, 0, 0
        loads: list[Load] = []
        if self.given and fresh and not ready:
            hit = min(self.t.shared_tokens.item(i), target - 1) // block * block
        elif rep.cache is not None and not ready:
            most = (target - 1) // block
            shared = rep.cache.hit(i, most, rep.clock, self.policy.cache_life_s)
            pins = len(rep.cache.idle_of(i, shared))
            loads = rep.store.found(i, shared, most, rep.clock, self.policy.cache_life_s)
            hit = (shared + sum(blocks for _, _, blocks in loads)) * block
        if ready:
            ahead = self.progress(rep.steps + 1) - self.progress(rep.steps)
            need = self.blocks(target + ahead - 1)
        else:
            need = self.blocks(target) - shared
        mark = self.mark if rep.running else 0
        # blocks of this step are taken before admission: decoding sequences count one ahead
        if self.used(rep, 1) + self.pinned(rep) + pins + need > self.table.capacity_blocks - mark:
            return None
        if rep.cache is not None and shared:
            rep.cache.hold(i, shared)
        loaded = rep.store.load(loads, rep.clock)
        rep.queues[rank].popleft()
        s = Sequence(i, rep.admissions, target, hit, shared, slot=rep.free.pop())
        rep.admissions += 1
        rep.running.append(s)
        if math.isnan(self.out.start_s[i]):
            self.out.start_s[i] = rep.clock
            self.out.cached_tokens[i] = hit
            self.out.loaded_tokens[i] = loaded
        if ready:
            self.start_decoding(rep, s)
            self.evict(rep, 1)
            return 1
        self.evict(rep, 1)
        s.chunk = min(target - hit, budget)
        return s.chunk

    def start_decoding(self, rep: Replica, s: Sequence) -> None:
        s.decoding = True
        s.progress0 = self.progress(rep.steps)
        s.made0 = self.out.made[s.i]

    def begin_step(self, rep: Replica) -> None:
        """Schedule and start one step at the replica's clock."""
        for s in rep.running:
            s.chunk = 0
        preempted = False
        while self.used(rep, 1) + self.cached(rep) > self.table.capacity_blocks:
            if self.cached(rep) > self.pinned(rep):
                self.evict(rep, 1)
            else:
                self.preempt(rep)
                preempted = True
        budget = self.policy.token_budget - sum(s.decoding for s in rep.running)
        for s in rep.running:
            if not s.decoding and budget > 0:
                s.chunk = min(s.target - s.done, budget)
                budget -= s.chunk
        while not preempted and rep.waiting and budget > 0 and len(rep.running) < self.max_batch:
            taken = self.admit(rep, budget)
            if taken is None:
                break
            budget -= taken
        if rep.running:
            rep.step_end = rep.clock + self.step_s(rep)

    def step_s(self, rep: Replica) -> float:
        base, per_token, per_ctx, saving = (float(x) for x in self.table.pre.flat)
        batch = [s for s in rep.running if s.decoding]
        context = sum(self.t.input_tokens.item(s.i) + self.made(rep, s) for s in batch)
        chunks = [s for s in rep.running if s.chunk]
        seconds = sum(
            per_token * s.chunk + per_ctx * s.chunk * (s.done + s.chunk / 2) for s in chunks
        )
        if batch:
            seconds += self.table.decode_s(len(batch), context)
            if chunks:
                own = self.table.base_s.item(len(batch))
                seconds += max(base - (1.0 - saving) * own, 0.0) - saving * own
        else:
            seconds += base
        return rep.store.lengthened(seconds) if chunks else seconds

    def end_step(self, rep: Replica) -> None:
        assert rep.step_end is not None
        rep.busy_s += rep.step_end - rep.clock
        rep.clock, rep.step_end = rep.step_end, None
        decoding = [s for s in rep.running if s.decoding]
        filling = [s for s in rep.running if s.chunk]
        if decoding:
            rep.steps += 1
        leaving = [s for s in decoding if self.made(rep, s) >= self.t.output_tokens.item(s.i)]
        # the order among those that end together is seen only as recency in the prefix cache
        for s in sorted(leaving, key=lambda s: (self.key(s), s.slot)):
            self.finish(rep, s)
        for s in filling:
            s.done += s.chunk
            if s.done < s.target:
                continue
            self.out.made[s.i] += 1
            if self.out.made[s.i] == 1:
                self.out.first_s[s.i] = rep.clock
            self.keep(rep, s, s.target)
            if self.out.made[s.i] >= self.t.output_tokens.item(s.i):
                self.finish(rep, s)
            else:
                self.start_decoding(rep, s)

    def key(self, s: Sequence) -> int:
        return s.progress0 + self.t.output_tokens.item(s.i) - s.made0

    def keep(self, rep: Replica, s: Sequence, tokens: int) -> None:
        """The cache takes the whole blocks of the first `tokens`, and holds them for `s`."""
        if rep.cache is None:
            return
        context = len(rep.cache.contexts.blocks[s.i])
        blocks = min(tokens // self.table.block_tokens, context)
        if blocks > s.shared_blocks:
            rep.cache.hold(s.i, blocks)
            if s.shared_blocks:
                rep.cache.release(s.i, s.shared_blocks, rep.clock)
            s.shared_blocks = blocks
            rep.store.cached(s.i, blocks, rep.clock)

    def finish(self, rep: Replica, s: Sequence) -> None:
        if s.decoding:
            held = self.t.input_tokens.item(s.i) + self.made(rep, s) - 1
            self.out.made[s.i] = self.t.output_tokens.item(s.i)
        else:
            held = s.target
        rep.running.remove(s)
        rep.free.append(s.slot)
        self.keep(rep, s, held)
        self.release(rep, s)
        self.out.end_s[s.i] = rep.clock

    # time

    def advance(self, rep: Replica, limit: float, feed: deque[int]) -> None:
        """All that ends by `limit` happens; no step begins at or after it."""
        while True:
            if rep.step_end is not None:
                if rep.step_end > limit + EPS_S:
                    return
                self.end_step(rep)
            while feed and self.t.arrival_s.item(feed[0]) <= rep.clock + EPS_S:
                self.enqueue(rep, feed.popleft())
            if rep.load == 0:
                rep.steps = 0
                if not feed or self.t.arrival_s.item(feed[0]) > limit + EPS_S:
                    return
                rep.clock = self.t.arrival_s.item(feed[0])
                continue
            if rep.clock >= limit - EPS_S:
                return
            self.begin_step(rep)

    def enqueue(self, rep: Replica, i: int) -> None:
        rep.queues.setdefault(self.t.priority.item(i), deque()).append(i)
