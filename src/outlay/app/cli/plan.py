"""`outlay plan`: plan a study, print the answer, write the report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["plan_command"]


def plan_command(
    study: Annotated[Path, typer.Argument(help="The study file (YAML).", show_default=False)],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="Override one field: path=value; may be repeated."),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(help="A named scenario of the study: its overlay is applied.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for report.html, result.json, plan.xlsx, memo.pdf and tables."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    worlds: Annotated[int, typer.Option(help="Sampled worlds for the outlook; 0 = none.")] = 500,
    seed: Annotated[int | None, typer.Option(help="Root seed; default: the study's.")] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="The plan alone: no values of things, no outlook.")
    ] = False,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="Also flexibility, branches over their mean, shorter leads, how dear a licensed "
            "chip may be, regret, and how far first orders may move; minutes, not seconds.",
        ),
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(
            help="The last approved plan (its folder or result.json): what keeping to "
            "its first orders would cost today."
        ),
    ] = None,
) -> None:
    """Plan a study: what to order now, what later in each branch, what it costs, how sure.

    Exit codes: 0 done, 1 infeasible or failed, 2 bad input (then nothing is written).
    """
    from outlay.app.cli.output import print_document, progress
    from outlay.app.cli.plan_text import print_plan
    from outlay.core.errors import InputError
    from outlay.report.words.answers import said
    from outlay.runs.compare import read_result
    from outlay.runs.execute import Options
    from outlay.runs.run import run_study
    from outlay.study.load import load

    if worlds < 0 or worlds > 1_000_000:
        raise InputError(
            "worlds out of range", where="--worlds", value=str(worlds), allowed="0 to 1000000"
        )
    if out is not None and out.exists() and not out.is_dir():
        raise InputError("not a folder", where="--out", value=str(out))
    options = Options(
        seed=seed,
        worlds=0 if quick else worlds,
        values=not quick,
        deep=deep and not quick,
        against=None if against is None else read_result(against).first_orders,
        workers=min(2, os.cpu_count() or 1),
    )
    run = run_study(load(study, tuple(set_ or ()), scenario), options, progress)
    assert run.result is not None
    plan, written = said(run.result), None
    if out is not None:
        from outlay.report.write import write_report

        progress(f"writing {out}")
        written = write_report(
            plan, out, loaded=run.loaded, accounts=run.accounts.accounts, reading=run.reading
        )
    if as_json:
        print_document(plan)
    else:
        print_plan(plan, written)
    if plan.verdict != "valid":
        raise typer.Exit(1)
