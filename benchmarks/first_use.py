"""First use: processor seconds from no caches at all to the capacities of a study.

Run: python benchmarks/first_use.py [SRC…]. Each SRC is the `src` folder of a checkout to measure in
turn (this one's where none is named). Every figure is of a fresh process with empty caches:
`as_shipped` the study as it stands; `changed` the same with every request one token longer, which
nobody has worked out before; `changed_compiled` another one, with the simulator compiled by then.
Prints one JSON document.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "examples" / "bytedance-2026" / "study.yaml"

CHILD = """
import json, sys, time
from dataclasses import replace
from outlay.runs.pipeline.execute import _chips, _models
from outlay.serving.sizing.build import service_specs
from outlay.study.reading.loader import load
study = load(sys.argv[1]).study
chips = tuple(_chips(study).values())
specs = [replace(s, input_tokens=s.input_tokens + float(sys.argv[2]))
         for s in service_specs(study, _models(study))]
begin = time.process_time()
from outlay.serving.sizing.capacity import capacity
found = capacity(specs, chips)
spent = time.process_time() - begin
print(json.dumps({"cpu_s": spent, "process_cpu_s": time.process_time(), "cells": len(found.cells)}))
"""


def measured(source: Path, folder: str, longer: int) -> dict[str, float]:
    """One fresh process on the code in `source`, its caches in `folder`."""
    env = {**os.environ, "PYTHONPATH": str(source), "OUTLAY_CACHE": folder}
    out = subprocess.run(
        [sys.executable, "-c", CHILD, str(STUDY), str(longer)],
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    figures: dict[str, float] = json.loads(out.stdout)
    return figures


def main() -> None:
    found = {}
    for source in [Path(x).resolve() for x in sys.argv[1:]] or [ROOT / "src"]:
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            found[str(source)] = {
                "as_shipped": measured(source, one, 0),
                "changed": measured(source, other, 1),
                "changed_compiled": measured(source, other, 2),
            }
    json.dump(found, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
