"""What is asked of the engine in words: users, scaling, failures, and another cache or table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from outlay.core.arrays import BoolArray, IntArray
from outlay.core.errors import InputError, Problem, nearest
from outlay.performance.types import StepTable
from outlay.serving.engine.policy import THINKING, Admission, Autoscale, Clients, Failure
from outlay.serving.engine.run import Records
from outlay.serving.metrics import Summary
from outlay.serving.traffic.requests import Traffic

__all__ = [
    "admission_of",
    "autoscale_of",
    "clients_of",
    "failures_of",
    "fits_fleet",
    "loop_notes",
    "ran_notes",
    "refuse_idle",
    "table_with",
    "turns_note",
]

TURNS = 5
"""Requests of a user, of which the first and the last are not as those between."""
EARLY = 0.1
"""Of later turns, that come before an answer: agents at work side by side make some."""
SCALE = ("target", "min", "max", "interval", "delay", "patience")
FAIL = ("at", "replica", "repair")


def pairs(
    option: str, text: str, known: tuple[str, ...], need: tuple[str, ...]
) -> dict[str, float]:
    """Numbers by name of `a=1,b=2`. Raises InputError with everything that is wrong."""
    found: dict[str, float] = {}
    problems: list[Problem] = []
    allowed = ",".join(f"{name}=…" for name in known)
    for part in text.split(","):
        name, sign, value = (x.strip() for x in part.partition("="))
        if not sign or name not in known:
            hint = nearest(name, known)
            problems.append(Problem("not known", option, repr(part.strip()), allowed, hint))
            continue
        if name in found:
            problems.append(Problem("said twice", option, repr(part.strip()), allowed))
        try:
            found[name] = float(value)
        except ValueError:
            problems.append(Problem(f"{name} is no number", option, repr(value), "a number"))
        else:
            if not 0 <= found[name] < 1e12:
                problems.append(Problem(f"{name} is out of range", option, value, "0 to 1e12"))
    problems += [
        Problem(f"{name} is not said", option, repr(text), allowed)
        for name in need
        if name not in found and not problems
    ]
    if problems:
        raise InputError(problems)
    return found


def whole(option: str, name: str, values: Mapping[str, float], least: int, default: int) -> int:
    value = values.get(name, float(default))
    if value != int(value) or value < least:
        raise InputError(
            Problem(f"{name} is no whole number", option, f"{value:g}", f"{least} or more")
        )
    return int(value)


def autoscale_of(text: str) -> Autoscale | None:
    """`target=8,min=1,max=20,interval=15,delay=120,patience=20`; empty: none."""
    if not text.strip():
        return None
    option, stands = "--autoscale", Autoscale(1.0)
    said = pairs(option, text, SCALE, ("target",))
    least = whole(option, "min", said, 1, stands.minimum)
    most = whole(option, "max", said, 1, stands.maximum)
    interval = said.get("interval", stands.interval_s)
    problems = [
        Problem(what, option, value, allowed)
        for what, value, allowed, ok in (
            ("target must be positive", f"{said['target']:g}", "more than 0", said["target"] > 0),
            ("interval must be positive", f"{interval:g}", "more than 0 s", interval > 0),
            ("max is below min", f"{most}", f"{least} or more", most >= least),
        )
        if not ok
    ]
    if problems:
        raise InputError(problems)
    return Autoscale(
        target=said["target"], minimum=least, maximum=most, interval_s=interval,
        delay_s=said.get("delay", stands.delay_s),
        patience=whole(option, "patience", said, 0, stands.patience),
    )  # fmt: skip


def fits_fleet(rule: Autoscale | None, text: str, replicas: int) -> None:
    """Raise InputError for a rule that the most replicas, `--replicas`, leave nothing to do."""
    if rule is None:
        return
    hint = f"--replicas is the most: {replicas} here"
    problems = []
    if replicas == 1:
        problems.append(
            Problem("one replica cannot scale", "--autoscale", text, "--replicas 2 or more", hint)
        )
    else:
        problems += [
            Problem(f"{name} is above the fleet", "--autoscale", f"{name}={value}",
                    f"{name}={replicas} or less", hint)
            for name, value in (("min", rule.minimum), ("max", rule.maximum))
            if replicas < value < Autoscale(1.0).maximum
        ]  # fmt: skip
    if problems:
        raise InputError(problems)


def refuse_idle(
    *, routing: str, slack: float | None, prefix_cache: str, cache_life: float | None, offload: str,
    offload_write: str, offload_load: str, think: float, thinking: str,
    memory_share: float | None, kv_tokens: int | None, table: object | None,
) -> None:  # fmt: skip
    """Raise InputError for each option that was given and that nothing here would look at."""
    routing, prefix_cache = routing.strip().casefold(), prefix_cache.strip().casefold()
    asked = (
        ("only session_affinity has a session's replica", "--slack", slack,
         f"with --routing {routing}", "--routing session_affinity",
         slack is not None and routing != "session_affinity"),
        ("nothing is cached that could grow old", "--cache-life", cache_life,
         f"with --prefix-cache {prefix_cache}", "--prefix-cache lru",
         cache_life is not None and prefix_cache != "lru"),
        ("no tier is there to write to", "--offload-write", offload_write, "without --offload",
         "with --offload", not offload and offload_write != "through"),
        ("no tier is there to load from", "--offload-load", offload_load, "without --offload",
         "with --offload", not offload and offload_load != "overlap"),
        ("no time to spread", "--thinking", thinking, "without --think", "with --think S",
         not think and thinking != "fixed"),
        ("the cache is of another size", "--memory-share", memory_share,
         f"with {'--kv-tokens' if kv_tokens is not None else '--step-table'}", "one of them",
         memory_share is not None and (kv_tokens is not None or table is not None)),
    )  # fmt: skip
    problems = [
        Problem(what, option, f"{value:g} {why}" if isinstance(value, float) else f"{value} {why}",
                allowed)
        for what, option, value, why, allowed, idle in asked
        if idle
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def failures_of(texts: Iterable[str], replicas: int) -> tuple[Failure, ...]:
    """`at=60,replica=0,repair=300` each; without a repair the replica stays away."""
    option, found = "--fail", []
    for text in texts:
        said = pairs(option, text, FAIL, ("at",))
        replica = whole(option, "replica", said, 0, 0)
        if replica >= replicas:
            allowed = f"0 to {replicas - 1}: they are counted from 0"
            raise InputError(Problem("no such replica", option, f"replica={replica}", allowed))
        repair = said.get("repair", math.inf)
        if repair <= 0:
            raise InputError(Problem("a repair takes time", option, repr(text), "repair=S over 0"))
        found.append(Failure(said["at"], replica, repair))
    return tuple(found)


def admission_of(most_waiting: int | None, wait_s: float | None) -> Admission | None:
    """What replicas turn away; none where neither is given."""
    if most_waiting is None and wait_s is None:
        return None
    return Admission(most_waiting, math.inf if wait_s is None else wait_s)


def clients_of(
    concurrency: int | None, users: int | None, think_s: float, thinking: str, ramp_s: float,
    cap: int | None,
) -> Clients | None:  # fmt: skip
    """Who sends: a closed loop, an open one with a cap, or (None) the file's own times."""
    asked = {"--concurrency": concurrency, "--users": users, "--max-concurrency": cap}
    given = [name for name, value in asked.items() if value is not None]
    problems = []
    if len(given) > 1:
        problems.append(
            Problem("more than one way to send", " and ".join(given), allowed="one of them")
        )
    if thinking not in THINKING:
        hint = nearest(thinking, THINKING)
        problems.append(
            Problem("not known", "--thinking", repr(thinking), ", ".join(THINKING), hint)
        )
    for name, value in (("--think", think_s), ("--ramp", ramp_s)):
        if value and (not given or cap is not None):
            problems.append(
                Problem("users of a closed loop alone have it", name, f"{value:g}",
                        "with --concurrency N or --users N")
            )  # fmt: skip
    if problems:
        raise InputError(problems)
    if cap is not None:
        return Clients(cap, timed=True)
    number = concurrency if concurrency is not None else users
    return None if number is None else Clients(number, think_s, thinking, ramp_s)


