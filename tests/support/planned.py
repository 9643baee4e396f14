"""Plans of studies as they are written, made once in a run of the tests by whoever asks first."""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path

import pytest

import outlay

__all__ = ["written"]


def written(study: Path, places: pytest.TempPathFactory) -> Path:
    """The folder of a study's plan, for reading alone: other files and workers have it too."""
    base = places.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # of all workers
    folder = home / f"plan-{hashlib.sha256(bytes(study.resolve())).hexdigest()[:12]}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "manifest.json").is_file():
            outlay.plan(study).save(folder)
    return folder
