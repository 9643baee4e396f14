"""Answers questions with aiconfigurator, run by a Python that has it; imports nothing of Outlay's.

`list` prints its version and the models it ships; `ask` reads a list of calls of `cli_estimate`
from standard input and prints one line of JSON for each: the answer and its processor seconds.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from importlib.metadata import version
from importlib.resources import files
from typing import Any

DATA = ("SILICON", "HYBRID")  # its default, and where that has no data, its measured-and-modelled


def listed() -> None:
    """Version, and names of the models whose configuration comes with it."""
    folder = files("aiconfigurator_core").joinpath("model_configs")
    ends = "_config.json"
    names = [f.name for f in folder.iterdir() if f.name.endswith(ends)]
    models = [n.removesuffix(ends).replace("--", "/") for n in names if "hf_quant" not in n]
    print(json.dumps({"version": version("aiconfigurator"), "models": sorted(models)}))


def answer(estimate: Any, call: dict[str, Any]) -> dict[str, Any]:
    """One estimate; why there is none where it raises."""
    why = ""
    for data in DATA:
        start = time.process_time()
        try:
            found = estimate(**call, database_mode=data)
        except Exception as e:  # whatever it says is the reason
            why = why or f"{type(e).__name__}: {e}"
            continue
        return {
            "ttft_s": float(found.ttft) / 1e3,
            "tpot_s": float(found.tpot) / 1e3,
            "out": float(found.raw["tokens/s/gpu"]),
            "cpu_s": time.process_time() - start,
            "data": data,
            "version": found.backend_version,
            "warning": str(found.kv_cache_warning or ""),
        }
    return {"why": " ".join(why.split())[:200]}


def main(what: str) -> None:
    if what == "list":
        return listed()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    from aiconfigurator.cli.api import cli_estimate

    for call in json.load(sys.stdin):
        print("ANSWER", json.dumps(answer(cli_estimate, call)), flush=True)
    return None


if __name__ == "__main__":
    main(sys.argv[1])
