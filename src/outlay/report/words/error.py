"""What people read of an error."""

from __future__ import annotations

from outlay.results.checks import Problem

__all__ = ["problem_lines"]


def problem_lines(p: Problem) -> list[str]:
    """One thing that is wrong: where and what, then what was found, is allowed, and helps."""
    more = (("found", p.value), ("allowed", p.allowed), ("hint", p.hint))
    return [
        f"error: {f'{p.where}: ' if p.where else ''}{p.what}",
        *(f"  {label}: {text}" for label, text in more if text),
    ]
