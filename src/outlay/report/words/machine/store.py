"""What is said of the store of the workbench."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from outlay.core.ingest.names import shown
from outlay.report.words.language import Words, words
from outlay.report.words.machine.cache import size_text
from outlay.results.kept.storage import Storage
from outlay.results.kept.workbench import HeldRun, HeldToken

__all__ = ["store_lines"]

DIGITS = 12
"""Of a hash that people read."""


def store_lines(found: Storage, say: Words | None = None) -> Iterator[str]:
    """Where it is, and what came of what was asked."""
    say = say or words()
    if found.done in ("show", "check"):
        yield from _held(found, say)
    elif found.done == "runs":
        yield from (_run(r, say) for r in found.runs)
    elif found.done in ("people", "tokens"):
        yield from (say("kept.person", name=shown(w.name), role=say(f"kept.{w.role}"), id=w.id)
                    for w in found.people)  # fmt: skip
        yield from (_token(t, say) for t in found.tokens)
    else:
        yield from _done(found, say)
        return
    if found.done in ("runs", "tokens") and not (found.runs or found.tokens):
        yield say("kept.none")


def _held(found: Storage, say: Words) -> Iterator[str]:
    yield say("kept.place", place=found.place, database=found.database, revision=found.revision)
    for row in found.counts:
        what, n = say(f"kept.{row.name}"), f"{row.count:,}"
        if row.name == "files":
            yield "  " + say("kept.size", n=n, what=what, size=size_text(found.bytes, say))
        else:
            yield "  " + say("kept.count", n=n, what=what)
    if found.broken_line is not None:
        yield say("kept.broken_line", n=f"{found.broken_line:,}")
    for name in found.broken_files:
        yield say("kept.broken_file", file=name)
    if found.done == "check" and found.whole:
        yield say("kept.whole")


def _run(run: HeldRun, say: Words) -> str:
    key = "kept.run_named" if run.name else "kept.run"
    return say(key, id=run.id[:DIGITS], made=run.made_at[:16], name=run.name,
               title=shown(run.title))  # fmt: skip


def _token(token: HeldToken, say: Words) -> str:
    return say(
        "kept.token", id=token.id[:DIGITS], kind=say(f"kept.kind_{token.kind}"),
        name=shown(token.name), role=say(f"kept.{token.role}"), ends=token.ends_at[:10],
        said=shown(token.said),
    ).rstrip()  # fmt: skip


def _done(found: Storage, say: Words) -> Iterator[str]:
    """A line of what was changed or written."""
    for run in found.runs:
        key = "kept.imported" if found.done == "import" else "kept.exported"
        yield say(key, id=run.id[:DIGITS], path=found.written, title=shown(run.title))
    if found.left:
        yield say("kept.left", names=say.listed([shown(name) for name in found.left]))
    for who in found.people:
        name = shown(who.name)
        if found.secret:
            yield say("kept.secret", name=name)
            yield found.secret
        else:
            asked = _asked(name, found.workspace)
            key = "kept.added" if found.done == "add" else "kept.removed"
            yield say(key, name=name, role=say(f"kept.{who.role}"), asked=asked)
    for token in found.tokens:
        yield say("kept.revoked", name=shown(token.name))
    if found.done == "backup":
        yield say("kept.backed", path=found.written)


def _asked(name: str, workspace: str) -> str:
    """How a person is named in a command."""
    return shlex.quote(name) + (f" --workspace {shlex.quote(workspace)}" if workspace else "")
