"""Outlay and aiconfigurator asked the same: measured rows that neither was fitted to, and sizing.

aiconfigurator is no dependency; install it elsewhere and name its Python:
python benchmarks/performance_beside_aiconfigurator.py /path/to/venv/bin/python [--measured TABLE]

Rows are those of tests/validation/data/measured_elsewhere.csv, to which no constant of time was
fitted; with --measured (the table that Outlay's constants were fitted to) also its closed loops of
sources that are not aiconfigurator's own, each predicted by a fit that has not seen that source.
Every row that both answer counts. Processor seconds are of one question after another in a process
of its own, each asked once: by the process's own clock after import, and of whole processes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from aiconfigurator_calls import NEAREST, call_of

from outlay.catalogue import find_chip, find_model
from outlay.performance import Stack, search
from outlay.performance.fit import crossval
from outlay.performance.fit.predict import Prediction, predict_questions, predict_rows
from outlay.performance.fit.score import score
from outlay.performance.measured.row_table import read_rows
from outlay.performance.measured.rows import Question, ask

HERE = Path(__file__).resolve().parent
ELSEWHERE = HERE.parent / "tests" / "validation" / "data" / "measured_elsewhere.csv"
CHILD = HERE / "aiconfigurator_child.py"
LEFT_OUT = ("dstack-pd-ratio", "inferencex-snapshot-2026-06", "tt-deepseek-16xh100")
"""Sources of closed loops on its systems, with what it asks for stated, and not its own."""
REST = "~ all else"  # sorts last
# Outlay's model, chip; aiconfigurator's model, system, backend; chips, isl, osl
QUESTIONS = (
    ("deepseek-v3", "h200-sxm", "deepseek-ai/DeepSeek-V3", "h200_sxm", "sglang", 16, 4000, 1000),
    ("qwen3-32b", "h100-sxm", "Qwen/Qwen3-32B", "h100_sxm", "vllm", 8, 2048, 512),
)
TTFT_S, TPOT_S = 5.0, 0.05
LIMIT_S = 300

Row = Mapping[str, str]
Answer = dict[str, Any]


class Both(NamedTuple):
    """One row with both predictions, and what stands against counting it."""

    question: Question
    ours: Prediction
    theirs: Prediction
    near: bool  # its engine was taken to be another
    warned: bool  # the cache does not hold what the row says was in flight
    data: str


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def asked(command: Sequence[str], questions: Sequence[object]) -> tuple[list[Answer], float]:
    """Answers of a child that is told `questions`, and the processor seconds it took in all."""
    before = cpu_of_children()
    done = subprocess.run(
        command, input=json.dumps(questions), capture_output=True, text=True, check=False
    )
    lines = [x[7:] for x in done.stdout.splitlines() if x.startswith("ANSWER ")]
    if len(lines) != len(questions):
        sys.exit(f"{command[0]}: {len(lines)} of {len(questions)} answers\n{done.stderr[-2000:]}")
    return [json.loads(x) for x in lines], cpu_of_children() - before


def answer_rows() -> None:
    """What the child of our own does: rows from standard input, one question at a time."""
    for row in json.load(sys.stdin):
        start = time.process_time()
        found = predict_rows([row])[0]
        cpu = time.process_time() - start
        print("ANSWER", json.dumps({"predicted": found.predicted, "cpu_s": cpu}))


def predicted(q: Question, own: Prediction, found: Answer) -> Prediction:
    """The peer's answer in the row's unit."""
    return replace(
        own, predicted=float(found[q.measure.quantity]) * q.unit_factor, low=None, high=None
    )


def compare(
    python: str, rows: Sequence[Row], ours: Mapping[str, Prediction], shipped: frozenset[str]
) -> tuple[list[Both], list[Row], list[float]]:
    """Rows that both answer, as rows too, and the peer's processor seconds: each, and in all."""
    both: list[Both] = []
    with tempfile.TemporaryDirectory() as folder:
        calls: list[tuple[Row, Question, Mapping[str, Any], bool]] = []
        refused: Counter[str] = Counter()
        for row in rows:
            q = ask(row)
            if not isinstance(q, Question) or not ours[row["row_id"]].predicted:
                refused["Outlay: " + ours[row["row_id"]].why] += 1
                continue
            exact = call_of(row, q, shipped, Path(folder), near=False)
            call = call_of(row, q, shipped, Path(folder), near=True)
            if isinstance(call, str):
                refused[exact if isinstance(exact, str) else call] += 1
            else:
                calls.append((row, q, call, isinstance(exact, str)))
        answers, cpu = asked([python, str(CHILD), "ask"], [c for _, _, c, _ in calls])
    kept, each = [], []
    for (row, q, call, near), found in zip(calls, answers, strict=True):
        if "why" in found:
            refused[f"{call['model_path'].split('/')[-1]} on {call['system_name']}, "
                    f"{call['backend_name']}: {found['why']}"] += 1  # fmt: skip
            continue
        own = ours[row["row_id"]]
        theirs = predicted(q, own, found)
        both.append(Both(q, own, theirs, near, bool(found["warning"]), found["data"]))
        kept.append(row)
        each.append(float(found["cpu_s"]))
    print(f"rows {len(rows)}, both answer {len(both)}; aiconfigurator does not answer:")
    for why, n in refused.most_common():
        print(f"  {n:3d} {why}")
    return both, kept, [*each, cpu]


