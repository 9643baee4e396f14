"""A study to begin with: commented, sourced where the catalogue knows, and ready to be planned."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.ours import ours
from outlay.api.says import STUDY_ENDINGS, File, Says
from outlay.api.start.asking import AsOf, Budget, Chip, Model, Options, Tokens
from outlay.core.errors import InputError, Problem
from outlay.results.checks import Begun
from outlay.results.document import extended

if TYPE_CHECKING:
    from outlay.api.start.first import First

__all__ = ["Started", "free", "init", "write_new"]

SCHEMA_FILE = "study.schema.json"


@dataclass(frozen=True, slots=True, repr=False)
class Started(Begun):
    """Kind `init`, and where the study's file lies."""

    path: Path | None = field(default=None, kw_only=True, compare=False)
    """The study's file; None: none was written."""


@checked
def init(
    door: Annotated[
        str,
        Says(
            "founder (sells a model by the token), lab (trains by dates), operator (halls, leases, "
            "debt) or analyst (a company from public figures).",
            argument=True,
        ),
    ],
    out: Annotated[
        File | None,
        Says(
            "The file to write, such as study.yaml; none: print it.",
            argument=True,
            writes="file",
            endings=STUDY_ENDINGS,
        ),
    ] = None,
    *,
    chip: Chip = "",
    model: Model = "",
    tokens: Tokens = "",
    budget: Budget = "",
    currency: Annotated[str, Says("ISO code; default: that of --budget, else USD.")] = "",
    region: Annotated[str, Says("Country code of the halls; default: by currency.")] = "",
    trace: Annotated[
        str,
        Says(
            "How lengths of requests spread: a published trace, or a file of your own.", file=True
        ),
    ] = "",
    as_of: AsOf = "",
    force: Annotated[bool, Says("Write over a file that is there.")] = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Started:
    """Write a study that runs at once, to be made your own number by number.

    Prices and rents are the catalogue's, with their source; every other number is an assumption
    that its comment tells you to replace. A file is never written over without --force.

    Raises InputError for an option that cannot be, and where the chip cannot serve the model.

    >>> begun = init("founder", chip="h200-sxm", tokens="6bn/day", as_of="2025-12-31")
    >>> begun.chip, begun.files, begun.text.splitlines()[0]
    ('h200-sxm', (), '# yaml-language-server: $schema=study.schema.json')
    """
    from outlay.api.start.first import first_study

    path = None if out is None else Path(out)
    options = Options(chip, model, tokens, budget, currency, region, trace, as_of)
    found = first_study(door, path or Path("study.yaml"), options, progress)
    files = () if path is None else write_new(path, found, force=force)
    return extended(Started, found.document(files), path=path)


def write_new(path: Path, found: First, *, force: bool = False) -> tuple[Path, ...]:
    """Write a study, what it reads, and the schema for editors beside it; returns the files.

    Raises InputError where a file is there that Outlay did not make, unless forced.
    """
    from outlay.api.schema import schema
    from outlay.core.written import write_atomic

    beside = {path.with_name(name): text for name, text in found.beside.items()}
    free(path, *beside, force=force)
    described = path.with_name(SCHEMA_FILE)
    if described.exists() and not ours(described, "schema"):
        free(described, force=force)
    texts = {path: found.text, **beside}
    texts[described] = json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
    for file, text in texts.items():
        write_atomic(file, text.encode())
    return tuple(texts)


def free(*paths: Path, force: bool = False) -> None:
    """Refuse to write over a file, or into a folder that is not there."""
    lost = [p.parent for p in paths if not p.parent.is_dir()]
    if lost:
        raise InputError(Problem("no such folder", where=str(lost[0]), allowed="one that is there"))
    there = [p for p in paths if p.exists()]
    if there and not force:
        raise InputError(
            [Problem("a file is there", where=str(p), allowed="another name, or --force to "
                     "write over it") for p in there]
        )  # fmt: skip
