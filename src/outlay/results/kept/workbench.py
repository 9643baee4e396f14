"""What the store keeps, as readers meet it: studies, scenarios, runs, work, the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from outlay.results.base import Money, Row, Share

__all__ = [
    "Assumed", "Entry", "HeldCount", "HeldReading", "HeldRun", "HeldScenario", "HeldStudy",
    "HeldSweep", "HeldToken", "Outcast", "Role", "State", "Who", "Work",
]  # fmt: skip

Role = Literal["viewer", "editor", "admin"]
"""Viewer: reads; editor: changes studies and scenarios, begins work; admin: people, trail."""
State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
"""Of work. Interrupted: its process is gone and its tries are used up."""


@dataclass(frozen=True, slots=True)
class Who(Row):
    """Somebody who is let in, in one workspace."""

    id: str
    """Their id."""
    name: str
    """What they are called in the trail."""
    workspace: str
    """Id of the workspace whose things they see; no other's exist for them."""
    role: Role
    """What they may do there."""


@dataclass(frozen=True, slots=True)
class HeldStudy(Row):
    """A study in one version."""

    id: str
    """Its id, which no title and no version changes."""
    title: str
    """Its title."""
    version: int
    """Counts from 1; each save makes the next."""
    text: str
    """The study as it was written (YAML)."""
    files: tuple[str, ...]
    """Names of the files that it holds beside it."""
    updated_at: str
    """When this version was saved (UTC, ISO)."""
    updated_by: str
    """Who saved it."""


@dataclass(frozen=True, slots=True)
class Assumed(Row):
    """One value of a scenario, and who stands behind it."""

    path: str
    """Where in the study it is laid."""
    value: str
    """What is laid there, as one writes it: `27_000 USD`."""
    source: str
    """Who says so; empty: nobody, it is assumed."""
    date: str
    """When it was said (ISO); empty: not known."""
    approver: str
    """Who let it stand; empty: nobody yet."""


@dataclass(frozen=True, slots=True)
class HeldScenario(Row):
    """Changes of a study under a name."""

    study: str
    """Id of the study."""
    name: str
    """Its name, once in a study."""
    note: str
    """What it is for."""
    version: int
    """Counts from 1; each save makes the next."""
    values: tuple[Assumed, ...]
    """What is laid over the study, in order."""
    updated_at: str
    """When this version was saved (UTC, ISO)."""
    updated_by: str
    """Who saved it."""


@dataclass(frozen=True, slots=True)
class HeldRun(Row):
    """A plan that was made and is kept whole: its folder is what `outlay plan --out` writes."""

    id: str
    """Hash of its result: the same plan is kept once."""
    study: str
    """Id of the study that it was made of; empty: it was brought in from a folder."""
    study_version: int
    """Version of that study; 0 where it was brought in."""
    title: str
    """The study's title."""
    name: str
    """What people call it; empty: nothing."""
    scenario: str
    """Name of the scenario that was laid over the study; empty: none."""
    changes: tuple[str, ...]
    """What else was laid over it: path=value."""
    verdict: str
    """Whether every check of the run holds: `valid`."""
    objective: Money
    """What the plan costs."""
    currency: str
    """The study's currency."""
    made_at: str
    """When it was kept (UTC, ISO)."""
    made_by: str
    """Who asked for it."""


@dataclass(frozen=True, slots=True)
class Work(Row):
    """Something that takes longer than a request: a plan, a sweep, a reading of documents."""

    id: str
    """Its id."""
    kind: Literal["plan", "sweep", "read"]
    """What is done."""
    study: str
    """Id of the study; empty where it is of none."""
    state: State
    """How it stands."""
    share: Share | None
    """How much of it is done; null: not known."""
    said: str
    """The last line it said of its progress."""
    tries: int
    """How often it was begun."""
    result: str
    """What it left: id of a run, of a sweep or of a reading; empty until it is done."""
    why: str
    """Why it failed or was stopped; empty: it was not."""
    asked_at: str
    """When it was asked for (UTC, ISO)."""
    asked_by: str
    """Who asked."""
    ended_at: str
    """When it ended (UTC, ISO); empty: it has not."""


@dataclass(frozen=True, slots=True)
class HeldReading(Row):
    """A document that was handed in to be read."""

    id: str
    """Hash of its name and its bytes: the same document is kept once."""
    name: str
    """Its name, as it was handed in."""
    bytes: int
    """Its size."""
    read: bool
    """Whether its claims are there."""
    work: str
    """Id of the work that reads it, or did so last."""
    made_at: str
    """When it was handed in first (UTC, ISO)."""
    made_by: str
    """Who did so."""


@dataclass(frozen=True, slots=True)
class Entry(Row):
    """One line of the trail, chained to the one before so that a change of any is found."""

    number: int
    """Counts from 1 without a gap."""
    at: str
    """When (UTC, ISO)."""
    who: str
    """Who did it."""
    did: str
    """What: `study.save`, `scenario.save`, `run.keep`, `token.make` …"""
    what: str
    """Id of what it was done to."""
    detail: str
    """More of it (JSON)."""
    before: str
    """Hash of the line before; of the first: 64 zeros."""
    hash: str
    """SHA-256 of this line with the hash of the one before."""


@dataclass(frozen=True, slots=True)
class HeldToken(Row):
    """What lets somebody in, without the secret itself, of which only the hash is kept."""

    id: str
    """Its id, by which it is revoked."""
    person: str
    """Id of whom it lets in."""
    name: str
    """What they are called."""
    kind: Literal["token", "session"]
    """token: for programs; session: what a browser holds."""
    role: Role
    """What may be done with it, at most."""
    said: str
    """What it is for."""
    made_at: str
    """When it was made (UTC, ISO)."""
    ends_at: str
    """When it ends (UTC, ISO)."""


@dataclass(frozen=True, slots=True)
class Outcast(Row):
    """A case of a sweep that is tried no more."""

    case: int
    """Its number."""
    why: str
    """What became of its tries."""


@dataclass(frozen=True, slots=True)
class HeldSweep(Row):
    """A sweep and how far its journal goes."""

    id: str
    """Hash of what is asked: the same sweep goes on where it was."""
    study_hash: str
    """SHA-256 of the study's text and files."""
    spec: str
    """What is varied and how (JSON)."""
    cases: int
    """How many there are."""
    done: int
    """How many have their row."""
    outcasts: tuple[Outcast, ...]
    """Those that are tried no more."""
    made_at: str
    """When it was first asked for (UTC, ISO)."""
    made_by: str
    """Who asked first."""


@dataclass(frozen=True, slots=True)
class HeldCount(Row):
    """How many things of one kind are kept."""

    name: Literal[
        "workspaces", "people", "studies", "scenarios", "runs", "works", "sweeps", "cases",
        "readings", "files", "trail",
    ]  # fmt: skip
    """Which. scenarios: in every version. cases: rows of sweeps. readings: documents handed in to
    be read. trail: its lines."""
    count: int
    """How many, in all workspaces."""
