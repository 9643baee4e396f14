"""Published training runs that come with the package and are in every fit."""

from __future__ import annotations

import csv
from importlib.resources import files

from outlay.catalogue import find_chip
from outlay.performance.measured.training_rows import Run, training_run
from outlay.performance.training.layout import TrainLayout
from outlay.performance.training.search import gpt_shape

__all__ = ["gpt_runs", "published_rows", "published_runs", "shipped_runs"]


def shipped_runs() -> list[Run]:
    """All of them."""
    return [*gpt_runs(), *published_runs()]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("outlay.performance").joinpath(f"data/{name}").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def published_rows() -> list[dict[str, str]]:
    """NVIDIA's summaries of 2024 and 2025, of models whose shapes are published."""
    return _rows("training_published.csv")


def published_runs() -> list[Run]:
    """The runs of those rows."""
    runs = [training_run(row) for row in published_rows()]
    return [run for run in runs if isinstance(run, Run)]


def gpt_runs() -> list[Run]:
    """Eight A100 runs from 22 billion to 1 trillion parameters (Korthikanti et al. 2022)."""
    out = []
    for r in _rows("training_runs.csv"):
        n, tp, pp = int(r["n_chips"]), int(r["tp"]), int(r["pp"])
        layout = TrainLayout(
            tp, pp, n // (tp * pp), vp=float(r["vp"]), micro_batch=float(r["micro_batch"]),
            recompute=r["recompute"], sequence_parallel=r["sequence_parallel"] == "yes",
            flash=r["flash"] == "yes",
        )  # fmt: skip
        seq, batch = float(r["seq_len"]), float(r["global_batch"])
        shape = gpt_shape(int(r["layers"]), int(r["hidden"]), int(r["heads"]), int(r["vocab"]))
        rate = seq * batch / float(r["step_s"]) / n
        out.append(
            Run(
                r["run"],
                r["source"],
                r["run"].rsplit("-", 1)[0],
                shape,
                find_chip(r["chip"]),
                float(r["heads"]),
                layout,
                seq,
                batch,
                n,
                "bf16",
                rate,
                False,
                year=2022.5,
            )
        )
    return out
