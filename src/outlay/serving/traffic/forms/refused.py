"""Tables that hold no requests with times, each with what to do instead."""

from __future__ import annotations

from outlay.core.errors import TableError
from outlay.serving.traffic.forms.asked import Asked, Trace

__all__ = ["clients", "texts", "untimed"]


def clients(a: Asked) -> Trace:
    """A table of clients is read by another door."""
    raise TableError(
        "this table holds client rates, not requests", where=a.where,
        hint="read it with --clients, beside its table of lengths",
    )  # fmt: skip


def texts(a: Asked) -> Trace:
    """Conversations hold texts: how long they are depends on the model; when they came is lost."""
    raise TableError(
        "conversations hold texts, not times and token counts", where=a.where,
        value=", ".join(a.table.names)[:80],
        hint="draw requests instead: --rate R --isl TOKENS --osl TOKENS",
    )  # fmt: skip


def untimed(a: Asked) -> Trace:
    """Requests of a batch job, which come all at once."""
    raise TableError(
        "requests of a batch job hold no times", where=a.where,
        value=", ".join(a.table.names)[:80],
        hint="give each a time (--columns arrival_s=NAME), or draw requests: --rate R --isl TOKENS "
        "--osl TOKENS",
    )  # fmt: skip
