"""At the end, interrupted or not: how many inputs each reader was tried with.

Workers and this process keep their counts in one folder; of a run with FUZZ they go into the page.
"""

from __future__ import annotations

import os
import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.counting import FOLDER, PAGE, kept, lines, with_rows


def pytest_configure(config: pytest.Config) -> None:
    """A folder for the counts, known before any worker begins."""
    if not hasattr(config, "workerinput"):
        os.environ.setdefault(FOLDER, tempfile.mkdtemp(prefix="counts-"))
        if os.environ.get("FUZZ"):
            os.environ.setdefault("FUZZ_SEED", str(random.SystemRandom().randrange(10**6)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line a reader."""
    counts = kept(os.environ[FOLDER])
    if not counts:
        return
    terminalreporter.section("inputs tried")
    for line in lines(counts):
        terminalreporter.write_line(line)
    if os.environ.get("FUZZ"):
        from support.readers import READERS

        page = Path(os.environ.get("FUZZ_PAGE", PAGE))
        today = datetime.now(UTC).date().isoformat()
        page.write_text(with_rows(page.read_text("utf-8"), counts, READERS, today), "utf-8")
