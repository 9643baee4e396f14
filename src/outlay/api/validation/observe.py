"""What load tests measured on your own engine, beside a replay of the same load in ours."""

from __future__ import annotations

from collections.abc import Sequence
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
    n_chips: o.Chips = None,
    tp: o.Tp = None,
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
    token_budget: Annotated[int, Says("Tokens of one step.", least=1, most=2**30)] = 8192,
    max_batch: Annotated[
        int | None, Says("Most sequences in a batch.", least=1, most=2**20 - 1)
    ] = None,
    calibration: o.CalibrationFolder = None,
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
    from outlay.serving.observed.reading import read_observations

    paths = [measured] if isinstance(measured, str | Path) else list(measured)
    asked = _asked(
        model, chip, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep, weights=weights, kv=kv,
        stack=stack, replicas=replicas,
    )  # fmt: skip
    fitted = read_calibration(calibration) if calibration else Calibrated()
    seen = [found for path in paths for found in read_observations(Path(path))]
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
    from outlay.core.errors import InputError, Problem
    from outlay.core.written import write_atomic
    from outlay.performance.overhead import overhead_text
    from outlay.serving.observed.answer import overheads
    from outlay.serving.observed.rows import rows_csv, trace_csv
    from outlay.serving.observed.sending import answered

    texts: dict[Path, str] = {}
    problems: list[Problem] = []
    if fit is not None:
        own = overheads(looked, calibration)
        why = [f for f in looked.fits.values() if isinstance(f, str)]
        why += [s.why_not for s in looked.seen if s.why_not]
        if len(own) == len(calibration.overheads) and not any(
            not isinstance(f, str) for f in looked.fits.values()
        ):
            problems.append(Problem("nothing was fitted", "--fit", (why or ["no runs"])[0]))
        texts[Path(fit) / "overhead.toml"] = overhead_text(own)
    if trace is not None:
        timed = [
            t for s in looked.seen
            if (t := s.observation.timings) is not None and len(answered(t))
        ]  # fmt: skip
        if len(timed) != 1:
            problems.append(
                Problem("a trace is of one run that says what each request did", "--trace-out",
                        f"{len(timed)} such runs of {len(looked.seen)}", "one file with one")
            )  # fmt: skip
        else:
            texts[Path(trace)] = trace_csv(timed[0])
    if rows is not None:
        known = [
            (s.observation, s.ran, s.sending, s.chips)
            for s in looked.seen
            if s.ran is not None and s.sending is not None and s.chips
        ]
        if not known:
            why_not = next((s.why_not for s in looked.seen if s.why_not), "no runs")
            problems.append(Problem("no run of a known model and chip", "--rows-out", why_not))
        texts[Path(rows)] = rows_csv([(a, b, c, d) for a, b, c, d in known if d])
    if problems:
        raise InputError(problems)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text)
    return [str(path) for path in texts]
