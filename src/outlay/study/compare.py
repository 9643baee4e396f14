"""What changed between two studies, in base units: a price respelt is no change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from outlay.results.checks import Change
from outlay.study.canonical import canonical
from outlay.study.ledger import shown
from outlay.study.reading.loader import LoadedStudy

__all__ = ["Change", "diff"]


def diff(a: LoadedStudy, b: LoadedStudy) -> list[Change]:
    """Inputs of `b` that differ from `a`, in the order of the studies; scenarios are left out."""
    before = dict(_leaves(canonical(a.study)))
    after = dict(_leaves(canonical(b.study)))
    out = []
    for path in dict.fromkeys((*before, *after)):
        if path not in after:
            out.append(Change(path, "removed", _shown(before[path]), ""))
        elif path not in before:
            out.append(Change(path, "added", "", _shown(after[path])))
        elif before[path] != after[path]:
            out.append(_changed(path, before[path], after[path]))
    return out


def _changed(path: str, old: object, new: object) -> Change:
    ratio = None
    if isinstance(old, Mapping) and isinstance(new, Mapping) and old["unit"] == new["unit"]:
        same = old["value"] == new["value"]
        ratio = 1.0 if same else (new["value"] / old["value"] if old["value"] else None)
    return Change(path, "changed", _shown(old), _shown(new), ratio)


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """(path, leaf); a number with its unit is one leaf, and so is an empty mapping or list."""
    if isinstance(value, Mapping) and "unit" in value and "value" in value:
        yield path, value
    elif isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(v, Mapping) for v in value):
        for n, item in enumerate(value):
            yield from _leaves(item, f"{path}.{n}")
    elif value is not None and value not in ({}, []):
        yield path, value


def _shown(leaf: object) -> str:
    if not isinstance(leaf, Mapping):
        return ", ".join(map(str, leaf)) if isinstance(leaf, list) else str(leaf)
    unit = leaf["unit"]
    text = shown(leaf["value"], unit)
    if "low" in leaf or "high" in leaf:
        ends = (leaf.get(end, leaf["value"]) for end in ("low", "high"))
        text += f" ({' to '.join(shown(v, unit) for v in ends)})"
    return text + (f" [{leaf['source']}]" if "source" in leaf else "")
