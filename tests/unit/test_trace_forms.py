"""Published forms of traces, each with numbers of our own: count, unit, block, prefix, sessions."""

from __future__ import annotations

import gzip
import io
import json
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.core.errors import InputError
from outlay.serving.replay import read_traffic
from outlay.serving.tables import opening
from outlay.serving.traffic.clients import client_traffic
from outlay.serving.traffic.loaders import Trace, load_trace
from outlay.serving.traffic.workload import workload_traffic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read(text: str | bytes, name: str = "t.csv", **options: object) -> Trace:
    data = text if isinstance(text, bytes) else text.encode()
    return load_trace(name, data=data, **options)  # type: ignore[arg-type]


def refused(text: str | bytes, name: str = "t.csv", **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read(text, name, **options)
    return str(caught.value)


def lines(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def numbers(found: Trace) -> tuple[list[float], list[int], list[int]]:
    t = found.traffic
    return t.arrival_s.tolist(), t.input_tokens.tolist(), t.output_tokens.tolist()


FORMS: dict[str, tuple[str, str]] = {
    "azure of 2023": (
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,300,20\n"
        "2023-11-16 18:15:48.1805900,500,10\n",
        "azure",
    ),
    "azure of 2024, with zones": (
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,300,20\n"
        "2024-05-10 00:00:01.509930+00:00,500,10\n",
        "azure",
    ),
    "azure multimodal": (
        "TIMESTAMP,NumImages,ContextTokens,GeneratedTokens\n2024-10-15 00:00:00.0,0,300,20\n"
        "2024-10-15 00:00:01.500,0,500,10\n",
        "azure multimodal",
    ),
    "burstgpt 1": (
        "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
        "5,ChatGPT,300,20,320,API log\n6.5,GPT-4,500,10,510,API log\n",
        "burstgpt",
    ),
    "burstgpt 2": (
        "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,"
        "Log Type\n5,,4.1,ChatGPT,300,20,320,API log\n6.5,,1,GPT-4,500,10,510,API log\n",
        "burstgpt",
    ),
    "splitwise": (
        "request_id,request_type,application_id,arrival_timestamp,batch_size,prompt_size,"
        "token_size\n0,0,0,0.0,1,300,20\n1,0,0,1.5,1,500,10\n",
        "splitwise",
    ),
    "vidur": (
        "arrived_at,num_prefill_tokens,num_decode_tokens\n0,300,20\n1.5,500,10\n", "vidur",
    ),
    "mooncake": (
        lines(
            {"timestamp": 0, "input_length": 300, "output_length": 20, "hash_ids": [1]},
            {"timestamp": 1500, "input_length": 500, "output_length": 10, "hash_ids": [2]},
        ),
        "mooncake",
    ),
    "mooncake without hashes": (
        lines(
            {"timestamp": 27000, "input_length": 300, "output_length": 20},
            {"timestamp": 28500, "input_length": 500, "output_length": 10},
        ),
        "mooncake",
    ),
    "bailian": (
        lines(
            {"chat_id": 7, "parent_chat_id": -1, "timestamp": 0.5, "input_length": 300,
             "output_length": 20, "type": "text", "turn": 1, "hash_ids": list(range(19))},
            {"chat_id": 8, "parent_chat_id": -1, "timestamp": 2.0, "input_length": 500,
             "output_length": 10, "type": "image", "turn": 1, "hash_ids": list(range(50, 82))},
        ),
        "bailian",
    ),
    "spans": (
        json.dumps({"spans": [
            {"span_id": "a", "trace_id": "x", "start_time": "2024-01-01T00:00:00Z", "attributes": {
                "gen_ai.usage.prompt_tokens": 300, "gen_ai.usage.completion_tokens": 20}},
            {"span_id": "b", "trace_id": "x", "start_time": "2024-01-01T00:00:01.5Z",
             "attributes": {
                 "gen_ai.usage.input_tokens": 500, "gen_ai.usage.output_tokens": 10}},
        ]}, indent=1),
        "OpenTelemetry",
    ),
    "a list of objects": (
        json.dumps([
            {"arrival_s": 0, "input_tokens": 300, "output_tokens": 20},
            {"arrival_s": 1.5, "input_tokens": 500, "output_tokens": 10},
        ]),
        "plain",
    ),
    "a list under a key": (
        json.dumps({"made_by": "me", "requests": [
            {"arrival_ms": 0, "prompt_len": 300, "output_len": 20},
            {"arrival_ms": 1500, "prompt_len": 500, "output_len": 10},
        ]}, indent=1),
        "plain",
    ),
    "other names": ("Request_Timestamp,promptLen,OutputLen\n0.25,300,20\n1.75,500,10\n", "plain"),
    "milliseconds by name": (
        "arrival_ms,input_tokens,output_tokens\n100,300,20\n1600,500,10\n", "plain"
    ),
    "hours by name": (
        "Time [hours],input_tokens,output_tokens\n0,300,20\n0.000416666666666666667,500,10\n",
        "plain",
    ),
    "nanoseconds by name": (
        "arrival_ns,input_tokens,output_tokens\n5,300,20\n1500000005,500,10\n", "plain"
    ),
    "seconds since 1970": (
        "timestamp,input_tokens,output_tokens\n1700000000.25,300,20\n1700000001.75,500,10\n",
        "plain",
    ),
    "microseconds since 1970": (
        "timestamp,input_tokens,output_tokens\n1700000000000000,300,20\n1700000001500000,500,10\n",
        "plain",
    ),
    "stamps with T and Z": (
        "created_at,context_tokens,generated_tokens\n2024-05-10T00:00:00Z,300,20\n"
        "2024-05-10T00:00:01.5Z,500,10\n",
        "plain",
    ),
    "nanoseconds as text": (
        lines(
            {"timestamp": "1700000000000000000", "input_length": 300, "output_length": 20},
            {"timestamp": "1700000001500000000", "input_length": 500, "output_length": 10},
        ),
        "mooncake",
    ),
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True], ids=["", "gzip"])
@pytest.mark.parametrize("case", FORMS)
def test_a_published_form_is_read_right(case: str, packed: bool) -> None:
    """Two requests, 1.5 s apart, of 300 and 500 tokens in, 20 and 10 out."""
    text, form = FORMS[case]
    data = gzip.compress(text.encode(), mtime=0) if packed else text.encode()
    name = "t.csv" if text[0] not in "{[" else "t.json"
    found = read(data, name)
    assert numbers(found) == (pytest.approx([0.0, 1.5], abs=1e-6), [300, 500], [20, 10])
    assert found.format == form
    assert found.kind.endswith(", compressed") == packed


def test_a_parquet_file_with_hashes_in_gzip() -> None:
    out = io.BytesIO()
    pl.DataFrame(
        {
            "timestamp": [0, 1500, 9000], "input_length": [600, 1300, 40],
            "output_length": [20, 10, 5], "hash_ids": [[1, 2], [1, 2, 3], []],
        }
    ).write_parquet(out)  # fmt: skip
    for data in (out.getvalue(), gzip.compress(out.getvalue(), mtime=0)):
        t = read(data).traffic
        assert t.shared_tokens.tolist() == [0, 1024, 0]
        assert t.arrival_s.tolist() == [0, 1.5, 9]
    bad = io.BytesIO()
    pl.DataFrame(
        {"timestamp": [0], "input_length": [6], "output_length": [2], "hash_ids": [[0.5]]}
    ).write_parquet(bad)
    assert "not a list of whole numbers in hash_ids (found List(Float64))" in refused(
        bad.getvalue()
    )


def hashed(rows: Sequence[tuple[int, int]], **beside: object) -> str:
    """Rows of tokens and how many hashes, all of their own."""
    first = 0
    out = []
    for i, (tokens, n) in enumerate(rows):
        out.append(
            {"timestamp": 1000 * i, "input_length": tokens, "output_length": 5,
             "hash_ids": list(range(first, first + n)), **beside}
        )  # fmt: skip
        first += n
    return lines(*out)


def test_the_size_of_blocks_is_told_by_the_hashes() -> None:
    assert read(hashed([(600, 2), (40, 1)])).block_tokens == 512
    found = read(hashed([(48, 3), (192, 12), (33, 3)]))
    assert found.block_tokens == 16
    assert "blocks of 16 tokens, as the hashes tell" in found.warnings
    assert "blocks of 16 tokens" in found.said
    assert read(hashed([(500, 13), (520, 13)])).block_tokens == 40  # no power of two fits
    assert read(hashed([(48, 3)]), block_tokens=20).block_tokens == 20
    few = hashed([(100, 1)] * 20 + [(1600, 2)])
    (note,) = (w for w in read(few).warnings if "hashes" in w)
    assert note.startswith("1 of 21 requests have another number of hashes")
    assert "t.csv:21" in note


def test_blocks_of_several_sizes_are_asked_for() -> None:
    """130 tokens in two hashes are in blocks of 44 to 129: of 64 or of 128."""
    assert "pass --block-tokens 64 or 128" in refused(hashed([(130, 2)]))
    assert read(hashed([(130, 2)]), block_tokens=128).block_tokens == 128
    assert "leave hash_ids out" in refused(hashed([(500, 2), (400, 9)]))
    assert "hash_ids of blocks that are not of 16 tokens" in refused(
        hashed([(500, 2)]), block_tokens=16
    )


def lru_hits(rows: Sequence[Sequence[int]]) -> list[int]:
    """Leading blocks of each request that an unlimited cache of blocks holds."""
    held: OrderedDict[int, None] = OrderedDict()
    out = []
    for ids in rows:
        out.append(next((i for i, h in enumerate(ids) if h not in held), len(ids)))
        held.update(dict.fromkeys(ids))
    return out


@given(st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=6), min_size=1, max_size=15))
def test_prefix_hits_of_a_bailian_file_are_those_of_a_cache_of_blocks(
    rows: list[list[int]],
) -> None:
    """Blocks of 16 tokens; hashes name a whole prefix, as the publishers' do."""
    names: dict[tuple[int, ...], int] = {}
    chained = [
        [names.setdefault(tuple(ids[: k + 1]), len(names)) for k in range(len(ids))] for ids in rows
    ]
    text = lines(*(
        {"chat_id": i, "parent_chat_id": -1, "timestamp": i * 1.25, "input_length": 16 * len(ids),
         "output_length": 4, "type": "text", "turn": 1, "hash_ids": ids}
        for i, ids in enumerate(chained)
    ))  # fmt: skip
    found = read(text, "t.jsonl")
    t = found.traffic
    hits = [16 * n for n in lru_hits(chained)]
    assert (t.shared_tokens.tolist() if t.has_prefixes else [0] * len(rows)) == hits
    assert t.arrival_s.tolist() == [i * 1.25 for i in range(len(rows))]
    assert (found.block_tokens, found.sessions) == (16, len(rows))


