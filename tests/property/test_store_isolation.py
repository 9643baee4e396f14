"""Nobody of one workspace sees or changes what another has, by whatever call with whatever id.

The calls are read from the class: a new one has to be put into one of the lists here.
"""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.errors import InputError
from outlay.results.kept.workbench import Assumed, Who
from outlay.store.errors import NotThere
from outlay.store.opened import Store, open_store
from support.stores import rows, run_files

NOBODYS = {
    "close": "of the process", "check_trail": "of the store's owner",
    "counts": "of the store's owner", "size": "of the store's owner",
    "check_files": "of the store's owner", "backup": "of the store's owner",
    "keeper": "of the store's owner",
    "first_admin": "of the machine's owner", "who_named": "of the door, which then knows who it is",
    "who_of": "of the door", "leave": "of who holds the secret",
    "take": "of workers", "beat": "of workers", "finish": "of workers", "fail": "of workers",
    "reap": "of workers",
}  # fmt: skip
"""Calls that are made in nobody's name, and why."""
MARK = "of-them-alone"


@dataclass
class Side:
    """A workspace: its admin, and the ids of what is in it by the name of the parameter."""

    who: Who
    ids: dict[str, list[str]] = field(default_factory=dict)


def furnished(store: Store, who: Who, mark: str) -> Side:
    """One of each thing, every text of which carries a mark."""
    study = store.add_study(who, mark, f"title: {mark}\n", {"a.txt": mark.encode()})
    value = Assumed("a", mark, mark, "", mark)
    store.save_scenario(who, study.id, mark, 0, mark, (value,))
    run = store.keep_run(who, run_files(), study.id, 1, name=mark)
    work = store.ask(who, "plan", study.id, {"set": [mark]})
    sweep = store.begin_sweep(who, mark, f'{{"a": "{mark}"}}', 3)
    both = store.begin_sweep(who, "the same in both", "{}", 3)
    for each in (sweep, both):
        store.put_rows(who, each, [(0, mark.encode())])
        store.quarantine(who, each, 1, mark)
    store.hand_in(who, mark, mark.encode())
    (reading,) = store.readings(who)
    store.keep_reading(who, reading.id, mark, mark)
    store.make_token(who, who.id, "viewer", 1.0, mark)
    (token,) = store.tokens(who)
    every = [study.id, run.id, work.id, sweep, token.id, who.id, reading.id, both]
    return Side(who, {"id": every, "study": [study.id], "who_id": [who.id], "token_id": [token.id]})


@pytest.fixture(scope="module")
def furnished_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Side, Side]:
    """A store, whoever asks, and the others, whose workspace came first or second."""
    path = tmp_path_factory.mktemp("two") / "store.db"
    store = open_store(str(path))
    first = store.first_admin(MARK)
    other = store.add_person(first, "me", "admin", "second")
    sides = furnished(store, other, "mine"), furnished(store, first, MARK)
    store.close()
    return path, *sides


def calls() -> dict[str, list[str]]:
    """Name of each call that is made in somebody's name, and of its other parameters."""
    found = {}
    for name, function in inspect.getmembers(Store, inspect.isfunction):
        if not name.startswith("_") and name not in NOBODYS:
            _self, who, *more = inspect.signature(function).parameters
            assert who in ("who", "by"), f"{name}: whose is it? Say so here, or in NOBODYS"
            found[name] = more
    return found


