"""Traffic from a load test's file: stages of constant or Poisson rate, random lengths.

Reads the parts of an inference-perf configuration that describe traffic: `load` (type constant
or poisson, stages of rate and duration; type trace_replay: the trace that it names) and `data`
(input and output distributions, or a shared prefix); everything else in the file is about servers
and is passed over. What stands under `load` and `data` and is not read is named, for it may say
that the load was another.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TypeAlias

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import InputError, Problem, StudyError, TooLargeError, nearest
from outlay.core.ingest.files import take
from outlay.core.ingest.text import decoded
from outlay.core.seeds import stream
from outlay.serving.traffic.loaders import load_trace
from outlay.serving.traffic.requests import Traffic, said, traffic
from outlay.study.reading.strict_yaml import Composer, Mark

__all__ = ["workload_traffic"]

MAX_BYTES = 10 << 20
MAX_REQUESTS = 50_000_000
MOST_TOKENS = 10_000_000
TOP = ("load", "data")
OTHERS = ("api", "server", "metrics", "report", "storage", "tokenizer", "circuit_breakers")
"""Sections of such a file that are about servers and what is written of them."""
REPLAY = "trace_replay"
LOAD = ("type", "stages")
DATA = ("type", "input_distribution", "output_distribution", "shared_prefix")
STAGE = ("rate", "duration")
LENGTHS = ("mean", "std_dev", "std", "min", "max")
SHARED = ("num_groups", "system_prompt_len", "question_len", "output_len")
DATA_TYPES = ("", "random", "synthetic", "mock", "shared_prefix")
UNITS = {"rate": " requests/s", "duration": " s"}
Steps: TypeAlias = tuple[str | int, ...]


@dataclass
class _File:
    """A file's data with the lines of its entries, and what of it nobody read."""

    where: str
    data: object
    marks: Mark
    unread: list[str] = field(default_factory=list)

    def at(self, steps: Steps) -> str:
        """The line of an entry, or of the nearest above it."""
        mark = self.marks
        for step in steps:
            mark = mark.children.get(step, mark)
        return f"{self.where}:{mark.line}"

    def bad(
        self, steps: Steps, what: str, value: object = "", allowed: str = "", hint: str = ""
    ) -> NoReturn:
        found = "" if value == "" else _written(value)
        place = f"{self.at(steps)}: {_path(steps)}" if steps else self.at(steps)
        raise InputError(Problem(what, place, found, allowed, hint))

    def check_top(self) -> None:
        """Refuse what is misspelt for `load` or `data`, or lacks; name what else there is."""
        keys = [str(key) for key in self.data] if isinstance(self.data, Mapping) else []
        problems = []
        for key in keys:
            near = "" if key in TOP else _near(key, TOP)
            if near:
                problems.append(Problem("unknown key", f"{self.at((key,))}: {key}", repr(key),
                                        ", ".join(TOP), near))  # fmt: skip
            elif key not in (*TOP, *OTHERS):
                self.unread.append(key)
        named = " ".join(p.hint for p in problems)
        problems += [
            Problem(
                f"no mapping `{name}`", f"{self.where}:1", ", ".join(keys)[:80], "load and data"
            )
            for name in TOP
            if name not in keys and f"'{name}'" not in named
        ]
        if problems:
            raise InputError(problems)

    def mapping(self, steps: Steps, known: tuple[str, ...]) -> Mapping[str, object]:
        """A mapping; its keys that are not known are named, or refused as misspelt."""
        found = self.get(steps)
        if not isinstance(found, Mapping):
            self.bad(steps, "not a mapping", found, ", ".join(known))
        for key in found:
            if key in known:
                continue
            meant = nearest(key, [k for k in known if k not in found])
            if meant:
                raise InputError(
                    Problem("unknown key", f"{self.at((*steps, key))}: {_path(steps)}", repr(key),
                            ", ".join(known), meant)
                )  # fmt: skip
            self.unread.append(_path((*steps, key)))
        return found

    def get(self, steps: Steps) -> object:
        found = self.data
        for step in steps:
            if isinstance(found, Mapping):
                found = found.get(str(step))
            elif isinstance(found, list) and isinstance(step, int):
                found = found[step]
            else:
                return None
        return found

    def number(
        self, steps: Steps, least: float = 0.0, most: float = 1e9, *,
        default: float | None = None, whole: bool = False,
    ) -> float:  # fmt: skip
        """A number above `least` (at least, where there is a default) and up to `most`."""
        value = self.get(steps)
        if value is None and default is not None:
            return default
        kind = "a whole number" if whole else "a number"
        unit = UNITS.get(str(steps[-1]), "")
        allowed = (
            f"{kind} {'from' if default is not None else 'above'} {least:g} to {most:,.0f}{unit}"
        )
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.bad(steps, f"not {kind}", value, allowed)
        low = value >= least if default is not None else value > least
        if not low or not value <= most or (whole and value % 1):
            self.bad(steps, "out of range" if not (low and value <= most) else "not a whole number",
                     value, allowed)  # fmt: skip
        return float(value)


