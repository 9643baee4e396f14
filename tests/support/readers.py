"""Every reader of bytes from outside, with valid inputs to begin with and how they are changed.

A reader gives a result, or an error of our own tree: `attempt` raises whatever else comes of it,
and `Hang` where it takes more processor time than any refusal may.
"""

from __future__ import annotations

import io
import json
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from outlay.core.errors import OutlayError
from support.mutations import Change, json_of, of_bytes, of_table, of_tree

__all__ = ["READERS", "Hang", "Reader", "attempt", "changed"]

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "tests" / "data" / "small.yaml"
FOUNDER = ROOT / "examples" / "gpu-cloud-founder" / "study.yaml"
CPU_S = 5.0
"""Processor seconds that one input may take; refusals take a hundredth."""

Way = Literal["bytes", "table", "tree"]


class Hang(BaseException):  # noqa: N818  no error: nothing of ours may catch it
    """An input that a reader does not come to an end with."""


@dataclass(frozen=True)
class Reader:
    """read: what takes the bytes, in a folder of its own. seeds: valid inputs. way: what they are
    made of, so that a change keeps them nearly valid. share: of the inputs that others are tried
    with, as one takes so much longer. junk: whether bytes from nothing are tried too."""

    read: Callable[[bytes, Path], object]
    seeds: Callable[[], Sequence[bytes]]
    way: Way = "bytes"
    share: float = 1.0
    junk: bool = True


def changed(reader: Reader, seed: bytes, asked: Sequence[Change]) -> bytes:
    """A valid input after changes: as what it is made of, or, in turn, as bytes."""
    if reader.way == "bytes" or (asked and asked[0][0] % 4 == 0):
        return of_bytes(seed, asked)
    if reader.way == "table":
        return of_table(seed, asked)
    return json_of(of_tree(json.loads(seed), asked))


def attempt(reader: Reader, data: bytes, folder: Path) -> bool:
    """Whether the reader takes the bytes; False where it refuses them as one of ours."""

    def late(*_: object) -> None:
        raise Hang(f"over {CPU_S:g} s of processor time")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    try:
        reader.read(data, folder)
    except OutlayError as err:
        assert err.problems(), "an error that says nothing"
        assert all(p.what for p in err.problems())
        return False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)
    return True


def _written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _of_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    return lambda data, folder: read(_written(folder, name, data))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")


def _yaml(path: Path) -> bytes:
    from ruamel.yaml import YAML

    return json.dumps(YAML(typ="safe").load(path.read_text("utf-8")), default=str).encode()


# studies


def _study(data: bytes, folder: Path) -> None:
    import outlay

    path = _written(folder, "study.yaml", data)
    found = outlay.load(path)
    assert outlay.load(path).hash == found.hash


def _override(data: bytes, _: Path) -> None:
    import outlay

    outlay.load(FOUNDER, overrides=[_text(data)])


def _mapping(data: bytes, _: Path) -> None:
    import outlay

    if _is_json(data):
        outlay.load(json.loads(data))


OVERRIDES = (
    "discount_rate=20 %/year", "horizon.periods=8", "title=Another", "services.api.tokens_per_day=6bn",
    "supply.buy-h200.price=30000 USD", "supply.buy-h200.price={base: 3, low: 1, high: 4}",
    "as_of=2026-01-31", "services.api.slo={ttft_p99: 2 s}", "currency=EUR", "uncertainty=[]",
)  # fmt: skip
PATHS = (
    "discount_rate", "supply.buy-h200.price", "cells.api/decode.h200-sxm", "services.api",
    "uncertainty.0", "horizon.start", "services.'api'.tokens_per_day", "supply.*.price",
)  # fmt: skip


@cache
def _loaded() -> Any:
    import outlay

    return outlay.load(FOUNDER)


def _path(data: bytes, _: Path) -> None:
    from outlay.runs.documents.explain import explain_input

    explain_input(_loaded(), _text(data))


