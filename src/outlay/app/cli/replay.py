"""`outlay replay`: run a recorded study again and compare the hash of the result."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["replay_command"]


def replay_command(
    run: Annotated[Path, typer.Argument(help="Folder written by `outlay plan --out`.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Run a recorded study again: same inputs and seed must give the same result hash.

    Exit code 1 where the hash differs; the parts that differ are named.
    """
    from outlay.app.cli.output import print_json, progress
    from outlay.core.errors import InputError
    from outlay.runs.compare import read_result
    from outlay.runs.execute import Options
    from outlay.runs.run import run_study

    old = read_result(run)
    study = (run if run.is_dir() else run.parent) / "study.yaml"
    if not study.is_file():
        raise InputError("the run's study is not beside its result", where=str(study))
    record = old["record"]
    again = run_study(
        study,
        Options(
            overrides=tuple(record["overrides"]),
            scenario=record["scenario"] or None,
            seed=record["seed"],
            worlds=record.get("worlds", 0),
            values=record.get("values", True),
        ),
        progress,
    ).document
    new = again["record"]
    same = new["result_hash"] == record["result_hash"]
    changed = [
        k for k in ("input_hash", "catalogue_hash", "code_hash", "versions") if new[k] != record[k]
    ]
    parts = [k for k in again if k not in ("record", "outlay") and again[k] != old.get(k)]
    if as_json:
        print_json(
            "run",
            {"same": same, "recorded": record["result_hash"], "replayed": new["result_hash"],
             "inputs_changed": changed, "parts_changed": parts},
        )  # fmt: skip
    elif same:
        typer.echo(f"same result: {new['result_hash']}")
    else:
        typer.echo(f"different result: recorded {record['result_hash'][:16]}, "
                   f"now {new['result_hash'][:16]}")  # fmt: skip
        if changed:
            typer.echo(f"  made from something else now: {', '.join(changed)}")
        typer.echo(f"  parts that differ: {', '.join(parts)}")
    if not same:
        raise typer.Exit(1)
