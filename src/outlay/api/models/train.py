"""`outlay.train`: the best layouts of one training run, with what limits its memory and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import Says
from outlay.results.models.train import Train, TrainConfiguration

if TYPE_CHECKING:
    from outlay.performance.training.search import TrainRate
    from outlay.results.chips_models import Chip, Model

__all__ = ["train"]

PRECISIONS = ("bf16", "fp8", "fp4")
MOST_STEP_TOKENS, MOST_RUN_TOKENS = 1e12, 1e18
FIRST_YEAR, LAST_YEAR = 2020, 2036  # of software: before, and after which, nothing is known
MOST_DOUBLED = 4  # times that the usual step is doubled where it cannot be shared by the chips
UNEVEN = 0.05  # of a step's tokens: from here on a note says so
WHOLE = (64, 256, 1024)  # chips that most layouts divide
LEAST_OF = 0.75  # of the chips asked for: fewer are another question
FASTER = 1.05  # the whole run on fewer chips, from which a note says so


@checked
def train(
    model: Annotated[str, Says("Catalogue model, or a path to a config.json.", file=True)],
    chip: Annotated[str, Says("Catalogue chip.")],
    chips: Annotated[int, Says("Chips of the run.", least=1, most=1_000_000)],
    *,
    seq_len: Annotated[int, Says("Tokens a sequence.", least=1, most=10_000_000)] = 4096,
    batch_tokens: Annotated[
        float | None,
        Says(
            "Tokens per optimiser step; by default what published runs of its size and tokens "
            "take.",
            least=1,
        ),
    ] = None,
    tokens: Annotated[float | None, Says("Tokens of the whole run, for its days.", least=1)] = None,
    precision: Annotated[str, Says("bf16, fp8 or fp4.")] = "bf16",
    software: Annotated[
        str, Says("Month of the software that trains; products and experts run better each year.")
    ] = "2026-08",
    calibration: Annotated[
        Path | None, Says("Folder of `outlay calibrate`, in place of the shipped one.")
    ] = None,
) -> Train:
    """Best 3-D and expert layouts of a training run, most tokens per second and chip first.

    Raises InputError for a model, chip, format or size that cannot be.

    >>> found = train("llama-3.1-8b", "h100-sxm", 64, tokens=1e12)
    >>> found.configurations[0].feasible, found.configurations[0].mfu < 1
    (True, True)
    """
    from outlay.api.models.questions import (
        asked_of,
        chip_notes,
        chosen,
        config_notes,
        context_note,
        in_range,
        with_shapes,
    )
    from outlay.api.models.served import not_of_training
    from outlay.core.errors import InputError, Problem
    from outlay.performance.constants.calibrated import Calibrated, read_calibration
    from outlay.performance.training import search as training
    from outlay.performance.training.defaults import default_batch

    found_model, found_chip = asked_of(
        model,
        chip,
        partial(chosen, "--precision", precision, PRECISIONS),
        partial(in_range, "--batch-tokens", batch_tokens, 1.0, MOST_STEP_TOKENS, "tokens"),
        partial(_month, "--software", software),
        partial(in_range, "--tokens", tokens, 1.0, MOST_RUN_TOKENS, "tokens"),
        also=with_shapes,
    )
    precision = chosen("--precision", precision, PRECISIONS)
    if precision not in found_chip.peak_flop_s:
        allowed = ", ".join(p for p in PRECISIONS if p in found_chip.peak_flop_s)
        raise InputError(
            Problem(f"{found_chip.id} has no such peak", where="--precision", value=precision,
                    allowed=allowed or "none: its peaks are not known")
        )  # fmt: skip
    asked = batch_tokens
    batch_tokens = default_batch(found_model, tokens, seq_len) if asked is None else asked
    if not seq_len <= batch_tokens < float("inf"):
        raise InputError(
            Problem("not a step of at least one sequence", where="--batch-tokens",
                    value=f"{batch_tokens:g}", allowed=f"{seq_len} or more")
        )  # fmt: skip
    fitted = read_calibration(calibration) if calibration else Calibrated()
    answer = partial(
        training.train, found_model, found_chip, seq_len=seq_len, precision=precision,
        constants=fitted.training, software=software,
    )  # fmt: skip
    usual = batch_tokens
    batch_tokens, rates = _shared_by_all(
        batch_tokens, partial(answer, chips), given=asked is not None
    )
    if not rates:
        raise InputError(
            Problem("no layout divides these chips, layers and sequences", where="--chips",
                    value=str(chips), allowed="a multiple of few primes, no more than sequences "
                    f"of a step ({round(batch_tokens / seq_len)}) times tp × pp")
        )  # fmt: skip
    resized = _notes(usual, batch_tokens, rates[0].tokens_per_step, chips)
    notes = [
        *chip_notes(found_chip),
        *not_of_training(fitted, calibration),
        *resized,
        *_fewer(chips, rates[0], partial(answer, global_batch_tokens=batch_tokens)),
        *_software_notes(software, found_chip),
        *_released_note(found_model, found_chip, precision),
        *config_notes(found_model),
        *context_note(found_model, seq_len),
    ]
    return Train(
        model=found_model.id, chip=found_chip.id, n_chips=chips, precision=precision,
        seq_len=seq_len, warnings=tuple(notes),
        configurations=tuple(_row(r, tokens) for r in rates),
        tokens=None if tokens is None else float(tokens),
        batch_usual=asked is None and not resized, software=software,
    )  # fmt: skip


def _shared_by_all(
    step: float, answer: Callable[..., list[TrainRate]], *, given: bool
) -> tuple[float, list[TrainRate]]:
    """The step, or where none is `given` the first larger one that so many chips can share."""
    first = step, answer(global_batch_tokens=step)
    if given or _fits(first[1]):
        return first
    steps = [step * 2.0**k for k in range(1, MOST_DOUBLED + 1)]
    found = [(s, rates) for s in steps if (rates := answer(global_batch_tokens=s))]
    fitting = [f for f in found if _fits(f[1])]
    return (*fitting, first if first[1] else (*found, first)[0])[0]


def _fits(rates: Sequence[TrainRate]) -> bool:
    return bool(rates) and rates[0].feasible


def _notes(usual: float, asked: float, taken: float, chips: int) -> list[str]:
    """What of the step's tokens is not as it was asked, or as it is usual."""
    notes = []
    if asked > usual:
        notes.append(
            f"{chips:,} chips need more than the {usual:,.0f} tokens a step that are usual"
        )
    if abs(taken / asked - 1.0) > UNEVEN:
        notes.append(f"no layout shares {asked:,.0f} tokens a step evenly: {taken:,.0f} are taken")
    return notes