def _branch(data: bytes, _: Path) -> None:
    from outlay.runs.documents.branches import branches_meant

    paths = ("licence=granted demand=high", "licence=refused demand=high", "licence=refused demand=x")
    branches_meant(_text(data), paths, {"licence": "Export licence"})


# tables

SERIES = (
    b"date,value,floor,grade,unit,source\n2024-05,120,over,official,bn token/day,a\n"
    b"2024-12-01,4000,,reported,bn token/day,b\n2025-Q3,16000,yes,,bn token/day,\n"
)
PLAIN = b"arrival_s,input_tokens,output_tokens\n" + b"".join(
    b"%d.5,%d,%d\n" % (i, 100 + i, 5 + i) for i in range(12)
)
AZURE = (
    b"TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n"
    b"2023-11-16 18:15:50.9951690,396,109\n"
)
BURST = (
    b"Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
    b"5,m,472,18,490,c\n45,m,1087,0,1087,c\n118,m,417,276,693,c\n"
)
TREE = (
    b"arrival_s,input_tokens,output_tokens,prefix_parent,prefix_shared_blocks,n_blocks\n"
    b"0,1000,10,-1,0,2\n1,1500,10,0,1,3\n2,1600,10,1,2,4\n"
)
SESSIONS = (
    b"session_id,turn,arrival_s,input_tokens,output_tokens,prefix_parent,prefix_shared_blocks\n"
    b"1,0,0,1000,10,-1,0\n1,1,9,1500,10,0,10\n2,0,0,900,0,-1,0\n"
)
MOONCAKE = (
    b'{"timestamp": 0, "input_length": 1500, "output_length": 10, "hash_ids": [0, 1, 2]}\n'
    b'{"timestamp": 3000, "input_length": 2100, "output_length": 9, "hash_ids": [0, 1, 2, 3]}\n'
)
CLIENTS = (
    b"client_id,window_start_s,rate_rps,interarrival_cv,family\n1,0,0.2,1,Gamma\n1,600,0.4,1,Gamma\n"
    b"2,0,0.1,2,Weibull\n2,600,0,0,\n"
)
LENGTHS = b"client_id,field,q50,q99,max\n1,input_tokens,100,300,400\n1,output_tokens,10,30,40\n"
WORKLOAD = json.dumps(
    {
        "load": {"type": "poisson", "stages": [{"rate": 2, "duration": 10}]},
        "data": {
            "type": "random",
            "input_distribution": {"min": 10, "max": 500, "mean": 100, "std_dev": 30},
            "output_distribution": {"min": 5, "max": 50, "mean": 20},
        },
    }
).encode()
SHARED = json.dumps(
    {
        "load": {"type": "constant", "stages": [{"rate": 2, "duration": 10}]},
        "data": {
            "type": "shared_prefix",
            "shared_prefix": {
                "num_groups": 2, "num_prompts_per_group": 3, "system_prompt_len": 100,
                "question_len": 50, "output_len": 20,
            },
        },
    }
).encode()  # fmt: skip
ACTUAL = b"name,value,source\ncapex/2026,12.5,ledger\nserved_share,0.9,\n"


def _trace(path: Path) -> None:
    from outlay.serving.traffic.loaders import load_trace

    load_trace(path)


def _clients(data: bytes, folder: Path) -> None:
    from outlay.serving.traffic.clients import client_traffic

    lengths = data.startswith(b"client_id,field")
    _written(folder, "x_lengths.csv", data if lengths else LENGTHS)
    path = _written(folder, "x_clients.csv", CLIENTS if lengths else data)
    client_traffic(path, most=1000)


def _workload(path: Path) -> None:
    from outlay.serving.traffic.workload import workload_traffic

    workload_traffic(path)


