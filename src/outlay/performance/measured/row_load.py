"""Read how a published run was loaded: its scenario, phase, concurrency and offered rate together.

Words nobody knows are named and refused, or, where the requests in flight or their rate are
stated, read as the loop that these describe; nothing is taken silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from outlay.core.errors import nearest
from outlay.performance.measured.row_cells import positive

__all__ = ["Load", "load_of"]

SCENARIOS = (
    # words of a scenario, kind; the first found wins
    (r"^prefill$|\bprefill (?:pool|instance|node|only)|\bprompt processing", "prefill"),
    (r"\bclosed", "closed"),
    (r"\boffline|\b(?:max(?:imum)?|peak) throughput|\bbatch inference|\brate ?=? ?inf", "offline"),
    (r"\binteractive", "interactive"),
    (r"\bp99 limit|\blatency limit|\boverload", "server"),
    (r"\bpoisson|\bopen loop|\bserver|\brequest rate|\bonline", "open"),
    (r"\bburst|\bat once", "burst"),
    (r"\bstatic", "static"),
    (
        r"\bsingle (?:stream|user|request)|\bb(?:atch|s) ?(?:size ?)?(?:of |[=:] ?)?1\b(?![-.,]\d)",
        "single",
    ),
    (r"\bsteady decode|\bdecode (?:pool|only)", "decode"),
    (r"\bconc(?:\b|urren|\d)", "closed"),
)
UNLOADED = r"\bthroughput\b|\bsaturat"  # offline, where no concurrency says otherwise
KNOWN = (
    "closed loop", "offline", "static batch", "single stream", "burst", "server", "interactive",
    "open loop", "steady decode", "prefill",
)  # fmt: skip
AT_ONCE = re.compile(
    r"\b(?:conc(?:urrency)?|batch|bs)(?: size)?(?: of| ?[=:])? ?(\d+)\b(?![-.,]\d)|"
    r"(?<![-.,\d])\b(\d+) (?:concurrent|users?\b|in flight|streams?\b)"
)
RATE = re.compile(
    r"\b(?:qps|request rate)(?: of| ?[=:])? ?(\d+(?:\.\d+)?)\b(?![-,]\d)|"
    r"(?<![-.,\d])\b(\d+(?:\.\d+)?) ?(?:req(?:uest)?s?|queries) ?(?:/ ?|per )s"
)  # of requests a second
FIXED = ("closed", "disaggregated", "static", "burst")  # kinds that need the requests at once
NO_LOAD_SD = 0.3  # of the logarithm: between a full engine and one under latency limits


@dataclass(frozen=True, slots=True)
class Load:
    """kind: how it is timed; concurrency of the whole system, rate offered [request/s], 0 where
    none; note: what was inferred, with the standard deviation of the logarithm that it adds."""

    kind: str
    concurrency: float = 0.0
    rate: float = 0.0
    note: str = ""
    vague: float = 0.0


def load_of(row: Mapping[str, str]) -> Load | str:
    """How a row's run was loaded, or why that cannot be told.

    >>> load_of({"scenario": "SingleStream"}).kind
    'single'
    """
    words = _words(row.get("scenario", ""))
    rate = _rate(row.get("request_rate", ""))
    if isinstance(rate, str):
        return rate
    at_once = _at_once(row, words)
    phase = row.get("phase", "").lower()
    pool = next((p for p in ("prefill", "fleet", "decode") if phase.startswith(p)), "")
    kind = pool or next((k for pattern, k in SCENARIOS if re.search(pattern, words)), "")
    note, vague = "", 0.0
    if kind == "single" and at_once > 1.0:
        return f"scenario {row['scenario']!r} contradicts column concurrency: {at_once:g}"
    spoken = RATE.search(words)
    if kind == "open" and not rate and spoken:
        rate = float(spoken.group(1) or spoken.group(2))
    if kind == "open" and at_once and not 0.0 < rate < float("inf"):
        kind = "closed"  # served online with that many in flight
    if kind in ("offline", "interactive") and at_once and "conc" in words:
        kind = "closed"  # as much as that many in flight give
    if not kind and not at_once and re.search(UNLOADED, words):
        kind = "offline"
    if not kind:
        finite = 0.0 < rate < float("inf")
        kind = "open" if finite else "closed" if at_once else "" if words else "offline"
        if not kind:
            return (
                f"column scenario: {row['scenario']!r} is not known; known: {', '.join(KNOWN)} "
                f"({nearest(words, KNOWN) or 'or state the concurrency'})"
            )
        if words:
            note = f"scenario {row['scenario']!r} not known: {kind} loop"
        elif kind == "offline":
            note, vague = "scenario not stated: offline", NO_LOAD_SD
    if kind in ("offline", "server", "interactive") and row.get("concurrency"):
        note = f"concurrency {at_once:g} not used: {kind}"
    if kind == "closed" and phase.startswith("disagg"):
        kind = "disaggregated"
    elif phase.startswith("disagg"):
        return f"two pools are timed as a closed loop, not as {kind} (column concurrency)"
    if kind in FIXED and not at_once:
        return f"{words or kind}: the requests in flight are not stated (column concurrency)"
    if kind == "open" and not 0.0 < rate < float("inf"):
        kind = "server" if not rate else "offline"
    return Load(kind, at_once, rate if kind == "open" else 0.0, note, vague)


def _words(scenario: str) -> str:
    """Lower case, with camel case, hyphens and underscores as spaces but in a range."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", scenario)
    whole = re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", apart)  # 1,024 is one number
    return " ".join(re.sub(r"_+|(?<!\d)-+|-+(?!\d)", " ", whole).lower().split())


def _rate(text: str) -> float | str:
    """Requests per second offered: infinite where all are sent at once, 0 where not stated."""
    if not text or text.lower() in ("none", "nan"):
        return 0.0
    if text.lower() in ("inf", "infinity"):
        return float("inf")
    value = positive({"rate": text}, "rate")
    return value or f"column request_rate: {text!r} is not a positive number or inf"


def _at_once(row: Mapping[str, str], words: str) -> float:
    """Requests in flight: of their column, of the scenario's words, of a burst's note."""
    given = positive(row, "concurrency")
    if given:
        return given
    found = AT_ONCE.search(words)
    if found:
        return float(found.group(1) or found.group(2))
    sent = re.search(r"(\d+) requests", f"{words} {row.get('note', '')}")
    return float(sent.group(1)) if sent and "burst" in words else 0.0