def test_chats_with_parents_are_one_session() -> None:
    rows = [(11, -1), (12, 11), (13, -1), (14, 12), (15, 99)]
    text = lines(*(
        {"chat_id": c, "parent_chat_id": p, "timestamp": i, "input_length": 16,
         "output_length": 4, "turn": 1, "hash_ids": [i]}
        for i, (c, p) in enumerate(rows)
    ))  # fmt: skip
    assert read(text, "t.jsonl").sessions == 3
    bare = text.replace(', "hash_ids": [', ', "other": [')
    found = read(bare, "t.jsonl")
    assert found.traffic.session.tolist() == [0, 0, 1, 0, 2]
    assert not found.traffic.shared_tokens.any()


TURNS = lines(
    {"session_id": "a", "timestamp": 0, "input_length": 300, "output_length": 40, "hash_ids": [0]},
    {"session_id": "b", "timestamp": 500, "input_length": 90, "output_length": 4, "hash_ids": [9]},
    {"session_id": "a", "delay": 2000, "input_length": 700, "output_length": 40,
     "hash_ids": [0, 1]},
    {"session_id": "a", "delay": 500, "input_length": 800, "output_length": 1,
     "hash_ids": [0, 1]},
)  # fmt: skip


def test_later_turns_wait_for_the_answer_before_them() -> None:
    found = read(TURNS, "t.jsonl")
    t = found.traffic
    assert t.after.tolist() == [-1, -1, 0, 2]
    assert t.pause_s.tolist() == [0, 0, 2.0, 0.5]
    assert t.arrival_s[:2].tolist() == [0, 0.5]
    assert t.shared_tokens.tolist() == [0, 0, 512, 800]
    assert (found.format, found.sessions) == ("multi-turn", 2)
    assert "2 later turns are sent after the answer before them" in found.warnings