def _parquet() -> list[bytes]:
    import polars as pl

    out = []
    for text in (PLAIN, SESSIONS, AZURE):
        file = io.BytesIO()
        pl.read_csv(io.BytesIO(text)).write_parquet(file, compression="uncompressed")
        out.append(file.getvalue())
    return out


def _series(path: Path) -> None:
    from outlay.demand.series.read import read_series

    read_series(path, "bn token/day")


def _measured(path: Path) -> None:
    from outlay.performance.measured.rows import ask, read_rows

    for row in read_rows(path):
        ask(row)


def _training(path: Path) -> None:
    from outlay.performance.measured.training_rows import measured_runs

    measured_runs(path)


def _actuals(path: Path) -> None:
    from outlay.risk.backtest import read_actuals

    read_actuals(path)


def _rows(path: str, first: int) -> list[bytes]:
    lines = (ROOT / path).read_bytes().splitlines(keepends=True)
    return [lines[0] + b"".join(lines[at : at + 3]) for at in range(1, first, 3)]


TRAINED = (
    b"row_id,model,chip,n_chips,precision,seq_len,global_batch_seqs,micro_batch_seqs,tp,pp,cp,ep,"
    b"metric,value,unit,mfu\n"
    b"a-1,Llama-3.1-405B,H100-SXM-80GB,16384,bf16,8192,2048,1,8,16,1,,mfu,0.41,fraction,0.41\n"
    b"a-2,Llama-3.1-70B,H100-SXM-80GB,512,fp8,8192,256,,4,4,1,1,mfu,0.38,fraction,0.38\n"
)

# JSON


def _config(path: Path) -> None:
    from outlay.catalogue.hf.file import open_model

    open_model(str(path))


def _configs() -> list[bytes]:
    found = json.loads((ROOT / "tests/support/hf_configs.json").read_text("utf-8"))
    return [json.dumps(c).encode() for c in list(found.values())]


def _document(data: bytes, _: Path) -> None:
    from outlay.results.schema import KINDS, from_json, to_text

    asked = json.loads(data).get("kind") if data[:1] == b"{" and _is_json(data) else "plan"
    kind = asked if isinstance(asked, str) and asked in KINDS else "plan"
    text = to_text(from_json(data, kind))
    assert to_text(from_json(text, kind)) == text


def _is_json(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data), dict)
    except (ValueError, RecursionError):
        return False


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
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        try:
            main(args)
        except SystemExit:
            pass
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
    """A plan from a file, in every place where one is read: compare, explain, validate, --against."""
    from outlay.report.pictures.comparison import comparison_picture
    from outlay.report.tables.comparison import comparison_steps
    from outlay.report.words.of_plan import words_of
    from outlay.report.words.plans.comparison import comparison_lines, comparison_words
    from outlay.results.frames import to_csv
    from outlay.results.plans.sound import plan_from_json
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


# what we keep ourselves


@cache
def _packed() -> tuple[bytes, ...]:
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


def _calculation(data: bytes, folder: Path) -> None:
    from outlay.runs.documents.calculation import read_calculation

    _written(folder, "calculation.npz", data)
    found = read_calculation(folder, "r")
    assert found.rows is not None


def _bases() -> list[bytes]:
    from outlay.planning.answers.kept import Kept
    from outlay.planning.solver.basis import Basis

    return [Kept("k", Basis(np.zeros(4, np.int8), np.zeros(3, np.int8))).to_bytes()]


def _basis(data: bytes, folder: Path) -> None:
    from outlay.planning.answers.kept import read_kept

    _written(folder, "basis.npz", data)
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

    _written(folder, "key.npz", data)
    Solved(folder).load("key")


def _calibration(data: bytes, folder: Path) -> None:
    from outlay.performance.constants.calibrated import read_calibration

    name, _, body = data.partition(b"\n")
    place = folder / "calibration"
    place.mkdir(exist_ok=True)
    known = {path.name.encode(): path for path in _shipped()}
    for path in _shipped():
        (place / path.name).write_bytes(path.read_bytes())
    if name in known:
        (place / known[name].name).write_bytes(body)
    read_calibration(place)


