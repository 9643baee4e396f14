"""What a parameter of a verb means, said once: for Python, for the command line and its help."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

__all__ = ["MOST_SEED", "File", "Says"]

MOST_SEED = 2**63 - 1

if TYPE_CHECKING:
    File = str | Path
else:
    File = Path  # what the command line makes of a text


@dataclass(frozen=True, slots=True)
class Says:
    """What a parameter is, with its unit, and the least and most it may be.

    `flag`: the option's name where it is not the parameter's, dashes for underscores.
    `argument`: whether the command line takes it by place, without a name.
    """

    text: str
    least: float | None = None
    most: float | None = None
    flag: str = ""
    argument: bool = False