def show(both: Sequence[Both]) -> None:
    print(f"{'row':28} {'model':24} {'chip':20} {'measured':>10} {'Outlay':>10} {'aic':>10}"
          "  |log ratio| of each")  # fmt: skip
    for b in sorted(both, key=lambda b: b.question.row_id):
        p, t = b.ours, b.theirs
        off = [abs(float(np.log((x.predicted or 1.0) / x.measured))) for x in (p, t)]
        marks = " ".join(
            word
            for word, said in (
                (f"engine as {NEAREST}", b.near),
                ("more than its cache holds", b.warned),
                (b.data.lower(), b.data != "SILICON"),
            )
            if said
        )
        print(f"{p.row_id:28} {p.model:24} {p.chip:20} {p.measured:10.4g} {p.predicted:10.4g} "
              f"{t.predicted:10.4g}  {off[0]:.3f} {off[1]:.3f}  {marks}")  # fmt: skip


def line(name: str, both: Sequence[Both]) -> None:
    own, peer = score(name, [b.ours for b in both]), score(name, [b.theirs for b in both])
    if own is None or peer is None:
        return
    a, b = own.median_abs_log_ratio, peer.median_abs_log_ratio
    print(
        f"{name:44} {own.n:4d} rows {own.groups:3d} groups: Outlay median {a:.3f} p90 "
        f"{own.p90_abs_log_ratio:.3f} bias {own.bias:+.3f}; aiconfigurator {b:.3f} "
        f"{peer.p90_abs_log_ratio:.3f} {peer.bias:+.3f}; ratio {a / b:.2f}"
    )


def scores(name: str, both: Sequence[Both]) -> None:
    """Over all, then what marks leave and each source, so that nobody need trust the choice."""
    show(both)
    line(f"{name}, engines it has", [b for b in both if not b.near])
    line(f"{name}, others taken as {NEAREST} too", both)
    line("  without what it says its cache lacks", [b for b in both if not b.near | b.warned])
    line("  its default data only", [b for b in both if not b.near and b.data == "SILICON"])
    for source in sorted({b.question.source for b in both}):
        line(f"  {source}", [b for b in both if b.question.source == source])


def seconds(python: str, rows: Sequence[Row], cpu: Sequence[float], one: Mapping[str, Any]) -> None:
    """Processor seconds a question: of the same rows, and of one question in a process each."""
    own, whole = asked([sys.executable, __file__, "--answer", "-"], [dict(r) for r in rows])
    each = [float(a["cpu_s"]) for a in own]
    peer, total = cpu[:-1], cpu[-1]
    print(f"processor seconds of {len(rows)} rows, after import")
    for word, typical in (("median", np.median), ("mean", np.mean)):
        a, b = typical(each), typical(peer)
        print(f"  {word}: Outlay {a:.4f}, aiconfigurator {b:.3f}, ratio {b / a:.0f}")
    print(
        f"  whole processes, import and tables too: {whole:.2f} and {total:.1f} "
        f"(what it does not answer too), ratio {total / whole:.0f}"
    )
    _, first = asked([sys.executable, __file__, "--answer", "-"], [dict(rows[0])])
    _, alone = asked([python, str(CHILD), "ask"], [one])
    print(f"  one question in a process of its own: {first:.2f} and {alone:.2f}")


