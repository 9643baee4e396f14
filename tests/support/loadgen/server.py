"""A small server that speaks as vLLM does, on loopback, and knows what it did.

It answers /v1/completions and /v1/chat/completions (streamed and whole), /v1/models, /health and
/metrics. First token after FIRST_S + PROMPT_S a prompt token, then one token a chunk every
STEP_S + LOADED_S a request in flight. A token is a word between spaces. What it did is written as
JSON lines: the truth that readers of the tools' files are tested against.
Load generators are run against it by `make.py` beside it; no test starts it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

MODEL = "small-test-model"
FIRST_S, PROMPT_S = 0.030, 0.0002
STEP_S, LOADED_S = 0.008, 0.0004
EDGES = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
SHORT = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5)
TOKENS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


@dataclass
class Histogram:
    """What Prometheus calls a histogram: counts up to each edge, their sum and number."""

    edges: tuple[float, ...]
    counts: list[int] = field(default_factory=list)
    total: float = 0.0
    n: int = 0

    def add(self, value: float) -> None:
        self.counts = self.counts or [0] * len(self.edges)
        for i, edge in enumerate(self.edges):
            self.counts[i] += value <= edge
        self.total += value
        self.n += 1

    def lines(self, name: str, labels: str) -> list[str]:
        counts = self.counts or [0] * len(self.edges)
        out = [f"# HELP {name} Histogram.", f"# TYPE {name} histogram"]
        out += [
            f'{name}_bucket{{le="{edge}",{labels}}} {float(c)}'
            for edge, c in zip(self.edges, counts, strict=True)
        ]
        out += [f'{name}_bucket{{le="+Inf",{labels}}} {float(self.n)}']
        return [*out, f"{name}_count{{{labels}}} {float(self.n)}",
                f"{name}_sum{{{labels}}} {self.total}"]  # fmt: skip


@dataclass
class Engine:
    """Counters of the whole life of the server."""

    log: Path
    running: int = 0
    done: int = 0
    prompt: int = 0
    output: int = 0
    first: Histogram = field(default_factory=lambda: Histogram(EDGES))
    gaps: Histogram = field(default_factory=lambda: Histogram(SHORT))
    each: Histogram = field(default_factory=lambda: Histogram(SHORT))
    whole: Histogram = field(default_factory=lambda: Histogram(EDGES))
    queue: Histogram = field(default_factory=lambda: Histogram(EDGES))
    prompts: Histogram = field(default_factory=lambda: Histogram(TOKENS))
    outputs: Histogram = field(default_factory=lambda: Histogram(TOKENS))

    def metrics(self) -> str:
        labels = f'engine="0",model_name="{MODEL}"'
        lines = []
        for kind, name, value in (
            ("gauge", "vllm:num_requests_running", self.running),
            ("gauge", "vllm:num_requests_waiting", 0),
            ("gauge", "vllm:kv_cache_usage_perc", min(1.0, self.running / 64)),
            ("counter", "vllm:num_preemptions_total", 0),
            ("counter", "vllm:prefix_cache_queries_total", self.prompt),
            ("counter", "vllm:prefix_cache_hits_total", 0),
            ("counter", "vllm:prompt_tokens_total", self.prompt),
            ("counter", "vllm:generation_tokens_total", self.output),
        ):
            lines += [f"# HELP {name} One of vLLM's.", f"# TYPE {name} {kind}"]
            lines += [f"{name}{{{labels}}} {float(value)}"]
        name = "vllm:request_success_total"
        lines += [f"# HELP {name} Count.", f"# TYPE {name} counter"]
        for reason, n in (("stop", 0), ("length", self.done), ("abort", 0)):
            lines += [f'{name}{{finished_reason="{reason}",{labels}}} {float(n)}']
        for name, found in (
            ("vllm:time_to_first_token_seconds", self.first),
            ("vllm:inter_token_latency_seconds", self.gaps),
            ("vllm:request_time_per_output_token_seconds", self.each),
            ("vllm:e2e_request_latency_seconds", self.whole),
            ("vllm:request_queue_time_seconds", self.queue),
            ("vllm:request_prompt_tokens", self.prompts),
            ("vllm:request_generation_tokens", self.outputs),
        ):
            lines += found.lines(name, labels)
        return "\n".join(lines) + "\n"


def words_of(body: dict) -> int:
    """Tokens of a request's prompt."""
    if "messages" in body:
        parts = [m.get("content") or "" for m in body["messages"]]
        texts = [p if isinstance(p, str) else " ".join(c.get("text", "") for c in p) for p in parts]
        return sum(len(t.split()) for t in texts)
    prompt = body.get("prompt", body.get("text", ""))
    if isinstance(prompt, list):
        return len(prompt) if all(isinstance(p, int) for p in prompt) else len(prompt[0].split())
    return len(prompt.split())


