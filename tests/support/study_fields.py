"""Every place of the study file, as the models have it."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.study.model.shape import Shape

__all__ = ["walk"]


def walk(shape: Shape, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Shape]]:
    """Every place below `shape`, names written as `<name>`, list entries as `<n>`."""
    for name, sub in shape.fields.items():
        yield (*path, name), sub
        yield from walk(sub, (*path, name))
    if shape.inner is not None and shape.kind in ("names", "list"):
        part = "<name>" if shape.kind == "names" else "<n>"
        if shape.inner.kind != "leaf":
            yield from walk(shape.inner, (*path, part))
