"""Which branches a text means: `licence granted`, `licence.h200=granted demand=high`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from outlay.core.errors import Problem, UnknownNameError, nearest

__all__ = ["branches_meant", "states_of"]

WORDS = re.compile(r"[^\w]+")


def states_of(paths: Iterable[str]) -> dict[str, dict[str, str]]:
    """Branch → factor → state, of `licence.h200=granted demand=high`."""
    return {p: dict(_parts(p)) for p in paths}


def _parts(path: str) -> list[tuple[str, str]]:
    found = (part.partition("=") for part in path.split())
    return [(factor, state) for factor, sign, state in found if sign]


def branches_meant(
    text: str, paths: Sequence[str], titles: Mapping[str, str] | None = None
) -> tuple[int, ...]:
    """Numbers of the branches in which every state that `text` names holds.

    A state is named by its factor's words and its own (`licence granted`), by its own alone where
    no other factor has it (`granted`), or as results write it (`licence.h200=granted`). titles:
    factor → what people call it. Raises UnknownNameError.
    """
    of = states_of(paths)
    known = list(dict.fromkeys(s for states in of.values() for s in states.items()))
    wanted: list[tuple[str, str]] = []
    for part in _named(text):
        found = [s for s in known if _meant(part, s, titles or {})]
        if len(found) != 1:
            raise _unknown(part, found or known, some=bool(found))
        wanted.append(found[0])
    chosen = tuple(
        i for i, p in enumerate(paths) if all(of[p].get(factor) == s for factor, s in wanted)
    )
    if not chosen:
        raise UnknownNameError(
            Problem("no branch has these states together", "--branch", text,
                    "; ".join(paths[:8]) + (" …" if len(paths) > 8 else ""))
        )  # fmt: skip
    return chosen


def _named(text: str) -> list[str]:
    """The states that a text names: `a=b c=d`, or phrases between commas."""
    parts = [p.strip() for p in re.split(r"[,;]", text) if p.strip()]
    return [q for p in parts for q in (p.split() if p.count("=") > 1 else [p])]


def _meant(part: str, state: tuple[str, str], titles: Mapping[str, str]) -> bool:
    factor, value = state
    if part == f"{factor}={value}":
        return True
    given, own = _words(part), _words(value)
    if not own or given[-len(own) :] != own:
        return False
    about = {*_words(factor), *_words(titles.get(factor, ""))}
    return set(given[: -len(own)]) <= about


def _words(text: str) -> list[str]:
    return [w for w in WORDS.split(text.lower()) if w]


def _unknown(part: str, known: Sequence[tuple[str, str]], *, some: bool) -> UnknownNameError:
    names = [" ".join([*_words(f)[:1], s]) if not some else f"{f}={s}" for f, s in known]
    names = names if len(set(names)) == len(names) else [f"{f}={s}" for f, s in known]
    what = "several states are called so" if some else "no such state of a branch"
    return UnknownNameError(
        Problem(what, "--branch", part, ", ".join(names), "" if some else nearest(part, names))
    )
