"""Entries of the cache that are not as they were written: nothing, worked out again, replaced."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from outlay.core.ingest import sealed
from outlay.core.ingest.sealed import entry, keep, seal, with_seal, without_seal
from outlay.planning.solver.basis import Basis
from outlay.planning.solver.tree.recall import Known
from outlay.results.plans.rows import Cell
from outlay.runs.solved import NAMES, Solved, read_entry
from outlay.serving import store
from outlay.serving.engine import jit

KEY, OTHER = "ab" * 16, "cd" * 16
CELL = Cell("chat/decode", "h200-sxm", 100.0, 80.0, 120.0, 0.9, 8, 600.0, "HBM", "simulated", "")
KNOWN = Known(
    np.array([1.0, 2.0]), np.array([3.0]), np.array([4.0, 5.0]),
    Basis(np.array([0, 1], np.int8), np.array([1], np.int8)), "dual", 7, {(0, 1): 2.5}, {},
)  # fmt: skip


class Kept:
    """One kind of entry: how it is kept, read, and where it lies."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.path = store.place_of(folder, KEY) if name == "capacity" else folder / f"{KEY}.npz"

    def save(self, key: str = KEY) -> None:
        if self.name == "capacity":
            store.save(self.folder, key, CELL)
        else:
            Solved(self.folder).save(key, KNOWN)

    def read(self) -> object:
        if self.name == "capacity":
            return store.load(self.folder, KEY)
        return Solved(self.folder).load(KEY)

    def is_right(self) -> bool:
        found = self.read()
        if isinstance(found, Known):
            return found.costs == KNOWN.costs and np.array_equal(found.x, KNOWN.x)
        return found == CELL


@pytest.fixture(params=["capacity", "solved"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    made = Kept(request.param, tmp_path / "cache")
    made.save()
    assert made.is_right()
    return made


def of_another_key(kept: Kept) -> None:
    kept.save(OTHER)
    os.replace(next(kept.folder.rglob(f"{OTHER}.*")), kept.path)


def a_pipe(kept: Kept) -> None:
    kept.path.unlink()
    os.mkfifo(kept.path)


def a_folder(kept: Kept) -> None:
    kept.path.unlink()
    kept.path.mkdir()


def a_link(kept: Kept) -> None:
    away = kept.folder.parent / "elsewhere"
    os.replace(kept.path, away)
    kept.path.symlink_to(away)


def a_device(kept: Kept) -> None:
    kept.path.unlink()
    kept.path.symlink_to("/dev/zero")


def a_gigabyte(kept: Kept) -> None:
    with kept.path.open("r+b") as file:
        file.truncate(1 << 30)


def text(raw: bytes) -> Callable[[Kept], None]:
    return lambda kept: kept.path.write_bytes(raw)  # type: ignore[return-value]


def torn(kept: Kept) -> None:
    kept.path.write_bytes(kept.path.read_bytes()[:-9])


def one_bit(kept: Kept) -> None:
    raw = bytearray(kept.path.read_bytes())
    raw[len(raw) // 3] ^= 1
    kept.path.write_bytes(bytes(raw))


SPOILT: dict[str, Callable[[Kept], None]] = {
    "empty": text(b""),
    "another shape": text(b'{"units_per_chip": 1}'),
    "a list": text(b"[1, 2]"),
    "not a number": text(b'{"key": "x", "seal": "y", "cell": NaN}'),
    "an object of Python": text(b"\x80\x04cos\nsystem\n(S'true'\ntR."),
    "deep": text(b"[" * 100_000),
    "torn": torn,
    "one bit": one_bit,
    "of another key": of_another_key,
    "a pipe": a_pipe,
    "a folder": a_folder,
    "a link": a_link,
    "a device": a_device,
    "a gigabyte": a_gigabyte,
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_entry_reads_as_nothing_and_is_replaced(kept: Kept, how: str) -> None:
    SPOILT[how](kept)
    assert kept.read() is None
    kept.save()
    assert kept.is_right()
    assert kept.path.is_file()
    assert not kept.path.is_symlink()
    if how == "a link":  # what it led to is not ours to write
        assert (kept.folder.parent / "elsewhere").is_file()


def test_a_folder_that_holds_something_is_left_alone(kept: Kept) -> None:
    a_folder(kept)
    (kept.path / "mine").write_text("kept")
    kept.save()
    assert kept.read() is None
    assert (kept.path / "mine").read_text() == "kept"
    assert not list(kept.folder.rglob("*.tmp"))


@pytest.mark.parametrize(
    "changed",
    [
        {"units_per_chip": 110.0}, {"watts_per_chip": 601.0}, {"why_not": "none"},
        {"chips_per_replica": 4}, {"chip": "h100-sxm"},
    ],
)  # fmt: skip
def test_a_capacity_with_other_numbers_is_noticed(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    store.save(tmp_path, KEY, CELL)
    path = store.place_of(tmp_path, KEY)
    held = json.loads(path.read_text())
    assert (held["key"], held["cell"]) == (KEY, asdict(CELL))
    path.write_text(json.dumps({**held, "cell": {**held["cell"], **changed}}))
    assert store.load(tmp_path, KEY) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"units_per_chip": float("nan")}, {"units_per_chip": float("inf")},
        {"units_per_chip": "100"}, {"units_per_chip": True}, {"low": 101.0}, {"high": 99.0},
        {"load_factor": -0.1}, {"chips_per_replica": 8.0}, {"bound_by": None}, {"more": 1},
    ],
)  # fmt: skip
def test_a_sealed_cell_of_another_form_is_none(tmp_path: Path, changed: dict[str, object]) -> None:
    """What an earlier version of the program might have sealed."""
    cell = {**asdict(CELL), **changed}
    line = {"key": KEY, "seal": seal(KEY, json.dumps(cell, sort_keys=True).encode()), "cell": cell}
    path = store.place_of(tmp_path, KEY)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(line))
    assert store.load(tmp_path, KEY) is None


def test_an_entry_without_a_seal_is_none(tmp_path: Path) -> None:
    """As they were written before there were seals."""
    path = store.place_of(tmp_path, KEY)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(asdict(CELL)))
    assert store.load(tmp_path, KEY) is None
    out = io.BytesIO()
    np.savez_compressed(out, x=KNOWN.x)
    (tmp_path / f"{KEY}.npz").write_bytes(out.getvalue())
    assert Solved(tmp_path).load(KEY) is None


