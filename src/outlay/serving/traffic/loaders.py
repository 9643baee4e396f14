"""Read request traces: plain tables and the forms in which traces are published.

The form is found from the names of the columns, and every reader refuses what it cannot take
exactly, naming file, line and column. What is left out (columns nobody reads, requests that a form
marks as failed) is named in a warning that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from outlay.core.errors import Problem, TableError
from outlay.serving.tables.nested import AGENT, SPAN
from outlay.serving.tables.opening import open_table
from outlay.serving.tables.wanted import Table, bare, once
from outlay.serving.traffic.chunks import refuse_one_chunk
from outlay.serving.traffic.columns import ALIASES, columns_given
from outlay.serving.traffic.forms import hashed, plain, published, recorded, refused, turns
from outlay.serving.traffic.forms.asked import Asked, Trace
from outlay.serving.traffic.forms.clock import EXACT

__all__ = ["MEANINGS", "Trace", "load_trace"]

MEANINGS = (*ALIASES, *plain.OPTIONAL, "hash_ids", "session_id")
"""What a column may be said to hold."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of trace: the columns that tell it (bare names), and its reader.

    listed: whether only files that hold lists have it: JSON and Parquet.
    """

    told_by: frozenset[str]
    read: Callable[[Asked], Trace]
    listed: bool = False


def _form(read: Callable[[Asked], Trace], *told_by: str, listed: bool = False) -> Form:
    return Form(frozenset(map(bare, told_by)), read, listed)


FORMS = (
    _form(published.azure, "TIMESTAMP", "ContextTokens", "GeneratedTokens"),
    _form(published.burstgpt, "Request tokens"),
    _form(refused.clients, "rate_rps", "window_start_s"),
    _form(recorded.agents, AGENT, "t", "in", "out", "hash_ids"),
    _form(recorded.spans, SPAN),
    _form(hashed.bailian, "chat_id", "parent_chat_id"),
    _form(hashed.bailian, "chat_id", "hash_ids"),
    _form(recorded.sessions, "session_id", "turn", "prefix_parent"),
    _form(recorded.sessions, "session_id", "turn", "prefix_shared_blocks"),
    _form(recorded.tree, "prefix_parent"),
    _form(turns.turns, "session_id", "input_length", "output_length", listed=True),
    _form(hashed.mooncake, "timestamp", "input_length", "output_length", listed=True),
    *(_form(hashed.mooncake, name, listed=True) for name in hashed.HASHES),
    _form(refused.untimed, "request_id", "input_length", "duration", "output_length"),
    _form(refused.texts, "conversations"),
    _form(refused.texts, "conversation"),
    _form(refused.texts, "messages"),
    _form(plain.vidur, "arrived_at", "num_prefill_tokens"),
    _form(plain.splitwise, "arrival_timestamp", "prompt_size", "token_size"),
    _form(plain.plain),
)
"""The first whose columns are all there is taken."""


def load_trace(
    path: str | Path, *, data: bytes | None = None, sort: bool = False,
    block_tokens: int | None = None, time_unit: str = "",
    columns: Mapping[str, str] = MappingProxyType({}),
) -> Trace:  # fmt: skip
    """Read the trace at `path`, finding its form from its columns.

    data: the bytes that were read there already. sort: accept times that fall, and order by time.
    block_tokens: size of prefix blocks where the file does not say. time_unit: of times whose
    column does not say it. columns: which column holds what, by MEANINGS. Raises TableError,
    TooLargeError.
    """
    if block_tokens is not None and not 1 <= block_tokens <= 1_000_000:
        raise TableError("tokens of a block", value=str(block_tokens), allowed="1 to 1,000,000")
    if time_unit and time_unit not in EXACT:
        raise TableError(Problem("no such unit", "--time-unit", time_unit, ", ".join(EXACT)))
    refuse_one_chunk(Path(path))
    with open_table(path, data=data) as table:
        names = once(table.names, table.header_at)
        given = columns_given(table, names, columns, MEANINGS)
        for kind, column in given.items():
            names = {n: c for n, c in names.items() if c != column} | {bare(kind): column}
        form = _found(table, names)
        return form.read(Asked(table, names, sort, block_tokens or 0, time_unit, given))


def _found(table: Table, names: Mapping[str, str]) -> Form:
    lists = table.form.startswith(("JSON", "Parquet"))
    return next(f for f in FORMS if f.told_by <= names.keys() and (lists or not f.listed))
