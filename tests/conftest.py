"""Paths and profiles that every test shares."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Python looks for garbage after every 700 new things: while 14,000 tests are collected nearly all
# of that is in vain, and later their own heap would be looked through again and again.
gc.set_threshold(100_000, 50, 100)

sys.path.insert(0, str(Path(__file__).parent))  # makes `support` importable

settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("deep", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was collected stays to the end: it is not looked through for garbage any more."""
    gc.collect()
    gc.freeze()
