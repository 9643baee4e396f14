"""`outlay schema`: JSON Schema of the study file and of every document Outlay prints."""

from __future__ import annotations

import json
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import File, Says
from outlay.api.schema import schema
from outlay.app.cli.command import plain
from outlay.app.cli.output import print_data
from outlay.core.written import write_atomic

__all__ = ["schema_command"]


@checked
def described(
    *,
    kind: Annotated[
        str, Says("study, or the kind of a document (check, plan, error, …).")
    ] = "study",
    out: Annotated[
        File | None,
        Says(
            "Write it into this file, which the first line of a study may name.",
            writes="file",
            endings=(".json",),
            made="schema",
        ),
    ] = None,
    as_json: Annotated[
        bool, Says("Accepted for symmetry; the output is JSON anyway.", flag="--json")
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


schema_command = plain(described)
