"""JSON Schema of the study file, and of every document that Outlay gives."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["schema"]


def schema(kind: str = "study") -> Mapping[str, object]:
    """JSON Schema of a study file, for editors, or of a kind of document, for programs.

    Raises UnknownNameError where there is no such kind.

    >>> schema("error")["title"]
    'outlay error'
    """
    from outlay.core.errors import UnknownNameError, nearest
    from outlay.results.schema import KINDS, json_schema

    if kind == "study":
        from outlay.study.json_schema import schema as study_schema

        return study_schema()
    if kind not in KINDS:
        names = ["study", *KINDS]
        raise UnknownNameError(
            "unknown kind of document",
            where="--kind",
            value=kind,
            allowed=", ".join(names),
            hint=nearest(kind, names),
        )
    return json_schema(kind)
