"""What `make fuzz` says of itself: counts as far as it came, and the table of the page."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.counting import FOLDER, PAGE, Count, kept, lines, rows_of, with_rows
from support.readers import READERS
from support.shared import ROOT

MANY = 1_000_000


def test_interrupted_it_says_what_it_came_to(tmp_path: Path) -> None:
    """`make fuzz` with the tools of this environment, of one quick reader."""
    folder, page = tmp_path / "counts", tmp_path / "page.md"
    folder.mkdir()
    page.write_text(with_rows(PAGE.read_text("utf-8"), [], [], ""), "utf-8")
    known = {
        FOLDER: str(folder), "FUZZ_PAGE": str(page), "PYTEST_ADDOPTS": "-k language",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path]),
    }  # fmt: skip
    asked = ["make", "-o", ".venv/.dev", "fuzz", f"BIN={Path(sys.executable).parent}",
             f"FUZZ={MANY}", "JOBS=1"]  # fmt: skip
    process = subprocess.Popen(
        asked, cwd=ROOT, env={**os.environ, **known}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    while process.poll() is None and not any(c.tried > 100 for c in kept(str(folder))):
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=120)
    assert process.returncode != 0
    (count,) = kept(str(folder))
    assert count.name == "language"
    assert 100 < count.tried < MANY
    assert lines([count])[0] in said, said
    (row,) = rows_of(page.read_text("utf-8")).values()
    assert row[:2] == ("language", f"{count.tried:,}")


def test_the_page_keeps_the_larger_run_and_no_reader_that_is_gone() -> None:
    page = PAGE.read_text(encoding="utf-8")
    new = [Count("date", 7, 3, 2.4), Count("gone", 9, 9, 1.0), Count("period", 9, 1, 1.0, True)]
    blank = with_rows(page, [], [], "")
    assert rows_of(blank) == {}
    once = with_rows(blank, new, READERS, "2026-01-01")
    assert rows_of(once) == {"date": ("date", "7", "3", "4", "2", "2026-01-01")}
    fewer = with_rows(once, [Count("date", 6, 6, 9.0)], READERS, "2026-01-02")
    assert fewer == once
    more = with_rows(once, [Count("date", 12_000, 6, 9.0)], READERS, "2026-01-02")
    assert rows_of(more)["date"] == ("date", "12,000", "6", "11,994", "9", "2026-01-02")
    assert with_rows(more, [], [], "") == blank
    assert with_rows(more, [], READERS, "") == more


def test_the_page_has_a_row_for_every_reader() -> None:
    rows = rows_of(PAGE.read_text(encoding="utf-8"))
    assert list(rows) == list(READERS)


def test_counts_outlive_their_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    code = "from support.counting import Count; c = Count('a/b c'); c.add(taken=True); import os; "
    known = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), *sys.path])}
    subprocess.run([sys.executable, "-c", code + "os._exit(9)"], check=False, env=known)
    (count,) = kept(str(tmp_path))
    assert (count.name, count.tried, count.taken, count.found) == ("a/b c", 1, 1, False)