def _fewer(
    chips: int, best: TrainRate, answer: Callable[[int], Sequence[TrainRate]]
) -> Iterator[str]:
    """A note where fewer chips, which more layouts divide, train faster than all of them."""
    counts = {chips // w * w for w in WHOLE} - {chips}
    found = [
        (rates[0].tokens_s_per_chip * n, n)
        for n in counts
        if n >= LEAST_OF * chips and _fits(rates := answer(n))
    ]
    rate, n = max(found, default=(0.0, 0))
    if n and not best.feasible:
        yield f"{chips:,} chips divide into few layouts: {n:,} of them fit"
    elif rate > FASTER * best.tokens_s_per_chip * chips:
        times = rate / (best.tokens_s_per_chip * chips)
        few = f"{chips:,} chips divide into few layouts"
        yield f"{few}: {n:,} of them train {times:.2g} times as fast"


def _software_notes(software: str, chip: Chip) -> Iterator[str]:
    """What is odd of a month of software: later than is known, or before the chip was there."""
    from outlay.performance.constants.training import LATEST, year_of

    year, known = year_of(software) or 0.0, year_of(LATEST) or 0.0
    if year > known:
        yield (
            f"no software after {LATEST} is known: that of {software} is taken to be as fast, and "
            "the range grows with the years between"
        )
    elif software != LATEST and year + 1 / 12 < _first_year(chip.available):
        yield f"{chip.id} is available from {chip.available}: software of {software} is older"


def _first_year(available: str) -> float:
    """The first day of a date in years; 0 where it says none."""
    from outlay.core.errors import OutlayError
    from outlay.core.periods import parse_date

    try:
        day = parse_date(available)
    except OutlayError:
        return 0.0
    return day.year + (day.timetuple().tm_yday - 1) / 366


def _released_note(model: Model, chip: Chip, precision: str) -> Iterator[str]:
    """A model that was released in fewer bits than the run's is mostly trained in fewer, too."""
    fewer = precision == "bf16" and model.weight_dtype.startswith(("fp8", "fp4"))
    if fewer and chip.peak_flop_s.get("fp8", 0.0) > chip.peak_flop_s["bf16"]:
        yield (
            f"{model.id} was released in {model.weight_dtype} and is trained in bf16 here: "
            f"--precision fp8 computes faster on {chip.id}"
        )


def _month(option: str, given: str) -> str:
    """A month of software; raises InputError for what is none or lies outside what is known."""
    from outlay.core.errors import InputError, Problem
    from outlay.performance.constants.training import year_of

    year = year_of(given)
    if year is None or not FIRST_YEAR <= year < LAST_YEAR:
        raise InputError(
            Problem("not a month of software", where=option, value=given,
                    allowed=f"a month from {FIRST_YEAR}-01 to {LAST_YEAR - 1}-12, as 2025-11")
        )  # fmt: skip
    return given


def _row(r: TrainRate, tokens: float | None) -> TrainConfiguration:
    o = r.layout
    return TrainConfiguration(
        tp=int(o.tp), pp=int(o.pp), cp=int(o.cp), dp=int(o.dp), ep=int(o.ep), vp=int(o.vp),
        fully_sharded=o.fully_sharded, micro_batch=int(o.micro_batch), recompute=o.recompute,
        recomputed=float(o.recomputed) if o.recompute == "full" else 0.0, step_s=r.step_s,
        tokens_per_step=r.tokens_per_step, tok_s_per_chip=r.tokens_s_per_chip,
        low=r.low, high=r.high, model_flop_s_per_chip=r.model_flop_s_per_chip,
        mfu=r.mfu, mfu_bf16=r.mfu_bf16, memory_bytes=r.memory_bytes,
        hidden=r.hidden,
        run_s=None if tokens is None else tokens / (r.tokens_s_per_chip * r.n_chips),
        feasible=r.feasible, why_not=r.why_not,
    )  # fmt: skip
