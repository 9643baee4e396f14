"""What load tests and counters measured, beside a replay of the same load: kind `observation`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from outlay.results.base import Row, Seconds, Share, Unit, absent
from outlay.results.document import Document
from outlay.results.models.simulation import Replica

__all__ = ["Observation", "ObservedFigure", "ObservedFit", "ObservedRun"]

Rate = Annotated[float | None, Unit("request/s")]


@dataclass(frozen=True, slots=True)
class ObservedRun(Row):
    """One run of a load test, or one stretch of an engine's counters."""

    run: int
    """Its number, in the order of the files."""
    where: str
    """File, and key or line."""
    tool: str
    """What measured."""
    version: str
    """Of the tool or of its file's form; empty: not stated."""
    label: str
    """Name of the run inside the file."""
    measured_on: str
    """ISO date; empty: not stated."""
    engine: str
    """Engine and version as stated."""
    model: str
    """Catalogue id where it is known, else as stated."""
    chip: str
    """Catalogue id where it is known, else as stated."""
    load: str
    """How requests were sent: open, closed, burst, trace or unknown."""
    rate_req_s: Rate
    """Rate that was asked for."""
    burstiness: float | None
    """Gamma shape of the gaps, 1 = Poisson."""
    concurrency: Annotated[int | None, Unit("request")]
    """Most requests in flight."""
    think_s: Seconds
    """From an answer to the next request of a user."""
    completed: Annotated[int | None, Unit("request")]
    """Requests that were answered."""
    failed: Annotated[int | None, Unit("request")]
    """Requests that were not."""
    input_tokens_mean: Annotated[float | None, Unit("token")]
    """Mean length of a prompt."""
    output_tokens_mean: Annotated[float | None, Unit("token")]
    """Mean length of an answer."""
    output_tok_s_per_chip: Annotated[float | None, Unit("token/s per chip")]
    """Output tokens a second over all chips; null: chips are not known."""
    replayed: str
    """How the same load was sent to our engine: closed, open, recorded, burst or rate; empty: it
    was not."""
    why_not: str
    """Why it was not replayed."""
    replicas: int
    """Replicas that it was replayed on; 0: none."""
    error: Share | None
    """Mean error of the replayed times and of a throughput that the engine sets."""
    error_fitted: Share | None
    """The same with the overhead that was fitted."""
    notes: tuple[str, ...]
    """What a reader should know of file and replay."""
    unread: tuple[str, ...]
    """Fields of the file that hold measurements and were not taken."""
    replica: Annotated[Replica | None, absent()] = None
    """What each of the replicas is."""


@dataclass(frozen=True, slots=True)
class ObservedFigure(Row):
    """One number that was measured, and what the replay gave."""

    run: int
    """Number of the run."""
    metric: str
    """What was measured."""
    statistic: str
    """mean or a percentile over requests; empty: of the whole run."""
    unit: str
    """Unit of the numbers; empty: a count or as the engine has it."""
    measured: float
    """As the file states it."""
    replayed: float | None
    """Of the replay; null: it has none, or none that can be compared."""
    ratio: float | None
    """Replayed over measured."""
    fitted: float | None
    """Of the replay with the overhead that was fitted."""
    fitted_ratio: float | None
    """That over measured."""


@dataclass(frozen=True, slots=True)
class ObservedFit(Row):
    """What one engine takes beyond the step tables, from all runs of a model on a chip.

    A step of t seconds takes factor × t + step_s.
    """

    model: str
    """Catalogue id."""
    chip: str
    """Catalogue id."""
    weights: str
    """Format of the weights."""
    runs: tuple[int, ...]
    """Runs that it was fitted to."""
    factor: float
    """On every step of the tables; 1: none."""
    step_s: Seconds
    """Added to every step."""
    first_token_s: Seconds
    """From a first token's step to the client."""
    fitted: tuple[str, ...]
    """Which of the three were fitted; the others stay as they were."""
    held: tuple[str, ...]
    """Why the others were not."""
    figures: int
    """Numbers that it was fitted to."""
    error_before: Share
    """Mean error of these numbers without it."""
    error_after: Share
    """Mean error with it."""
    error_unseen: Share | None
    """Mean error of each run as a fit to the others foretells it; null: fewer than three."""


@dataclass(frozen=True, slots=True, repr=False)
class Observation(Document):
    """What was measured on a real engine, and what our engine makes of the same load."""

    kind: ClassVar[str] = "observation"
    runs: tuple[ObservedRun, ...]
    """Runs, in the order of the files."""
    figures: tuple[ObservedFigure, ...]
    """Every number that was measured."""
    fits: tuple[ObservedFit, ...]
    """Overheads that were fitted, one a model, chip and format of the weights."""
    not_fitted: tuple[str, ...]
    """Why there are no others."""
    files: tuple[str, ...]
    """Files that were written."""
