"""A chance that is set alone: the others of its factor keep their proportions and fill up to one.

`uncertainty.licence.states.granted=0.6` lays three fields where the factor has three states, since
the chances of a factor are one field of the study.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from outlay.study.model.study import Study
from outlay.sweeps.asked.chances import Chances, chances_of, settled

__all__ = ["with_chances"]

ONE = re.compile(r"uncertainty\.(?P<factor>.+)\.states\.(?P<state>[^=]+?)\s*=\s*(?P<value>[^{].*)")
SHARE = re.compile(r"(?P<n>[+]?\d[\d_]*(?:\.\d+)?(?:e-?\d+)?)\s*(?P<per>%?)", re.ASCII)


def with_chances(study: Study, changes: Sequence[str]) -> tuple[str, ...]:
    """The changes with each chance that is set alone written out as all of its factor's.

    Several of one factor are set together: those set keep what they were set to, the rest share
    what is left. What is no such change, or no share, is passed on as it is.
    """
    stated = chances_of(study)
    varied: dict[str, dict[str, float]] = {}
    for text in changes:
        if (found := _one(stated, text)) is not None:
            factor, state, value = found
            varied.setdefault(factor, {})[state] = value
    return tuple(_written(stated, changes, varied))


def _one(stated: Chances, text: str) -> tuple[str, str, float] | None:
    """(factor, state, chance) of a change that sets one chance."""
    found = ONE.fullmatch(text.strip())
    share = SHARE.fullmatch(found["value"].strip()) if found else None
    if found is None or share is None:
        return None
    factor, state = found["factor"], found["state"]
    if state not in stated.get(factor, {}):
        return None
    value = float(share["n"].replace("_", "")) * (0.01 if share["per"] else 1.0)
    return (factor, state, value) if value <= 1.0 else None


def _written(
    stated: Chances, changes: Sequence[str], varied: Mapping[str, Mapping[str, float]]
) -> Iterator[str]:
    done: set[str] = set()
    for text in changes:
        found = _one(stated, text)
        if found is None:
            yield text
        elif (factor := found[0]) not in done:
            done.add(factor)
            chances = settled(stated[factor], varied[factor], ())
            inside = ", ".join(f"{state}: {p!r}" for state, p in chances.items())
            yield f"uncertainty.{factor}.states={{{inside}}}"
