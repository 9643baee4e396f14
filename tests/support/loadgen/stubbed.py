"""Run the load test of vLLM or SGLang alone: packages that only the engine needs are stood in for.

    python stubbed.py vllm|sglang NAMES OPTIONS…

NAMES: packages to stand in for, by comma. The tools are installed with `pip install --no-deps`.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import runpy
import sys
from types import ModuleType
from unittest.mock import MagicMock


class StandIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds any module of the packages named, empty."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.split(".")[0] in self.names:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        made = MagicMock(name=spec.name)
        made.__path__, made.__spec__, made.__name__ = [], spec, spec.name
        made.__version__ = "0.0.0"
        return made

    def exec_module(self, module: ModuleType) -> None:
        pass


if __name__ == "__main__":
    tool, names = sys.argv.pop(1), sys.argv.pop(1)
    sys.meta_path.append(StandIn(names.split(",")))
    if tool == "sglang":
        sys.argv[0] = "bench_serving"
        runpy.run_module("sglang.bench_serving", run_name="__main__")
    else:
        from vllm.benchmarks.serve import add_cli_args, main

        parser = argparse.ArgumentParser()
        add_cli_args(parser)
        main(parser.parse_args())