def unseen(table: Path) -> tuple[list[Row], dict[str, Prediction]]:
    """Rows of the sources left out, each predicted by a fit to all the other sources."""
    rows = read_rows(table)
    questions = [q for q in map(ask, rows) if isinstance(q, Question)]
    crossval.SPLITS["peer"] = lambda q: q.source if q.source in LEFT_OUT else REST
    ours: dict[str, Prediction] = {}
    for left, constants, cells in islice(crossval.held_out(questions, "peer"), len(LEFT_OUT)):
        part = [questions[i] for i in left]
        sources = {q.source for q in part}
        assert len(sources) == 1
        assert sources <= set(LEFT_OUT)
        for q, found in zip(part, predict_questions(part, constants, cells), strict=True):
            ours[q.row_id] = found[0]
    return [r for r in rows if r["row_id"] in ours], ours


def size(model: str, chip: str, backend: str, n: int, isl: int, osl: int) -> None:
    """What the child of our own does: one sizing question."""
    find = find_model(model), find_chip(chip)
    start = time.process_time()
    best = search(
        *find, isl, osl, ttft_s=TTFT_S, tpot_s=TPOT_S, max_chips=n, stack=Stack(backend)
    )[0]  # fmt: skip
    cpu = time.process_time() - start
    found = {"cpu_s": cpu, "best": best.tok_s_per_chip, "tpot_s": best.tpot_s}
    print("ANSWER", json.dumps(found))


def sizing(python: str) -> None:
    """The best layout for limits of time, each in a process of its own."""
    for model, chip, path, system, backend, n, isl, osl in QUESTIONS:
        own = [sys.executable, __file__, "--size", "-"]
        answers, whole = asked(own, [(model, chip, backend, n, isl, osl)])
        a = answers[0]
        print(
            f"outlay {model} on {chip}: {whole:.2f} s, after import {a['cpu_s']:.3f}; "
            f"{a['best']:.0f} token/s a chip at {a['tpot_s'] * 1e3:.1f} ms"
        )
        command = [
            python, "-c", "from aiconfigurator.main import main; main()", "cli", "default",
            "--model-path", path, "--system", system, "--total-gpus", str(n), "--isl", str(isl),
            "--osl", str(osl), "--ttft", str(TTFT_S * 1e3), "--tpot", str(TPOT_S * 1e3),
            "--backend", backend, "--serving-mode", "agg", "--no-color",
        ]  # fmt: skip
        before = cpu_of_children()
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        peer = cpu_of_children() - before
        lines = [x.strip() for x in done.stdout.splitlines() if "tokens/s/gpu:" in x.lower()]
        lines = lines or [x.strip() for x in done.stdout.splitlines() if "Per-GPU" in x]
        print(f"aiconfigurator: {peer:.1f} s, exit {done.returncode}; {' | '.join(lines[:1])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("python", help="a Python that has aiconfigurator, or its program")
    parser.add_argument("--measured", type=Path, help="table that our constants were fitted to")
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--size", action="store_true", help=argparse.SUPPRESS)
    asked_for = parser.parse_args()
    if asked_for.answer:
        answer_rows()
        return
    if asked_for.size:
        size(*json.load(sys.stdin)[0])
        return
    python = asked_for.python
    if Path(python).name == "aiconfigurator":
        python = str(Path(python).with_name("python"))
    listed = subprocess.run(
        [python, str(CHILD), "list"], capture_output=True, text=True, check=True
    )
    peer = json.loads(listed.stdout.splitlines()[-1])
    shipped = frozenset(peer["models"])
    print(f"aiconfigurator {peer['version']}, {len(shipped)} models")
    rows = [r for r in read_rows(ELSEWHERE) if r["isl"] or r["osl"] or r["phase"]]
    ours = {r["row_id"]: p for r, p in zip(rows, map(one, rows), strict=True)}
    both, kept, cpu = compare(python, rows, ours, shipped)
    scores("measured elsewhere", both)
    seconds(python, kept, cpu, FIRST)
    if asked_for.measured:
        rows, ours = unseen(asked_for.measured)
        left, _, _ = compare(python, rows, ours, shipped)
        scores("sources left out of our fit", left)
        line("both tables, engines it has", [b for b in both + left if not b.near])
    sizing(python)


def one(row: Row) -> Prediction:
    return predict_rows([row])[0]


FIRST = {
    "model_path": "meta-llama/Meta-Llama-3.1-8B", "system_name": "h100_sxm",
    "backend_name": "vllm", "isl": 1024, "osl": 404, "batch_size": 255,
}  # fmt: skip
"""A plain question, for the cost of one alone."""

if __name__ == "__main__":
    main()
