"""Make tests/data/observed anew: run each load generator against `server.py` and tidy its files.

    python tests/support/loadgen/make.py VENVS OUT [NAME…]

VENVS holds a virtual environment a tool (`VENVS/guidellm-0.8.1/bin/…`; README.md beside the data
names the releases). vLLM's and SGLang's load tests are run by `stubbed.py`, without what the engine
alone needs. OUT gets the files and, as truth, what the server did. No test runs this.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
PORT = 8123
LENGTHS = "--random-input-len 40 --random-output-len 12 --random-range-ratio 0.3"
TEXTS = ("request", "response", "generated_texts", "output", "request_args", "generated_text")
"""What users wrote or a model answered; no reader looks at it."""

VLLM = (
    "{venv}/bin/python {here}/stubbed.py vllm none --backend openai --base-url {url} "
    "--model {model} "
    "--tokenizer {tok} --dataset-name random " + LENGTHS + " --ignore-eos --disable-tqdm "
    "--percentile-metrics ttft,tpot,itl,e2el --metric-percentiles 50,90,99 --save-result "
)
SGLANG = (
    "{venv}/bin/python {here}/stubbed.py sglang {stubs} --backend vllm --base-url {url} "
    "--model {model} --tokenizer {tok} --dataset-name random-ids " + LENGTHS + " --disable-tqdm "
    "--output-file runs.jsonl "
)
AIPERF = (
    "{venv}/bin/aiperf profile -m {model} --url {url} --streaming --tokenizer {tok} "
    "--synthetic-input-tokens-mean 40 --synthetic-input-tokens-stddev 8 --output-tokens-mean 12 "
    "--output-tokens-stddev 3 --extra-inputs ignore_eos:true --ui none --artifact-dir . "
)
DATA = "--data prompt_tokens=40,prompt_tokens_stdev=8,output_tokens=12,output_tokens_stdev=3 "
STUBS = "torchvision,IPython,sentencepiece,compressed_tensors,gguf,vllm"
COMMANDS = {  # folder of OUT: (virtual environment, commands, files that are kept)
    "vllm": (
        "vllm-0.33.0",
        [
            VLLM
            + "--num-prompts 24 --max-concurrency 4 --save-detailed --result-filename closed.json",
            "metrics metrics.txt",
            VLLM + "--num-prompts 20 --request-rate 10 --append-result --result-filename rate.json",
            VLLM + "--num-prompts 20 --request-rate 14 --append-result --result-filename rate.json",
        ],
        ["closed.json", "rate.json", "metrics.txt"],
    ),
    "sglang": (
        "sglang-0.5.23",
        [
            SGLANG + "--num-prompts 24 --max-concurrency 4 --output-details",
            SGLANG + "--num-prompts 20 --request-rate 10",
        ],
        ["runs.jsonl"],
    ),
    "guidellm-0.8.1": (
        "guidellm-0.8.1",
        [
            "{venv}/bin/guidellm run --backend kind=openai_http,target={url},model={model} "
            "--profile kind=concurrent,streams=3 --override profile.streams 3,6 "
            "--constraint kind=max_requests,count=10 --tokenizer kind=huggingface_auto,model={tok} "
            "--data kind=synthetic_text,prompt_tokens=40,prompt_tokens_stdev=10,output_tokens=12,"
            "output_tokens_stdev=4 --output kind=json,path=report.json "
            "--output kind=csv,path=report.csv --disable-console",
        ],
        ["report.json", "report.csv"],
    ),
    "guidellm-0.5.4": (
        "guidellm-0.5.4",
        [
            "{venv}/bin/guidellm benchmark run --target {url} --model {model} --processor {tok} "
            "--profile poisson --rate 8 --max-requests 12 " + DATA + "--output-dir . "
            "--outputs json --outputs csv --disable-console",
        ],
        ["benchmarks.json", "benchmarks.csv"],
    ),
    "guidellm-0.3.1": (
        "guidellm-0.3.1",
        [
            "{venv}/bin/guidellm benchmark run --target {url} --model {model} --processor {tok} "
            "--rate-type constant --rate 8 --max-requests 12 " + DATA + "--output-path report.json "
            "--disable-progress",
        ],
        ["report.json"],
    ),
    "aiperf": (
        "aiperf-0.13.0",
        [AIPERF + "--endpoint-type chat --concurrency 4 --request-count 24"],
        ["profile_export_aiperf.json", "profile_export_aiperf.csv", "profile_export.jsonl"],
    ),
    "aiperf-rate": (
        "aiperf-0.13.0",
        [
            AIPERF + "--endpoint-type completions --request-rate 10 --request-rate-mode poisson "
            "--request-count 20",
        ],
        ["profile_export_aiperf.json"],
    ),
    "inference-perf": (
        "inference-perf-0.7.0",
        ["{venv}/bin/inference-perf -c inference-perf.yml"],
        [
            "summary_lifecycle_metrics.json", "stage_0_lifecycle_metrics.json",
            "stage_1_lifecycle_metrics.json", "per_request_lifecycle_metrics.json",
        ],
    ),
    "mlperf": (
        "mlcommons-loadgen-6.0.17",
        ["{venv}/bin/python {here}/mlperf.py"],
        ["server/mlperf_log_summary.txt", "server/mlperf_log_detail.txt",
         "offline/mlperf_log_summary.txt"],
    ),
}  # fmt: skip
CONFIG = """\
load: {type: constant, interval: 1, num_workers: 1,
  stages: [{rate: 6, duration: 4}, {rate: 10, duration: 3}]}