def test_turns_without_hashes_add_to_the_context() -> None:
    """300 in and 40 out, then 150 more: a prompt of 490, of which 340 were there."""
    text = lines(
        {"session_id": "a", "input_length": 300, "output_length": 40},
        {"session_id": "a", "delay": 2, "input_length": 150, "output_length": 20},
    )
    found = read(text, "t.jsonl")
    assert found.traffic.input_tokens.tolist() == [300, 490]
    assert found.traffic.shared_tokens.tolist() == [0, 340]
    assert found.traffic.pause_s.tolist() == [0, 0.002]
    assert found.session_id is not None
    assert found.warnings[0] == "sessions have no times of their own: their starts are drawn"


def test_turns_with_times_of_their_own_wait_for_nobody() -> None:
    text = TURNS.replace('"delay": 2000', '"timestamp": 2000').replace(
        '"delay": 500', '"timestamp": 2700'
    )
    t = read(text, "t.jsonl").traffic
    assert not t.waits
    assert t.arrival_s.tolist() == [0, 0.5, 2.0, 2.7]
    both = TURNS.replace('"delay": 2000', '"delay": 2000, "timestamp": 9')
    assert refused(both, "t.jsonl") == (
        "t.jsonl:3: a turn with both a timestamp and a delay; allowed: one of them"
    )


