"""Read request traces: plain tables, Azure, BurstGPT, Mooncake, prefix trees, recorded sessions.

The form is found from the names of the columns, and every reader refuses what it cannot take
exactly, naming file, line and column. What is left out (columns nobody reads, requests that a form
marks as failed) is named in a warning that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from outlay.core.errors import TableError
from outlay.serving.tables.opening import open_table
from outlay.serving.tables.wanted import Table, once
from outlay.serving.traffic import forms
from outlay.serving.traffic.forms import Trace

__all__ = ["Trace", "load_trace"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of trace: the columns that tell it (bare names), and its reader.

    block: tokens of a prefix block where the file does not say.
    """

    told_by: frozenset[str]
    read: Callable[[forms.Asked], Trace]
    block: int = 512
    json_only: bool = False


FORMS = (
    Form(frozenset({"contexttokens"}), forms.azure),
    Form(frozenset({"requesttokens"}), forms.burstgpt),
    Form(frozenset({"raterps", "windowstarts"}), forms.refuse_clients),
    Form(frozenset({"chatid", "parentchatid"}), forms.refuse_bailian),
    Form(frozenset({"timestamp", "inputlength", "outputlength"}), forms.mooncake, json_only=True),
    Form(frozenset({"sessionid", "turn"}), forms.sessions, block=64),
    Form(frozenset({"prefixparent"}), forms.tree),
    Form(frozenset(), forms.plain),
)
"""The first whose columns are all there is taken."""


def load_trace(
    path: str | Path, *, data: bytes | None = None, sort: bool = False,
    block_tokens: int | None = None,
) -> Trace:  # fmt: skip
    """Read the trace at `path`, finding its form from its columns.

    data: the bytes that were read there already. sort: accept times that fall, and order by time.
    block_tokens: size of prefix blocks where the file does not say. Raises TableError,
    TooLargeError.
    """
    if block_tokens is not None and not 1 <= block_tokens <= 1_000_000:
        raise TableError("tokens of a block", value=str(block_tokens), allowed="1 to 1,000,000")
    with open_table(path, data=data) as table:
        names = once(table.names, table.header_at)
        form = _form(table, names)
        return form.read(forms.Asked(table, names, sort, block_tokens or form.block))


def _form(table: Table, names: Mapping[str, str]) -> Form:
    lines = table.form == "JSON lines"
    return next(f for f in FORMS if f.told_by <= names.keys() and (lines or not f.json_only))
