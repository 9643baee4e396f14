"""Outlay: an open planner for AI compute.

>>> import outlay
>>> plan = outlay.plan("examples/lab-training/study.yaml", quick=True)
>>> plan.verdict, plan.orders_now[0].chip
('valid', 'b200-sxm')

Every verb of the command line is a function here; its answer is typed, shows itself, and gives its
rows as frames. Nothing is loaded before it is asked for.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from outlay.core.version import __version__

if TYPE_CHECKING:
    from outlay.api.calibrate import calibrate
    from outlay.api.catalogue import catalogue
    from outlay.api.check import check
    from outlay.api.compare import compare
    from outlay.api.diff import diff
    from outlay.api.explain import explain
    from outlay.api.export import export_mps
    from outlay.api.forecast import forecast
    from outlay.api.load import load
    from outlay.api.plan import plan
    from outlay.api.rate import rate
    from outlay.api.read import read
    from outlay.api.replay import replay
    from outlay.api.schema import schema
    from outlay.api.simulate import simulate
    from outlay.api.size import size
    from outlay.api.solve_for import solve_for
    from outlay.api.train import train
    from outlay.api.validate import validate

__all__ = [
    "__version__",
    "calibrate",
    "catalogue",
    "check",
    "compare",
    "diff",
    "explain",
    "export_mps",
    "forecast",
    "load",
    "plan",
    "rate",
    "read",
    "replay",
    "schema",
    "simulate",
    "size",
    "solve_for",
    "train",
    "validate",
]

_HOME = {"export_mps": "export"}
"""Verbs whose module under `outlay.api` has another name."""


def __getattr__(name: str) -> object:
    if name.startswith("_") or name not in __all__:
        raise AttributeError(f"module 'outlay' has no attribute {name!r}")
    return getattr(importlib.import_module(f"outlay.api.{_HOME.get(name, name)}"), name)


class _Catalogue(ModuleType):
    """The stage `outlay.catalogue`, which can be called like the verb of its name."""

    def __call__(self, *args: object, **options: object) -> object:
        verb = importlib.import_module("outlay.api.catalogue").catalogue
        return verb(*args, **options)


class _Face(ModuleType):
    """This package: stages that are imported are no part of what it shows."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "catalogue" and isinstance(value, ModuleType):
            value.__class__ = _Catalogue
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [*__all__, *(n for n in self.__dict__ if n.startswith("__") and n.endswith("__"))]


sys.modules[__name__].__class__ = _Face
