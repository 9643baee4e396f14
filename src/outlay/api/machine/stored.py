"""The store of the workbench, looked after by its owner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar, cast

from outlay.api.asked import checked
from outlay.api.says import File, Says
from outlay.core.errors import InputError, Problem, UnknownNameError, nearest
from outlay.core.ingest.names import shown
from outlay.results.kept.storage import Done, Storage

if TYPE_CHECKING:
    from outlay.results.kept.workbench import Role, Who
    from outlay.store.opened import Store

__all__ = ["store"]

ROLES = ("viewer", "editor", "admin")


@checked
def store(
    do: Annotated[
        str,
        Says(
            "show, check, runs, export RUN, import FOLDER, backup, people, add NAME, remove NAME, "
            "tokens, token NAME or revoke TOKEN.", argument=True,
        ),
    ] = "show",
    of: Annotated[
        str | None, Says("The run, folder, person or token that it is done to.", argument=True)
    ] = None,
    *,
    at: Annotated[
        str | None,
        Says("Where it is: a file or postgresql://…; else $OUTLAY_STORE, or the user's.",
             flag="--store"),
    ] = None,
    out: Annotated[
        File | None, Says("The folder of `export`, the file of `backup`; neither may be there yet.")
    ] = None,
    role: Annotated[
        str | None,
        Says("What a new person (else editor) or token (else what the person may) may do: viewer, "
             "editor or admin.", among=ROLES),
    ] = None,
    workspace: Annotated[
        str | None,
        Says("Name of another workspace that it is done in; `add` makes one where there is none."),
    ] = None,
    days: Annotated[float, Says("How long a new token is good.", least=0.01, most=3660)] = 90.0,
    said: Annotated[str, Says("What a new token is for.")] = "",
) -> Storage:  # fmt: skip
    """Look after what the workbench keeps: studies, runs, people, and the trail of who did what.

    `show` says where it is and what it holds; `check` also reads every file and every line of the
    trail again, and ends with exit code 1 where one is not as it was put in. `export` writes the
    folder of a run as `outlay plan --out` wrote it, `import` takes one in. A token is printed once.

    Raises InputError for what is not there, StoreNewer for a store of a newer Outlay.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = store("add", "Olga", at=f"{folder}/store.db")
    >>> found.database, found.people[0].role
    ('sqlite', 'editor')
    """
    act = _act(do, of, None if out is None else Path(out))
    if workspace is not None and do in OF_ALL:
        raise InputError(Problem("is done to all workspaces", f"store {do}", workspace))
    asked = Asked(of or "", Path(out or ""), cast("Role | None", role), workspace, days, said)
    from outlay.store.opened import open_store

    url = _there(do, at)
    held = open_store(url)
    try:
        begun = Storage(
            place=held.shown, database=held.database, revision=held.revision, done=cast(Done, do),
            workspace=workspace or "",
        )  # fmt: skip
        me = held.first_admin(_name())
        if workspace is not None and do != ADDS:
            me = held.keeper(workspace)
        return act(held, me, asked, begun)
    finally:
        held.close()


def _act(do: str, of: str | None, out: Path | None) -> Act:
    """How it is done; raises InputError where what is named does not go with it."""
    if do not in ACTS:
        raise UnknownNameError(
            Problem("no such thing to do", "store", do[:80], ", ".join(ACTS), nearest(do, ACTS))
        )
    act, needs_of, needs_out = ACTS[do]
    if needs_of and not of:
        raise InputError(Problem("nothing is named", f"store {do}", allowed=needs_of))
    if of and not needs_of:
        raise InputError(Problem("takes no name", f"store {do}", of[:80]))
    if needs_out != (out is not None):
        what = "needs a place to write to" if needs_out else "writes nothing"
        raise InputError(Problem(what, "--out", "" if out is None else str(out)))
    return act


def _there(do: str, at: str | None) -> str:
    """The store's address; raises InputError where it would be made by who only looks."""
    from outlay.store.place import default_url, place_of

    place = place_of(at or default_url())
    if do not in MAKES and place.file is not None and not place.file.exists():
        raise InputError(
            Problem("there is no store yet", str(place.file), allowed="one that is there",
                    hint="`outlay serve`, `outlay store import` and `outlay store add` make one")
        )  # fmt: skip
    return place.url


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked beside what is to be done."""

    of: str
    out: Path
    role: Role | None
    workspace: str | None
    days: float
    said: str


def _show(held: Store, _me: Who, _asked: Asked, found: Storage) -> Storage:
    return replace(found, counts=held.counts(), bytes=held.size())


def _check(held: Store, me: Who, asked: Asked, found: Storage) -> Storage:
    shown = _show(held, me, asked, found)
    return replace(shown, broken_line=held.check_trail(), broken_files=held.check_files())


def _runs(held: Store, me: Who, _asked: Asked, found: Storage) -> Storage:
    return replace(found, runs=held.runs(me))


def _export(held: Store, me: Who, asked: Asked, found: Storage) -> Storage:
    run = _one(held.runs(me), asked.of, "run", lambda r: (r.id, r.name))
    held.export_run(me, run.id, asked.out)
    return replace(found, runs=(run,), written=str(asked.out))


def _import(held: Store, me: Who, asked: Asked, found: Storage) -> Storage:
    from outlay.runs.folder.verify import verify

    folder = Path(asked.of)
    return replace(found, runs=(held.import_run(me, folder),), left=verify(folder).extra)


def _backup(held: Store, _me: Who, asked: Asked, found: Storage) -> Storage:
    held.backup(asked.out)
    return replace(found, written=str(asked.out))


def _people(held: Store, me: Who, _asked: Asked, found: Storage) -> Storage:
    return replace(found, people=held.people(me))


def _add(held: Store, me: Who, asked: Asked, found: Storage) -> Storage:
    who = held.add_person(me, asked.of, asked.role or "editor", asked.workspace)
    return replace(found, people=(who,))


def _remove(held: Store, me: Who, asked: Asked, found: Storage) -> Storage:
    who = _one(held.people(me), asked.of, "person", lambda w: (w.id, w.name))
    held.remove_person(me, who.id)
    return replace(found, people=(who,))


def _tokens(held: Store, me: Who, _asked: Asked, found: Storage) -> Storage:
    return replace(found, tokens=held.tokens(me))


def _token(held: Store, me: Who, asked: Asked, found: Storage) -> Storage:
    who = _one(held.people(me), asked.of, "person", lambda w: (w.id, w.name))
    secret = held.make_token(me, who.id, asked.role or who.role, asked.days, asked.said)
    return replace(found, people=(who,), secret=secret)


def _revoke(held: Store, me: Who, asked: Asked, found: Storage) -> Storage:
    token = _one(held.tokens(me), asked.of, "token", lambda t: (t.id, t.said))
    held.revoke(me, token.id)
    return replace(found, tokens=(token,))


Act = Callable[["Store", "Who", "Asked", Storage], Storage]
ACTS: dict[str, tuple[Act, str, bool]] = {
    "show": (_show, "", False), "check": (_check, "", False), "runs": (_runs, "", False),
    "export": (_export, "a run's id, its beginning, or its name", True),
    "import": (_import, "the folder of a run", False), "backup": (_backup, "", True),
    "people": (_people, "", False), "add": (_add, "a name", False),
    "remove": (_remove, "a person's name", False), "tokens": (_tokens, "", False),
    "token": (_token, "a person's name", False),
    "revoke": (_revoke, "a token's id, its beginning, or what it is for", False),
}  # fmt: skip
"""What can be done: how, to what, and whether it writes a file."""
OF_ALL = ("show", "check", "backup")
"""What looks at the whole store."""
ADDS = "add"
"""What makes a workspace where there is none of its name."""
MAKES = ("import", "add")
"""What begins a store where there is none."""
T = TypeVar("T")
SHORTEST = 6
"""Letters of an id's beginning that are taken for it."""


def _one(rows: Sequence[T], named: str, what: str, names: Callable[[T], tuple[str, str]]) -> T:
    """The one row that a name or the beginning of an id means."""
    found = [r for r in rows if named in names(r)] or [
        r for r in rows if len(named) >= SHORTEST and names(r)[0].startswith(named)
    ]
    if len(found) == 1:
        return found[0]
    known = [n for r in rows for n in names(r) if n]
    if found:
        raise InputError(
            Problem(f"more than one {what}", value=named[:80],
                    allowed=", ".join(names(r)[0] for r in found[:5]))
        )  # fmt: skip
    raise UnknownNameError(
        Problem(f"no such {what}", value=shown(named)[:80], allowed=", ".join(known[:10]),
                hint=nearest(named, known))
    )  # fmt: skip


def _name() -> str:
    """What the user of this machine is called in the trail."""
    import getpass

    try:
        return getpass.getuser() or "admin"
    except (KeyError, OSError, ImportError):  # a container's user without a name
        return "admin"
