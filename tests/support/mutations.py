"""Small changes of valid inputs: of their bytes, of the tree that JSON or YAML holds, of tables."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from hypothesis import strategies as st

__all__ = [
    "JSON",
    "Change",
    "changes",
    "json_of",
    "of_bytes",
    "of_table",
    "of_text",
    "of_tree",
    "pieces",
    "turned",
]

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
Change: TypeAlias = tuple[int, int, int]
"""What is done, where (any whole number: it is taken modulo), and with what."""

PIECES: tuple[bytes, ...] = (
    b"", b"\0", b"\n", b"\r", b"\t", b" ", b'"', b"'", b",", b":", b"-", b"#", b"&a", b"*a", b"[",
    b"]", b"{", b"}", b"!!python/object", b"%", b"\\u0000", b"\xff", b"\xc3", b"\xed\xa0\x80",
    b"\xef\xbb\xbf", b"NaN", b"inf", b"-1", b"0", b"1e400", b"1e308", b"5e-324", b"9" * 400,
    b"1_000", b"0x10", b"1,5", "¥".encode(), "½".encode(), "١٢".encode(), "\u202e".encode(),
    "\u2028".encode(), "🙂".encode(), "一亿".encode(), b"null", b"true", b"~", b"../x", b"/",
    b"=1+1", b"<b>", b"[/b]", b"{0}", b"{x.__class__}", b"%s", b"\x1b[31m", b"A" * 5000, b"[" * 200,
    b"9999-12-31", b"2026-02-30", b"-0", b"1e3", b"100 %", b"$", b"USD", b"bn", b"||", b"<<: *a",
    b"0000", b"9999", b"--as-of", b"9" * 4_300,
)  # fmt: skip
"""What is put somewhere: bytes that readers of text have stumbled over."""

VALUES: tuple[JSON, ...] = (
    None, True, False, 0, -1, 1, 2, 0.5, -0.0, 1e-320, 1e99, -1e99, 1e308, 10**18, 10**30, 10**400,
    -(2**63), "", " ", "x", "0", "-1", "nan", "NaN", "inf", "1e400", "1 USD", "12 %", "1bn USD",
    "¥5", "5 €/h", "3 MW", "2026-Q1", "2026-13", "9999-12-31", "0001-01-01", "0000", "9999",
    "2026-02-30", "\0",
    "\n", "\r", "\ud800", "\u202e", "=1+1", "a@b@c", "a:b:c", "a.b.c", "a/b", "../../x", "~",
    "[/b]", "<script>", "{", "{0}", "{x}", "%(a)s", "🙂", "数", "A" * 3000, "a@" * 600, [], {},
    [[]], [None], [1, 2], ["a", "a"], {"a": 1}, {"": None}, {"low": 5, "high": 1},
    {"low": 1, "base": 2, "high": 3},
)  # fmt: skip
"""What stands instead of a value."""


def changes(most: int = 4) -> st.SearchStrategy[list[Change]]:
    """A few changes; small numbers shrink best."""
    number = st.integers(0, 2**20)
    return st.lists(st.tuples(st.integers(0, 63), number, number), min_size=1, max_size=most)


def turned(asked: Sequence[Change], turn: int) -> list[Change]:
    """Other changes made of some, for each turn its own; in turn 0 these."""
    step = turn * 0x9E37_79B1
    return [
        ((how + turn * (7 + i)) % 64, where + step % 1009 * (i + 1), what + step % 997)
        for i, (how, where, what) in enumerate(asked)
    ]


def pieces() -> st.SearchStrategy[bytes]:
    """Bytes from nothing, or of pieces that mean something to some reader."""
    made = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)), max_size=12)
    return st.one_of(st.binary(max_size=200), made.map(b"".join))


def of_bytes(data: bytes, asked: Sequence[Change]) -> bytes:
    """Bytes flipped, put in, taken out, doubled, cut off."""
    out = bytearray(data)
    for how, where, what in asked:
        at = where % (len(out) + 1)
        step = how % 6
        if step == 0:
            out[at:at] = PIECES[what % len(PIECES)]
        elif step == 1:
            out[at : at + 1] = PIECES[what % len(PIECES)]
        elif step == 2:
            del out[at : at + 1 + what % 40]
        elif step == 3:
            out[at:at] = out[at : at + 1 + what % 200]
        elif step == 4 and at < len(out):
            out[at] ^= 1 << what % 8
        elif what % 4 == 0:
            del out[at:]
    return bytes(out)


def of_text(text: str, asked: Sequence[Change]) -> str:
    """The same of a text; bytes that are none become marks."""
    return of_bytes(text.encode("utf-8", "surrogatepass"), asked).decode("utf-8", "replace")


def of_table(data: bytes, asked: Sequence[Change]) -> bytes:
    """Cells, rows and columns of a CSV changed, doubled, left out, put in another order."""
    rows = list(csv.reader(io.StringIO(data.decode()), strict=False))
    for how, where, what in asked:
        at = where % max(1, len(rows)) if how % 3 else 0  # the header, as often as not
        cells = rows[at] if rows else []
        place = what % max(1, len(cells))
        piece = PIECES[what % len(PIECES)].decode("utf-8", "replace")
        step = how % 8
        if step in (0, 1) and cells:
            cells[place] = piece
        elif step == 2 and cells:
            cells[place] = cells[place] + piece
        elif step == 3 and cells:
            del cells[place]
        elif step == 4:
            cells.insert(place, cells[place] if cells else piece)
        elif step == 5:
            rows.insert(at, list(cells))
        elif step == 6 and rows:
            del rows[at]
        elif cells:  # two columns change places in every row
            for row in rows:
                if len(row) > 1:
                    a, b = where % len(row), what % len(row)
                    row[a], row[b] = row[b], row[a]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def of_tree(value: JSON, asked: Sequence[Change]) -> JSON:
    """Values of a tree, which is changed, put in another's place, doubled, left out, renamed, of
    other types."""
    tree: list[JSON] = [value]
    for how, where, what in asked:
        places = list(_places(tree))
        if not places:
            break
        holder, key = places[where % len(places)]
        _change(holder, key, how, what, _at(*places[what % len(places)]))
    return tree[0] if tree else None


def json_of(value: JSON) -> bytes:
    """As JSON text; half characters as escapes."""
    return json.dumps(value, ensure_ascii=True).encode()


Holder: TypeAlias = "list[JSON] | dict[str, JSON]"


def _places(value: JSON) -> Iterator[tuple[Holder, int | str]]:
    """Every place of a tree where something stands, in order."""
    if isinstance(value, dict):
        for key in list(value):
            yield value, key
            yield from _places(value[key])
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield value, i
            yield from _places(item)


def _at(holder: Holder, key: int | str) -> JSON:
    """What stands there; None where a change before took it away."""
    try:
        return holder[key]  # type: ignore[index, call-overload, no-any-return]
    except (KeyError, IndexError):
        return None


def _change(holder: Holder, key: int | str, how: int, what: int, other: JSON) -> None:
    held = _at(holder, key)
    step = how % 10
    if step == 0:
        del holder[key]  # type: ignore[arg-type]
    elif step == 1 and isinstance(holder, list):
        holder.insert(int(key), copy.deepcopy(held))
    elif step == 2 and isinstance(holder, dict):
        name = VALUES[what % len(VALUES)]
        holder[name if isinstance(name, str) else f"{key}x"] = holder.pop(str(key))
    elif step == 3:
        holder[key] = copy.deepcopy(other)  # type: ignore[index]
    elif step == 4 and isinstance(held, list):
        held.reverse()
    elif step == 5 and isinstance(held, int | float) and not isinstance(held, bool):
        by = (0, -1, 2, 0.5, 1e9, -1e9, 1e-9, 1 + 1e-12)[what % 8]
        holder[key] = held * by if abs(held) < 1e100 else 0  # type: ignore[index]
    elif step == 6 and isinstance(held, str):
        holder[key] = held + str(VALUES[what % len(VALUES)])  # type: ignore[index]
    elif step == 7 and isinstance(held, list | dict):
        held.clear()
    else:
        holder[key] = copy.deepcopy(VALUES[what % len(VALUES)])  # type: ignore[index]
