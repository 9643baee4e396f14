"""What a question about served traffic asks of model, chip and layout, checked before a request."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from outlay.core.arrays import IntArray
    from outlay.performance.constants.calibrated import Calibrated
    from outlay.results.chips_models import Chip, Model
    from outlay.serving.engine.policy import Policy
    from outlay.serving.sizing.replica import Replica
    from outlay.serving.traffic.requests import Traffic

__all__ = [
    "Served",
    "idle_notes",
    "longer_note",
    "none_fits_note",
    "not_of_training",
    "of_share",
    "other_size_note",
    "overhead_not_scored",
    "overhead_notes",
    "placed_note",
    "routing_note",
    "served",
    "source_of",
    "speculative_note",
    "weight_of_prefixes",
    "with_options",
    "without_overhead",
]

READ = {
    "trace": (
        "sort", "spread", "speed", "session_rate", "load_delay", "window", "scaler",
        "scale_target", "scale_min", "scale_max", "scale_up_window", "scale_down_window",
        "scale_interval", "schedule", "slo_class", "pools", "pool_at",
        "columns", "time_unit", "block_tokens",
    ),
    "clients": ("requests",), "workload": (),
    "trace folder": ("requests", "isl", "osl", "speed"),
    "clients folder": ("requests", "isl", "osl"),
    "rate": ("requests", "isl", "osl", "burst_cv", "length_cv"),
    "users": ("isl", "osl", "burst_cv", "length_cv"),
    "concurrency": ("requests", "isl", "osl", "length_cv"),
}  # fmt: skip
"""Source of requests → what is asked of requests from there."""


@dataclass(frozen=True, slots=True)
class Served:
    """A model on a chip, in formats that are known; empty weights: as the chip has them."""

    model: Model
    chip: Chip
    weights: str
    kv: str


def served(
    model: str,
    chip: str,
    *checks: Callable[[], object],
    weights: str,
    kv: str,
    stack: str,
    n_chips: int | None,
    tp: int | None,
    pp: int,
    dp: int,
    ep: int,
) -> Served:
    """The model, the chip and the formats, if a replica can be as asked.

    Raises one InputError with everything that cannot be, that of other `checks` among it.
    """
    from outlay.api.models.questions import (
        FORMATS,
        asked_of,
        check_stack,
        check_starts,
        chosen,
        with_shapes,
    )
    from outlay.core.errors import InputError
    from outlay.performance.operators.formats import KV_BYTES, precision_for
    from outlay.serving.sizing.replica import layout_refusals

    def can_be(the_model: Model, the_chip: Chip) -> None:
        with_shapes(the_model, the_chip)
        refused = layout_refusals(
            the_model, the_chip, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep,
            weights=weights.strip().casefold(), stack=stack,
        )  # fmt: skip
        if refused:
            raise InputError(refused)

    the_model, the_chip = asked_of(
        model,
        chip,
        *checks,
        lambda: weights and chosen("--weights", weights, FORMATS),
        lambda: chosen("--kv", kv, KV_BYTES),
        lambda: check_stack(stack),
        also=can_be,
    )
    found = Served(the_model, the_chip, weights.strip().casefold(), kv.strip().casefold())
    formats = precision_for(the_model, the_chip, found.weights, found.kv)
    check_starts(the_model, the_chip, formats, stack)
    return found


def source_of(name: str, path: str | Path | None) -> str:
    """What requests come from: `trace`, or `trace folder` where that is a folder of clients."""
    from pathlib import Path

    from outlay.serving.traffic.chunks import is_chunks

    return f"{name} folder" if path is not None and is_chunks(Path(path)) else name


def idle_notes(verb: Callable[..., object], source: str, **given: object) -> tuple[str, ...]:
    """A note for each parameter that was given and that requests from this source do not have."""
    stands: dict[str, object] = {
        p.name: p.default for p in inspect.signature(verb).parameters.values()
    }
    return tuple(
        f"--{name.replace('_', '-')} has no effect on requests of --{source}"
        for name, value in given.items()
        if name not in READ[source] and value != stands[name]
    )


def weight_of_prefixes(weight: float | None, routing: str) -> float:
    """What was given, or the policy's own. Raises InputError where no score is asked for."""
    from outlay.core.errors import InputError, Problem
    from outlay.serving.engine.policy import Policy

    if weight is None:
        return Policy().prefix_weight
    if routing.strip().casefold() != "prefix_aware":
        raise InputError(
            Problem("only prefix_aware scores replicas", where="--prefix-weight",
                    value=f"{weight:g} with --routing {routing}", allowed="--routing prefix_aware")
        )  # fmt: skip
    return weight


def routing_note(policy: Policy, t: Traffic) -> tuple[str, ...]:
    """A note where a router looks for what requests, or caches, do not have."""
    by_cache = policy.routing in ("prefix_aware", "cache_aware")
    if by_cache and policy.prefix_cache != "lru":
        return (f"{policy.routing} is least_loaded here: with --prefix-cache "
                f"{policy.prefix_cache} no replica has more of a prompt than another",)  # fmt: skip
    if (by_cache or policy.routing == "session_affinity") and not t.has_prefixes:
        return (f"{policy.routing} is least_loaded here: the requests name no session and no "
                "shared prefix",)  # fmt: skip
    return ()


def none_fits_note(t: Traffic, replica: Replica, kv_tokens: int | None = None) -> str:
    """Why every request was refused on arrival, in numbers."""
    import numpy as np

    whole: IntArray = t.input_tokens.astype(np.int64) + t.output_tokens
    least = int(np.min(whole))
    if kv_tokens is not None:
        return (
            f"none of {len(t):,} requests fits the cache of a replica: the shortest is {least:,} "
            f"tokens long, --kv-tokens {kv_tokens:,}"
        )
    return (
        f"none of {len(t):,} requests fits the cache of a replica: the shortest is {least:,} "
        f"tokens long, {replica.layout.n_chips} × {replica.chip.id} hold "
        f"{replica.table.kv_capacity_tokens:,} in {replica.precision.weights} weights and "
        f"{replica.precision.kv} cache"
    )