def session(name: str, *requests: dict[str, object], **beside: object) -> dict[str, object]:
    return {"id": name, "models": ["m"], "block_size": 64, **beside, "requests": list(requests)}


def asked(t: float, tokens: int, ids: list[int], out: int = 7) -> dict[str, object]:
    return {"t": t, "type": "n", "model": "m", "in": tokens, "out": out, "hash_ids": ids}


def test_sessions_of_agents_are_read_from_their_json() -> None:
    sub = {"t": 4.0, "type": "subagent", "agent_id": "x", "requests": [asked(5.0, 70, [1])]}
    one = session("a", asked(0.0, 150, [1, 2]), asked(9.0, 200, [1, 2, 3], 0), sub)
    two = session("b", asked(0.5, 150, [1, 2]))
    for text in (json.dumps([one, two], indent=1), lines(one, two)):
        found = read(text, "t.json")
        t = found.traffic
        assert t.arrival_s.tolist() == [0, 0.5, 5, 9]
        assert t.input_tokens.tolist() == [150, 150, 70, 200]
        assert t.shared_tokens.tolist() == [0, 0, 64, 128]  # hashes are each session's own
        assert found.session_id is not None
        assert found.session_id.tolist() == [0, 1, 0, 0]
        assert (found.block_tokens, found.sessions) == (64, 2)
        assert any("without output, taken to say one token" in w for w in found.warnings)
    shared = read(lines(*({**s, "hash_id_scope": "global"} for s in (one, two))))
    assert shared.traffic.shared_tokens.tolist() == [0, 128, 64, 128]


def test_images_and_silent_requests_are_named() -> None:
    found = read(
        "TIMESTAMP,NumImages,ContextTokens,GeneratedTokens\n2024-10-15 00:00:00,2,1800,0\n"
        "2024-10-15 00:00:01,1,90,200\n2024-10-15 00:00:02,0,90,200\n"
    )
    assert found.traffic.output_tokens.tolist() == [1, 200, 200]
    assert found.warnings == (
        "3 images in 2 requests: their encoding is not simulated, and ContextTokens count as the "
        "whole prompt",
        "1 request without output, taken to say one token: line 2",
    )


