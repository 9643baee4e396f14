"""Samples of Prometheus by scrape: text as an engine exposes it, or an answer of the HTTP API."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from outlay.serving.observed.readers.fields import Fields, refuse, written

__all__ = [
    "Sample", "Scrape", "began", "is_answer", "scrapes_of_answer", "scrapes_of_text",
    "series_names",
]  # fmt: skip

MOST_SAMPLES: Final = 5_000_000
Labels = tuple[tuple[str, str], ...]
_NAME: Final = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LINE: Final = re.compile(rf"({_NAME})(?:\{{(.*)\}})?\s+(\S+)(?:\s+(-?\d+(?:\.\d+)?))?\s*")
_LABEL: Final = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_.]*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)')
_TIME: Final = re.compile(r"#\s*(?:scraped?(?: at)?|time|timestamp)\s*[:=]?\s*(\d+(?:\.\d+)?)\s*")
_ESCAPED: Final = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one series. where: the line or the result that it came from."""

    name: str
    labels: Labels
    value: float
    where: str

    def label(self, name: str) -> str:
        """A label's value; '' without it."""
        return next((v for k, v in self.labels if k == name), "")


@dataclass(slots=True)
class Scrape:
    """What was read at one time. time_s: Unix time, None where it is not stated."""

    time_s: float | None = None
    samples: dict[tuple[str, Labels], Sample] = field(default_factory=dict)

    def named(self, name: str) -> Iterator[Sample]:
        """All series of a name."""
        return (s for s in self.samples.values() if s.name == name)

    def add(self, sample: Sample) -> None:
        self.samples[sample.name, sample.labels] = sample


def scrapes_of_text(text: str, where: str) -> list[Scrape]:
    """Scrapes of a text, one or several after one another: a series met again begins the next.

    Times stand behind the values, in milliseconds, or in a comment before a scrape (`# time: 17e8`
    written out), in seconds.
    """
    out: list[Scrape] = []
    now = Scrape()
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            if found := _TIME.fullmatch(line):
                if now.samples:
                    out.append(now)
                now = Scrape(float(found[1]))
            if line == "# EOF" and now.samples:
                out.append(now)
                now = Scrape()
            continue
        sample, at = _sample(line, f"{where}:{number}")
        if (sample.name, sample.labels) in now.samples:
            out.append(now)
            now = Scrape()
        now.add(sample)
        now.time_s = at if now.time_s is None else now.time_s
    return [*out, now] if now.samples else out


def _sample(line: str, where: str) -> tuple[Sample, float | None]:
    found = _LINE.fullmatch(line)
    if found is None:
        refuse("not a sample of Prometheus", where, written(line), 'name{label="value"} 1.0')
    labels = _labels(found[2] or "", where)
    at = None if found[4] is None else float(found[4]) * 1e-3
    return Sample(found[1], labels, _number(found[3], where), where), at


def _labels(text: str, where: str) -> Labels:
    out, at = [], 0
    while at < len(text):
        found = _LABEL.match(text, at)
        if found is None:
            refuse("not labels of Prometheus", where, written(text[at:]), 'label="value"')
        out.append((found[1], _ESCAPED.sub(_unescaped, found[2])))
        at = found.end()
    return tuple(sorted(out))


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] == "n" else found[1]


def _number(text: str, where: str) -> float:
    """A value; NaN is one of Prometheus, for a share of nothing."""
    try:
        return float(text)
    except ValueError:
        refuse("not a number", where, written(text), "a number, NaN, +Inf")


def is_answer(found: Fields) -> bool:
    """Whether a mapping is an answer of Prometheus' HTTP API."""
    data = found.values.get("data")
    return found.values.get("status") in ("success", "error") and (
        (isinstance(data, dict) and "resultType" in data) or "errorType" in found
    )


def scrapes_of_answer(found: Fields) -> list[Scrape]:
    """Scrapes of a query over a range (matrix) or at one time (vector), by time."""
    if found.text("status") != "success":
        refuse("a query that failed", found.at("error"), found.text("error"))
    data = found.inside("data")
    kind = data.text("resultType")
    if kind not in ("matrix", "vector"):
        refuse("a result that holds no series", data.at("resultType"), kind, "matrix, vector")
    at: dict[float, Scrape] = {}
    n = 0
    for item in data.items("result"):
        metric = item.inside("metric").values
        pairs = item.many("values") if kind == "matrix" else [item.raw("value")]
        name = str(metric.get("__name__", ""))
        labels = tuple(sorted((str(k), str(v)) for k, v in metric.items() if k != "__name__"))
        for i, pair in enumerate(pairs or ()):
            place = item.at(f"values[{i}]")
            time_s, value = _pair(pair, place)
            at.setdefault(time_s, Scrape(time_s)).add(Sample(name, labels, value, place))
            n += 1
            if n > MOST_SAMPLES:
                refuse("too many samples", found.file, "", f"{MOST_SAMPLES:,}")
    return [at[t] for t in sorted(at)]


def _pair(pair: object, place: str) -> tuple[float, float]:
    """[time, "value"] as the API writes it."""
    if isinstance(pair, list) and len(pair) == 2:
        time_s, value = pair
        if (
            isinstance(time_s, int | float)
            and not isinstance(time_s, bool)
            and isinstance(value, str)
            and 0 <= time_s < math.inf
        ):
            return float(time_s), _number(value, place)
    return refuse("not a sample of Prometheus", place, written(pair), '[1700000000, "1.5"]')


def began(scrape: Scrape) -> float | None:
    """When the one process began that a scrape is of; None where it does not say, or of several."""
    found = {s.value for s in scrape.named("process_start_time_seconds")}
    return found.pop() if len(found) == 1 else None


def series_names(scrapes: Sequence[Scrape]) -> Mapping[str, None]:
    """Names of all series, in the order of meeting."""
    return dict.fromkeys(s.name for scrape in scrapes for s in scrape.samples.values())