def speculative_note(tokens: float | None) -> tuple[str, ...]:
    """What a mean number of tokens a step leaves out."""
    if tokens is None or tokens == 1.0:
        return ()
    return (
        f"--speculative {tokens:g}: a step takes as long as one of a token; what drafting and "
        "verifying cost is not in it (--step-table has your own times)",
    )


def placed_note(t: Traffic) -> tuple[str, ...]:
    """A note where requests wait for answers and are placed at a guess, as sizing does."""
    import numpy as np

    from outlay.serving.traffic.forms.turns import GUESS_S

    if not t.waits:
        return ()
    waiting = int(np.count_nonzero(t.after >= 0))
    return (
        f"{waiting:,} turns wait for an answer: they are sized {1e3 * GUESS_S:g} ms a token of it "
        "after it began, and their pause (simulate lets them wait)",
    )


def longer_note(model: Model, t: Traffic) -> tuple[str, ...]:
    """A note where requests are longer than the model's longest context."""
    import numpy as np

    if not model.max_context:
        return ()
    whole: IntArray = t.input_tokens.astype(np.int64) + t.output_tokens
    longer = int(np.count_nonzero(whole > model.max_context))
    return () if not longer else (
        f"{longer:,} of {len(t):,} requests are longer than the {model.max_context:,} tokens "
        f"that {model.id} is made for",
    )  # fmt: skip


def overhead_notes(calibration: Calibrated | None, replica: Replica) -> tuple[str, ...]:
    """What an engine that was observed takes beyond the step tables, or that none was of these."""
    from outlay.performance.overhead import overhead_for

    if calibration is None or not calibration.overheads:
        return ()
    model, chip, weights = replica.model.id, replica.chip.id, replica.precision.weights
    own = overhead_for(calibration.overheads, model, chip, weights)
    if own is None:
        held = ", ".join(f"{o.model} on {o.chip}" for o in calibration.overheads[:3])
        return (
            f"no engine was observed with {model} on {chip}: the calibration's overheads are of "
            f"{held}",
        )  # fmt: skip
    lay = replica.layout
    now = f"tp {lay.tp}, pp {lay.pp}, dp {lay.dp}, ep {lay.ep}"
    other = [f"{own.weights} weights"] if own.weights != weights else []
    other += [own.layout] if own.layout not in ("", now) else []
    said = f", observed with {' and '.join(other)}" if other else ""
    return (
        f"steps as this engine was observed to take them: × {own.factor:.3f}, "
        f"+ {1e3 * own.step_s:.3g} ms, first tokens {1e3 * own.first_token_s:.3g} ms later{said}",
    )  # fmt: skip


def without_overhead(calibration: Calibrated, model: Model, chip: Chip) -> tuple[str, ...]:
    """That rates leave out what an engine was observed to take, where it was."""
    own = any((o.model, o.chip) == (model.id, chip.id) for o in calibration.overheads)
    said = "these rates are without the overhead that was observed: simulate and size have it"
    return (said,) if own else ()


def overhead_not_scored(calibration: Calibrated, folder: Path | None) -> tuple[str, ...]:
    """That rows are scored without what engines were observed to take."""
    if not calibration.overheads:
        return ()
    held = ", ".join(f"{o.model} on {o.chip}" for o in calibration.overheads[:3])
    whose = "its own" if calibration.constants is not None else "those that come with Outlay"
    return (
        f"the overhead that was observed ({held}) is not in these errors: rows are held against "
        f"the constants alone, {whose}; outlay observe FILE --calibration {folder} sets a replay "
        "with it beside what was measured",
    )  # fmt: skip


def not_of_training(calibration: Calibrated, folder: Path | None) -> tuple[str, ...]:
    """That a calibration has nothing of training, or an overhead, which is of serving."""
    if folder is None:
        return ()
    notes = []
    if calibration.training is None:
        notes.append(
            f"{folder} holds no constants of training: those that come with Outlay are taken"
        )
    if calibration.overheads:
        notes.append("an overhead that was observed is of serving: nothing of it is in this answer")
    return tuple(notes)


def other_size_note(replica: Replica) -> tuple[str, ...]:
    """A note where step times of a file are those of another number of chips."""
    asked, given = replica.layout.n_chips, replica.table.n_chips
    if asked == given:
        return ()
    return (
        f"the step table is of a replica of {given} chips, the one asked for has {asked}: times, "
        "cache and energy are the table's",
    )


def of_share(calibration: Calibrated | None, share: float | None, stack: str) -> Calibrated | None:
    """Constants of an engine that fills this share of memory; none given: as it is."""
    from outlay.performance.constants.calibrated import with_memory_share
    from outlay.performance.types import Stack

    return calibration if share is None else with_memory_share(calibration, share, Stack(stack))


def with_options(
    replica: Replica,
    step_table: str | Path | None,
    kv_tokens: int | None,
    kv_block: int | None,
    speculative: float | None,
) -> Replica:
    """The replica with step times of a file, another cache, or more tokens a step."""
    from dataclasses import replace

    from outlay.serving.options import table_with
    from outlay.serving.step_files import read_steps

    table = replica.table if step_table is None else read_steps(step_table)
    table = table_with(table, kv_tokens=kv_tokens, kv_block=kv_block, tokens_per_step=speculative)
    return replace(replica, table=table)
