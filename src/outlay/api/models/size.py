"""The fewest chips that hold an SLO over a trace, or for users or requests that come steadily."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from outlay.api.asked import checked
from outlay.api.models import serving_options as o
from outlay.api.says import File, Says
from outlay.results.document import Document, extended
from outlay.results.models.size import Size

if TYPE_CHECKING:
    from outlay.serving.sizing.drawn.steady import Steady
    from outlay.serving.sizing.fleet import Sizing
    from outlay.serving.sizing.replica import Replica

__all__ = ["Sized", "size"]

MOST_WINDOWS = 1_000_000
"""Of a trace: each is a row of the answer."""


@dataclass(frozen=True, slots=True, repr=False)
class Sized(Size):
    """A size that was found here, with the arrays that its pictures are made of."""

    sizing: Sizing = field(kw_only=True, compare=False)
    """Fleets over time."""

    def save(self, folder: str | Path) -> Path:
        """Write `size.json` and the pictures into the folder; returns the former's path."""
        from outlay.report.pictures.serving import chips_picture, cost_picture
        from outlay.report.theme import write_pictures

        path = Document.save(self, folder)
        pictures = {path.with_name("chips.svg"): chips_picture(self.sizing)}
        curve = self.cost_against_use
        if curve.usd_per_mtok:
            drawn = cost_picture(curve.use, curve.usd_per_mtok, "USD")
            pictures[path.with_name("cost.svg")] = drawn
        write_pictures(pictures)
        return path


