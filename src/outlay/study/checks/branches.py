"""What a state of an uncertain factor may change, and why the rest is one for all branches.

`data/branches.csv` names the fields of the schema, each with all below it: where `same_because` is
empty the plan reads the field as each branch sees it, else every branch shares it for that reason,
and `instead` says what to write. `sampled` says what risk can do to it outside the tree. What the
table does not name is refused, so that nothing is dropped in silence.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from outlay.core.errors import StudyError
from outlay.study.findings import Finding
from outlay.study.model.fields import Schedule, schedule
from outlay.study.model.shape import Shape, is_leaf, members, study_shape
from outlay.study.model.study import Factor, Sampled
from outlay.study.paths import Path, apply_overlay, get, overlay_paths, read_path, text_of

__all__ = ["Rule", "branch_findings", "closes", "pattern_of", "rule_of", "rules"]

At = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table; `same_because` is empty where a state may change the field."""

    field: str
    same_because: str
    instead: str = ""
    sampled: str = ""


_ENTRY = Rule(
    "",
    "a state changes what the study names; it adds and removes nothing",
    "write it in the study, and let the states set its cap, power or volume",
)
_OPENED = ("sites.*.expand", "services.*.fallback")
"""Parts of an entry that are there in all branches or in none."""
_PLACED = Rule(
    "",
    "a campaign that the plan places, in time or as a block, keeps its first and last period",
    "write two campaigns, each with its `flop` by state",
)
_SECTIONS_WITH_SOURCES = (
    "services", "work", "training", "supply", "sites", "rules", "budget", "demand", "performance",
    "finance",
)  # fmt: skip


@cache
def rules() -> Mapping[str, Rule]:
    """Field → its row, in the order of the schema."""
    text = (files("outlay.study") / "data" / "branches.csv").read_text(encoding="utf-8")
    return {r["field"]: Rule(**r) for r in csv.DictReader(text.splitlines(), strict=True)}


def rule_of(pattern: str) -> Rule:
    """The row of the field, or of the nearest that holds it."""
    parts = pattern.split(".")
    if parts[-1] == "source" and parts[0] in _SECTIONS_WITH_SOURCES:
        return Rule(pattern, "")  # whose number it is: the ledger lists it with the state
    for n in range(len(parts), 0, -1):
        found = rules().get(".".join(parts[:n]))
        if found is not None:
            return found
    return Rule(pattern, "no stage reads it by branch")


def pattern_of(path: Path) -> str:
    """The field that the path names, with `*` for names that the study chooses."""
    shape, parts = study_shape(), []
    for part in path:
        known = members(shape).get(str(part))
        if known is None and shape.kind != "names":
            break  # a period of a schedule, an entry of a list
        parts.append("*" if known is None else str(part))
        shape = known or shape.item
    return ".".join(parts)


def branch_findings(
    name: str, factor: Factor | Sampled, raw: Mapping[str, Any]
) -> Iterator[Finding]:
    """Effects that no branch and no sampled world could show."""
    if isinstance(factor, Sampled):
        yield from _sampled(name, factor, raw)
        return
    for state, effect in factor.effect.items():
        for text, value in effect.items():
            at: At = ("uncertainty", name, "effect", state, text)
            try:
                laid = apply_overlay(raw, {text: value})
            except StudyError:
                continue  # said where the effect is laid over the study
            for path in overlay_paths(raw, {text: value}):
                yield from _effect(at, path, laid, raw, factor.in_tree)


def _effect(
    at: At, path: Path, laid: Mapping[str, Any], raw: Mapping[str, Any], in_tree: bool
) -> Iterator[Finding]:
    value = get(laid, path)
    found = _same(path, value, raw)
    if found is not None:
        field, rule = found
        what = f"an effect cannot change `{field}`: {rule.same_because}"
        yield Finding(at, what, text_of(path), hint=rule.instead)
    elif not in_tree and not (pattern_of(path) == "supply.*.cap" and closes(value)):
        what = f"outside the tree a state can only close an offer, not change `{text_of(path)}`"
        hint = "leave out `in_tree: false`"
        yield Finding(at, what, str(value)[:60], "`supply.*.cap: 0`", hint)


def _same(path: Path, value: object, raw: Mapping[str, Any]) -> tuple[str, Rule] | None:
    """(field, rule) of the first field that `value` at `path` sets and every branch shares."""
    shape, pattern = _shape(path), pattern_of(path)
    entry = pattern.endswith("*") and not is_leaf(shape)
    opened = pattern in _OPENED and (get(raw, path) is None or value is None)
    if entry or opened or (shape.kind == "names" and value is None):
        return pattern, _ENTRY
    for field in _fields(shape, pattern, value):
        rule = rule_of(field)
        if field in ("training.*.start", "training.*.by") and _is_placed(path, raw):
            rule = _PLACED
        if rule.same_because:
            return field, rule
    return None


def _is_placed(path: Path, raw: Mapping[str, Any]) -> bool:
    """Whether the plan places the campaign that the path names."""
    campaign = get(raw, path[:2])
    if not isinstance(campaign, Mapping):
        return False
    return campaign.get("spread") == "free" or campaign.get("block") is not None


def _fields(shape: Shape, pattern: str, value: object) -> Iterator[str]:
    """The fields that `value` sets: those it names, all of them where it takes away."""
    if is_leaf(shape) or not members(shape):
        yield pattern
        return
    names = list(value) if isinstance(value, Mapping) else list(members(shape))
    for name in names:
        inner = value.get(name) if isinstance(value, Mapping) else None
        yield from _fields(members(shape).get(str(name)) or shape.item, f"{pattern}.{name}", inner)


def _shape(path: Path) -> Shape:
    shape = study_shape()
    for part in path:
        shape = members(shape).get(str(part)) or shape.item
    return shape


@cache
def _cap() -> TypeAdapter[Schedule]:
    return TypeAdapter(Annotated[Schedule, schedule("chips")])


def closes(cap: object) -> bool:
    """Whether a cap as written lets nothing in, at any time."""
    try:
        plan = _cap().validate_python(cap)
    except ValidationError:
        return False
    return all(num.value == 0 for _, num in plan.entries)


def _sampled(name: str, factor: Sampled, raw: Mapping[str, Any]) -> Iterator[Finding]:
    """Paths that risk cannot multiply, or make late, in a world where the plan is made."""
    wanted = "late" if factor.distribution == "exponential" else "multiplied"
    for n, text in enumerate(factor.applies_to):
        try:
            path = read_path(text, raw)
        except StudyError:
            continue  # said by the check of names
        pattern = pattern_of(path)
        rule = rules().get(pattern)
        whole = len(path) == len(pattern.split("."))  # not one period of a schedule
        if rule is not None and rule.sampled == wanted and whole:
            continue
        if wanted == "late" and pattern in ("sites.*", "supply.*"):
            continue
        what = f"sampled worlds do not know `{text}` {wanted}: the plan in them is made already"
        allowed = ", ".join(r.field for r in rules().values() if r.sampled == wanted)
        hint = "" if rule_of(pattern).same_because else "give the factor states and their `effect`"
        yield Finding(("uncertainty", name, "applies_to", n), what, text, allowed, hint)