def otlp(number: int, tokens: tuple[int, int] | None, *, name: str, parent: str = "") -> object:
    """A span as a collector writes it: attributes in a list, whole numbers as texts."""
    named = zip(("prompt_tokens", "completion_tokens"), tokens or (), strict=False)
    return {
        "traceId": "5b8e", "spanId": name, "parentSpanId": parent,
        "startTimeUnixNano": str(1_700_000_000_000_000_000 + 1_500_000_000 * number),
        "attributes": [
            {"key": "gen_ai.system", "value": {"stringValue": "vllm"}},
            *({"key": f"gen_ai.usage.{k}", "value": {"intValue": str(v)}} for k, v in named),
        ],
    }  # fmt: skip


def test_spans_as_a_collector_writes_them() -> None:
    """Batches by resource and scope, one a line or one text; a span around others is their sum."""
    spans = [
        otlp(0, (700, 30), name="agent"), otlp(0, None, name="tool", parent="agent"),
        otlp(1, (300, 20), name="a", parent="tool"), otlp(2, (500, 10), name="b", parent="agent"),
    ]  # fmt: skip
    whole = {"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": spans}]}]}
    parts = lines(*({"resourceSpans": [{"scopeSpans": [{"spans": [s]}]}]} for s in spans))
    for text in (json.dumps(whole), json.dumps(whole, indent=1), parts):
        found = read(text, "t.json")
        assert numbers(found) == (pytest.approx([0.0, 1.5], abs=1e-6), [300, 500], [20, 10])
        assert found.format == "OpenTelemetry"
        assert found.sessions == 1
        assert any("1 span without token counts left out" in w for w in found.warnings)
        assert any("1 span around others with token counts" in w for w in found.warnings)
    assert "1 span without token counts left out: line 2 (request 1)" in read(parts).warnings
    assert "no requests" in refused('{"resourceSpans": []}', "t.json")
    circle = [otlp(i, (300, 20), name=a, parent=b) for i, (a, b) in enumerate(("xy", "yx", "zz"))]
    assert len(read(json.dumps({"spans": circle[:2]}), "t.json").traffic) == 2
    assert len(read(json.dumps({"spans": circle[2:]}), "t.json").traffic) == 1


def test_hashes_in_a_csv_are_told_to_share_nothing() -> None:
    found = read(
        'timestamp,input_length,output_length,hash_ids\n0,1030,20,"[0, 1, 2]"\n'
        '1500,1031,20,"[0, 1, 3]"\n'
    )
    assert not found.traffic.has_prefixes
    assert any("hash_ids: lists in a CSV are not read" in w for w in found.warnings)


def test_turns_may_stand_in_their_session() -> None:
    """One object a session: the same trace as of a line a turn."""
    first = {"timestamp": 0, "input_length": 300, "output_length": 40}
    later = {"delay": 2000, "input_length": 100, "output_length": 20}
    within = lines(*({"session_id": s, "turns": [first, later]} for s in "ab"))
    flat = lines(*({"session_id": s, **turn} for s in "ab" for turn in (first, later)))
    one, other = read(within), read(flat)
    assert numbers(one) == numbers(other)
    assert one.traffic.shared_tokens.tolist() == other.traffic.shared_tokens.tolist()
    assert (one.sessions, one.format) == (2, "multi-turn")
    texts = lines({"session_id": "a", "turns": [{"text": "hello"}, {"text": "bye", "delay": 3}]})
    assert ":1: turns hold texts, not token counts (found text)" in refused(texts)


def test_hashes_may_be_texts() -> None:
    """As engines write them, in hex: the same prefixes as of numbers, and not both in a file."""
    rows = [{"timestamp": 1000 * i, "input_length": 1100, "output_length": 5} for i in range(12)]
    ids = [[7, 9, 20 + i % 3] for i in range(12)]
    texts = [[f"{v:016x}" for v in row] for row in ids]
    plain = read(lines(*({**r, "hash_ids": h} for r, h in zip(rows, ids, strict=True))))
    found = read(lines(*({**r, "hash_ids": h} for r, h in zip(rows, texts, strict=True))))
    out = io.BytesIO()
    pl.DataFrame({**pl.DataFrame(rows).to_dict(), "hash_ids": texts}).write_parquet(out)
    for other in (found, read(out.getvalue())):
        assert other.traffic.shared_tokens.tolist() == plain.traffic.shared_tokens.tolist()
        assert other.block_tokens == 512
    assert 0 < plain.traffic.shared_tokens[1] < plain.traffic.shared_tokens[3] == 1100
    mixed = lines({**rows[0], "hash_ids": texts[0]}, {**rows[1], "hash_ids": ids[1]})
    assert ":2: not a list of texts in hash_ids (found [7, 9, 21])" in refused(mixed)


