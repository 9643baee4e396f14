"""What every route is given: who asks, what the server holds, and values within their limits."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Header, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from outlay.core.errors import InputError, OutlayError, Problem
from outlay.results.kept.workbench import Who
from outlay.study.files import STUDY
from outlay.workbench.live.desk import Desk
from outlay.workbench.live.floor import Floor
from outlay.workbench.parts.kept import Shelf

if TYPE_CHECKING:
    from outlay.store.opened import Store

__all__ = [
    "PAGE",
    "Asker", "Body", "Changes", "Currency", "Held", "House", "Id", "Language", "Match", "Most",
    "Name", "Past", "Text", "UnmatchedError", "decoded", "version_of",
]  # fmt: skip

MOST_CHANGES = 500
PAGE = 200
"""Rows of a list where nobody says how many."""
MOST_ZIPPED = 64_000_000
"""Bytes of runs as zip files that are kept for the next who asks."""
MOST_FILES = 200
MOST_TEXT = 4_000_000
"""Characters of a study."""


@dataclass(frozen=True)
class House:
    """What the server holds."""

    store: Store
    floor: Floor
    desk: Desk
    shelf: Shelf[str] = field(default_factory=Shelf[str])
    zips: Shelf[bytes] = field(default_factory=lambda: Shelf[bytes](MOST_ZIPPED))


class UnmatchedError(OutlayError):
    """A change that does not say which version it is of (status 428)."""


class Body(BaseModel):
    """What comes in: its fields and no others."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _house(request: Request) -> House:
    house = cast("House", request.app.state.house)
    return replace(house, desk=house.desk.of(_who(request).id))


def _who(request: Request) -> Who:
    """Who asks; the door has looked at that before any route."""
    return cast("Who", request.state.who)


Held = Annotated[House, Depends(_house)]
Asker = Annotated[Who, Depends(_who)]
Id = Annotated[str, Path(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_-]+$")]
Name = Annotated[str, Path(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=MOST_TEXT)]
Most = Annotated[int, Query(alias="limit", ge=1, le=1000, description="Rows at most.")]
Past = Annotated[
    str, Query(alias="after", max_length=80, pattern="^[A-Za-z0-9_-]*$",
               description="Id of the row after which the list goes on; empty: from the newest.")
]  # fmt: skip
Changes = Annotated[
    list[Annotated[str, Field(max_length=20_000)]],
    Query(alias="set", max_length=MOST_CHANGES,
          description="`path=value`, laid over the study in this order."),
]  # fmt: skip
Currency = Annotated[
    str, Query(pattern="^([A-Z]{3})?$", description="Of amounts; empty: the study's.")
]
Language = Annotated[str, Query(pattern="^(en|zh)$", description="Of sentences.")]


def _match(request: Request, if_match: Annotated[str | None, Header()] = None) -> int:
    """The version that a change is of, from `If-Match`."""
    if if_match is None:
        raise UnmatchedError("a change says which version it is of: If-Match, with the ETag")
    return version_of(if_match)


Match = Annotated[int, Depends(_match)]


def version_of(tag: str) -> int:
    """The version in an ETag. Raises InputError."""
    plain = tag.strip().removeprefix("W/").strip('"')
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise InputError(Problem("not a version", "If-Match", tag[:80], 'the ETag, such as "3"'))
    return int(plain)


def decoded(files: Mapping[str, str]) -> dict[str, bytes]:
    """Files of a body. Raises InputError for one that is no base64, or the study once more."""
    if len(files) > MOST_FILES:
        raise InputError(Problem("too many files", "files", str(len(files)), f"up to {MOST_FILES}"))
    if STUDY in files:
        raise InputError(
            Problem("the study twice", f"files.{STUDY}", allowed="the study as `text`")
        )
    out = {}
    for name, data in files.items():
        try:
            out[name] = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            raise InputError(
                Problem("not base64", f"files.{name[:80]}", data[:40], "base64 of its bytes")
            ) from None
    return out
