"""The interface as OpenAPI says it: FastAPI's own, with the schemas of our documents and errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI

from outlay.results.schema import json_schema
from outlay.workbench.routes.answers import JSON, title_of

__all__ = ["DOCUMENTS", "described"]

DOCUMENTS = (
    "check", "claims", "catalogue", "error", "explanation", "headline", "init", "rate", "run",
    "sweep",
)  # fmt: skip
"""Kinds of documents that routes send."""
WRONG = {
    "400": "It cannot be read.", "401": "Nobody is known to ask.", "403": "Not allowed.",
    "404": "No such thing.", "422": "What is asked is wrong.",
    "429": "Too much at once; `Retry-After` says when to ask again.",
    "503": "It cannot be done now; `Retry-After` says when to ask again.",
}  # fmt: skip
CHANGED = {"412": "Somebody saved another version since.", "428": "`If-Match` is missing."}


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The function that gives the application's OpenAPI document."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(_described(FastAPI.openapi(app)))
        return made

    return openapi


def _described(body: dict[str, Any]) -> dict[str, Any]:
    schemas: dict[str, Any] = body.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for kind in DOCUMENTS:
        _add(schemas, kind)
    error = {JSON: {"schema": {"$ref": f"#/components/schemas/{title_of('error')}"}}}
    for path in body["paths"].values():
        for method, operation in path.items():
            changed = CHANGED if method in ("put", "delete") else {}
            for status, said in {**WRONG, **changed}.items():
                operation["responses"][status] = {"description": said, "content": error}
    return body


def _add(schemas: dict[str, Any], kind: str) -> None:
    """A kind's schema and those of its rows, under names that no other's have."""
    whole, title = json_schema(kind), title_of(kind)
    rows: Mapping[str, Any] = whole.pop("$defs", {})
    names = {
        row: row
        if row not in schemas or schemas[row] == _pointed(rows[row], {})
        else f"{title}{row}"
        for row in rows
    }
    whole.pop("$schema", None)
    for row, schema in rows.items():
        schemas[names[row]] = _pointed(schema, names)
    schemas[title] = _pointed(whole, names)


def _pointed(schema: Any, names: Mapping[str, str]) -> Any:
    """The schema with its references to rows where OpenAPI has them."""
    text = json.dumps(schema)
    for row in schema_names(text):
        text = text.replace(
            f'"#/$defs/{row}"', f'"#/components/schemas/{names.get(row, row)}"'
        )  # fmt: skip
    return json.loads(text)


def schema_names(text: str) -> set[str]:
    """Names of the rows that a schema refers to."""
    start = '"#/$defs/'
    return {part.partition('"')[0] for part in text.split(start)[1:]}