@cache
def _shipped() -> tuple[Path, ...]:
    from outlay.performance.constants.calibrated import FILES

    folder = ROOT / "src/outlay/performance/data"
    return tuple(path for name in FILES if (path := folder / name).is_file())


# evidence and words


def _evidence(path: Path) -> None:
    from outlay.evidence import read
    from outlay.evidence.document import claims_document
    from outlay.results.schema import to_text

    to_text(claims_document(read(path)))


ARTICLE = (
    "---\ndate: 2025-11-03\n---\nByteDance plans to spend 160 billion yuan on capex in 2026, half of "
    "it on chips. Doubao serves 63tn tokens a day, up from 16.4tn in May. 计划采购 2 万颗 H200，"
    "单价约 20000 美元。It would be 23 billion dollars.\n"
).encode()
HTML = (
    b"<html><head><title>Capex</title></head><body><article><p>"
    + ARTICLE
    + b"</p><table><tr><th>year</th><th>capex</th></tr><tr><td>2026</td><td>$23bn</td></tr></table>"
    b"</article></body></html>"
)
CELLS = b"year,capex (USD bn),chips\n2025,12.5,100000\n2026,23,200000\n"


def _quantities() -> list[bytes]:
    from outlay.core.quantities.quantity import DIMENSIONS

    return [bytes([i]) + d.example.encode() for i, d in enumerate(DIMENSIONS.values())]


def _quantity(data: bytes, _: Path) -> None:
    from outlay.core.quantities.quantity import DIMENSIONS, parse

    name = list(DIMENSIONS)[data[0] % len(DIMENSIONS)] if data else "money"
    found = parse(_text(data[1:]), name)
    assert np.isfinite(found.value)


def _date(data: bytes, _: Path) -> None:
    from outlay.core.periods import parse_date

    assert parse_date(_text(data)) <= parse_date(_text(data), end=True)


def _period(data: bytes, _: Path) -> None:
    from outlay.core.periods import Period

    period = Period.parse(_text(data))
    assert Period.parse(str(period)) == period or period.months == 12
    assert period.days > 0
    assert period.shift(1).start == period.end


def _language(data: bytes, _: Path) -> None:
    from outlay.report.words.language import words

    words(_text(data))


ARGUMENTS = (
    "check examples/gpu-cloud-founder/study.yaml --set discount_rate=9",
    "diff examples/gpu-cloud-founder/study.yaml --scenario cheap-money --format csv",
    "explain examples/gpu-cloud-founder/study.yaml discount_rate --level 2",
    "catalogue chips h100-sxm --columns memory --json",
    "rate --model llama-3.1-8b --chip h100-sxm --isl 1000 --osl 100 --tp 1 --top 3",
    "train --model llama-3.1-8b --chip h100-sxm --chips 64 --seq-len 4096 --batch 128",
    "simulate --model llama-3.1-8b --chip h100-sxm --rate 2 --requests 20 --seed 1 --tp 1",
    "size --model llama-3.1-8b --chip h100-sxm --rate 2 --ttft-p99 2 --tpot-p99 0.1",
    "forecast --series no.csv --until 2027",
    "init founder --chip h200-sxm --tokens 6bn/day --budget 2m --as-of 2025-12-31",
    "plan no.yaml --worlds 0 --seed 3 --language zh",
    "what-if no.yaml --set a=1",
    "solve-for no.yaml discount_rate --target cost=1",
    "compare a b --format json",
    "replay a",
    "calibrate --measured no.csv --out x",
    "validate forecast --series no.csv",
    "export mps no.yaml",
    "schema --kind plan",
    "read no.txt --date 2026-01-01",
)  # fmt: skip


