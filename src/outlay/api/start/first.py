"""A first study of a door: written once to find out its size, then as large as it needs to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.api.start.asking import Options, asked_of
from outlay.core.errors import InputError, Problem
from outlay.results.checks import Begun
from outlay.study.templates.asked import Promise

if TYPE_CHECKING:
    from outlay.study.reading.loader import LoadedStudy
    from outlay.study.templates.asked import Asked, Size

__all__ = ["First", "first_study"]

PROMISES = ((3.0, 0.05), (5.0, 0.1), (15.0, 0.25))
"""Latencies from the usual on: the tightest that the chip holds is written."""
ABLE = ("h200-sxm", "b300-hgx", "gb300-nvl72")
"""Chips with ever more memory, one of which is named where the one asked for cannot."""


@dataclass(frozen=True, slots=True)
class First:
    """A study that has not been written to a file yet."""

    asked: Asked
    size: Size
    text: str
    loaded: LoadedStudy
    beside: Mapping[str, str]
    """Name → text of the files that it reads."""

    def document(self, files: tuple[Path, ...] = ()) -> Begun:
        """What is said of it; `files`: those that were written."""
        from outlay.catalogue.quotes import price_of, rent_of, sold_as_hardware

        asked, chip = self.asked, self.asked.chip
        quotes = {"rent": rent_of(chip, asked.as_of)}
        if sold := sold_as_hardware(chip):
            quotes = {"price": price_of(chip, asked.as_of), **quotes}
        return Begun(
            door=asked.door, title=self.loaded.study.title, as_of=str(asked.as_of),
            currency=asked.currency, chip=chip.id, model=asked.model.id,
            tokens_per_day=asked.tokens_per_day, chips_needed=max(self.size.need),
            assumptions=len(self.loaded.assumptions), facts=len(self.loaded.facts),
            replica=self.size.replica, ttft_s=asked.promise.ttft_s, tpot_s=asked.promise.tpot_s,
            usual=asked.promise == Promise(*PROMISES[0]),
            unpriced=tuple(what for what, quote in quotes.items() if not quote.source),
            rented_only=not sold, files=tuple(map(str, files)), text=self.text,
            weights=self.size.weights, kv=self.size.kv,
        )  # fmt: skip


def first_study(
    door: str, path: Path, options: Options, progress: Callable[[str], None] = lambda _: None
) -> First:
    """The study of a door, as its options ask. `path`: where its file will lie.

    Raises InputError for options that cannot be, and for a model that the chip cannot serve.
    """
    from outlay.study.reading.loader import loads
    from outlay.study.templates.render import beside, study_text

    asked = asked_of(door, path.name, path.parent, options)
    progress(f"how many {asked.chip.name} the work needs (compiles the simulator the first time)")
    asked, size = _able(asked, path)
    if size.why_not:
        raise InputError(_cannot(asked, size, path))
    text, files = study_text(asked, size), beside(asked, size)
    return First(asked, size, text, loads(text, str(path), beside=_bytes(files)), files)


def _bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: content.encode() for name, content in files.items()}


def _able(asked: Asked, path: Path) -> tuple[Asked, Size]:
    """With the tightest promise that the chip holds; the first reason where it holds none."""
    first = None
    for ttft, tpot in PROMISES:
        trial = replace(asked, promise=Promise(ttft, tpot))
        size = _sized(trial, path)
        if not size.why_not:
            return trial, size
        first = first or size
    assert first is not None
    return asked, first


def _sized(asked: Asked, path: Path) -> Size:
    from outlay.runs.sized import sized
    from outlay.study.reading.loader import loads
    from outlay.study.templates.render import DRAFT, beside, study_text

    asked = replace(asked, draft=True)
    loaded = loads(study_text(asked, DRAFT), str(path), beside=_bytes(beside(asked, DRAFT)))
    return sized(loaded, next(iter(loaded.study.services)))


def _cannot(asked: Asked, size: Size, path: Path) -> Problem:
    """That the chip cannot serve the model, why, and one that can."""
    from outlay.catalogue import chips

    def can(name: str) -> bool:
        _, found = _able(replace(asked, chip=chips()[name]), path)
        return not found.why_not

    other = next((name for name in ABLE if name != asked.chip.id and can(name)), "")
    return Problem(
        f"{asked.chip.name} cannot serve {asked.model.name}: {size.why_not}",
        where="--chip", value=asked.chip.id, allowed="a chip that holds the model",
        hint=f"{other} can" if other else "",
    )  # fmt: skip