api: {type: completion, streaming: true}
server: {type: vllm, model_name: MODEL, base_url: URL, ignore_eos: true}
tokenizer: {pretrained_model_name_or_path: TOK}
data:
  type: random
  input_distribution: {min: 20, max: 80, mean: 40, std_dev: 10, total_count: 60}
  output_distribution: {min: 4, max: 20, mean: 12, std_dev: 4, total_count: 60}
report: {request_lifecycle: {summary: true, per_stage: true, per_request: true}}
storage: {local_storage: {path: .}}
"""


def tokenizer(python: str, folder: Path) -> None:
    """A tokenizer of a thousand words, one a token, for there is no model to take one from."""
    program = f"""
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast
words = {{f"w{{i}}": i for i in range(1000)}} | {{"<s>": 1000, "</s>": 1001}}
made = Tokenizer(models.WordLevel(words, unk_token="w0"))
made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
whole = PreTrainedTokenizerFast(tokenizer_object=made, bos_token="<s>", eos_token="</s>",
    pad_token="</s>", model_max_length=8192, clean_up_tokenization_spaces=False)
whole.chat_template = "{{% for m in messages %}}{{{{ m['content'] }}}} {{% endfor %}}"
whole.save_pretrained({str(folder)!r})
"""
    subprocess.run([python, "-c", program], check=True)
    said = folder / "tokenizer_config.json"
    said.write_text(said.read_text().replace("TokenizersBackend", "PreTrainedTokenizerFast"))


def tidy(text: str, name: str, away: list[str]) -> str:
    """A file without paths of this machine and texts of requests; JSON without spaces."""
    for path in away:
        text = text.replace(path, "/home/user")
    text = re.sub(r"Linux-[\w.+-]+", "Linux", text)
    if name.endswith(".json"):
        parts = text.split("\n") if name == "rate.json" else [text]
        return "\n".join(
            json.dumps(without_texts(json.loads(p)), separators=(",", ":")) for p in parts if p
        ) + "\n"  # fmt: skip
    return text


def without_texts(found: object) -> object:
    """The same with nothing where users' and models' words stood."""
    if isinstance(found, list):
        return [without_texts(v) for v in found]
    if isinstance(found, dict):
        return {
            k: "" if k in TEXTS and isinstance(v, str)
            else [] if k == "response_chunks"
            else [""] * len(v) if k == "generated_texts" and isinstance(v, list)
            else without_texts(v)
            for k, v in found.items()
        }  # fmt: skip
    return found


def run(name: str, venvs: Path, out: Path, work: Path) -> None:
    """One tool's commands, its files and what the server did."""
    venv, commands, kept = COMMANDS[name]
    folder = work / name
    folder.mkdir(parents=True)
    tok, url = folder / "tokenizer", f"http://127.0.0.1:{PORT}"
    tokenizer(str(venvs / "inference-perf-0.7.0/bin/python"), tok)
    config = CONFIG.replace("MODEL", "small-test-model").replace("URL", url)
    (folder / "inference-perf.yml").write_text(config.replace("TOK", str(tok)))
    log = folder / "server.jsonl"
    server = subprocess.Popen(
        [sys.executable, HERE / "server.py", "--port", str(PORT), "--log", log]
    )
    time.sleep(1)
    says = {"venv": venvs / venv, "here": HERE, "url": url, "model": "small-test-model", "tok": tok,
            "stubs": STUBS}  # fmt: skip
    try:
        for command in commands:
            said = shlex.split(command.format(**says))
            if said[0] == "metrics":
                said = ["curl", "-s", f"{url}/metrics", "-o", said[1]]
            subprocess.run(said, cwd=folder, check=True, env={**os.environ, "TQDM_DISABLE": "1"})
    finally:
        server.terminate()
    to = out / name
    to.mkdir(parents=True, exist_ok=True)
    for file in [*kept, *(["server.jsonl"] if log.exists() else [])]:
        text = next(folder.rglob(file)).read_text()
        (to / file.replace("/", "-")).write_text(tidy(text, file, [str(folder), str(venvs)]))


if __name__ == "__main__":
    envs, target = (Path(p).resolve() for p in sys.argv[1:3])
    for tool in sys.argv[3:] or list(COMMANDS):
        run(tool, envs, target, Path("made").resolve())