def loop_notes(clients: Clients | None, t: Traffic) -> tuple[str, ...]:
    """Notes on a closed loop that says less of users than it seems to."""
    if clients is None or clients.timed:
        return ()
    found = []
    each = len(t) / clients.users
    if each < TURNS:
        found.append(
            f"{len(t):,} requests for {clients.users:,} users: fewer than {TURNS} each, so that "
            "start and end of the run weigh in every figure; more requests say what lasts"
        )
    alike = all(x.min() == x.max() for x in (t.input_tokens, t.output_tokens))
    fixed = not clients.think_s or clients.think == "fixed"
    if alike and fixed and not clients.ramp_s and clients.users > 1:
        found.append(
            "users who start together with requests all alike stay in step, and their prompts "
            "meet: --ramp, --length-cv or --thinking exponential part them"
        )
    return tuple(found)


def ran_notes(
    records: Records,
    failures: Iterable[Failure],
    over_seeds: Sequence[Summary],
    clients: Clients | None = None,
) -> tuple[str, ...]:
    """Notes on what was asked for and turned out to change nothing."""
    found = [
        f"--fail at={f.at_s:g} is after the run, which ended at {records.until_s:,.4g} s"
        for f in failures
        if f.at_s >= records.until_s
    ]
    refused = int(np.count_nonzero(records.turned == 1))
    if clients is not None and not clients.timed and not clients.think_s and refused:
        found.append(
            f"a user who is refused sends the next request at once, so {refused:,} were refused; "
            "with --think S users wait before they do"
        )
    found += turns_note(records)
    each = [(s.ttft_s, s.tpot_s, s.e2e_s) for s in over_seeds]
    if len(each) > 1 and all(x == each[0] for x in each):
        found.append(
            "the seeds gave the same run: nothing is drawn here (arrivals, lengths, thoughts, "
            "routes), so --seeds says nothing of chance"
        )
    return tuple(found)


