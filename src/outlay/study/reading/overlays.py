"""Lay a scenario, overrides or a state's effect over a study, and say what set each path."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from outlay.core.errors import InputError, Problem, StudyError, nearest
from outlay.study.paths import Path as StudyPath
from outlay.study.paths import apply_overlay, overlay_paths, shape_at
from outlay.study.reading.lines import Lines
from outlay.study.reading.strict_yaml import read_text

__all__ = ["lay", "lay_overrides", "lay_scenario"]

COMMENT = re.compile(r"\s#")
"""Where YAML begins a comment, but in quotes."""


def lay_scenario(raw: dict[str, Any], lines: Lines, scenario: str) -> tuple[dict[str, Any], Lines]:
    overlays = raw.get("scenarios") or {}
    if scenario not in overlays:
        raise StudyError(
            "no such scenario",
            where=lines.where(("scenarios",)) if overlays else lines.name,
            value=scenario,
            allowed=", ".join(overlays) or "none is given",
            hint=nearest(scenario, overlays),
        )
    return lay(raw, lines, overlays[scenario], f"scenario {scenario}", ("scenarios", scenario))


def lay_overrides(
    raw: dict[str, Any], lines: Lines, overrides: tuple[str, ...]
) -> tuple[dict[str, Any], Lines]:
    problems: list[Problem] = []
    for text in overrides:
        path, sign, value = (part.strip() for part in text.partition("="))
        name = f"--set {path}"
        if not sign or not path:
            problems.append(Problem("not an override", "--set", repr(text)[:80], "path=value"))
            continue
        try:
            parsed = _value_of(raw, path, value, name)
            raw, lines = lay(raw, lines, {path: parsed}, name, None)
        except InputError as err:
            problems += [replace(p, where=name) for p in err.problems()]
    if problems:
        raise StudyError(problems)
    return raw, lines


def _value_of(raw: Mapping[str, Any], path: str, value: str, name: str) -> object:
    """What stands after the sign, whole. Raises InputError for nothing, and for what YAML would
    leave out: a comment, a second field."""
    shape = shape_at(path, raw)
    taken = shape.takes or "its fields"
    null = "" if shape.required else "; null takes it away"
    if not value or value.startswith("#"):
        raise StudyError(Problem("no value", name, repr(value), f"{taken}{null}"))
    try:
        data = read_text(f"value: {value}", name).data
    except StudyError as err:
        found = [replace(p, value=p.value.removeprefix("value: ")) for p in err.problems()]
        raise StudyError(found) from None
    if set(data) != {"value"}:
        raise StudyError(Problem("more than one value", name, repr(value)[:80], "one"))
    if _cut(value, data["value"]):
        quoted = json.dumps(value, ensure_ascii=False)
        raise StudyError(
            Problem("what begins with # would be left out", name, repr(value)[:80],
                    "a value without a comment", f"a text in quotes: {path}={quoted}"[:120])
        )  # fmt: skip
    if data["value"] is None and not null:
        raise StudyError(Problem("a study cannot be without it", name, value[:80], taken))
    return data["value"]


def _cut(value: str, read: object) -> bool:
    """Whether the value reads the same without what follows a sign of comments."""
    for sign in COMMENT.finditer(value):
        with suppress(InputError):
            return bool(read_text(f"value: {value[: sign.start()]}", "").data == {"value": read})
    return False


def lay(
    raw: dict[str, Any],
    lines: Lines,
    overlay: Mapping[str, Any],
    name: str,
    written: StudyPath | None,
) -> tuple[dict[str, Any], Lines]:
    """`raw` with `overlay` over it, and lines that say what set each path."""
    try:
        laid = apply_overlay(raw, overlay)
    except StudyError as err:
        found = err.problems()
        if written:
            found = [replace(p, where=lines.where((*written, p.value))) for p in found]
        raise StudyError(found) from None
    if written and (twice := _twice(raw, overlay, lines, written)):
        raise StudyError(twice)
    over: list[tuple[StudyPath, str]] = []
    for text, value in overlay.items():
        place = lines.where((*written, text)).split(": ")[0] if written else ""
        called = f"{place}: {name}" if written else name
        over += [(p, called) for p in overlay_paths(raw, {text: value})]
    return laid, replace(lines, laid_over=(*lines.laid_over, *over))


def _twice(
    raw: dict[str, Any], overlay: Mapping[str, Any], lines: Lines, written: StudyPath
) -> list[Problem]:
    """Entries of an overlay that set a field which another sets: their order would decide. And
    those that change the overlays themselves, which are laid one at a time."""
    found: list[Problem] = []
    owners: dict[StudyPath, str] = {}
    for text, value in overlay.items():
        where = lines.where((*written, text))
        mine = overlay_paths(raw, {text: value})
        if mine and mine[0][:1] == ("scenarios",):
            what = "an overlay that changes scenarios"
            found.append(Problem(what, where, text, "paths of the plan's own inputs"))
        for path in mine:
            other = next((o for p, o in owners.items() if _within(p, path)), None)
            if other is not None:
                found.append(Problem(f"`{other}` sets the same path", where, text, "each once"))
                break
        owners.update(dict.fromkeys(mine, text))
    return found


def _within(one: StudyPath, other: StudyPath) -> bool:
    """Whether one of two paths lies at or below the other."""
    short = min(len(one), len(other))
    return one[:short] == other[:short]
