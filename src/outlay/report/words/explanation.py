"""What people read of an explanation: a number a line, indented by what it serves."""

from __future__ import annotations

from outlay.core.quantities.formats import format_number
from outlay.results.explanation import Origin, Step

__all__ = ["explanation_lines"]


def explanation_lines(step: Step, depth: int, level: int = 0) -> list[str]:
    """A number, its formula and source, and `depth` levels of what it is worked out from."""
    pad = "  " * level
    shown = "" if step.value is None else format_number(step.value, 5)
    out = [f"{pad}{step.name} = {shown} {step.unit}".rstrip()]
    if step.formula:
        out.append(f"{pad}  = {step.formula}")
    if step.source is not None:
        out += [f"{pad}  {line}" for line in _origin(step.source)]
    if step.assumption:
        out.append(f"{pad}  assumption: {step.assumption}")
    if level < depth:
        for below in step.inputs:
            out += explanation_lines(below, depth, level + 1)
    return out


def _origin(o: Origin) -> list[str]:
    parts = (o.document, o.publisher, o.date, o.url, o.grade, o.text)
    said = [f"source: {'; '.join(p for p in parts if p)}"]
    return [*said, f"“{o.sentence}”"] if o.sentence else said
