"""Paths such as `supply.h200-import.price`: reading them, finding and changing what they name.

A path is text with dots between its parts; list entries are numbers. Names in a study may hold
dots themselves (`licence.h200`), so a path is read against the study: at each level the longest
name that fits is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from outlay.core.errors import Problem, QuantityError, StudyError, nearest
from outlay.core.periods import Period
from outlay.study.model.shape import Shape, is_leaf, members, study_shape

__all__ = ["Path", "apply_overlay", "as_written", "get", "read_path", "shape_at", "text_of"]

Path = tuple[str | int, ...]


def text_of(path: Sequence[str | int]) -> str:
    """The path as users write it."""
    return ".".join(str(p) for p in path)


def get(data: object, path: Sequence[str | int]) -> object:
    """What stands at `path`; None where nothing does."""
    for part in path:
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and str(part).isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def as_written(raw: Mapping[str, Any], path: Path) -> Path:
    """`path` with the period or year of its last part as the file spells it: `FY2026`."""
    *above, last = path
    held = get(raw, above)
    if isinstance(held, Mapping) and last not in held:
        for key in held:
            with suppress(QuantityError):
                if str(Period.parse(key)) == last:
                    return (*above, key)
    return path


def read_path(text: str, data: Mapping[str, Any]) -> Path:
    """Read `text` as a path of the schema into `data`; raises StudyError with the nearest name.

    A path may name a field that the study leaves out (`budget.cash`), but not a new service,
    site or offer: those need all their fields.
    """
    parts = text.replace("[", ".").replace("]", "").split(".")
    if not text.strip() or any(not p for p in parts):
        raise _unknown(text, text, [])
    path: list[str | int] = []
    shape: Shape = study_shape()
    here: object = data
    while parts:
        if is_leaf(shape) and not isinstance(here, Mapping | list):
            raise _unknown(text, ".".join(parts), [], inside=text_of(path))
        part, used = _take(parts, shape, here)
        if part is None:
            fixed = members(shape) or shape.choices
            names = list(dict.fromkeys((*_names(here), *fixed)))
            raise _unknown(text, parts[0], names, inside=text_of(path))
        parts = parts[used:]
        path.append(part)
        shape = members(shape).get(str(part)) or shape.item
        here = get(here, (part,))
    return tuple(path)


def _take(parts: list[str], shape: Shape, here: object) -> tuple[str | int | None, int]:
    """The longest name at the head of `parts` that the schema or the data know."""
    if isinstance(here, list):
        ok = parts[0].isdigit() and int(parts[0]) < len(here)
        return (int(parts[0]) if ok else None), 1
    known = set(members(shape)) | set(_names(here))
    for n in range(len(parts), 0, -1):
        name = ".".join(parts[:n])
        if name in known:
            return name, n
    if shape.open_keys and len(parts) >= 1:
        return parts[0], 1  # a period or year that the study has not named yet
    return None, 0


def _names(here: object) -> list[str]:
    return [str(k) for k in here] if isinstance(here, Mapping) else []


FEW = 12
"""Names of which all are shown."""


def _unknown(path: str, part: str, names: list[str], inside: str = "") -> StudyError:
    return StudyError(
        Problem(
            "no such path in the study" + (f": `{inside}` has no `{part}`" if inside else ""),
            value=path[:200],
            allowed=", ".join(names) if len(names) <= FEW else "",
            hint=nearest(part, names),
        )
    )


def apply_overlay(raw: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """`raw` with each `path: value` of `overlay` laid over it; `raw` itself is not changed.

    A mapping is merged down to the fields of the schema; a field (a number, a schedule, a list)
    is replaced whole. `null` takes a field away, so that its default holds. Paths may be nested
    (`sites: {x: {power: 1 MW}}`) or written in one (`sites.x.power: 1 MW`). A nested overlay may
    add a new entry under a new name.
    Raises StudyError with every path that names nothing.
    """
    out = dict(raw)
    problems: list[Problem] = []
    for path, value in _flatten(overlay, raw, problems):
        out = _replace(out, path, value)
    if problems:
        raise StudyError(problems)
    return out


def overlay_paths(raw: Mapping[str, Any], overlay: Mapping[str, Any]) -> list[Path]:
    """The paths of the fields that `overlay` sets."""
    return [path for path, _ in _flatten(overlay, raw, [])]


def _flatten(
    overlay: Mapping[str, Any], raw: Mapping[str, Any], problems: list[Problem]
) -> Iterator[tuple[Path, object]]:
    for text, value in overlay.items():
        try:
            path = read_path(str(text), raw)
        except StudyError as err:
            problems.extend(err.problems())
            continue
        yield from _down(path, value, _shape_of(path), raw, problems)


def _down(
    path: Path, value: object, shape: Shape, raw: Mapping[str, Any], problems: list[Problem]
) -> Iterator[tuple[Path, object]]:
    there = get(raw, path)
    if is_leaf(shape) or not isinstance(value, Mapping) or not isinstance(there, Mapping):
        yield path, value
        return
    for key, item in value.items():
        if shape.kind == "names" and isinstance(item, Mapping) and key not in there:
            yield (*path, str(key)), item  # a new entry, whole
            continue
        try:
            longer = read_path(f"{text_of(path)}.{key}", raw)
        except StudyError as err:
            problems.extend(err.problems())
            continue
        yield from _down(longer, item, _shape_of(longer), raw, problems)


def shape_at(text: str, raw: Mapping[str, Any]) -> Shape:
    """What the schema says of the place that a path names. Raises StudyError."""
    return _shape_of(read_path(text, raw))


def _shape_of(path: Path) -> Shape:
    shape = study_shape()
    for part in path:
        shape = members(shape).get(str(part)) or shape.item
    return shape


def _replace(data: Mapping[str, object], path: Path, value: object) -> dict[str, object]:
    head, *rest = path
    copy = dict(data)
    if rest:
        copy[str(head)] = _inside(copy.get(str(head)), tuple(rest), value)
    elif value is None:
        copy.pop(str(head), None)
    else:
        copy[str(head)] = value
    return copy


def _inside(data: object, path: Path, value: object) -> object:
    if not isinstance(data, list):
        return _replace(data if isinstance(data, Mapping) else {}, path, value)
    head, *rest = path
    items: list[object] = list(data)
    items[int(head)] = _inside(items[int(head)], tuple(rest), value) if rest else value
    return items
