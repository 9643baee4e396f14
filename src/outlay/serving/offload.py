"""Tiers of KV cache as an operator writes them: `cpu=200GB@50GB/s,disk=2TB@5GB/s`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from outlay.core.errors import InputError, Problem
from outlay.results.models.simulation import KvTier, Offloading
from outlay.serving.engine.policy import Offload, Tier
from outlay.serving.engine.run import Records

__all__ = ["LOADS", "WRITES", "Asked", "asked_tiers", "idle_note", "offload_of", "offload_row"]

WRITES = ("through", "evict")
LOADS = ("overlap", "block")
MOST_TIERS = 4

UNITS = {
    "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "pb": 1e15,
    "kib": 2.0**10, "mib": 2.0**20, "gib": 2.0**30, "tib": 2.0**40, "pib": 2.0**50,
}  # fmt: skip
"""Bytes of a unit."""
FORM = "NAME=SIZE@SPEED, such as cpu=200GB@50GB/s or cpu=500000tokens@4e5tokens/s"
NUMBER = re.compile(r"([0-9]+(?:[.][0-9]*)?(?:e[0-9]+)?|[.][0-9]+|inf)\s*([a-z]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A tier as asked for: size and speed in bytes, or in tokens."""

    name: str
    size: float
    size_in: str
    speed: float
    speed_in: str


def asked_tiers(text: str) -> tuple[Asked, ...]:
    """Tiers, the nearest first; InputError names each part that cannot be."""
    problems: list[Problem] = []
    found: list[Asked] = []
    parts = [p.strip() for p in text.split(",")]
    for part in parts:
        name, _, rest = part.partition("=")
        size_text, _, speed_text = rest.partition("@")
        size, speed = _measure(size_text), None
        if speed_text.strip().casefold().endswith("/s"):
            speed = _measure(speed_text.strip()[:-2])
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,15}", name.strip()):
            problems.append(_refused(part, "a name of a letter and up to 15 more"))
        elif size is None:
            problems.append(_refused(part, f"a size in {_units()} or tokens"))
        elif speed is None or not speed[0] > 0:
            problems.append(_refused(part, f"a speed in {_units()} or tokens, a second"))
        else:
            found.append(Asked(name.strip(), *size, *speed))
    names = [f.name for f in found]
    problems += [
        _refused(n, "a name of its own for each tier") for n in dict.fromkeys(names)
        if names.count(n) > 1
    ]  # fmt: skip
    if len(parts) > MOST_TIERS:
        problems.append(_refused(f"{len(parts)} tiers", f"at most {MOST_TIERS}"))
    if problems:
        raise InputError(problems)
    return tuple(found)


def offload_of(
    asked: tuple[Asked, ...], bytes_per_token: float, *, write: str, load: str
) -> Offload:
    """The tiers in tokens of `bytes_per_token`. write, load: of WRITES, LOADS."""

    def tokens(value: float, unit: str) -> float:
        return value if unit == "tokens" else value / bytes_per_token

    tiers = tuple(
        Tier(a.name, tokens(a.size, a.size_in), 1.0 / tokens(a.speed, a.speed_in)) for a in asked
    )
    return Offload(tiers, through=write == "through", overlap=load == "overlap")


def offload_row(
    offload: Offload | None, records: Records, bytes_per_token: float
) -> Offloading | None:
    """What the tiers did, as a row of a document; None where a run had none."""
    done = records.offloaded
    if offload is None or done is None:
        return None
    given = float(np.sum(records.traffic.input_tokens))
    here = float(np.sum(records.cached_tokens)) - float(np.sum(done.loaded_tokens))
    return Offloading(
        write=WRITES[0] if offload.through else WRITES[1],
        load=LOADS[0] if offload.overlap else LOADS[1],
        bytes_per_token=bytes_per_token,
        memory_hit_share=here / given,
        tiers=tuple(
            KvTier(
                name=t.name,
                capacity_tokens=t.tokens if math.isfinite(t.tokens) else None,
                load_tok_s=1.0 / t.s_per_token if t.s_per_token else None,
                hit_share=done.tier_loaded.item(k) / given,
                loaded_bytes=done.tier_loaded.item(k) * bytes_per_token,
                stored_bytes=done.tier_stored.item(k) * bytes_per_token,
            )
            for k, t in enumerate(offload.tiers)
        ),
        load_s=done.load_s,
        longer_s=done.longer_s,
    )


def idle_note(asked: str, prefix_cache: str, *, prefixes: bool) -> tuple[str, ...]:
    """A note where tiers were asked for and nothing can be found in them."""
    if not asked:
        return ()
    if prefix_cache != "lru":
        return (f"--offload has no effect with --prefix-cache {prefix_cache}",)
    if not prefixes:
        return ("--offload has no effect on requests that share no prefixes",)
    return ()


def _measure(text: str) -> tuple[float, str] | None:
    """A number and what it counts: bytes or tokens; None where it is neither."""
    found = NUMBER.fullmatch(text.strip().casefold())
    if text.strip().casefold() == "inf":
        return math.inf, "tokens"
    if found is None:
        return None
    value, unit = float(found[1]), found[2]
    if unit in ("token", "tokens", "tok"):
        return value, "tokens"
    return (value * UNITS[unit], "bytes") if unit in UNITS else None


def _units() -> str:
    return "GB, TB, GiB, TiB"


def _refused(found: str, allowed: str) -> Problem:
    return Problem("no tier of KV cache", "--offload", found, allowed, FORM)
