"""The fewest chips that several models share, each within its limits on its own trace."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.models import serving_options as o
from outlay.api.says import File, Says
from outlay.results.models.pool import Pool

if TYPE_CHECKING:
    from outlay.api.pools.rows import Line
    from outlay.core.errors import Problem
    from outlay.serving.sizing.over_time.shared import Tenant
    from outlay.serving.sizing.replica import Replica

__all__ = ["pool"]


@checked
def pool(
    *,
    models: Annotated[
        File,
        Says("CSV, a model a line: model, trace, ttft_p99, tpot_p99; tp, n_chips, load_delay, …"),
    ],
    chip: o.ChipName,
    percentile: Annotated[
        float, Says("Percentile that the limits hold at.", least=0.001, most=0.99999)
    ] = 0.99,
    stack: o.StackName = "",
    window: Annotated[
        float | None, Says("Between two changes of a model's replicas, s.", least=1, most=1e9)
    ] = None,
    load_delay: Annotated[
        float, Says("Seconds to load a replica of another model.", least=0, most=1e6)
    ] = 120.0,
    spares: o.Spares = 1,
    price: Annotated[
        float | None,
        Says("USD per chip-hour; else the catalogue's middle rent.", least=0, most=1e6),
    ] = None,
    seed: o.Seed = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Pool:
    """Share one pool of chips among several models: how many, for which model when.

    Each line of the file names a model, its trace and its limits. Replicas follow each trace by
    windows, loaded ahead; a chip that one model gives up serves another once it has loaded. A spare
    is a replica of the model that takes most chips, and stands in for any. Every model is replayed
    within its limits before it is told.

    Raises TableError for a file or a trace that cannot be read, InputError for models, layouts or
    limits that cannot be, InfeasibleError where no number of chips holds those of one.

    >>> pool(models="pool.csv", chip="h100-sxm")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    outlay.core.errors.TableError: pool.csv: no such file...
    """
    from outlay.api.pools.rows import placed, read_pool
    from outlay.core.errors import InfeasibleError, InputError
    from outlay.serving.engine.policy import Policy
    from outlay.serving.sizing.over_time.shared import share
    from outlay.serving.sizing.over_time.shared_document import pool_document

    lines = read_pool(models)
    problems: list[Problem] = []
    asked: list[tuple[Line, Replica, Tenant]] = []
    warnings: list[str] = []
    for line in lines:
        try:
            one, tenant, said = _tenant(line, chip, percentile, stack, load_delay, seed)
        except InputError as error:
            problems += [placed(p, line) for p in error.problems()]
            continue
        except InfeasibleError as error:
            raise InfeasibleError(f"{line.at}, {line.name}: {error}", error.conflicts) from error
        asked.append((line, one, tenant))
        for note in said:
            warnings.append(f"{line.name}: {note}")
            progress(f"note: {warnings[-1]}")
    if problems:
        raise InputError(problems)
    found = share([t for _, _, t in asked], Policy(), window_s=window, seed=seed)
    names = [(line.name, str(line.trace), one) for line, one, _ in asked]
    return pool_document(found, names, tuple(warnings), spares=spares, price=price)


def _tenant(
    line: Line, chip: str, percentile: float, stack: str, load_delay: float, seed: int
) -> tuple[Replica, Tenant, tuple[str, ...]]:
    """A line's replica, its requests with limits, and what was read."""
    from outlay.api.models.served import longer_note, served
    from outlay.serving import replay
    from outlay.serving.engine.steps import dense
    from outlay.serving.sizing.over_time.shared import Tenant
    from outlay.serving.sizing.replica import replica_for

    limits = partial(replay.checked_slo, line.ttft_p99, line.tpot_p99, percentile)
    on = served(
        line.model, chip, limits, weights=line.weights, kv=line.kv, stack=stack,
        n_chips=line.n_chips, tp=line.tp, pp=1, dp=1, ep=1,
    )  # fmt: skip
    slo = limits()
    t, said = replay.read_traffic(line.trace, seed=seed)
    ask = partial(
        replica_for, on.model, on.chip, tp=line.tp, n_chips=line.n_chips, weights=on.weights,
        kv=on.kv, stack=stack, tpot_s=slo.tpot_s,
    )  # fmt: skip
    one = replay.of_mean_request(t, ask)
    delay = load_delay if line.load_delay is None else line.load_delay
    return (
        one,
        Tenant(line.name, t, dense(one.table), slo, delay),
        (*said, *longer_note(on.model, t)),
    )
