"""At the end, interrupted or not: how many inputs each reader was tried with."""

from __future__ import annotations

import pytest

from support.reader import COUNTS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line a reader; with workers, which keep their counts, nothing is said."""
    if COUNTS:
        terminalreporter.section("inputs tried")
    for name, count in COUNTS.items():
        line = f"{name:24}{count['tried']:>8,} inputs {count['taken']:>8,} taken"
        terminalreporter.write_line(line)
