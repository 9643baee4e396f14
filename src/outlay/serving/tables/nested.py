"""Objects that hold requests: sessions of agents, spans of a trace, a list under a key.

Each request becomes a row of its own; what stands about the session beside it goes along.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from outlay.core.errors import Problem, TableError
from outlay.serving.tables.json_table import Object
from outlay.serving.tables.wanted import Rows

__all__ = ["AGENT", "SPAN", "Within", "flat", "is_nested"]

AGENT, SPAN = "agent session", "span of trace"
"""Keys that rows of sessions and of spans carry: which one they belong to, from 0."""
WRAPPERS = ("requests", "data", "trace", "traces", "rows", "records", "items", "samples")
TEXTS = ("text", "texts", "content", "prompt", "messages")
LENGTHS = {"input_length", "input_tokens", "isl", "prompt_tokens"}
"""Keys of a turn: what it says, and how long that is."""
BATCHES = "resourceSpans"
"""Key of what a collector writes: spans by resource, those by scope."""
_SCOPES = ("scopeSpans", "instrumentationLibrarySpans")
_WHOLE = re.compile(r"[0-9]{1,18}\Z")
_PREFIX = "gen_ai.usage."
_INPUT = (f"{_PREFIX}input_tokens", f"{_PREFIX}prompt_tokens", "llm.token_count.prompt")
_OUTPUT = (f"{_PREFIX}output_tokens", f"{_PREFIX}completion_tokens", "llm.token_count.completion")


@dataclass
class Within:
    """Rows inside of objects: the place of the object, and which request of it."""

    outer: Rows
    firsts: list[int] = field(default_factory=list)
    """The first row of each object."""
    inner: list[bool] = field(default_factory=list)
    """Whether it holds requests or is one."""

    def at(self, row: int) -> str:
        i = bisect_right(self.firsts, row) - 1
        if i < 0 or not self.inner[i]:
            return self.outer.at(max(i, 0))
        return f"{self.outer.at(i)}, request {row - self.firsts[i] + 1}"


def is_nested(found: Object) -> bool:
    """Whether an object holds requests rather than being one."""
    held = ("spans", "turns", BATCHES, *WRAPPERS)
    return any(isinstance(v, list) and k in held for k, v in found.items())


def flat(objects: Iterator[Object], rows: Within) -> Iterator[Object]:
    """The requests of all objects; `rows` learns where they stand."""
    n = 0
    for number, found in enumerate(objects):
        rows.firsts.append(n)
        requests = _requests(found, number, rows.outer)
        rows.inner.append(requests is not None)
        for request in [found] if requests is None else requests:
            n += 1
            yield request


def _requests(found: Object, number: int, outer: Rows) -> list[Object] | None:
    """The requests that an object holds; None where it is one."""
    if (spans := _spans(found)) is not None:
        return [_span(s, number) for s in spans]
    if turns := _objects(found.get("turns")):
        return _turns(found, turns, outer.at(number))
    for key in WRAPPERS:
        if not (held := _objects(found.get(key))):
            continue
        if key == "requests" and any("in" in r and "t" in r for r in held):
            return list(_session(found, held, number))
        return held
    if any(found.get(key) == [] for key in (*WRAPPERS, "spans", BATCHES)):
        raise TableError("no requests", where=outer.at(number))
    return None


def _spans(found: Object) -> list[Object] | None:
    """Spans of a trace, or of what a collector wrote at once; None where there is no such list."""
    if spans := _objects(found.get("spans")):
        return spans
    batches = _objects(found.get(BATCHES))
    scopes = [o for b in batches for key in _SCOPES for o in _objects(b.get(key))]
    return [s for o in scopes for s in _objects(o.get("spans"))] if batches else None


def _objects(value: object) -> list[Object]:
    """A list of objects; empty for anything else."""
    whole = isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
    return cast("list[Object]", value) if whole else []


def _session(found: Object, held: list[Object], number: int) -> Iterator[Object]:
    """Requests of one agent's session, those of its sub-agents among them."""
    about = {
        AGENT: number, "block_size": found.get("block_size"),
        "hash_id_scope": found.get("hash_id_scope", "local"),
    }  # fmt: skip
    for request in held:
        within = _objects(request.get("requests"))
        for one in within or ([] if request.get("type") == "subagent" else [request]):
            yield {**about, **one}


def _turns(found: Object, held: list[Object], where: str) -> list[Object]:
    """Turns of a session, which is the object that holds them; those of texts are refused."""
    if (text := next((k for k in TEXTS if k in held[0]), "")) and not LENGTHS & held[0].keys():
        raise TableError(
            Problem("turns hold texts, not token counts", where, ", ".join(held[0])[:80],
                    "input_length and output_length in each turn",
                    f"count the tokens of {text!r} with the model's tokenizer")
        )  # fmt: skip
    about = {k: v for k, v in found.items() if not isinstance(v, list | dict)}
    return [{**about, **turn} for turn in held]


def _span(span: Object, number: int) -> Object:
    """What a span says of a request; nothing of the tokens where it is of no model's answer."""
    about = span.get("attributes")
    held = cast("Object", about) if isinstance(about, dict) else _attributes(_objects(about))
    started = span.get("start_time", span.get("startTimeUnixNano"))
    inp, out = (next((held[n] for n in names if n in held), None) for names in (_INPUT, _OUTPUT))
    return {
        SPAN: span.get("traceId", number), "start_time": started, "input_tokens": inp,
        "output_tokens": out, "span_id": span.get("spanId"), "parent_id": span.get("parentSpanId"),
    }  # fmt: skip


def _attributes(listed: list[Object]) -> Object:
    """Attributes as the protocol's JSON has them: whole numbers are texts there."""
    out: Object = {}
    for one in listed:
        value = one.get("value")
        if isinstance(value, dict) and isinstance(key := one.get("key"), str):
            for kind, found in value.items():
                whole = kind == "intValue" and isinstance(found, str) and _WHOLE.match(found)
                out[key] = int(found) if whole else found
    return out
