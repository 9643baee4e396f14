"""Outlay: an open planner for AI compute.

>>> import outlay
>>> plan = outlay.plan("examples/lab-training/study.yaml", quick=True)
>>> plan.verdict, plan.orders_now[0].chip
('valid', 'b200-hgx')

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
    from outlay.api.catalogue import catalogue
    from outlay.api.machine.cache import cache
    from outlay.api.machine.doctor import doctor
    from outlay.api.models.calibrate import calibrate
    from outlay.api.models.forecast import forecast
    from outlay.api.models.rate import rate
    from outlay.api.models.simulate import simulate
    from outlay.api.models.size import size
    from outlay.api.models.train import train
    from outlay.api.plans.check import check
    from outlay.api.plans.compare import compare
    from outlay.api.plans.diff import diff
    from outlay.api.plans.explain import explain
    from outlay.api.plans.export import export_mps
    from outlay.api.plans.load import load
    from outlay.api.plans.plan import plan
    from outlay.api.plans.replay import replay
    from outlay.api.plans.session import session
    from outlay.api.plans.solve_for import solve_for
    from outlay.api.plans.what_if import what_if
    from outlay.api.pools.pool import pool
    from outlay.api.read import read
    from outlay.api.schema import schema
    from outlay.api.start.init import init
    from outlay.api.sweeps.sweep import sweep
    from outlay.api.validation.observe import observe
    from outlay.api.validation.validate import validate

__all__ = [
    "__version__",
    "cache",
    "calibrate",
    "catalogue",
    "check",
    "compare",
    "diff",
    "doctor",
    "explain",
    "export_mps",
    "forecast",
    "init",
    "load",
    "observe",
    "plan",
    "pool",
    "rate",
    "read",
    "replay",
    "schema",
    "session",
    "simulate",
    "size",
    "solve_for",
    "sweep",
    "train",
    "validate",
    "what_if",
]

_HOME = {
    "machine": ("cache", "doctor"),
    "models": ("calibrate", "forecast", "rate", "simulate", "size", "train"),
    "pools": ("pool",),
    "plans": (
        "check", "compare", "diff", "explain", "export_mps", "load", "plan", "replay", "session",
        "solve_for", "what_if",
    ),
    "start": ("init",),
    "sweeps": ("sweep",),
    "validation": ("observe", "validate"),
}  # fmt: skip
"""Wing of `outlay.api` → its verbs; the others stand in no wing."""


def __getattr__(name: str) -> object:
    if name.startswith("_") or name not in __all__:
        raise AttributeError(f"module 'outlay' has no attribute {name!r}")
    wing = next((f"{w}." for w, verbs in _HOME.items() if name in verbs), "")
    module = importlib.import_module(f"outlay.api.{wing}{name.removesuffix('_mps')}")
    return getattr(module, name)


class _Catalogue(ModuleType):
    """The stage `outlay.catalogue`, which can be called like the verb of its name."""

    def __call__(self, *args: object, **options: object) -> object:
        return __getattr__("catalogue")(*args, **options)  # type: ignore[operator]

    @property
    def __signature__(self) -> object:
        from inspect import signature

        return signature(__getattr__("catalogue"))  # type: ignore[arg-type]


class _Face(ModuleType):
    """This package: stages that are imported are no part of what it shows."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "catalogue" and isinstance(value, ModuleType):
            value.__class__ = _Catalogue
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [*__all__, *(n for n in self.__dict__ if n.startswith("__") and n.endswith("__"))]


sys.modules[__name__].__class__ = _Face