def workload_traffic(
    path: str | Path, *, seed: int = 0, data: bytes | None = None
) -> tuple[Traffic, tuple[str, ...]]:
    """Draw the requests that an inference-perf file asks for, with warnings to show.

    data: the bytes of the file, where they were read already. Raises InputError.
    """
    file = _read(Path(path), data)
    file.check_top()
    if file.get(("load", "type")) == REPLAY:
        return _replayed(file, Path(path))
    file.mapping(("load",), LOAD)
    spec = file.mapping(("data",), DATA)
    rng = stream(seed, "serving", "workload")
    arrival = _arrivals(file, rng)
    n = len(arrival)
    kind = spec.get("type") or ""
    if kind not in DATA_TYPES:
        file.bad(("data", "type"), "unknown data.type", kind, ", ".join(DATA_TYPES[1:]),
                 _near(str(kind), DATA_TYPES[1:]))  # fmt: skip
    idle = DATA[1:3] if kind == "shared_prefix" else DATA[3:]
    file.unread += [_path(("data", name)) for name in idle if spec.get(name) is not None]
    if kind == "shared_prefix":
        found = _shared(arrival, file, rng)
    else:
        inp, out = (
            _lengths(file, ("data", f"{k}_distribution"), n, rng) for k in ("input", "output")
        )
        found = traffic(arrival, inp, out, name=str(path))
    line = said(found).replace("read ", "", 1) + ", drawn from a load test's file"
    notes = (f"entries not read: {', '.join(file.unread[:20])}",) if file.unread else ()
    return found, (line, *notes)


def _replayed(file: _File, path: Path) -> tuple[Traffic, tuple[str, ...]]:
    """The trace that the file names, as it stands: its own times, whatever the stages say."""
    file.mapping(("load",), (*LOAD, "trace"))
    file.mapping(("data",), (*DATA, "trace"))
    under = "load" if file.get(("load", "trace")) is not None else "data"
    file.mapping((under, "trace"), ("file", "format"))
    steps: Steps = (under, "trace", "file")
    name = file.get(steps)
    if not isinstance(name, str) or not name:
        file.bad(steps, "no trace to replay", name, "the path of a file")
    place = path.parent / name if not Path(name).is_absolute() else Path(name)
    found = load_trace(place)
    if found.session_id is not None:
        file.bad(steps, "recorded sessions have no common clock", name, "a trace with times")
    idle = [
        _path(steps) for steps in (("load", "stages"), ("data", "input_distribution"),
                                   ("data", "output_distribution"))
        if file.get(steps) is not None
    ]  # fmt: skip
    file.unread += idle
    notes = (f"entries not read: {', '.join(file.unread[:20])}",) if file.unread else ()
    return found.traffic, (found.said.removeprefix("read "), *found.warnings, *notes)