def test_spans_without_tokens_are_named() -> None:
    text = json.dumps({"spans": [
        {"start_time": "2024-01-01T00:00:00Z", "name": "tool", "attributes": {}},
        {"start_time": "2024-01-01T00:00:01Z", "attributes": {
            "gen_ai.usage.input_tokens": 30, "gen_ai.usage.output_tokens": 2}},
    ]})  # fmt: skip
    found = read(text, "t.json")
    assert found.traffic.input_tokens.tolist() == [30]
    assert "1 span without token counts left out: line 1 (request 1)" in found.warnings


def test_sessions_of_a_plain_table_and_of_burstgpt() -> None:
    head = "session_id,arrival_s,input_tokens,output_tokens\n"
    found = read(head + "a,0,10,1\nb,1,10,1\na,2,30,1\n,3,5,1\n")
    first, second, third, none = found.traffic.session.tolist()
    assert first == third != second
    assert none == -1
    assert found.said.endswith("2 sessions; plain trace, CSV")
    burst = read(FORMS["burstgpt 2"][0].replace("5,,", "5,s,").replace("6.5,,", "6.5,s,"))
    assert burst.sessions == 1
    assert burst.traffic.session.tolist() == [0, 0]
    assert "no prefix is shared within sessions, for the file has none" in burst.warnings


OWN = "when,p,c\n0,300,20\n1500,500,10\n"
COLUMNS = {"arrival_s": "when", "input_tokens": "P", "output_tokens": "c"}


def test_columns_of_any_name_can_be_said() -> None:
    found = read(OWN, columns=COLUMNS, time_unit="ms")
    assert numbers(found) == ([0, 1.5], [300, 500], [20, 10])
    assert refused(OWN, columns={**COLUMNS, "input_tokens": "q"}) == (
        "t.csv:1: no column q (found when, p, c)"
    )
    assert refused(OWN, columns={"input_token": "p"}).startswith(
        "--columns: no such meaning of a column (found input_token); allowed: arrival_s, input"
    )
    assert refused(OWN, columns={"input_tokens": "p", "output_tokens": "p"}).startswith(
        "--columns: a column given two meanings (found p)"
    )
    both = "when,timestamp,input_tokens,output_tokens\n0,7,1,1\n1.5,3,1,1\n"
    found = read(both, columns={"arrival_s": "when"}, time_unit="s")
    assert found.traffic.arrival_s.tolist() == [0, 1.5]
    assert found.warnings == ("columns not read: timestamp",)


def test_the_unit_of_times_is_told_or_asked_for() -> None:
    """A request every 0.2 s in each unit; whole numbers 30 apart may be seconds or milliseconds."""
    head = "timestamp,input_tokens,output_tokens\n"
    for unit, per in (("milliseconds", 200), ("microseconds", 200_000)):
        found = read(head + "".join(f"{per * i},9,9\n" for i in range(20)))
        assert found.traffic.arrival_s[-1] == pytest.approx(3.8)
        assert f"times are taken in {unit}: 5.26 requests a second" in found.warnings[0]
    fine = read(head + "".join(f"{0.2 * i},9,9\n" for i in range(20)))
    assert fine.traffic.arrival_s[-1] == pytest.approx(3.8)
    minutes = head + "".join(f"{30 * i},9,9\n" for i in range(20))
    assert "pass --time-unit s or --time-unit ms" in refused(minutes)
    assert read(minutes, time_unit="ms").traffic.arrival_s[-1] == pytest.approx(0.57)
    assert read(minutes, time_unit="s").traffic.arrival_s[-1] == pytest.approx(570)
    assert "two units of time" in refused(FORMS["milliseconds by name"][0], time_unit="s")
    assert "time stamps have no unit" in refused(FORMS["azure of 2023"][0], time_unit="ms")
    assert "no such unit (found h)" in refused(minutes, time_unit="h")


