"""A chance that is set alone: the others of its factor keep their proportions and fill up to one.

`uncertainty.licence.states.granted=0.6` lays three fields where the factor has three states, since
the chances of a factor are one field of the study.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from outlay.study.model.study import Factor, Study

__all__ = ["with_chances"]

ONE = re.compile(r"uncertainty\.(?P<factor>.+)\.states\.(?P<state>[^=]+?)\s*=\s*(?P<value>[^{].*)")
SHARE = re.compile(r"(?P<n>[+]?\d[\d_]*(?:\.\d+)?(?:e-?\d+)?)\s*(?P<per>%?)", re.ASCII)


def with_chances(study: Study, changes: Sequence[str]) -> tuple[str, ...]:
    """The changes with each chance that is set alone written out as all of its factor's.

    Several of one factor are set one after the other: those set keep what they were set to, the
    rest share what is left. What is no such change, or no share, is passed on as it is.
    """
    set_: dict[str, dict[str, float]] = {}
    for text in changes:
        if (found := _one(study, text)) is not None:
            factor, state, value = found
            set_.setdefault(factor, {})[state] = value
    return tuple(_written(study, changes, set_))


def _one(study: Study, text: str) -> tuple[str, str, float] | None:
    """(factor, state, chance) of a change that sets one chance."""
    found = ONE.fullmatch(text.strip())
    share = SHARE.fullmatch(found["value"].strip()) if found else None
    if found is None or share is None:
        return None
    factor, state = found["factor"], found["state"]
    if state not in _states(study).get(factor, {}):
        return None
    value = float(share["n"].replace("_", "")) * (0.01 if share["per"] else 1.0)
    return (factor, state, value) if value <= 1.0 else None


def _states(study: Study) -> Mapping[str, Mapping[str, float]]:
    return {
        name: {state: num.value for state, num in factor.states.items()}
        for name, factor in study.uncertainty.items()
        if isinstance(factor, Factor)
    }


def _written(
    study: Study, changes: Sequence[str], set_: Mapping[str, Mapping[str, float]]
) -> Iterator[str]:
    done: set[str] = set()
    for text in changes:
        found = _one(study, text)
        if found is None:
            yield text
        elif found[0] not in done:
            done.add(found[0])
            chances = _filled(_states(study)[found[0]], set_[found[0]])
            inside = ", ".join(f"{state}: {p!r}" for state, p in chances.items())
            yield f"uncertainty.{found[0]}.states={{{inside}}}"


def _filled(stated: Mapping[str, float], set_: Mapping[str, float]) -> dict[str, float]:
    """All chances of a factor: those set, and the others in their proportions."""
    rest = {k: p for k, p in stated.items() if k not in set_}
    left, before = 1.0 - sum(set_.values()), sum(rest.values())
    if rest and left >= 0 and not before:
        return {k: set_.get(k, left / len(rest)) for k in stated}
    return {k: set_[k] if k in set_ else p * left / before for k, p in stated.items()}