def given_to(
    name: str, ids: dict[str, list[str]], folder: Path, *, found: bool
) -> st.SearchStrategy[object]:
    """Values for a parameter, ids of both sides among them. found: whether a name of theirs is
    one to look for: where it is one to give, we would read our own later."""
    word = st.sampled_from(["mine", "new", "", *([MARK] if found else [])])
    known: dict[str, st.SearchStrategy[object]] = {
        **{k: st.sampled_from([*v, "0" * 32, ""]) for k, v in ids.items()},
        **dict.fromkeys(
            ["name", "title", "text", "note", "scenario", "said", "why", "study_text_hash"], word
        ),
        "version": st.sampled_from([None, 0, 1, 2]),
        "study_version": st.sampled_from([0, 1]), "after": st.sampled_from([0, 3]),
        "files": st.sampled_from([None, {"b.txt": b"b"}]),
        "role": st.sampled_from(["viewer", "admin"]),
        "workspace": st.sampled_from([None, "second", "home"]), "days": st.just(1.0),
        "kind": st.sampled_from(["plan", "token", "session"]), "case": st.integers(0, 2),
        "values": st.just(()), "changes": st.just(()), "folder_files": st.just(run_files()),
        "request": st.just({}), "spec_json": st.just("{}"), "n": st.just(3),
        "rows": st.just([(2, b"row")]), "folder": st.just(folder), "data": st.just(b"new"),
        "what": st.sampled_from(["claims", "page"]), "claims": st.just("{}"), "page": st.just("p"),
        "past": st.sampled_from([*ids["id"], ""]), "most": st.sampled_from([None, 1]),
    }  # fmt: skip
    assert name in known, f"say what {name} may be"
    return known[name]


def test_every_call_is_in_somebodys_name_or_says_why_not() -> None:
    assert len(calls()) > 25
    assert NOBODYS.keys() <= dict(inspect.getmembers(Store, inspect.isfunction)).keys()


def _of(side: Side, found: dict[str, list[tuple[object, ...]]]) -> dict[str, list[object]]:
    """Rows that say of themselves, or whose study says, that they are the side's."""
    own = {side.who.workspace, *side.ids["study"]}
    return {name: [r for r in lines if own & set(map(str, r))] for name, lines in found.items()}


@pytest.mark.parametrize("call", sorted(calls()))
def test_no_call_sees_or_changes_another_workspace(
    call: str, furnished_file: tuple[Path, Side, Side], tmp_path: Path
) -> None:
    path, me, them = furnished_file
    both = {k: me.ids[k] + them.ids[k] for k in me.ids}
    shutil.copy(path, tmp_path / "store.db")
    store = open_store(str(tmp_path / "store.db"))
    secrets = {MARK, them.who.id, them.who.workspace, *(set(them.ids["id"]) - set(me.ids["id"]))}
    held = _of(them, rows(store))
    assert all(held[k] for k in ("runs", "run_files", "works", "sweep_rows", "trail", "tokens"))
    names, found_by_name = calls()[call], call in ("scenario", "remove_scenario", "run_file")

    @settings(max_examples=6)
    @given(st.data())
    def tried(data: st.DataObject) -> None:
        asked = {
            n: data.draw(given_to(n, both, tmp_path / "out", found=found_by_name), n) for n in names
        }
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        try:
            found = getattr(store, call)(me.who, **asked)
            said = repr(list(found) if isinstance(found, Iterator) else found)
        except InputError as err:
            said = str(err)
        gave = {str(v) for v in asked.values()}
        assert not [s for s in secrets if s in said and s not in gave]
        assert _of(them, rows(store)) == held

    tried()
    store.close()


OF_AN_ID: dict[str, Callable[[Store, Who, str], object]] = {
    "study": lambda s, w, i: s.study(w, i), "run": lambda s, w, i: s.run(w, i),
    "work": lambda s, w, i: s.work(w, i), "sweep": lambda s, w, i: s.sweep(w, i),
    "token": lambda s, w, i: s.revoke(w, i), "person": lambda s, w, i: s.remove_person(w, i),
    "reading": lambda s, w, i: s.reading(w, i),
}  # fmt: skip


def test_another_workspaces_id_is_told_as_an_unknown_one(
    furnished_file: tuple[Path, Side, Side], tmp_path: Path
) -> None:
    path, me, them = furnished_file
    shutil.copy(path, tmp_path / "store.db")
    store = open_store(str(tmp_path / "store.db"))
    for run in store.runs(me.who):  # the same plan has the same id, whoever made it
        store.remove_run(me.who, run.id)
    for (what, ask), id in zip(OF_AN_ID.items(), them.ids["id"], strict=False):
        told = []
        for asked in (id, "0" * 32):
            with pytest.raises(NotThere) as err:
                ask(store, me.who, asked)
            told.append(str(err.value).replace(asked, "ID"))
        assert told[0] == told[1], what
    assert len(store.runs(them.who)) == 1
    store.close()