@given(st.sampled_from(["s", "ms", "us", "ns"]), st.integers(2, 40), st.floats(0.05, 3.0))
def test_times_since_1970_are_told_in_any_unit(unit: str, n: int, gap: float) -> None:
    per = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[unit]
    times = [int((1_700_000_000 + gap * i) * per) for i in range(n)]
    rows = "".join(f"{t},9,9\n" for t in times)
    found = read("ts,input_tokens,output_tokens\n" + rows)
    expected = (np.array(times) - times[0]) / per
    assert found.traffic.arrival_s == pytest.approx(expected, abs=1e-6)


def test_one_request_shares_nothing() -> None:
    assert read("arrival_s,input_tokens,output_tokens\n0,5,1\n").said == (
        "read 1 request over 0 s, 5 tokens in and 1 out on average; plain trace, CSV"
    )


def test_what_was_read_is_said_in_one_line() -> None:
    """Of 48 + 64 tokens in blocks of 16, the first three blocks come again: 48 of 112."""
    rows = [
        {"chat_id": 1, "parent_chat_id": -1, "timestamp": 0, "input_length": 48,
         "output_length": 4, "hash_ids": [1, 2, 3]},
        {"chat_id": 2, "parent_chat_id": 1, "timestamp": 30, "input_length": 64,
         "output_length": 6, "hash_ids": [1, 2, 3, 4]},
    ]  # fmt: skip
    assert read(lines(*rows), "t.jsonl").said == (
        "read 2 requests over 30 s (0.0667 a second), 56 tokens in and 5 out on average, blocks of "
        "16 tokens, 42.9 % of the input shared with earlier requests, 1 session; bailian trace, "
        "JSON lines"
    )


def test_files_without_times_say_how_to_go_on() -> None:
    talk = json.dumps([{"id": "a", "conversations": [{"from": "human", "value": "hi"}]}])
    assert "draw requests instead: --rate R" in refused(talk, "t.json")
    batch = lines({"request_id": 0, "input_length": 9, "output_length": 9, "duration": 3})
    assert "requests of a batch job hold no times" in refused(batch, "t.jsonl")
    assert "requests without times are drawn: --rate" in refused("isl,osl\n1,2\n")


RATES = "0,2,1,Gamma,1,0.5\n600,4,1,Weibull,1,0.25\n1200,0,0,,0,0\n"
LAW = json.dumps(
    {
        "0": {"input_tokens": "{10: 0.5, 30: 0.5}", "output_tokens": "{7: 1.0}"},
        "21600": {"input_tokens": "{}", "output_tokens": "{}", "reason_ratio": "{0.5: 1.0}"},
    }
)


