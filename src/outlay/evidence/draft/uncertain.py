"""What documents leave open becomes factors: rivals, conditions and ranges, known after the first
decision; what excludes one another are states of one factor, whose chances sum to one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from outlay.evidence.draft.inputs import Entry, Inputs, slug

__all__ = ["factors"]

Path = tuple[str, ...]
Held = list[tuple[Path, Entry]]
SAMPLED = ("tokens_per_day", "price", "rent", "electricity", "capex")
MOST = 16
"""Leaves of the tree that a draft grows; ranges beyond it stay beside their number."""


def _even(names: list[str], first: int = 0) -> dict[str, object]:
    """Chances that sum to one: `first` per cent for the first state, the others alike."""
    shares = [100 // len(names)] * len(names)
    if first:
        shares = [first, *[(100 - first) // (len(names) - 1)] * (len(names) - 1)]
    shares[0] += 100 - sum(shares)
    return {n: {"value": f"{s} %", "note": "default"} for n, s in zip(names, shares, strict=True)}


def _free(path: Path) -> bool:
    """Whether a state may change the input."""
    return path[0] not in ("fleet", "finance") and path[-1] not in ("term", "lead", "limit")


def _effect(held: Held) -> dict[str, object]:
    return {".".join(path): entry.text() for path, entry in held if _free(path)}


def factors(inputs: Inputs) -> dict[str, Mapping[str, object]]:
    """Name → factor, and the entries that are no base value taken out of `inputs.at`."""
    out: dict[str, Mapping[str, object]] = {}
    reveal, leaves = str(inputs.d.start.shift(1)), 1
    taken: set[str] = set()
    for kind in (_conditions, _rivals, _ranges):
        for said, title, factor in kind(inputs):
            name, effect = slug(said, out, "condition"), factor.get("effect", {})
            paths = {path for held in effect.values() for path in held}
            if taken & paths or leaves * max(len(effect), 1) > MOST:
                continue
            taken |= paths
            leaves *= max(len(effect), 1)
            known = {"reveal": reveal} if effect else {}
            out[name] = {"title": title, **known, **factor}
            gates = (p.split(".")[1] for p in effect.get("otherwise", ()))
            inputs.needs.update(dict.fromkeys(gates, name))
    return out


Found = Iterator[tuple[str, str, dict[str, Any]]]


def _conditions(inputs: Inputs) -> Found:
    """A condition is an event; conditions on one input exclude one another."""
    said: dict[str, Held] = {}
    for path, entries in inputs.at.items():
        for e in entries:
            if e.claim.condition:
                said.setdefault(" ".join(e.claim.condition.split())[:150], []).append((path, e))
    events: list[dict[str, Held]] = []
    for text, held in said.items():
        paths = {p for p, _ in held if p[0] != "supply"}
        shared = (ev for ev in events if paths & {p for h in ev.values() for p, _ in h})
        event = next(shared, None)
        if event is None:
            events.append(event := {})
        event[text] = held
    for event in events:
        yield from _event(inputs, event)


def _event(inputs: Inputs, event: dict[str, Held]) -> Found:
    held = [x for h in event.values() for x in h]
    offers, based, kept = _without(inputs, held)
    names = [f"case-{n}" for n in range(1, len(event) + 1)] if len(event) > 1 else ["met"]
    each = (_effect([x for x in h if x[1].claim.id not in kept]) for h in event.values())
    effect = dict(zip(names, each, strict=True))
    if len(event) == 1 or based:
        names.append("otherwise")
        effect["otherwise"] = {f"supply.{key}.cap": "0 chips" for key in offers}
    title = " / ".join(event)[:190]
    if any(effect.values()):
        yield title, title, {"states": _even(names), "effect": effect}


def _without(inputs: Inputs, held: Held) -> tuple[set[str], bool, set[str]]:
    """The inputs less what is conditional: offers that wait, whether anything is stated anyway,
    and claims that are inputs still."""
    offers = {
        path[1]
        for path, _ in held
        if path[0] == "supply" and all(e.claim.condition for e in inputs.at[path])
    }
    based = any(not e.claim.condition for path, _ in held for e in inputs.at[path])
    for path, first in held:
        inputs.at[path] = list(_kept(inputs.at[path], path, first))
    return offers, based, {e.claim.id for path, _ in held for e in inputs.at[path]}


def _kept(entries: list[Entry], path: Path, first: Entry) -> Iterator[Entry]:
    """What an input is without its conditions: what is stated anyway; else, where no default can
    take its place, what is stated first."""
    plain = [e for e in entries if not e.claim.condition]
    yield from plain
    if not plain and (path[0] in ("supply", "budget") or path[2] in ("growth", "value")):
        only = "" if path[0] == "supply" else f"only {first.claim.condition}"[:150]
        yield replace(first, note=first.note or only)


def _rivals(inputs: Inputs) -> Found:
    """Claims that contradict the one kept, where neither text says which is wrong."""
    rival: dict[str, dict[str, Held]] = {}
    for path, entries in inputs.at.items():
        for e in entries[1:]:
            if e.claim.id in inputs.d.rivals and _free(path):
                rival.setdefault(entries[0].claim.id, {}).setdefault(e.claim.id, []).append(
                    (path, e)
                )
        del entries[1:]
    for kept, others in rival.items():
        names = [
            "kept",
            *(f"rival-{n}" if len(others) > 1 else "rival" for n in range(1, len(others) + 1)),
        ]
        effect = dict(zip(names, [{}, *map(_effect, others.values())], strict=True))
        path = next(iter(others.values()))[0][0]
        title = f"{kept} against {', '.join(others)}"
        yield (
            f"disputed {' '.join(path[1:])}",
            title,
            {"states": _even(names, 60), "effect": effect},
        )


def _ranges(inputs: Inputs) -> Found:
    """A range is sampled where risk multiplies the input, else its ends are states."""
    for path, entries in inputs.at.items():
        ends = entries[0].spread() if entries else None
        if ends is None or not _free(path):
            continue
        entry, text = entries[0], ".".join(path)
        title = f"{entry.claim.quote} in {entry.claim.id}"[:190]
        if path[-1] in SAMPLED:
            low, high = (f"{x / entry.claim.value:.6g}" for x in ends)
            yield f"range {path[-1]}", title, {"distribution": "uniform", "low": low, "high": high,
                                               "applies_to": [text]}  # fmt: skip
            continue
        effect = {n: {text: entry.text(x)} for n, x in zip(("low", "high"), ends, strict=True)}
        yield (
            f"range {' '.join(path[1:])}",
            title,
            {"states": _even(["low", "high"]), "effect": effect},
        )