async def answer(engine: Engine, body: dict, chat: bool, out: asyncio.StreamWriter) -> None:
    """Answer one request, streamed or whole, and log it."""
    came = time.time()
    t0 = time.perf_counter()
    engine.running += 1
    n_in = words_of(body)
    n_out = int(body.get("max_completion_tokens") or body.get("max_tokens") or 16)
    stream = bool(body.get("stream"))
    usage = {"prompt_tokens": n_in, "completion_tokens": 0, "total_tokens": n_in}
    options = body.get("stream_options") or {}
    always = bool(options.get("continuous_usage_stats"))
    head = {"id": f"r-{engine.done + engine.running}-{int(came * 1e6)}", "created": int(came),
            "model": body.get("model", MODEL),
            "object": "chat.completion.chunk" if chat else "text_completion"}  # fmt: skip
    kind = b"text/event-stream" if stream else b"application/json"
    if stream:
        out.write(b"HTTP/1.1 200 OK\r\ncontent-type: " + kind
                  + b"; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n")  # fmt: skip

    def send(event: object) -> None:
        text = "[DONE]" if event is None else json.dumps(event)
        data = f"data: {text}\n\n".encode()
        out.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    due = t0 + FIRST_S + PROMPT_S * n_in
    marks = []
    words = []
    for i in range(n_out):
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        now = time.perf_counter()
        marks.append(now - t0)
        word = f"{' ' if i else ''}w{(7 * i) % 900}"
        words.append(word)
        due = max(now, due) + STEP_S + LOADED_S * engine.running
        if stream:
            last = "length" if i == n_out - 1 else None
            if chat:
                delta = {"content": word} | ({} if i else {"role": "assistant"})
                choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": last}
            else:
                choice = {"index": 0, "text": word, "logprobs": None, "finish_reason": last}
            event = {**head, "choices": [choice]}
            if always:
                event["usage"] = usage | {"completion_tokens": i + 1, "total_tokens": n_in + i + 1}
            send(event)
            await out.drain()
    usage |= {"completion_tokens": n_out, "total_tokens": n_in + n_out}
    engine.running -= 1
    engine.done += 1
    engine.prompt += n_in
    engine.output += n_out
    engine.first.add(marks[0])
    for a, b in pairwise(marks):
        engine.gaps.add(b - a)
    if n_out > 1:
        engine.each.add((marks[-1] - marks[0]) / (n_out - 1))
    engine.whole.add(marks[-1])
    engine.queue.add(0.0)
    engine.prompts.add(n_in)
    engine.outputs.add(n_out)
    with engine.log.open("a") as log:
        log.write(json.dumps({
            "came": came, "input_tokens": n_in, "output_tokens": n_out, "ttft_s": marks[0],
            "e2e_s": marks[-1], "stream": stream,
        }) + "\n")  # fmt: skip
    if stream:
        if options.get("include_usage"):
            send({**head, "choices": [], "usage": usage})
        send(None)
        out.write(b"0\r\n\r\n")
        await out.drain()
        return
    text = "".join(words)
    choice = {"index": 0, "finish_reason": "length", "logprobs": None}
    choice |= {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
    head["object"] = "chat.completion" if chat else "text_completion"
    whole(out, json.dumps({**head, "choices": [choice], "usage": usage}))


def whole(out: asyncio.StreamWriter, text: str, kind: str = "application/json",
          status: str = "200 OK") -> None:  # fmt: skip
    data = text.encode()
    out.write(f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n"
              f"content-length: {len(data)}\r\n\r\n".encode() + data)  # fmt: skip


async def body_of(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", ""):
        out = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            out += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return out
    return await reader.readexactly(int(headers.get("content-length", 0)))


async def serve(engine: Engine, reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    """Requests of one connection, one after the other."""
    try:
        while line := await reader.readline():
            method, target, _ = line.decode().split(" ", 2)
            headers = {}
            while row := (await reader.readline()).decode().strip():
                key, _, value = row.partition(":")
                headers[key.lower()] = value.strip()
            data = await body_of(reader, headers)
            path = target.split("?")[0]
            if path in ("/v1/completions", "/v1/chat/completions"):
                await answer(engine, json.loads(data), path.endswith("chat/completions"), out)
            elif path == "/v1/models":
                model = {"id": MODEL, "object": "model", "created": 1, "owned_by": "vllm",
                         "root": MODEL, "max_model_len": 8192}  # fmt: skip
                whole(out, json.dumps({"object": "list", "data": [model]}))
            elif path == "/metrics":
                whole(out, engine.metrics(), "text/plain; version=0.0.4; charset=utf-8")
            elif path in ("/health", "/flush_cache", "/version"):
                whole(out, json.dumps({"version": "0.0.0"}))
            elif path in ("/get_server_info", "/server_info", "/get_model_info", "/model_info"):
                whole(out, json.dumps({"model_path": MODEL, "is_generation": True}))
            else:
                whole(out, json.dumps({"error": f"{method} {path}"}), status="404 Not Found")
            await out.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        out.close()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument("--log", type=Path, default=Path("server.jsonl"))
    given = parser.parse_args()
    engine = Engine(given.log)
    server = await asyncio.start_server(
        lambda r, w: serve(engine, r, w), "127.0.0.1", given.port, limit=1 << 24
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
