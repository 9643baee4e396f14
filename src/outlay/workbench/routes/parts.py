"""Pieces of HTML for the page: parts of runs, runs side by side, documents, the catalogue."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi import Path as Place

from outlay.workbench.live.frames import texts
from outlay.workbench.routes.asked import Asker, Currency, Held, Id, Language
from outlay.workbench.routes.known import Table
from outlay.workbench.routes.runs import RunId, folder_of
from outlay.workbench.routes.studies import files_of

__all__ = ["look", "router"]

LOOK = ".fragment"
"""What a piece stands in on the page."""
HTML = "text/html; charset=utf-8"
PIECE: dict[int | str, dict[str, object]] = {
    200: {"description": "A piece of HTML: no script, no style, no address of elsewhere.",
          "content": {"text/html": {"schema": {"type": "string"}}}}
}  # fmt: skip
Part = Annotated[str, Place(min_length=1, max_length=40, pattern=r"^[a-z_]+$")]
Short = Annotated[str, Query(max_length=500)]


def part(
    house: Held, who: Asker, id: Id, part: Part, language: Language = "en", branch: Short = "",
    path: Short = "", currency: Currency = "",
) -> Response:  # fmt: skip
    """A part of a run; `why`: where the number at `path` comes from."""
    folder = folder_of(house, who, id)  # refuses whoever may not see it, before what is kept
    if part == "why":
        asked = {"do": "why", "path": path, "branch": branch}
    else:
        asked = {
            "do": "part",
            "part": part,
            "branch": branch,
            "currency": currency,
            "files": f"/api/v1/runs/{id}/files/",
        }
    key = (id, part, language, branch, path, currency)
    return _piece(
        house.shelf.get(key, lambda: house.desk.ask(**asked, folder=folder, language=language))
    )


def compared(house: Held, who: Asker, a: RunId, b: RunId, language: Language = "en") -> Response:
    """Two runs side by side: steps of cash that sum to the difference."""
    one, other = folder_of(house, who, a), folder_of(house, who, b)
    return _piece(
        house.shelf.get(
            (a, b, language),
            lambda: house.desk.ask("compared", a=one, b=other, language=language),
        )
    )


def documents(house: Held, who: Asker, id: Id, language: Language = "en") -> Response:
    """The documents that a study cites, contradictions first, each claim underlined."""
    files = texts(files_of(house, who, id))
    return _piece(house.desk.ask("documents", files=files, language=language))


def catalogue(
    house: Held, who: Asker, table: Table, language: Language = "en",
    name: Annotated[str, Query(max_length=200)] = "",
    search: Annotated[str, Query(max_length=200)] = "",
) -> Response:  # fmt: skip
    """A table of the catalogue, or one of its entries with the source of each number."""
    return _piece(house.desk.ask("catalogued", table=table, name=name, search=search,
                                 language=language))  # fmt: skip


def look() -> Response:
    """The report's style sheet for pieces."""
    return Response(_look(), media_type="text/css")


@cache
def _look() -> str:
    from outlay.report.pieces import look as style

    return style(LOOK)


def _piece(text: str) -> Response:
    return Response(text, media_type=HTML)


router = APIRouter(tags=["pieces"])
for address, piece in (
    ("/runs/compare/part", compared),
    ("/runs/{id}/parts/{part}", part),
    ("/studies/{id}/evidence/part", documents),
    ("/catalogue/{table}/part", catalogue),
):
    router.get(address, response_model=None, responses=PIECE)(piece)
