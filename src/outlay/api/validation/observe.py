"""What load tests measured on your own engine, beside a replay of the same load in ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.models import serving_options as o
from outlay.api.says import File, Says
from outlay.results.document import extended
from outlay.results.models.observation import Observation

if TYPE_CHECKING:
    from outlay.performance.constants.calibrated import Calibrated
    from outlay.serving.observed.answer import Looked
    from outlay.serving.observed.named import Options

    Files = str | Path | Sequence[str | Path]
else:
    Files = Sequence[Path]  # what the command line makes of texts

__all__ = ["Observed", "observe"]

FILES = (
    "Results of vllm bench serve, sglang.bench_serving, guidellm, aiperf, genai-perf, "
    "inference-perf, InferenceX or MLPerf; or dumps of an engine's Prometheus counters."
)


@dataclass(frozen=True, slots=True, repr=False)
class Observed(Observation):
    """An observation that was read and replayed here."""

    looked: Looked = field(kw_only=True, compare=False)
    """Each run with its load, replica and figures."""


@checked
def observe(
    measured: Annotated[Files, Says(FILES, argument=True)],
    *,
    model: Annotated[
        str,
        Says(
            "Catalogue model, or a path to a config.json, in place of what a file says.", file=True
        ),
    ] = "",
    chip: Annotated[str, Says("Catalogue id of the chip, in place of what a file says.")] = "",
    n_chips: Annotated[int | None, o.CHIPS] = None,
    tp: Annotated[int | None, o.TP] = None,
    pp: Annotated[int | None, Says("Pipeline stages.")] = None,
    dp: Annotated[int | None, Says("Attention data-parallel groups.")] = None,
    ep: Annotated[int | None, Says("Expert parallel degree.")] = None,
    replicas: Annotated[
        int | None, Says("Replicas; else as many as the file's chips are.", least=1, most=32_000)
    ] = None,
    weights: Annotated[
        str, Says("Weight format; empty = as the file says, or as released.", empty=True)
    ] = "",
    kv: Annotated[
        str, Says("KV-cache format; empty = as the file says, or bf16.", empty=True)
    ] = "",
    stack: Annotated[
        str, Says("Serving stack; empty = as the file says, or not known.", empty=True)
    ] = "",
    isl: Annotated[
        float | None,
        Says("Mean input tokens, where a file does not state them.", least=1, most=o.MOST_DRAWN),
    ] = None,
    osl: Annotated[
        float | None,
        Says("Mean output tokens, where a file does not state them.", least=1, most=o.MOST_DRAWN),
    ] = None,
    token_budget: Annotated[int, Says("Tokens of one step.", least=1, most=2**30)] = 8192,
    max_batch: Annotated[
        int | None, Says("Most sequences in a batch.", least=1, most=2**20 - 1)
    ] = None,
    calibration: Annotated[File | None, o.CALIBRATION_FOLDER] = None,
    fit: Annotated[
        File | None,
        Says(
            "Write the fitted overhead there, for --calibration of `simulate` and `size`.",
            writes="folder",
            names=("overhead.toml",),
            made="calibration",
        ),
    ] = None,
    trace_out: Annotated[
        File | None,
        Says(
            "Write the requests as a trace for `simulate` and `size`.",
            writes="file",
            endings=(".csv",),
        ),
    ] = None,
    rows_out: Annotated[
        File | None,
        Says(
            "Write rows for `calibrate` and `validate performance`.",
            writes="file",
            endings=(".csv",),
        ),
    ] = None,
    seed: o.Seed = 0,
) -> Observed:
    """Say what load tests measured, and replay the same load in our engine beside it.

    Each run is replayed as it was sent: at its own times, at its rate, or with as many requests
    in flight. What an engine takes beyond the step tables is fitted to all runs together, where
    they can tell it.

    Raises TableError for a file of no tool that is known, InputError for a model, chip or layout
    that cannot be, and where nothing is there to be written.

    >>> observe("measured.json")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    outlay.core.errors.TableError: measured.json: no such file...
    """
    from outlay.performance.constants.calibrated import Calibrated, read_calibration
    from outlay.serving.engine.policy import Policy
    from outlay.serving.observed.answer import look, observation_document
    from outlay.serving.observed.lengths import with_lengths
    from outlay.serving.observed.reading import read_files

    paths = [measured] if isinstance(measured, str | Path) else list(measured)
    asked = _asked(
        model, chip, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep, weights=weights, kv=kv,
        stack=stack, replicas=replicas,
    )  # fmt: skip
    fitted = read_calibration(calibration) if calibration else Calibrated()
    seen = [with_lengths(found, isl, osl) for found in read_files([Path(p) for p in paths])]
    policy = Policy(token_budget=token_budget, max_batch=max_batch)
    again = fit is not None or not fitted.overheads
    looked = look(seen, asked, policy, fitted, fit=again, seed=seed)
    written = _write(looked, fitted, fit, trace_out, rows_out)
    return extended(Observed, observation_document(looked, written), looked=looked)


def _asked(
    model: str,
    chip: str,
    *,
    weights: str,
    kv: str,
    stack: str,
    n_chips: int | None,
    tp: int | None,
    pp: int | None,
    dp: int | None,
    ep: int | None,
    replicas: int | None,
) -> Options:
    """What the user says, by the catalogue. Raises InputError."""
    from outlay.api.models.questions import FORMATS, check_stack, chosen, timed_chip, together
    from outlay.catalogue import open_model
    from outlay.core.errors import InputError, Problem
    from outlay.performance.operators.formats import KV_BYTES
    from outlay.serving.observed.named import Options

    def positive(name: str, value: int | None) -> None:
        if value is not None and value < 1:
            raise InputError(Problem("out of range", f"--{name}", str(value), "at least 1"))

    degrees = {"n-chips": n_chips, "tp": tp, "pp": pp, "dp": dp, "ep": ep}
    together(
        lambda: model and open_model(model),
        lambda: chip and timed_chip(chip),
        lambda: weights and chosen("--weights", weights, FORMATS),
        lambda: kv and chosen("--kv", kv, KV_BYTES),
        lambda: check_stack(stack),
        *(partial(positive, name, value) for name, value in degrees.items()),
    )
    return Options(
        open_model(model) if model else None, timed_chip(chip) if chip else None, n_chips, tp, pp,
        dp, ep, weights.strip().casefold(), kv.strip().casefold(), stack, replicas,
    )  # fmt: skip


def _write(
    looked: Looked,
    calibration: Calibrated,
    fit: File | None,
    trace: File | None,
    rows: File | None,
) -> list[str]:
    """Write what was asked for; all of it can be written, or nothing is. Raises InputError."""
    from outlay.api.models.questions import together
    from outlay.core.written import write_atomic

    texts: dict[Path, str] = {}

    def keep(place: File | None, name: str, text: Callable[[], str]) -> None:
        if place is not None:
            texts[Path(place) / name if name else Path(place)] = text()

    together(
        partial(keep, fit, "overhead.toml", partial(_fit_text, looked, calibration)),
        partial(keep, trace, "", partial(_trace_text, looked)),
        partial(keep, rows, "", partial(_rows_text, looked)),
    )
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text)
    return [str(path) for path in texts]


def _why_not(looked: Looked) -> str:
    """Why the first run that was not replayed was not."""
    return next((s.why_not for s in looked.seen if s.why_not), "no runs")


def _fit_text(looked: Looked, calibration: Calibrated) -> str:
    """The file of overheads. Raises InputError where none was fitted."""
    from outlay.core.errors import InputError, Problem
    from outlay.performance.overhead import overhead_text
    from outlay.serving.observed.answer import overheads

    if not any(not isinstance(f, str) for f in looked.fits.values()):
        why = next((f for f in looked.fits.values() if isinstance(f, str)), _why_not(looked))
        raise InputError(Problem("nothing was fitted", "--fit", why))
    return overhead_text(overheads(looked, calibration))


def _trace_text(looked: Looked) -> str:
    """The one run that says what each request did, as a trace. Raises InputError."""
    from outlay.core.errors import InputError, Problem
    from outlay.serving.observed.rows import trace_csv
    from outlay.serving.observed.sending import answered

    timings = [s.observation.timings for s in looked.seen]
    timed = [t for t in timings if t is not None and len(answered(t))]
    if len(timed) == 1:
        return trace_csv(timed[0])
    raise InputError(
        Problem("a trace is of one run that says what each request did", "--trace-out",
                f"{len(timed)} such runs of {len(timings)}", "one file with one")
    )  # fmt: skip


def _rows_text(looked: Looked) -> str:
    """Rows of every run whose model and chip are known. Raises InputError where none are."""
    from outlay.core.errors import InputError, Problem
    from outlay.serving.observed.rows import rows_csv

    known = [
        (s.observation, s.ran, s.sending, s.chips)
        for s in looked.seen
        if s.ran is not None and s.sending is not None and s.chips is not None
    ]
    if not known:
        why = _why_not(looked)
        raise InputError(Problem("no run of a known model and chip", "--rows-out", why))
    return rows_csv([(o, r, s, n) for o, r, s, n in known if r and s and n])
