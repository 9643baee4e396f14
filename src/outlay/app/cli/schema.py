"""`outlay schema`: JSON Schema of the study file and of every document Outlay prints."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from outlay.api.schema import schema

__all__ = ["schema_command"]


def schema_command(
    kind: Annotated[
        str, typer.Option(help="study, or the kind of a document (check, plan, error, …).")
    ] = "study",
    as_json: Annotated[
        bool, typer.Option("--json", help="Accepted for symmetry; the output is JSON anyway.")
    ] = False,
) -> None:
    """Print a JSON Schema, for editors (`study`) and programs (`--kind plan`)."""
    json.dump(schema(kind), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
