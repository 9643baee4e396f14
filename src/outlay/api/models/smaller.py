"""What weights in 8 bits would save of a model that was released, and is taken, in 16."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outlay.performance.types import Precision, Rate
    from outlay.results.chips_models import Chip, Model
    from outlay.serving.engine.policy import Policy
    from outlay.serving.metrics import Slo
    from outlay.serving.sizing.drawn.steady import Steady
    from outlay.serving.sizing.fleet import Sizing
    from outlay.serving.sizing.replica import Replica
    from outlay.serving.traffic.requests import Traffic

__all__ = ["rate_saving", "size_saving", "smaller_weights", "steady_saving"]


def smaller_weights(model: Model, chip: Chip, weights: str) -> str:
    """The 8-bit format that a chip computes faster in than in the released one; empty: none.

    Empty too where a format was asked for.
    """
    from outlay.performance.operators.formats import WEIGHT_BYTES, native_precision, smaller_format

    released, smaller = native_precision(model, chip).weights, smaller_format(chip)
    less = bool(smaller) and WEIGHT_BYTES[released] > WEIGHT_BYTES[smaller]
    return smaller if less and not weights else ""


def rate_saving(
    model: Model,
    chip: Chip,
    weights: str,
    best: Rate,
    ask: Callable[[Precision], Sequence[Rate]],
) -> tuple[str, ...]:
    """The best configuration in 8 bits beside that in the released format, where it is better.

    ask: the same question in other formats.
    """
    from outlay.performance.types import Precision

    smaller = smaller_weights(model, chip, weights)
    if not smaller:
        return ()
    other = ask(Precision(smaller, best.precision.kv))[0]
    if not other.feasible:
        return ()
    found = f"in {smaller}: {_replica(other)}"
    if not best.feasible:
        return (f"{found}, where {best.precision.weights} does not do",)
    if other.tok_s_per_chip <= best.tok_s_per_chip:
        return ()
    return (f"{found}; in {best.precision.weights}, as taken here, {_replica(best)}",)


def _replica(rate: Rate) -> str:
    chips = "1 chip" if rate.layout.n_chips == 1 else f"{rate.layout.n_chips} chips"
    rate_s = rate.tok_s_per_chip
    said = f"{rate_s:,.0f}" if rate_s >= 100.0 else f"{rate_s:.3g}"
    return f"{chips} a replica, {said} tokens/s per chip"


def size_saving(
    weights: str,
    replica: Replica,
    found: Sizing,
    t: Traffic,
    slo: Slo,
    policy: Policy,
    seed: int,
    again: Callable[[str], Replica],
) -> tuple[str, ...]:
    """Chips of the fixed fleet in 8 bits, where they are fewer.

    weights: as they were asked for. again: the search for a replica, of the weights named.
    """
    from outlay.core.errors import InfeasibleError
    from outlay.serving.engine.steps import dense
    from outlay.serving.sizing.limits import fixed_fleet

    smaller = smaller_weights(replica.model, replica.chip, weights)
    if not smaller:
        return ()
    chips = found.fixed_chips
    try:
        other = again(smaller).table
        start = max(1, chips // 2 // other.n_chips)
        fewer, _ = fixed_fleet(t, dense(other), slo, policy, start, seed=seed)
    except InfeasibleError:
        return ()
    if fewer * other.n_chips >= chips:
        return ()
    return (
        f"in {smaller}: {fewer * other.n_chips:,} chips of a fixed fleet; in "
        f"{replica.precision.weights}, as taken here, {chips:,}",
    )


def steady_saving(
    weights: str, replica: Replica, done: Steady, again: Callable[[str], tuple[Replica, Steady]]
) -> tuple[str, ...]:
    """Chips in 8 bits for a load without a trace, where they are fewer."""
    from outlay.core.errors import InfeasibleError

    smaller = smaller_weights(replica.model, replica.chip, weights)
    if not smaller:
        return ()
    try:
        _, other = again(smaller)
    except InfeasibleError:
        return ()
    fewer, chips = (s.sizing.fixed_chips + s.sizing.spare_chips for s in (other, done))
    if fewer >= chips:
        return ()
    return (
        f"in {smaller}: {fewer:,} chips; in {replica.precision.weights}, as taken here, {chips:,}",
    )
