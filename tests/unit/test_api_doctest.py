"""Every verb's example runs."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import outlay.api
from support.shared import ROOT

FOUND = pkgutil.walk_packages(outlay.api.__path__, "outlay.api.")
MODULES = ["outlay", *(m.name for m in FOUND if not m.ispkg)]


@pytest.mark.parametrize("name", MODULES)
def test_the_example_of_a_verb_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
    verbs = set(outlay.__all__) & set(getattr(module, "__all__", ()))
    assert result.attempted > 0 or not verbs, "a verb shows how it is used"


def test_every_verb_has_a_home_with_examples() -> None:
    homes = {getattr(outlay, n).__module__ for n in outlay.__all__ if not n.startswith("__")}
    assert {h for h in homes if h.startswith("outlay.api.")} <= set(MODULES)
    assert len(homes) == len(outlay.__all__) - 1
