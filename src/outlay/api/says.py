"""What a parameter of a verb means, said once: for Python, for the command line and its help."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

__all__ = ["LANGUAGES", "MOST_SEED", "STUDY_ENDINGS", "File", "Says", "Writes"]

MOST_SEED = 2**63 - 1
LANGUAGES = ("en", "zh")
STUDY_ENDINGS = (".yaml", ".yml")
Writes = Literal["", "file", "folder", "run"]

if TYPE_CHECKING:
    File = str | Path
else:
    File = Path  # what the command line makes of a text


@dataclass(frozen=True, slots=True)
class Says:
    """What a parameter is, with its unit, and the least and most it may be.

    `flag`: the option's name where it is not the parameter's, dashes for underscores.
    `argument`: whether the command line takes it by place, without a name. `day`: whether it is a
    day of the calendar. `empty`: whether a text without a letter means something. `file`: whether a
    text may be the name of a file. `among`: the only texts that it may be.
    `writes`: whether the call writes it: a "file", a "folder" in which it writes `names`, or the
    folder of a "run", which it replaces whole. `endings`: what such a file may end in. `made`: what
    a file that is there may be, for `ours`; empty: people go on writing it, so that it is never
    written over without `force` (a folder: by the names of its files).
    """

    text: str
    least: float | None = None
    most: float | None = None
    flag: str = ""
    argument: bool = False
    day: bool = False
    empty: bool = False
    file: bool = False
    among: tuple[str, ...] = ()
    writes: Writes = ""
    endings: tuple[str, ...] = ()
    made: str = ""
    names: tuple[str, ...] = ()
