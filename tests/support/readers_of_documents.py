"""Readers of documents: models, what Outlay printed, what it keeps for itself."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from support.reader import FOUNDER, Reader, is_json, of_file, written
from support.shared import ROOT

__all__ = ["DOCUMENTS", "packed_graph"]


def _config(path: Path) -> None:
    from outlay.catalogue.hf.file import open_model

    open_model(str(path))


def _configs() -> list[bytes]:
    found = json.loads((ROOT / "tests/support/hf_configs.json").read_text("utf-8"))
    return [json.dumps(c).encode() for c in list(found.values())]


def _document(data: bytes, _: Path) -> None:
    from outlay.results.schema import KINDS, from_json, to_text

    asked = json.loads(data).get("kind") if data[:1] == b"{" and is_json(data) else "plan"
    kind = asked if isinstance(asked, str) and asked in KINDS else "plan"
    text = to_text(from_json(data, kind))
    assert to_text(from_json(text, kind)) == text


@cache
def _documents() -> tuple[bytes, ...]:
    """Documents of many kinds, as the command line prints them."""
    on = ("--model", "llama-3.1-8b", "--chip", "h100-sxm", "--tp", "1")
    return tuple(
        _printed(*args, "--json")
        for args in (
            ("check", str(FOUNDER)),
            ("check", "no-such.yaml"),
            ("catalogue", "chips", "h100-sxm"),
            ("diff", str(FOUNDER), "--set", "discount_rate=20 %/year"),
            ("explain", str(FOUNDER), "supply"),
            ("read", str(ROOT / "examples/bytedance-2026/article.md")),
            ("init", "founder", "--as-of", "2025-12-31"),
            ("rate", *on),
            ("simulate", "--rate", "4", "--requests", "100", *on),
        )
    )


def _printed(*args: str) -> bytes:
    from outlay.app.cli.main import main

    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()), suppress(SystemExit):
        main(args)
    return out.getvalue().encode()


@cache
def _plan() -> Any:
    from support.tiny_run import tiny_result

    return tiny_result()


def _plans() -> list[bytes]:
    from outlay.results.schema import to_text
    from support.plans import hand_made

    return [to_text(p).encode() for p in (hand_made(), _plan())]


def _compared(data: bytes, _: Path) -> None:
    """A plan from a file, wherever one is read: compare, explain, validate, --against."""
    from outlay.report.pictures.comparison import comparison_picture
    from outlay.report.tables.comparison import comparison_steps
    from outlay.report.words.of_plan import words_of
    from outlay.report.words.plans.comparison import comparison_lines, comparison_words
    from outlay.results.frames import to_csv
    from outlay.results.kept.sound import plan_from_json
    from outlay.results.schema import to_text
    from outlay.risk.backtest import bands_of
    from outlay.runs.documents.compare import compare_results

    plan = plan_from_json(data, "result.json")
    other = _plan() if plan.currency == _plan().currency else plan
    for a, b in ((plan, other), (other, plan)):
        found = compare_results(a, b)
        say = comparison_words(found)
        list(comparison_lines(found, say))
        comparison_steps(found, say)
        comparison_picture(found, say)
        to_text(found)
        to_csv(found, "steps")
    words_of(plan)
    assert plan.first_orders is not None
    if plan.outlook is not None:
        bands_of(plan.outlook.distributions)


@cache
def packed_graph() -> tuple[bytes, ...]:
    """A calculation of two rows beside its two inputs."""
    from outlay.core.graph.graph import Graph
    from outlay.core.graph.kept import packed

    graph = Graph(["2026", "2027"])
    a = graph.series("a", "USD")
    b = graph.scalar("b", "1")
    graph.row("c", (a * b + a.lag(1)).running())
    graph.row("d", a.total())
    values = {"a": np.array([1.0, 2.0]), "b": np.array(3.0)}
    about: Any = {"currency": "USD", "paths": ["x"], "weights": [1.0], "years": [2026, 2027],
                  "result": "r"}  # fmt: skip
    return (packed(graph, values, about),)


def _heads() -> list[bytes]:
    """What stands in the calculation beside its numbers."""
    with np.load(io.BytesIO(packed_graph()[0])) as found:
        return [bytes(found["head"])]


def _head(data: bytes, folder: Path) -> None:
    out = io.BytesIO()
    np.savez(out, head=np.frombuffer(data, np.uint8), values=np.array([1.0, 2.0, 3.0]))
    _calculation(out.getvalue(), folder)


def _calculation(data: bytes, folder: Path) -> None:
    from outlay.runs.documents.calculation import read_calculation
    from outlay.runs.documents.explain_result import Chosen, explain_row

    written(folder, "calculation.npz", data)
    found = read_calculation(folder, "r")
    for row in found.rows:
        explain_row(found, row, "", Chosen.of(found))


def _bases() -> list[bytes]:
    from outlay.planning.answers.kept import Kept
    from outlay.planning.solver.basis import Basis

    return [Kept("k", Basis(np.zeros(4, np.int8), np.zeros(3, np.int8))).to_bytes()]


def _basis(data: bytes, folder: Path) -> None:
    from outlay.planning.answers.kept import read_kept

    written(folder, "basis.npz", data)
    kept, why = read_kept(folder)
    assert (kept is None) == bool(why)


def _solveds() -> list[bytes]:
    from tempfile import TemporaryDirectory

    from outlay.planning.solver.basis import Basis
    from outlay.planning.solver.tree.recall import Known
    from outlay.runs.solved import Solved

    known = Known(
        np.ones(3), np.ones(2), np.ones(3), Basis(np.zeros(3, np.int8), np.zeros(2, np.int8)),
        "simplex", 3, {(0, 1): 2.0}, {0: np.ones(2), 1: np.ones(2)},
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        Solved(Path(folder)).save("key", known)
        return [(Path(folder) / "key.npz").read_bytes()]


def _solved(data: bytes, folder: Path) -> None:
    from outlay.runs.solved import Solved

    written(folder, "key.npz", data)
    Solved(folder).load("key")


def _calibration(data: bytes, folder: Path) -> None:
    from outlay.performance.constants.calibrated import read_calibration

    name, _, body = data.partition(b"\n")
    place = folder / "calibration"
    place.mkdir(exist_ok=True)
    files = _shipped() | ({name.decode(): body} if name.decode("latin-1") in _shipped() else {})
    for file, held in files.items():
        written(place, file, held)
    read_calibration(place)


@cache
def _shipped() -> dict[str, bytes]:
    """The files of the shipped calibration; of its table the first rows, as all take too long."""
    from outlay.performance.constants.calibrated import FILES

    folder = ROOT / "src/outlay/performance/data"
    held = {n: (folder / n).read_bytes() for n in FILES if (folder / n).is_file()}
    return {n: b"".join(data.splitlines(keepends=True)[:40]) for n, data in held.items()}


def _overhead(data: bytes, folder: Path) -> None:
    from outlay.performance.constants.calibrated import read_calibration

    place = folder / "observed"
    place.mkdir(exist_ok=True)
    written(place, "overhead.toml", data)
    read_calibration(place)


def _overheads() -> list[bytes]:
    from outlay.performance.constants.calibrated import shipped_basis
    from outlay.performance.overhead import Overhead, overhead_text

    one = Overhead("llama-3.1-8b", "h100-sxm", "bf16", 1.2, 0.001, 0.05, "vllm 0.11", "tp 1",
                   shipped_basis(), 3, "2026-05-04", 0.2, 0.01)  # fmt: skip
    return [overhead_text([one]).encode(), overhead_text([one, replace(one, chip="l40s")]).encode()]


DOCUMENTS: Mapping[str, Reader] = {
    "config.json": Reader(of_file("config.json", _config), _configs, "tree"),
    "document": Reader(_document, _documents, "tree"),
    "plan document": Reader(_compared, _plans, "tree", 0.5),
    "calculation.npz": Reader(_calculation, packed_graph),
    "calculation's graph": Reader(_head, _heads, "tree"),
    "basis.npz": Reader(_basis, _bases),
    "solved.npz": Reader(_solved, _solveds),
    "calibration": Reader(
        _calibration,
        lambda: [n.encode() + b"\n" + data for n, data in _shipped().items()],
        share=0.2,
        junk=False,
    ),
    "overhead.toml": Reader(_overhead, _overheads),
}
"""What is read → how."""