def _arrivals(file: _File, rng: np.random.Generator) -> Array:
    """Times of all stages, one after the other."""
    kind = file.get(("load", "type"))
    kind = "constant" if kind is None else kind
    if not isinstance(kind, str) or kind.lower() not in ("constant", "poisson"):
        file.bad(("load", "type"), "unknown load.type", kind, "constant, poisson",
                 _near(str(kind), ("constant", "poisson")))  # fmt: skip
    stages = file.get(("load", "stages"))
    if not isinstance(stages, list) or not stages:
        file.bad(("load", "stages"), "load.stages must list at least one stage", stages)
    times: list[Array] = []
    start, total = 0.0, 0
    for number in range(len(stages)):
        steps: Steps = ("load", "stages", number)
        file.mapping(steps, STAGE)
        rate, seconds = (file.number((*steps, k)) for k in STAGE)
        n = round(rate * seconds)
        total += n
        if total > MAX_REQUESTS:
            raise TooLargeError("too many requests", where=file.at(steps), value=f"{total:,}",
                                allowed=f"{MAX_REQUESTS:,}")  # fmt: skip
        if kind.lower() == "poisson":
            n = int(rng.poisson(rate * seconds))
            times.append(start + np.sort(rng.random(n)) * seconds)
        else:
            times.append(start + np.arange(n) / rate)
        start += seconds
    arrival = np.concatenate(times)
    if not len(arrival):
        file.bad(("load", "stages"), "the stages hold no request")
    return arrival


def _read(path: Path, data: bytes | None) -> _File:
    if data is None:
        data = take(path, most=MAX_BYTES, what="load test's file", error=InputError).data
    composer = Composer(str(path))
    composer.run(decoded(data, str(path), InputError))
    if composer.problems:
        raise StudyError(composer.problems)
    root = composer.root
    if root is None or not isinstance(root.value, Mapping):
        found = "nothing" if root is None or root.value is None else _written(root.value)
        what = "a workload is a mapping with load and data"
        raise InputError(what, where=f"{path}:1", value=found, allowed="load and data")
    return _File(str(path), root.value, root.mark)


def _written(value: object) -> str:
    """A value as the file may have it."""
    words: dict[object, str] = {None: "null", True: "true", False: "false"}
    plain = isinstance(value, bool) or value is None
    return words[value] if plain else repr(value)[:80]


def _near(word: str, known: Sequence[str]) -> str:
    """A hint at the known word that one is a slip of."""
    alike = difflib.get_close_matches(word.casefold(), known, 1, 0.66)
    return f"did you mean '{alike[0]}'?" if alike else ""


def _path(steps: Steps) -> str:
    """`load.stages[0].rate`."""
    out = ""
    for step in steps:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


def _lengths(file: _File, steps: Steps, n: int, rng: np.random.Generator) -> IntArray:
    """Normal lengths cut at min and max, as the load generator draws them."""
    spec = file.mapping(steps, LENGTHS)
    mean = file.number((*steps, "mean"), most=MOST_TOKENS)
    if "std" in spec and "std_dev" in spec:
        file.bad((*steps, "std"), "two deviations: std and std_dev", spec["std"], "one of them")
    name = "std" if "std" in spec else "std_dev"
    deviation = file.number((*steps, name), most=MOST_TOKENS, default=0.0)
    low = file.number((*steps, "min"), most=MOST_TOKENS, default=1.0)
    high = file.number((*steps, "max"), most=MOST_TOKENS, default=max(mean * 10, low))
    low = low or 1.0
    if low > high:
        file.bad((*steps, "min"), "min is above max", low, f"up to {high:g}")
    if high < 1.0:
        file.bad((*steps, "max"), "no request has less than one token", high, "at least 1")
    if not low <= mean <= high:
        file.bad(
            (*steps, "mean"), "the mean is not between min and max", mean, f"{low:g} to {high:g}"
        )
    values = rng.normal(mean, deviation, n) if deviation > 0 else np.full(n, mean)
    return np.clip(np.rint(values), max(1, low), high).astype(np.int32)


def _shared(arrival: Array, file: _File, rng: np.random.Generator) -> Traffic:
    """Groups of prompts with one system prompt each."""
    steps: Steps = ("data", "shared_prefix")
    file.mapping(steps, SHARED)
    groups, system, question, output = (
        int(file.number((*steps, k), most=MOST_TOKENS, whole=True)) for k in SHARED
    )
    n = len(arrival)
    return traffic(
        arrival,
        np.full(n, system + question),
        np.full(n, output),
        group=rng.integers(0, groups, n),
        group_tokens=np.full(n, system),
        session=np.full(n, -1),
        name=file.where,
    )
