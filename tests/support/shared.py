"""Where the measured tables and traces lie that are kept beside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shared_dir() -> Path:
    """The folder with measured tables and traces, or skip the test, saying so.

    `OUTLAY_SHARED` names it; by default it is `shared` beside or above the checkout.
    """
    named = os.environ.get("OUTLAY_SHARED")
    candidates = [Path(named)] if named else [ROOT.parent / "shared", ROOT / "shared"]
    for path in candidates:
        if (path / "data").is_dir():
            return path
    pytest.skip("measured tables and traces are not beside this checkout (set OUTLAY_SHARED)")