def test_a_folder_of_servegen_is_read_as_published(tmp_path: Path) -> None:
    """2 and 4 requests a second for ten minutes each: 3,600; of 10 and 30 tokens in, 7 out."""
    (tmp_path / "chunk-0-trace.csv").write_text(RATES)
    (tmp_path / "chunk-0-dataset.json").write_text(LAW)
    (tmp_path / "chunk-12-trace.csv").write_text(RATES.replace(",2,", ",0,").replace(",4,", ",0,"))
    t, notes = client_traffic(tmp_path, seed=3)
    assert len(t) == pytest.approx(3_600, rel=0.06)
    assert np.histogram(t.arrival_s, [0, 600, 1200])[0] == pytest.approx([1200, 2400], rel=0.1)
    assert set(t.input_tokens.tolist()) == {10, 30}
    assert t.input_tokens.mean() == pytest.approx(20, rel=0.05)
    assert set(t.output_tokens.tolist()) == {7}
    assert "fields of lengths not read: reason_ratio" in notes
    by_trace, said = read_traffic(tmp_path, seed=3)
    assert by_trace.arrival_s.tolist() == t.arrival_s.tolist()
    assert said[0].endswith("2 clients; ServeGen clients, a folder")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("chunk-0-trace.csv", "0,x,1,Gamma,1,1\n", "chunk-0-trace.csv:1: not a rate (found 'x')"),
        ("chunk-0-trace.csv", "0,2,1,Gamma,1\n", "chunk-0-trace.csv:1: not a window of a client"),
        ("chunk-0-trace.csv", "0,2,1,Gama,1,1\n", "unknown family of interarrival times"),
        ("chunk-0-trace.csv", RATES + "0,2,1,Gamma,1,1\n", "a window of a client given twice"),
        ("chunk-0-dataset.json", LAW.replace("0.5, 30", "0.2, 30"), "that are not 1 in all"),
        ("chunk-0-dataset.json", LAW.replace("{7: 1.0}", "__import__"), "not probabilities of tok"),
        ("chunk-0-dataset.json", "[]", "not lengths by window"),
    ],
)
def test_a_folder_of_servegen_is_refused_with_its_place(
    name: str, text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "chunk-0-trace.csv").write_text(RATES)
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        client_traffic(tmp_path, mean_tokens=(5, 5))
    assert said in str(caught.value)


def test_one_file_of_a_folder_of_servegen_names_the_folder(tmp_path: Path) -> None:
    for name in ("chunk-0-trace.csv", "chunk-0-dataset.json"):
        (tmp_path / name).write_text(RATES)
        for reader in (load_trace, client_traffic):
            with pytest.raises(InputError, match=f"not requests; .* --clients {tmp_path}"):
                reader(tmp_path / name)


def test_a_folder_without_lengths_takes_those_that_are_said(tmp_path: Path) -> None:
    (tmp_path / "chunk-0-trace.csv").write_text(RATES)
    t, notes = client_traffic(tmp_path, mean_tokens=(300, 20))
    assert set(t.input_tokens.tolist()) == {300}
    assert "every request is 300 tokens in and 20 out" in notes[1]
    with pytest.raises(InputError, match="no lengths"):
        client_traffic(tmp_path)


def test_a_folder_of_sessions_is_one_trace(tmp_path: Path) -> None:
    for name in "ab":
        one = session(name, asked(0.0, 150, [1, 2]), asked(9.0, 200, [1, 2, 3]))
        (tmp_path / f"{name}.json").write_text(json.dumps(one))
    found = load_trace(tmp_path)
    assert (len(found.traffic), found.sessions) == (4, 2)
    (tmp_path / "c.json").write_text(json.dumps(session("c", asked(0.0, 0, [1]))))
    with pytest.raises(InputError, match=r"c\.json, request 1: out of range in column input_tok"):
        load_trace(tmp_path)


def test_a_load_test_that_replays_a_trace_is_that_trace(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(FORMS["azure of 2023"][0])
    text = (
        "load: {type: trace_replay, trace: {file: t.csv, format: AzurePublicDataset}, "
        "stages: [{rate: 1, duration: 30}]}\ndata: {type: random}\n"
    )
    (tmp_path / "w.yaml").write_text(text)
    t, notes = workload_traffic(tmp_path / "w.yaml")
    assert t.arrival_s.tolist() == [0, 1.5]
    assert notes[-1] == "entries not read: load.stages"
    (tmp_path / "w.yaml").write_text(text.replace("file: t.csv, ", ""))
    with pytest.raises(InputError, match="no trace to replay"):
        workload_traffic(tmp_path / "w.yaml")


def test_what_is_unpacked_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_BYTES", 5_000)
    monkeypatch.setattr(opening, "MAX_PIPED", 100)
    rows = "arrival_s,input_tokens,output_tokens\n" + "0,1,1\n" * 2_000
    assert "too large when unpacked; allowed: 5,000 bytes" in refused(
        gzip.compress(rows.encode(), mtime=0)
    )
    out = io.BytesIO()
    pl.read_csv(io.BytesIO(rows.encode())).write_parquet(out)
    assert "too large when unpacked" in refused(gzip.compress(out.getvalue(), mtime=0))