def turns_note(records: Records) -> tuple[str, ...]:
    """A note where many turns of sessions came before the answer that users would wait for."""
    t, own = records.traffic, len(records.place) == 0
    if not own or not t.has_prefixes or len(t.session) != len(t):
        return ()
    order: IntArray = np.lexsort((t.arrival_s, t.session))
    order = order[(t.session[order] >= 0) & ~records.rejected[order]]
    before, after = order[:-1], order[1:]
    same: BoolArray = t.session[before] == t.session[after]
    early: BoolArray = same & ~(records.end_s[before] <= t.arrival_s[after])
    turns, count = int(np.sum(same)), int(np.sum(early))
    if count <= EARLY * turns:
        return ()
    return (
        f"{count:,} of {turns:,} later turns came before the answer to the turn before: they come "
        "at the trace's times whatever replicas do, where users would wait",
    )


def table_with(
    table: StepTable, *, kv_tokens: int | None, kv_block: int | None, tokens_per_step: float | None
) -> StepTable:
    """A step table with another KV cache, block, or tokens a step; None: as it is."""
    more: dict[str, float] = {}
    if kv_tokens is not None:
        more["kv_capacity_tokens"] = kv_tokens
    if kv_block is not None:
        more["kv_block_tokens"] = kv_block
    if tokens_per_step is not None:
        more["tokens_per_step"] = tokens_per_step
    made = replace(table, **more)  # type: ignore[arg-type]
    if made.kv_capacity_tokens < made.kv_block_tokens:
        raise InputError(
            Problem("the KV cache holds no block", "--kv-tokens", f"{made.kv_capacity_tokens}",
                    f"at least a block of {made.kv_block_tokens} tokens")
        )  # fmt: skip
    return made
