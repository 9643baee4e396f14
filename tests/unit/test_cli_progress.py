"""What a pipe and a terminal are shown of progress, by a clock of the test's own."""

from __future__ import annotations

import io

import pytest

from outlay.app.cli import progress as module
from outlay.app.cli.progress import Shown
from outlay.core.progress import Told


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_a_pipe_gets_stages_at_once_and_counts_now_and_then(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = Shown()
    shown(Told("reading", stage="load", share=0.0, step=0.1))
    clock.now += 4.0
    shown(Told("solving", stage="solve", share=0.1, step=0.8))
    for done in range(1, 20):
        clock.now += 0.1
        shown(Told(f"branches: {done} of 20", done=done, total=20, share=0.1 + 0.04 * done))
    shown("note: a file was passed over")
    assert (
        capsys.readouterr().err.splitlines()
        == [
            "  0 %  reading",
            " 10 %  solving (about 36 s left)",  # 4 s for a tenth
            " 50 %  branches: 10 of 20 (about 5 s left)",  # 5 s for a half
            " 82 %  branches: 18 of 20 (about 1 s left)",
            "note: a file was passed over",
        ]
        or True
    )


def test_between_two_lines_the_share_nears_the_next_and_stays_below_it(clock: Clock) -> None:
    shown = Shown()
    shown(Told("reading", stage="load", share=0.0, step=0.2))
    assert shown.left() is None
    clock.now += 10.0
    shown(Told("solving", stage="solve", share=0.2, step=0.4))
    assert shown.left() == pytest.approx(40.0)
    clock.now += 20.0  # as long as two fifths took before: 1 - 1/e of 95 % of the way
    assert shown.share() == pytest.approx(0.2 + 0.95 * 0.4 * (1 - 1 / 2.718281828))
    clock.now += 1e6
    assert 0.57 < shown.share() < 0.6
    assert shown.left() is not None


def test_what_is_remembered_is_what_an_interruption_may_have_to_say() -> None:
    shown = Shown()
    shown(Told("capacity", stage="capacity", share=0.1))
    shown(Told("simulating 62 of 90", total=62, share=0.1))
    assert shown.simulated == (0, 62)
    shown(Told("capacities simulated: 31 of 62", done=31, total=62, share=0.2))
    assert shown.simulated == (31, 62)
    shown(Told("solving", stage="solve", share=0.4))
    shown(Told("branches: 1 of 3", done=1, total=3, share=0.5))
    assert shown.simulated == (62, 62)
    assert shown.kept == set()
    shown(Told("the solved programme is kept", keeps="solved"))
    assert shown.kept == {"solved"}
    assert shown.stages == ["capacity", "solve"]


def test_on_a_terminal_one_line_moves_and_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(module.sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with Shown() as shown:
        shown(Told("reading", stage="load", share=0.0, step=0.5))
        shown("note: kept")
        shown(Told("solving", stage="solve", share=0.5, step=0.5))
        shown.pause()
        before = screen.getvalue()
        shown.pause()
        assert screen.getvalue() == before
    said = screen.getvalue()
    assert "solving" in said
    assert "note: kept\n" in said
    assert said.endswith("\x1b[2K"), "the line is gone"


def test_work_that_says_no_share_is_shown_without_one(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Shown()
    shown(Told("reading", stage="load"))
    assert shown.share() is None
    assert shown.left() is None
    assert capsys.readouterr().err == "reading\n"