def test_a_sealed_programme_of_another_form_is_none(tmp_path: Path) -> None:
    path = tmp_path / f"{KEY}.npz"
    for data in (b"", b"no archive", with_seal(KEY, b"")):
        path.write_bytes(with_seal(KEY, data))
        assert read_entry(path) is None
    out = io.BytesIO()
    np.savez(out, x=np.array([{"any": "object"}], dtype=object))
    path.write_bytes(with_seal(KEY, out.getvalue()))
    assert read_entry(path) is None


@pytest.mark.parametrize("name", ["iterations", "leaves", "ends", "alone"])
@pytest.mark.parametrize("value", [np.inf, np.nan, 1e300, 0.5])
def test_a_programme_of_numbers_that_count_nothing_is_no_entry(
    tmp_path: Path, name: str, value: float
) -> None:
    """Under a seal that is right."""
    arrays = {n: np.array([1.0]) for n in NAMES}
    arrays["method"] = np.frombuffer(b"simplex", np.uint8).astype(float)
    path = tmp_path / f"{KEY}.npz"

    def kept() -> Known | None:
        out = io.BytesIO()
        np.savez(out, allow_pickle=False, **arrays)  # type: ignore[arg-type]
        path.write_bytes(with_seal(KEY, out.getvalue()))
        return read_entry(path)

    assert kept() is not None
    arrays[name] = np.array([value])
    assert kept() is None


def test_a_seal_is_of_its_key_and_its_data() -> None:
    raw = with_seal("one", b"data")
    assert without_seal("one", raw) == b"data"
    assert without_seal("two", raw) is None
    assert without_seal("one", raw[:-1]) is None
    assert without_seal("one", b"x" + raw) is None
    assert without_seal("one", b"") is None


