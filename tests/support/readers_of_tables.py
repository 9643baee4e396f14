"""Readers of tables: series, traces in every form, measurements, what happened."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Mapping
from pathlib import Path

from support.reader import Reader, of_file, written
from support.shared import ROOT

__all__ = ["TABLES"]


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
BAILIAN = (
    b'{"chat_id": 1, "parent_chat_id": -1, "timestamp": 0.5, "input_length": 48, "output_length": '
    b'9, "type": "text", "turn": 1, "hash_ids": [1, 2, 3]}\n{"chat_id": 2, "parent_chat_id": 1, '
    b'"timestamp": 9.5, "input_length": 64, "output_length": 9, "type": "text", "turn": 2, '
    b'"hash_ids": [1, 2, 3, 4]}\n'
)
TURNS = (
    b'{"session_id": "a", "timestamp": 0, "input_length": 300, "output_length": 40}\n'
    b'{"session_id": "a", "delay": 2000, "input_length": 700, "output_length": 40}\n'
    b'{"session_id": "b", "timestamp": 9, "input_length": 30, "output_length": 4}\n'
)
UNITS = b"timestamp,prompt_size,token_size\n1700000000000,30,2\n1700000001500,40,3\n"
AGENTS = json.dumps(
    {
        "id": "a", "block_size": 64, "requests": [
            {"t": 0.0, "type": "n", "in": 150, "out": 7, "hash_ids": [1, 2]},
            {"t": 5.0, "type": "subagent", "requests": [
                {"t": 6.0, "type": "n", "in": 70, "out": 0, "hash_ids": [1]}]},
        ],
    }, indent=1,
).encode()  # fmt: skip
SPANS = json.dumps(
    {
        "spans": [
            {"trace_id": "x", "start_time": "2024-01-01T00:00:00Z", "attributes": {
                "gen_ai.usage.input_tokens": 30, "gen_ai.usage.output_tokens": 2}},
            {"trace_id": "x", "start_time": "2024-01-01T00:00:01Z", "attributes": {}},
        ]
    }, indent=1,
).encode()  # fmt: skip
CHUNK = b"0,12.5,1.4,Gamma,0.51,0.157\n600,14.0,1.2,Weibull,0.9,0.068\n1200,0,0,,0,0\n"
CHUNK_LENGTHS = json.dumps(
    {"0": {"input_tokens": "{10: 0.5, 30: 0.5}", "output_tokens": "{7: 1.0}"}}
).encode()
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
    written(folder, "x_lengths.csv", data if lengths else LENGTHS)
    path = written(folder, "x_clients.csv", CLIENTS if lengths else data)
    client_traffic(path, most=1000)


def _chunks(data: bytes, folder: Path) -> None:
    from outlay.serving.traffic.clients import client_traffic

    lengths = data.lstrip()[:1] == b"{"
    written(folder, "chunk-0-dataset.json", data if lengths else CHUNK_LENGTHS)
    written(folder, "chunk-0-trace.csv", CHUNK if lengths else data)
    client_traffic(folder, most=1000)


def _packed(data: bytes, folder: Path) -> None:
    """Bytes that are compressed before they are read, and as they are."""
    from outlay.serving.traffic.loaders import load_trace

    whole = data if data[:2] == b"\x1f\x8b" else gzip.compress(data, mtime=0)
    load_trace(written(folder, "t.gz", whole))


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
    from outlay.performance.measured.row_table import read_rows
    from outlay.performance.measured.rows import ask

    for row in read_rows(path):
        ask(row)


def _training(path: Path) -> None:
    from outlay.performance.measured.training_rows import measured_runs

    measured_runs(path)


def _actuals(path: Path) -> None:
    from outlay.risk.backtest import read_actuals

    read_actuals(path)


def _pool(path: Path) -> None:
    from outlay.api.pools.rows import read_pool

    read_pool(path)


def _tiers(data: bytes, _: Path) -> None:
    from outlay.serving.offload import asked_tiers, offload_of

    offload_of(asked_tiers(data.decode("utf-8", "replace")), 131_072.0, write="evict", load="block")


POOL = (
    b"name,model,trace,ttft_p99,tpot_p99,tp,load_delay\n"
    b"chat,llama-3.1-70b,a.csv,2,0.05,4,180\ncode,llama-3.1-8b,b.csv,1,,1,\n"
)
TIERS = (b"cpu=200GB@50GB/s,disk=2TB@5GB/s", b"cpu=500000tokens@4e5tokens/s", b"far=inf@1GiB/s")


def _rows(path: str, first: int) -> list[bytes]:
    lines = (ROOT / path).read_bytes().splitlines(keepends=True)
    return [lines[0] + b"".join(lines[at : at + 3]) for at in range(1, first, 3)]


TRAINED = (
    b"row_id,model,chip,n_chips,precision,seq_len,global_batch_seqs,micro_batch_seqs,tp,pp,cp,ep,"
    b"metric,value,unit,mfu\n"
    b"a-1,Llama-3.1-405B,H100-SXM-80GB,16384,bf16,8192,2048,1,8,16,1,,mfu,0.41,fraction,0.41\n"
    b"a-2,Llama-3.1-70B,H100-SXM-80GB,512,fp8,8192,256,,4,4,1,1,mfu,0.38,fraction,0.38\n"
)


TABLES: Mapping[str, Reader] = {
    "series": Reader(of_file("s.csv", _series), lambda: [SERIES], "table"),
    "trace CSV": Reader(
        of_file("t.csv", _trace), lambda: [PLAIN, AZURE, BURST, TREE, SESSIONS, UNITS], "table"
    ),
    "trace TSV": Reader(of_file("t.tsv", _trace), lambda: [PLAIN.replace(b",", b"\t")]),
    "trace JSON lines": Reader(of_file("t.jsonl", _trace), lambda: [MOONCAKE, BAILIAN, TURNS]),
    "trace JSON": Reader(of_file("t.json", _trace), lambda: [AGENTS, SPANS], "tree"),
    "trace compressed": Reader(_packed, lambda: [PLAIN, MOONCAKE, gzip.compress(PLAIN, mtime=0)]),
    "trace Parquet": Reader(of_file("t.parquet", _trace), _parquet),
    "clients as published": Reader(_chunks, lambda: [CHUNK, CHUNK_LENGTHS]),
    "clients": Reader(_clients, lambda: [CLIENTS, LENGTHS], "table"),
    "workload": Reader(of_file("w.yaml", _workload), lambda: [WORKLOAD, SHARED], "tree"),
    "measured": Reader(
        of_file("m.csv", _measured),
        lambda: _rows("tests/validation/data/measured_elsewhere.csv", 30),
        "table",
    ),
    "training": Reader(of_file("m.csv", _training), lambda: [TRAINED], "table"),
    "pool": Reader(of_file("p.csv", _pool), lambda: [POOL], "table"),
    "tiers": Reader(_tiers, lambda: list(TIERS)),
    "actuals": Reader(of_file("a.csv", _actuals), lambda: [ACTUAL], "table"),
}
"""What is read → how."""
