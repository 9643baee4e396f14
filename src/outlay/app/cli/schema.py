"""`outlay schema`: JSON Schema of the study file and of every document Outlay prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from outlay.api.schema import schema
from outlay.app.cli.output import print_data
from outlay.core.written import write_atomic

__all__ = ["schema_command"]


def schema_command(
    kind: Annotated[
        str, typer.Option(help="study, or the kind of a document (check, plan, error, …).")
    ] = "study",
    out: Annotated[
        Path | None,
        typer.Option(help="Write it into this file, which the first line of a study may name."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Accepted for symmetry; the output is JSON anyway.")
    ] = False,
) -> None:
    """Print a JSON Schema, for editors (`study`) and programs (`--kind plan`).

    An editor that speaks YAML checks a study as it is written where its first line is
    `# yaml-language-server: $schema=study.schema.json`; `--out study.schema.json` writes that file.
    """
    text = json.dumps(schema(kind), ensure_ascii=False, indent=1) + "\n"
    if out is None:
        print_data(text)
    else:
        write_atomic(out, text)
