"""What a plan said would happen against what happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.says import File, Says
from outlay.api.studies import Study
from outlay.results.validation_runs import PlanValidation

if TYPE_CHECKING:
    from outlay.results.outlook import Distribution

__all__ = ["validate_plan"]


def validate_plan(
    plan: Annotated[
        Study, Says("A study (planned now), or a plan document from `plan --json`.", argument=True)
    ],
    *,
    actual: Annotated[File, Says("CSV name,value[,source] of what happened.")],
    worlds: Annotated[int, Says("Sampled worlds.", least=50, most=100_000)] = 500,
    seed: Annotated[int | None, Says("Root of the random streams.")] = None,
) -> PlanValidation:
    """Score an earlier plan's bands: coverage and log score over the outcomes that came.

    Names are those of the outlook's distributions, such as capex/2026 or served_share.

    Raises TableError for a table that cannot be used, DocumentError for a document without an
    outlook, and what `plan` raises for a study.

    >>> validate_plan("plan.json", actual="none.csv")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    outlay.core.errors.TableError: none.csv: cannot read the table (found ...)
    """
    from outlay.risk.backtest import back_test, bands_of, read_actuals

    actuals = read_actuals(actual)
    if isinstance(plan, str | Path) and Path(plan).suffix.lower() == ".json":
        name, found = Path(plan).name, _of_document(Path(plan))
    else:
        name, found = _of_study(plan, worlds, seed)
    return back_test(bands_of(found), actuals, name, Path(actual).name)


def _of_study(study: Study, worlds: int, seed: int | None) -> tuple[str, list[Distribution]]:
    """The study's name, and the outcomes it gives planned now."""
    from outlay.api.studies import loaded
    from outlay.runs.execute import Options
    from outlay.runs.run import run_study

    read = loaded(study)
    run = run_study(read, Options(worlds=worlds, seed=seed, values=False))
    return read.path.name, _distributions(run.document.get("outlook"), read.path.name)


def _of_document(path: Path) -> list[Distribution]:
    """The outcomes in a plan document."""
    import json

    from outlay.core.errors import DocumentError

    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DocumentError("not a JSON document", where=str(path), value=str(error)) from None
    return _distributions(document.get("outlook") if isinstance(document, dict) else None, path)


def _distributions(outlook: object, where: str | Path) -> list[Distribution]:
    """The distributions of an outlook as it stands in a document."""
    from pydantic import TypeAdapter, ValidationError

    from outlay.core.errors import DocumentError
    from outlay.results.outlook import Distribution

    found = outlook.get("distributions") if isinstance(outlook, dict) else None
    try:
        return TypeAdapter(list[Distribution]).validate_python(found)
    except ValidationError:
        raise DocumentError(
            "the document holds no outlook",
            where=str(where),
            allowed="a document of kind plan, made with sampled worlds",
        ) from None
