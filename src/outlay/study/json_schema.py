"""JSON Schema of a study file, made from the models, for editors and other programs."""

from __future__ import annotations

from typing import Any

__all__ = ["schema"]


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a study file."""
    from outlay.study.model.study import Study

    out = Study.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **out}