@checked
def size(
    *,
    trace: Annotated[File | None, Says("Requests, as simulate reads them.")] = None,
    users: Annotated[
        int | None,
        Says(
            "In place of a trace: users at once, each with a request in flight.",
            least=1,
            most=10**9,
        ),
    ] = None,
    concurrency: Annotated[int | None, o.CONCURRENCY] = None,
    think: Annotated[
        float | None,
        Says("Closed loop: s from an answer to a user's next request.", least=0, most=1e8),
    ] = None,
    rate: Annotated[
        float | None, Says("In place of a trace: requests, 1/s.", least=1e-6, most=1e9)
    ] = None,
    isl: o.Isl = 1024.0,
    osl: o.Osl = 256.0,
    burst_cv: o.BurstCv = 1.0,
    length_cv: o.LengthCv = 0.0,
    model: o.ModelName,
    chip: o.ChipNames,
    ttft_p99: Annotated[float | None, Says("Limit on TTFT, s.", least=1e-6, most=1e6)] = None,
    tpot_p99: Annotated[float | None, Says("Limit on TPOT, s.", least=1e-6, most=1e6)] = None,
    percentile: Annotated[
        float, Says("Percentile that the limits hold at.", least=0.001, most=0.99999)
    ] = 0.99,
    slo_class: o.SloClass = "",
    n_chips: Annotated[int | None, o.CHIPS] = None,
    tp: Annotated[int | None, o.TP] = None,
    pp: o.Pp = 1,
    dp: o.Dp = 1,
    ep: o.Ep = 1,
    weights: o.Weights = "",
    kv: o.Kv = "bf16",
    stack: o.StackName = "",
    calibration: Annotated[File | None, o.CALIBRATION_FOLDER] = None,
    routing: o.Routing = "least_loaded",
    prefix_weight: Annotated[float | None, o.PREFIX_WEIGHT] = None,
    prefix_cache: o.PrefixCache = "lru",
    window: Annotated[float | None, Says("Window of the series, s.", least=1e-3, most=1e9)] = None,
    load_delay: Annotated[float, Says("Seconds to start a replica.", least=0, most=1e6)] = 120.0,
    scaler: o.Scaler = "concurrency",
    scale_target: Annotated[float | None, o.SCALE_TARGET] = None,
    scale_min: Annotated[int | None, o.SCALE_MIN] = None,
    scale_max: Annotated[int | None, o.SCALE_MAX] = None,
    scale_up_window: o.ScaleUpWindow = 0.0,
    scale_down_window: o.ScaleDownWindow = 300.0,
    scale_interval: Annotated[float | None, o.SCALE_INTERVAL] = None,
    schedule: Annotated[File | None, o.SCHEDULE] = None,
    spares: o.Spares = 1,
    zones: o.Zones = 1,
    pools: o.Pools = False,
    pool_at: Annotated[int | None, o.POOL_AT] = None,
    price: Annotated[
        float | None,
        Says("USD per chip-hour; else the catalogue's middle rent.", least=0, most=1e6),
    ] = None,
    speed: o.Speed = 1.0,
    spread: o.Spread = 0.0,
    sort: o.Sort = False,
    session_rate: o.SessionRate = 0.05,
    columns: o.Columns = "",
    time_unit: o.TimeUnit = "",
    block_tokens: Annotated[int | None, o.BLOCK_TOKENS] = None,
    seed: o.Seed = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Sized:
    """Size a fleet: fewest chips for an SLO and a trace, so many users, or requests a second.

    Over a trace: the best schedule found, a scaler by its own rules, the smallest fixed fleet, and
    the gap; each was replayed and held the limits, or the notes say why it is not shown. Without
    one, requests of the lengths asked for come at random and are sized the same way; --users are
    requests in flight at once, and with --rate too the larger of both loads counts. The replica is
    then the one that needs fewest chips.
    --concurrency, or --users with --think, is a closed loop: users who send the next request when
    they have the answer; what is printed was run as that loop.

    Raises InputError for limits, layouts, prices or loads that cannot be, TableError for a trace
    that cannot be read, InfeasibleError where no number of chips holds the limits.

    >>> size(trace="trace.csv", model="llama-3.1-8b", chip="h100-sxm")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    outlay.core.errors.InputError: no limit to size for; allowed: --ttft-p99 S, ...
    """
    others: dict[str, object] = {**locals()}
    del others["chip"]
    if "," in chip:
        del others["progress"]
        return _cheapest(chip, trace, partial(cast(Callable[..., Sized], size), **others), progress)
    from outlay.api.models.questions import (
        chosen,
        config_notes,
        context_note,
        format_note,
        promise_notes,
    )
    from outlay.api.models.served import (
        idle_notes,
        longer_note,
        overhead_notes,
        placed_note,
        routing_note,
        served,
        source_of,
        weight_of_prefixes,
    )
    from outlay.api.models.smaller import size_saving, steady_saving
    from outlay.core.errors import InputError, Problem
    from outlay.performance import read_calibration
    from outlay.serving import replay
    from outlay.serving.engine.policy import PREFIX_CACHES, ROUTING, Policy
    from outlay.serving.engine.steps import dense
    from outlay.serving.metrics import Slo
    from outlay.serving.sizing.choose import fewest_chips, sizes_for
    from outlay.serving.sizing.document import sizing_document
    from outlay.serving.sizing.drawn.steady import Asked
    from outlay.serving.sizing.fleet import size as sized
    from outlay.serving.sizing.over_time.asked import wish_of
    from outlay.serving.sizing.over_time.classes import absent_classes, unlimited_note, with_classes
    from outlay.serving.sizing.over_time.rows import with_pools
    from outlay.serving.sizing.replica import replica_for
    from outlay.serving.traffic.columns import columns_of

    wished = partial(
        wish_of, scaler, target=scale_target, minimum=scale_min, maximum=scale_max,
        up_window_s=scale_up_window, down_window_s=scale_down_window, interval_s=scale_interval,
        delay_s=load_delay, schedule=schedule, spares=spares, zones=zones,
    )  # fmt: skip
    own_limits = slo_class if trace is not None else ""  # a load without a trace has no classes
    on = served(
        model, chip, partial(_one_load, trace, users, rate, concurrency, think), wished,
        partial(replay.checked_slo, ttft_p99, tpot_p99, percentile, classes=own_limits),
        partial(with_classes, Slo(), slo_class),
        partial(chosen, "--routing", routing, ROUTING),
        partial(weight_of_prefixes, prefix_weight, routing),
        partial(chosen, "--prefix-cache", prefix_cache, PREFIX_CACHES),
        weights=weights, kv=kv, stack=stack, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep,
    )  # fmt: skip
    slo = replay.checked_slo(ttft_p99, tpot_p99, percentile, classes=own_limits)
    fitted = read_calibration(calibration) if calibration else None
    policy = Policy(
        routing=chosen("--routing", routing, ROUTING),
        prefix_weight=weight_of_prefixes(prefix_weight, routing),
        prefix_cache=chosen("--prefix-cache", prefix_cache, PREFIX_CACHES),
    )
    source = (
        source_of("trace", trace) if trace is not None
        else "concurrency" if concurrency is not None or think is not None
        else "rate" if users is None else "users"
    )  # fmt: skip
    idle = idle_notes(
        size, source, isl=isl, osl=osl, burst_cv=burst_cv,
        length_cv=length_cv, sort=sort, spread=spread, speed=speed, session_rate=session_rate,
        load_delay=load_delay, window=window, scaler=scaler, scale_target=scale_target,
        scale_min=scale_min, scale_max=scale_max, scale_up_window=scale_up_window,
        scale_down_window=scale_down_window, scale_interval=scale_interval, schedule=schedule,
        slo_class=slo_class, pools=pools, pool_at=pool_at, columns=columns,
        time_unit=time_unit, block_tokens=block_tokens,
    )  # fmt: skip
    about = (
        *config_notes(on.model), *idle,
        *promise_notes(**{"--ttft-p99": ttft_p99, "--tpot-p99": tpot_p99}),
        *format_note(on.model, on.chip, on.weights),
    )  # fmt: skip
    replica = partial(
        replica_for, on.model, on.chip, tp=tp, pp=pp, dp=dp, ep=ep, weights=on.weights, kv=on.kv,
        stack=stack, tpot_s=slo.tpot_s, calibration=fitted,
    )  # fmt: skip
    if trace is None:
        many, pause = (concurrency, 0.0) if concurrency is not None else (users, think)
        asked = Asked(many, rate, float(isl), float(osl), length_cv, burst_cv, seed, pause)
        warnings = (*about, *context_note(on.model, isl + osl))
        _tell(warnings, progress)
        look = partial(
            sizes_for, asked, on.model, on.chip, kv=on.kv, stack=stack, slo=slo,
            calibration=fitted,
        )  # fmt: skip

        def fleet(weights: str) -> tuple[Replica, Steady]:
            sizes = look(weights=weights) if n_chips is None and tp is None else {}
            of_size = partial(replica, isl, osl, weights=weights)
            return fewest_chips(
                asked, sizes, lambda n: of_size(n_chips=n or n_chips), slo, policy, wished()
            )

        one, done = fleet(on.weights)
        warnings += overhead_notes(fitted, one)
        _tell(overhead_notes(fitted, one), progress)
        saving = steady_saving(on.weights, one, done, fleet)
        _tell(saving, progress)
        doc = sizing_document(done.sizing, one, slo, price, (*warnings, *saving), (asked, done))
        return extended(Sized, doc, sizing=done.sizing)
    t, said = replay.read_traffic(
        trace, sort=sort, spread_s=spread, speed=speed, session_rate=session_rate, seed=seed,
        columns=columns_of(columns), time_unit=time_unit, block_tokens=block_tokens,
        mean_tokens=(isl, osl),
    )  # fmt: skip
    if window is not None and t.span_s > window * MOST_WINDOWS:
        raise InputError(
            Problem("too narrow for this trace", "--window", f"{window:g} s, {t.span_s:.4g} s long",
                    f"at least {t.span_s / MOST_WINDOWS:.3g} s: {MOST_WINDOWS:,} windows")
        )  # fmt: skip
    slo = with_classes(slo, slo_class)
    absent_classes(slo, t)
    warnings = (
        *said, *placed_note(t), *longer_note(on.model, t), *about, *routing_note(policy, t),
        *unlimited_note(slo, t),
    )  # fmt: skip
    _tell(warnings, progress)

    def of_mean(weights: str) -> Replica:
        return replay.of_mean_request(t, partial(replica, n_chips=n_chips, weights=weights))

    one = of_mean(on.weights)
    warnings += overhead_notes(fitted, one)
    _tell(overhead_notes(fitted, one), progress)
    found = sized(t, dense(one.table), slo, policy, window_s=window, wish=wished(), seed=seed)
    saving = size_saving(on.weights, one, found, t, slo, policy, seed, of_mean)
    _tell(saving, progress)
    doc = sizing_document(found, one, slo, price, (*warnings, *saving))
    of = partial(replica, n_chips=n_chips, weights=on.weights)
    doc = with_pools(doc, pools, pool_at, t, one, of, slo, policy, seed)
    return extended(Sized, doc, sizing=found)


def _cheapest(
    chips: str, trace: File | None, ask: Callable[..., Sized], progress: Callable[[str], None]
) -> Sized:
    """The answer for the chip on which the load costs least, with the others beside it."""
    from pathlib import Path

    from outlay.api.models.questions import chips_of
    from outlay.core.errors import InfeasibleError, InputError, Problem
    from outlay.core.ingest.files import handed_over
    from outlay.serving.sizing.over_time.rows import choice_row, rank, refused_row

    names = chips_of(chips)
    if trace is not None and handed_over(Path(trace)):
        what = "a trace that can be read once, for several chips"
        raise InputError(Problem(what, "--trace", str(trace), "a file, or one chip"))
    found: dict[str, Sized] = {}
    refused: dict[str, InfeasibleError] = {}
    said: dict[str, list[str]] = {}
    for name in names:
        try:
            found[name] = ask(
                chip=name, progress=lambda text, name=name: said.setdefault(text, []).append(name)
            )
        except InfeasibleError as error:
            refused[name] = error
    for text, of in said.items():  # of the load once, of a chip with its name
        progress(text if len(of) > 1 else text.replace("note: ", f"note: {of[0]}: ", 1))
    if not found:
        raise next(iter(refused.values()))
    order = sorted(found.values(), key=rank)
    rows = (*map(choice_row, order), *(refused_row(name, e) for name, e in refused.items()))
    return replace(order[0], choices=rows)


def _tell(notes: Iterable[str], progress: Callable[[str], None]) -> None:
    for note in notes:
        progress(f"note: {note}")


def _one_load(
    trace: File | None,
    users: int | None,
    rate: float | None,
    concurrency: int | None,
    think: float | None,
) -> None:
    """Raise InputError unless there is a trace, or users, a rate or both; or a closed loop."""
    from outlay.core.errors import InputError, Problem

    steady = {"--users": users, "--rate": rate, "--concurrency": concurrency}
    given = {name: value for name, value in steady.items() if value is not None}
    looped = "--think" if think is not None else "--concurrency" if concurrency is not None else ""
    if looped:
        _one_loop(looped, given, think)
    if trace is None and not given:
        what, allowed = "no load to size for", "--trace FILE, --users N, --rate R, or the last two"
        raise InputError(Problem(what, allowed=allowed))
    if trace is not None and given:
        raise InputError([
            Problem("a second load beside that of --trace", name, f"{value:g}",
                    "--trace FILE alone; or --users N, --rate R or both without it")
            for name, value in given.items()
        ])  # fmt: skip


def _one_loop(looped: str, given: Mapping[str, float], think: float | None) -> None:
    """Raise InputError for a closed loop beside another load, or of nobody."""
    from outlay.core.errors import InputError, Problem

    own = "--concurrency" if think is None else "--users"
    beside = next((f"{name} {value:g}" for name, value in given.items() if name != own), None)
    if beside is not None:
        allowed = "--concurrency N, or --users N --think S, alone"
        raise InputError(Problem("a second load beside a closed loop", looped, beside, allowed))
    if think is not None and own not in given:
        said = f"{think:g}"
        raise InputError(Problem("whose thinking is not said", looped, said, "with --users N"))