@pytest.mark.parametrize("number", [28, 30, 13, 5])  # full, read only, not permitted, broken
def test_a_cache_that_cannot_be_written_is_no_error(
    kept: Kept, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(sealed.os, "replace", fails)
    kept.save()
    assert kept.is_right()  # the entry that was there
    assert not list(kept.folder.rglob("*.tmp"))


def test_a_cache_on_a_full_disk_is_no_error(tmp_path: Path) -> None:
    """The kernel's own limit of a file's size: the write itself fails."""
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from outlay.core.ingest.sealed import keep\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "print(keep(Path(sys.argv[1]), b'x' * 5000))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a" / "entry")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "False\n"
    assert list((tmp_path / "a").iterdir()) == []


def test_a_read_only_cache_is_read(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr(os, "utime", refuse)
    assert kept.is_right()


@pytest.mark.parametrize("what", ["a file", "a link without an end", "below a file"])
def test_a_cache_that_is_no_folder_keeps_nothing(tmp_path: Path, what: str) -> None:
    root = tmp_path / "cache"
    if what == "a link without an end":
        root.symlink_to(root)
    else:
        root.write_text("mine")
    for name in ("capacity", "solved"):
        one = Kept(name, root / "deeper" if what == "below a file" else root)
        one.save()
        assert one.read() is None
    assert root.is_symlink() or root.read_text() == "mine"


def test_writers_at_once_leave_one_whole_entry(tmp_path: Path) -> None:
    cells = [replace(CELL, watts_per_chip=600.0 + i) for i in range(8)]
    seen: list[Cell | None] = []

    def work(cell: Cell) -> None:
        for _ in range(40):
            store.save(tmp_path, KEY, cell)
            seen.append(store.load(tmp_path, KEY))

    threads = [threading.Thread(target=work, args=(c,)) for c in cells]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(seen) == 320
    assert all(c in cells for c in seen)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [f"{KEY}.json"]


def test_nothing_is_kept_for_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("OUTLAY_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert store.default_folder() is None
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert store.default_folder() is None
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/somewhere")
    assert store.default_folder() == Path("/var/somewhere/outlay")


# --- compiled code -------------------------------------------------------------------------------


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """A function that is compiled anew each time, with the cache that the engine has."""
    monkeypatch.setattr(jit, "_folder", lambda: str(tmp_path / "numba"))

    def tripled(x: float) -> float:
        return x * 3.0

    def made() -> object:
        return jit.jit(tripled)

    return made


def hits(function: object) -> int:
    return sum(function.stats.cache_hits.values())  # type: ignore[attr-defined]


def test_compiled_code_is_found_again(compiled: Callable[[], Callable[[float], float]]) -> None:
    first, second = compiled(), compiled()
    assert first(2.0) == second(2.0) == 6.0
    assert (hits(first), hits(second)) == (0, 1)


@pytest.mark.parametrize("how", [k for k in SPOILT if k != "of another key"])
def test_spoilt_code_is_not_run_and_is_compiled_again(
    compiled: Callable[[], Callable[[float], float]], tmp_path: Path, how: str
) -> None:
    assert compiled()(2.0) == 6.0
    kept = Kept("solved", tmp_path / "numba")
    (kept.path,) = (tmp_path / "numba").iterdir()
    SPOILT[how](kept)
    again = compiled()
    assert again(2.0) == 6.0
    assert hits(again) == 0
    last = compiled()
    assert last(2.0) == 6.0
    assert hits(last) == 1


def test_code_that_another_user_compiled_is_not_run(
    compiled: Callable[[], Callable[[float], float]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    assert compiled()(2.0) == 6.0
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    (path,) = (tmp_path / "numba").iterdir()
    if path.stat().st_uid == 0:  # a test that root runs: what root wrote is the system's
        os.chown(path, 4343, -1)
    again = compiled()
    assert again(2.0) == 6.0
    assert hits(again) == 0


def test_a_large_entry_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "entry"
    assert keep(path, b"12345")
    assert entry(path, 5) == b"12345"
    assert entry(path, 4) is None
