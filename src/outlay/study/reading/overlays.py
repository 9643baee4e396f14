"""Lay a scenario, overrides or a state's effect over a study, and say what set each path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from outlay.core.errors import InputError, Problem, StudyError, nearest
from outlay.study.paths import Path as StudyPath
from outlay.study.paths import apply_overlay, overlay_paths
from outlay.study.reading.lines import Lines
from outlay.study.reading.strict_yaml import read_text

__all__ = ["lay", "lay_overrides", "lay_scenario"]


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
        path, sign, value = text.partition("=")
        name = f"--set {path.strip()}"
        if not sign:
            problems.append(Problem("not an override", "--set", text[:80], "path=value"))
            continue
        try:
            parsed = read_text("value: " + value.strip(), name).data["value"]
            raw, lines = lay(raw, lines, {path.strip(): parsed}, name, None)
        except InputError as err:
            problems += [replace(p, where=name) for p in err.problems()]
    if problems:
        raise StudyError(problems)
    return raw, lines


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
    over: list[tuple[StudyPath, str]] = []
    for text, value in overlay.items():
        place = lines.where((*written, text)).split(": ")[0] if written else ""
        called = f"{place}: {name}" if written else name
        over += [(p, called) for p in overlay_paths(raw, {text: value})]
    return laid, replace(lines, laid_over=(*lines.laid_over, *over))
