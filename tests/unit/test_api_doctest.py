"""Every verb's example runs."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import outlay.api
from support.shared import ROOT

MODULES = [m.name for m in pkgutil.iter_modules(outlay.api.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_example_of_a_verb_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    module = importlib.import_module(f"outlay.api.{name}")
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
    if callable(getattr(module, name, None)):
        assert result.attempted > 0, "a verb shows how it is used"
