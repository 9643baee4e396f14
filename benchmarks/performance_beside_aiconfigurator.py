"""The same sizing question to Outlay and to aiconfigurator: seconds, and the answers.

aiconfigurator is no dependency; install it elsewhere and name its program:
python benchmarks/performance_beside_aiconfigurator.py /path/to/aiconfigurator
"""

from __future__ import annotations

import subprocess
import sys
import time

from outlay.catalogue import find_chip, find_model
from outlay.performance import Stack, search

# Outlay's model, chip; aiconfigurator's model, system, backend; chips, isl, osl
QUESTIONS = (
    ("deepseek-v3", "h200-sxm", "deepseek-ai/DeepSeek-V3", "h200_sxm", "sglang", 16, 4000, 1000),
    ("qwen3-32b", "h100-sxm", "Qwen/Qwen3-32B", "h100_sxm", "vllm", 8, 2048, 512),
)
TTFT_S, TPOT_S = 5.0, 0.05
LIMIT_S = 300


def main(program: str | None) -> None:
    for model, chip, path, system, backend, n, isl, osl in QUESTIONS:
        start = time.perf_counter()
        best = search(
            find_model(model), find_chip(chip), isl, osl, ttft_s=TTFT_S, tpot_s=TPOT_S,
            max_chips=n, stack=Stack(backend),
        )[0]  # fmt: skip
        seconds = time.perf_counter() - start
        print(
            f"outlay {model} on {chip}: {seconds:.3f} s, {best.tok_s_per_chip:.0f} token/s a chip "
            f"({best.low:.0f}-{best.high:.0f}) at {best.tpot_s * 1e3:.1f} ms"
        )
        if program is None:
            continue
        command = [
            program, "cli", "default", "--model-path", path, "--system", system, "--total-gpus",
            str(n), "--isl", str(isl), "--osl", str(osl), "--ttft", str(TTFT_S * 1e3), "--tpot",
            str(TPOT_S * 1e3), "--backend", backend, "--serving-mode", "agg", "--no-color",
        ]  # fmt: skip
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        seconds = time.perf_counter() - start
        lines = [x.strip() for x in done.stdout.splitlines() if "tokens/s/gpu" in x.lower()]
        print(f"aiconfigurator: {seconds:.1f} s, exit {done.returncode}; {' | '.join(lines[:3])}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