def _command(data: bytes, folder: Path) -> None:
    """The command line with any words: one of four exit codes, and no defect told."""
    from outlay.app.cli.main import main

    args = [w for w in _text(data).split(" ") if w][:20]
    if any(w in ("--out", "--save", "--install-completion", "-o") or "/" in w.strip("/")
           and not w.startswith("examples/") for w in args):  # fmt: skip
        return  # what would be written, nobody looks at here
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(args)
        except SystemExit as stop:
            assert stop.code in (0, 1, 2, 130)
    said = out.getvalue() + err.getvalue()
    assert "internal error" not in said, said[:400]
    assert "Traceback" not in said


def _encoded(texts: Sequence[str]) -> Callable[[], list[bytes]]:
    return lambda: [t.encode() for t in texts]


READERS: Mapping[str, Reader] = {
    "study YAML": Reader(_study, lambda: [FOUNDER.read_bytes(), SMALL.read_bytes()], share=0.3),
    "study as a tree": Reader(_study, lambda: [_yaml(FOUNDER), _yaml(SMALL)], "tree", 0.3, junk=False),
    "mapping": Reader(_mapping, lambda: [_yaml(FOUNDER)], "tree", 0.3, junk=False),
    "override": Reader(_override, _encoded(OVERRIDES), share=0.3),
    "study path": Reader(_path, _encoded(PATHS)),
    "branch": Reader(_branch, _encoded(["licence granted", "licence=refused demand=high", "high"])),
    "series": Reader(_of_file("s.csv", _series), lambda: [SERIES], "table"),
    "trace CSV": Reader(_of_file("t.csv", _trace), lambda: [PLAIN, AZURE, BURST, TREE, SESSIONS], "table"),
    "trace TSV": Reader(_of_file("t.tsv", _trace), lambda: [PLAIN.replace(b",", b"\t")]),
    "trace JSON lines": Reader(_of_file("t.jsonl", _trace), lambda: [MOONCAKE]),
    "trace Parquet": Reader(_of_file("t.parquet", _trace), _parquet),
    "clients": Reader(_clients, lambda: [CLIENTS, LENGTHS], "table"),
    "workload": Reader(_of_file("w.yaml", _workload), lambda: [WORKLOAD, SHARED], "tree"),
    "measured": Reader(_of_file("m.csv", _measured),
                       lambda: _rows("tests/validation/data/measured_elsewhere.csv", 30), "table"),
    "training": Reader(_of_file("m.csv", _training), lambda: [TRAINED], "table"),
    "actuals": Reader(_of_file("a.csv", _actuals), lambda: [ACTUAL], "table"),
    "config.json": Reader(_of_file("config.json", _config), _configs, "tree"),
    "document": Reader(_document, _documents, "tree"),
    "plan document": Reader(_compared, _plans, "tree", 0.5),
    "calculation.npz": Reader(_calculation, _packed),
    "basis.npz": Reader(_basis, _bases),
    "solved.npz": Reader(_solved, _solveds),
    "calibration": Reader(_calibration, lambda: [p.name.encode() + b"\n" + p.read_bytes()
                                                 for p in _shipped()], share=0.2, junk=False),
    "evidence text": Reader(_of_file("a.md", _evidence), lambda: [ARTICLE], share=0.5),
    "evidence table": Reader(_of_file("a.csv", _evidence), lambda: [CELLS], "table", 0.5),
    "evidence HTML": Reader(_of_file("a.html", _evidence), lambda: [HTML], share=0.01),
    "quantity": Reader(_quantity, _quantities),
    "date": Reader(_date, _encoded(["2026", "2026-Q1", "FY2026-H2", "2026-01-31", "2026-12"])),
    "period": Reader(_period, _encoded(["2026", "2026-Q1", "FY2026-H2", "2026-12"])),
    "language": Reader(_language, _encoded(["en", "zh"])),
    "command line": Reader(_command, _encoded(ARGUMENTS), share=0.2),
}  # fmt: skip
"""What is read → how."""
