"""What is said of inputs: kinds `check`, `diff`, `error`, and `init`, which begins one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.core import errors
from outlay.core.ingest.names import shown
from outlay.results.base import Row, Unit
from outlay.results.document import Document
from outlay.results.study import Idle, Number

__all__ = ["Begun", "Change", "Check", "Diff", "Error", "Kept", "Problem", "Side", "problems"]


@dataclass(frozen=True, slots=True)
class Problem(Row):
    """One thing that is wrong or doubtful, in the user's words; what does not apply is empty."""

    what: str
    """The rule that was broken."""
    where: str
    """File, line and path of the field, as far as known."""
    value: str
    """What was found."""
    allowed: str
    """What would be accepted."""
    hint: str
    """How to mend it."""


def problems(found: Iterable[errors.Problem]) -> tuple[Problem, ...]:
    """Problems as rows of a document; they repeat what was given, which may hold anything."""
    return tuple(Problem(*map(shown, (p.what, p.where, p.value, p.allowed, p.hint))) for p in found)


@dataclass(frozen=True, slots=True)
class Kept(Row):
    """An input that the study keeps and that no stage acts on."""

    what: str
    """The input."""
    value: str
    """What is known of it."""
    why: str
    """Why no stage uses it."""
    source: str | None
    """Key of its source; null: none."""


@dataclass(frozen=True, slots=True, repr=False)
class Check(Document):
    """A study without errors: its doubts, and each of its numbers."""

    kind: ClassVar[str] = "check"
    study: str
    """Name of its file."""
    title: str
    """Its title."""
    as_of: str
    """The day whose knowledge it holds."""
    input_hash: str
    """Of its inputs in base units."""
    errors: tuple[Problem, ...]
    """Empty: a study with errors gives a document of kind `error`."""
    warnings: tuple[Problem, ...]
    """Doubts."""
    assumptions: tuple[Number, ...]
    """Numbers without a source, Outlay's defaults included."""
    facts: tuple[Number, ...]
    """Numbers with a source."""
    unmodelled: tuple[Kept, ...]
    """Inputs that no stage uses, by the study's own word."""
    idle: tuple[Idle, ...]
    """Inputs that are stated and reach nothing in this study."""


@dataclass(frozen=True, slots=True, repr=False)
class Begun(Document):
    """A study to begin with."""

    kind: ClassVar[str] = "init"
    door: str
    """founder, lab, operator or analyst: whose question it asks."""
    title: str
    """Its title."""
    as_of: str
    """The day whose knowledge it holds."""
    currency: str
    """ISO currency that it counts in."""
    chip: str
    """Catalogue id of the chip that it buys or rents."""
    model: str
    """Catalogue id of the model that it serves."""
    tokens_per_day: Annotated[float, Unit("token/day")]
    """Tokens that it serves on its day."""
    chips_needed: Annotated[float, Unit("chip")]
    """Chips that serving and training take at the busiest hour, in the period that needs most;
    clusters that customers hold come on top."""
    assumptions: Annotated[int, Unit("number")]
    """Numbers of it without a source, Outlay's defaults included: to be replaced."""
    facts: Annotated[int, Unit("number")]
    """Numbers of it with a source."""
    replica: Annotated[int, Unit("chip")]
    """Fewest chips that hold the model and serve it."""
    ttft_s: Annotated[float, Unit("s")]
    """Time to the first token that it promises, at the 99th percentile."""
    tpot_s: Annotated[float, Unit("s")]
    """Time for each token after it, at the 99th percentile."""
    usual: bool
    """Whether that is what is usual; else it is the tightest that the chip holds."""
    unpriced: tuple[str, ...]
    """price, rent: of the chip, where nobody states it and it is worked out from like chips."""
    rented_only: bool
    """Whether the chip is never sold, so that a budget is cash and no limit on orders."""
    files: tuple[str, ...]
    """Files that were written, the study first; empty: none."""
    text: str
    """The study as its file holds it."""
    weights: str = ""
    """Number format of the model's weights that the chips are counted in."""
    kv: str = ""
    """Number format of its cache."""


@dataclass(frozen=True, slots=True)
class Side(Row):
    """One of the two studies that are compared."""

    study: str
    """Name of its file."""
    input_hash: str
    """Of its inputs in base units."""


@dataclass(frozen=True, slots=True)
class Change(Row):
    """One input that differs."""

    path: str
    """Where in the study it stands."""
    kind: Literal["added", "removed", "changed"]
    """What happened to it."""
    before: str
    """In base units, with range and source; empty: not there."""
    after: str
    """The same of the second study."""
    ratio: Annotated[float | None, Unit("ratio")] = None
    """After over before, for numbers of one unit; else null."""


@dataclass(frozen=True, slots=True, repr=False)
class Diff(Document):
    """Inputs that differ between two studies; a price respelt is no change."""

    kind: ClassVar[str] = "diff"
    before: Side
    """The first."""
    after: Side
    """The second."""
    changes: tuple[Change, ...]
    """What differs, in the order of the studies."""


@dataclass(frozen=True, slots=True, repr=False)
class Error(Document):
    """Everything that was found wrong."""

    kind: ClassVar[str] = "error"
    errors: tuple[Problem, ...]
    """One entry each."""
