"""The cache folder is looked at and cleared by place and name: nothing else of it is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import outlay
from outlay.app.cli.main import main
from outlay.core.errors import UnknownNameError
from outlay.core.ingest.sealed import keep, with_seal
from outlay.results.machine.cache import Shelf
from outlay.results.plans.rows import Cell
from outlay.runs import caches
from outlay.runs.caches import shelves
from outlay.serving import store

KEY = "ab" * 16
CELL = Cell("chat/decode", "h200-sxm", 100.0, 80.0, 120.0, 0.9, 8, 600.0, "HBM", "simulated", "")
FORMER = f"numba/{'1' * 16}/engine_{'2' * 40}"
OURS = (
    f"capacity/cd/{'cd' * 16}.json", "capacity/cd/tmpab12_x9z.tmp", f"solved/{KEY}.npz",
    "solved/tmpabcdefgh.tmp", f"numba/{'1' * 16}/run_pool-{KEY}.bin",
    f"{FORMER}/fleet.run_pool-389.py311.nbi", f"{FORMER}/fleet.run_pool-389.py311.1.nbc",
)  # fmt: skip
FOREIGN = (
    "notes.txt", f"{KEY}.npz", "capacity/list.json", f"capacity/{KEY}.json",
    "capacity/cd/mine.json",
    f"capacity/cd/deeper/{KEY}.json", f"capacity/cd/{KEY}.json.bak", "solved/mine.npz",
    f"solved/more/{KEY}.npz", "numba/mine.bin", f"numba/{'1' * 16}/thesis.nbi", "other/file",
    f"solved/{KEY.upper()}.npz", "capacity/cd/tmpab12_x9z.tmp.d",
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A cache folder in which others keep things too; one capacity and one code are whole."""
    root = tmp_path / "cache"
    for name in (*OURS, *FOREIGN):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"12345")
    store.save(root, KEY, CELL)
    code = root / OURS[4]
    assert keep(code, with_seal(code.stem, b"code"))
    return root


def there(root: Path) -> set[str]:
    return {p.relative_to(root).as_posix() for p in root.rglob("*") if not p.is_dir()}


def test_what_is_kept_is_counted_and_what_is_not_whole(root: Path) -> None:
    before = there(root)
    whole = len(store.place_of(root, KEY).read_bytes())
    code = len((root / OURS[4]).read_bytes())
    assert shelves(root) == (
        Shelf(name="capacity", entries=3, bytes=whole + 10, damaged=1, foreign=6),
        Shelf(name="solved", entries=2, bytes=10, damaged=1, foreign=3),
        Shelf(name="numba", entries=3, bytes=code + 10, damaged=2, foreign=2),
    )
    assert there(root) == before


def test_only_files_of_ours_are_removed(root: Path) -> None:
    done = shelves(root, clear=True)
    assert [(s.removed, s.stuck) for s in done] == [(3, 0), (2, 0), (3, 0)]
    assert [s.removed_bytes for s in done] == [s.bytes for s in done]
    assert there(root) == set(FOREIGN)
    assert [(s.entries, s.removed) for s in shelves(root, clear=True)] == [(0, 0)] * 3


def test_folders_of_ours_go_where_they_are_empty(tmp_path: Path) -> None:
    for name in OURS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12345")
    (tmp_path / "solved" / "mine").mkdir()
    shelves(tmp_path, clear=True)
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")] == [
        "solved", "solved/mine"
    ]  # fmt: skip


def test_no_link_is_followed_and_none_is_removed(tmp_path: Path) -> None:
    root, away = tmp_path / "cache", tmp_path / "away"
    (away / "cd").mkdir(parents=True)
    for name in (f"cd/{'cd' * 16}.json", f"{KEY}.npz"):
        (away / name).write_bytes(b"mine")
    root.mkdir()
    (root / "capacity").symlink_to(away)  # a shelf that leads elsewhere
    (root / "solved").mkdir()
    (root / "solved" / f"{KEY}.npz").symlink_to(away / f"{KEY}.npz")  # an entry that does
    (root / "numba").mkdir()
    (root / "numba" / ("1" * 16)).symlink_to(away)  # a folder of entries that does
    os.mkfifo(root / "solved" / f"{'cd' * 16}.npz")
    done = shelves(root, clear=True)
    assert [(s.entries, s.removed, s.damaged) for s in done] == [(0, 0, 0), (0, 0, 2), (0, 0, 0)]
    assert len(there(away)) == 2
    assert len(list(root.rglob("*"))) == 6


@pytest.mark.parametrize("what", ["missing", "a file", "a circle", "too long"])
def test_a_cache_that_is_no_folder_holds_nothing(tmp_path: Path, what: str) -> None:
    root = tmp_path / ("x" * 300 if what == "too long" else "cache")
    if what == "a file":
        root.write_text("mine")
    elif what == "a circle":
        root.symlink_to(root)
    assert [(s.entries, s.stuck) for s in shelves(root, clear=True)] == [(0, 0)] * 3
    assert what != "a file" or root.read_text() == "mine"


def test_the_command_says_what_was_removed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OUTLAY_CACHE", str(root))
    n = len(store.place_of(root, KEY).read_bytes()) + 10
    for asked, said in (
        ((), f"  capacities that were simulated: 3 files, {n} B; not whole or of an earlier "
             "version: 1; they are worked out again; 6 of others are left alone"),
        (("clear",), f"  capacities that were simulated: 3 files removed, {n} B; 6 of others are "
                     "left alone"),
        (("clear",), "There was nothing to remove."),
    ):  # fmt: skip
        with pytest.raises(SystemExit) as done:
            main(["cache", *asked])
        assert done.value.code == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == str(root)
        assert said in lines


def test_what_cannot_be_removed_is_said_and_ends_with_one(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OUTLAY_CACHE", str(root))
    monkeypatch.setattr(caches, "_removed", lambda _: False)
    with pytest.raises(SystemExit) as done:
        main(["cache", "clear"])
    assert done.value.code == 1
    assert "0 files removed, 0 B; 3 could not be removed" in capsys.readouterr().out


def test_another_thing_to_do_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'clear'"):
        outlay.cache("claer")
    monkeypatch.setenv("OUTLAY_CACHE", "off")
    assert (outlay.cache("clear").folder, outlay.cache("clear").shelves) == ("", ())
