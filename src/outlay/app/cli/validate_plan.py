"""`outlay validate plan`: what a plan said would happen against what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["validate_plan_command"]


def validate_plan_command(
    plan: Annotated[
        Path, typer.Argument(help="A study (planned now), or a plan document from `plan --json`.")
    ],
    actual: Annotated[Path, typer.Option(help="CSV name,value[,source] of what happened.")],
    worlds: Annotated[int, typer.Option(min=50, max=100_000, help="Sampled worlds.")] = 500,
    seed: Annotated[int | None, typer.Option(help="Root of the random streams.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Score an earlier plan's bands: coverage and log score over the outcomes that came.

    Names are those of the outlook's distributions, such as capex/2026 or served_share.
    """
    from outlay.app.cli.output import print_json
    from outlay.risk.backtest import back_test, bands_of_outlook, read_actuals

    actuals = read_actuals(actual)
    outlook = _outlook(plan, worlds, seed)
    test = back_test(bands_of_outlook(outlook), actuals)
    body = {"plan": plan.name, "actual": actual.name, **test.to_document()}
    if json_:
        print_json("plan_validation", body)
        return
    _print(body)


def _outlook(path: Path, worlds: int, seed: int | None) -> dict[str, object]:
    """The outlook in a plan document, or of the study planned now."""
    import json

    from outlay.core.errors import DocumentError

    if path.suffix.lower() == ".json":
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DocumentError("not a JSON document", where=str(path), value=str(error)) from None
        outlook = document.get("outlook") if isinstance(document, dict) else None
        if not isinstance(outlook, dict) or "distributions" not in outlook:
            raise DocumentError(
                "the document holds no outlook",
                where=str(path),
                allowed="a document of kind plan, made with sampled worlds",
            )
        return outlook
    from outlay.runs.execute import Options
    from outlay.runs.run import run_study

    run = run_study(path, Options(worlds=worlds, seed=seed, values=False))
    return dict(run.document["outlook"])


def _print(body: dict[str, object]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{body['plan']} against {body['actual']}")
    for name in ("outcome", "actual", "5%", "middle", "95%", "place", "log score", ""):
        table.add_column(name)
    rows = body["rows"]
    assert isinstance(rows, list)
    for r in rows:
        known = r["status"] == "predicted"
        table.add_row(
            r["name"],
            f"{r['actual']:.4g}",
            *(f"{r[k]:.4g}" if known else "–" for k in ("p05", "p50", "p95")),
            f"{r['place']:.0%}" if known else "–",
            f"{r['log_score']:.2f}" if known else "–",
            "" if known else r["status"],
        )
    console = Console()
    console.print(table)
    overall = body["overall"]
    assert isinstance(overall, dict)
    if overall["n"]:
        console.print(
            f"{overall['n']} outcomes: 80% bands held {overall['coverage_80']:.0%}, 90% bands "
            f"{overall['coverage_90']:.0%}, mean log score {overall['mean_log_score']:.2f}",
            highlight=False,
        )
    else:
        console.print("None of these outcomes was predicted by the plan.", highlight=False)
