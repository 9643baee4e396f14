"""Parameters that verbs about served traffic share: layout, router, how a trace is played."""

from __future__ import annotations

from typing import Annotated

from outlay.api.says import Says

__all__ = [
    "BLOCK_TOKENS",
    "CALIBRATION_FOLDER",
    "CAP",
    "CHIPS",
    "CONCURRENCY",
    "FAILING",
    "KV_BLOCK",
    "KV_TOKENS",
    "MAX_BATCH",
    "MEMORY_SHARE",
    "MOST_DRAWN",
    "MOST_WAIT",
    "MOST_WAITING",
    "POOL_AT",
    "PREFIX_WEIGHT",
    "SCALE_INTERVAL",
    "SCALE_MAX",
    "SCALE_MIN",
    "SCALE_TARGET",
    "SCHEDULE",
    "SLACK",
    "STEP_FILE",
    "TOKENS_PER_STEP",
    "TP",
    "BurstCv",
    "ChipName",
    "ChipNames",
    "Columns",
    "Dp",
    "Ep",
    "Isl",
    "Kv",
    "LengthCv",
    "ModelName",
    "Offload",
    "OffloadLoad",
    "OffloadWrite",
    "Osl",
    "Pools",
    "Pp",
    "PrefixCache",
    "Ramp",
    "Routing",
    "ScaleDownWindow",
    "ScaleRule",
    "ScaleUpWindow",
    "Scaler",
    "Seed",
    "Seeds",
    "SessionRate",
    "SloClass",
    "Sort",
    "Spares",
    "Speed",
    "Spread",
    "StackName",
    "Think",
    "Thinking",
    "TimeUnit",
    "TokenBudget",
    "Watermark",
    "Weights",
    "Zones",
]

MOST_DRAWN = 2**24  # tokens: a drawn length is cut there

ModelName = Annotated[str, Says("Catalogue model, or a path to a config.json.", file=True)]
ChipName = Annotated[str, Says("Catalogue id of the chip.")]
ChipNames = Annotated[str, Says("Catalogue id of the chip; several, with commas: the cheapest.")]
CHIPS = Says("Chips of one replica.")
TP = Says("Tensor parallel degree.")
Pp = Annotated[int, Says("Pipeline stages.")]
Dp = Annotated[int, Says("Attention data-parallel groups.")]
Ep = Annotated[int, Says("Expert parallel degree.")]
Weights = Annotated[str, Says("Weight format; empty = as released.", empty=True)]
Kv = Annotated[str, Says("KV-cache format.")]
StackName = Annotated[
    str, Says("Serving stack: vllm, sglang, trtllm; empty: not known.", empty=True)
]
CALIBRATION_FOLDER = Says(
    "Folder of `outlay calibrate` or `outlay observe --fit`, in place of the shipped one."
)
Routing = Annotated[
    str,
    Says(
        "least_loaded, least_tokens, power_of_two, prefix_aware, cache_aware, session_affinity, "
        "random or round_robin."
    ),
]
PrefixCache = Annotated[str, Says("lru, given or off.")]
Offload = Annotated[
    str,
    Says(
        "KV cache beside memory, of each replica: cpu=200GB@50GB/s,disk=2TB@5GB/s; or in tokens; "
        "empty: none.",
        empty=True,
    ),
]
OffloadWrite = Annotated[str, Says("through (all that is cached) or evict (what is given up).")]
OffloadLoad = Annotated[str, Says("overlap (beside the step) or block (before it).")]
PREFIX_WEIGHT = Says(
    "prefix_aware: weight of a prompt's cached share against load.", least=0, most=1e6
)
Isl = Annotated[float, Says("Mean input tokens to draw.", least=1, most=MOST_DRAWN)]
Osl = Annotated[float, Says("Mean output tokens to draw.", least=1, most=MOST_DRAWN)]
BurstCv = Annotated[float, Says("CV of interarrival times (1 = Poisson).", least=0, most=100)]
LengthCv = Annotated[float, Says("CV of drawn lengths (0 = all alike).", least=0, most=100)]
Speed = Annotated[float, Says("Replay this many times as fast.", least=1e-9, most=1e9)]
Spread = Annotated[float, Says("Spread quantised times in slots of s.", least=0, most=1e9)]
Sort = Annotated[bool, Says("Order a trace whose times fall.", flag="--sort/--no-sort")]
Columns = Annotated[
    str,
    Says("A trace's columns, as arrival_s=when,input_tokens=n; empty: by their names.", empty=True),
]
TimeUnit = Annotated[
    str, Says("Unit of a trace's times: s, ms, us or ns; empty: told by the trace.", empty=True)
]
BLOCK_TOKENS = Says(
    "Tokens of a trace's prefix blocks; else as its hashes tell.", least=1, most=1_000_000
)
SessionRate = Annotated[float, Says("Starts of recorded sessions, 1/s.", least=1e-9, most=1e9)]
Seed = Annotated[int, Says("Root of every draw.", least=0, most=2**63 - 1)]

Scaler = Annotated[
    str, Says("What scales: concurrency, rate, tokens, kv, queue, hpa, schedule, none.")
]
SCALE_TARGET = Says(
    "Of its metric per replica; else the best that holds is found.", least=1e-9, most=1e12
)
SCALE_MIN = Says("Fewest replicas of the scaler.", least=1, most=32_000)
SCALE_MAX = Says("Most replicas of the scaler.", least=1, most=32_000)
ScaleUpWindow = Annotated[
    float, Says("Seconds that more must be asked for until they come.", least=0, most=1e6)
]
ScaleDownWindow = Annotated[
    float, Says("Seconds that fewer must be asked for until they go.", least=0, most=1e6)
]
SCALE_INTERVAL = Says(
    "Seconds between two looks; else 15, less of a short trace.", least=0.1, most=1e6
)
SCHEDULE = Says("CSV of time_s (from the first arrival), replicas: with --scaler schedule.")
Spares = Annotated[int, Says("Replicas that stand by, beside each fleet.", least=0, most=32_000)]
Zones = Annotated[int, Says("Zones of which one may be lost; 1: none.", least=1, most=1000)]
SloClass = Annotated[
    str,
    Says(
        "Limits of classes (column priority): '0: ttft=1 tpot=0.05; 1: ttft=30'; empty: none.",
        empty=True,
    ),
]
Pools = Annotated[
    bool, Says("Size two pools too: by length, and by phase.", flag="--pools/--no-pools")
]
POOL_AT = Says("Tokens of the longest short prompt; else the best.", least=1, most=2**24)
CONCURRENCY = Says(
    "Closed loop: so many requests at once, the next when one ends.", least=1, most=10**7
)
CAP = Says("Cap on requests in flight; more wait at the client.", least=1, most=10**7)
Think = Annotated[float, Says("Seconds from an answer to the next request.", least=0, most=1e8)]
Thinking = Annotated[str, Says("How these are spread: fixed or exponential.")]
Ramp = Annotated[float, Says("Seconds over which the users start.", least=0, most=1e8)]
KV_TOKENS = Says("Tokens in a replica's KV cache; else of its memory.", least=1, most=2**40)
MEMORY_SHARE = Says(
    "Share of chip memory for weights and KV cache (gpu_memory_utilization, mem_fraction_static); "
    "else the stack's usual, 0.9.",
    least=0.05, most=1,
)  # fmt: skip
KV_BLOCK = Says("Tokens of a KV block.", least=1, most=65_536)
TOKENS_PER_STEP = Says(
    "Speculative: mean tokens of a step.", least=1, most=64, flag="--speculative"
)
Watermark = Annotated[float, Says("Share of KV blocks kept free at admission.", least=0, most=0.99)]
SLACK = Says(
    "session_affinity: requests that a session's replica may have more than the least loaded; "
    "else however many.",
    least=0, most=1e9,
)  # fmt: skip
TokenBudget = Annotated[int, Says("Tokens of one step.", least=1, most=2**30)]
MAX_BATCH = Says("Most sequences in a batch.", least=1, most=2**20 - 1)
ScaleRule = Annotated[
    str,
    Says(
        "target=N,min=N,max=N,interval=S,delay=S,patience=N: requests in flight per replica; "
        "--replicas is the most; empty: none.",
        empty=True,
    ),
]
FAILING = Says(
    "at=S,replica=N,repair=S (may be repeated): it serves again S after it failed; without a "
    "repair, never.",
    flag="--fail",
)
MOST_WAITING = Says("Refuse a request that finds so many waiting.", least=1, most=10**9)
MOST_WAIT = Says("Drop a request not begun after so many s.", least=1e-6, most=1e9)
Seeds = Annotated[int, Says("Seeds to run, for a band.", least=1, most=1000)]
STEP_FILE = Says("Step times (JSON) in place of those worked out.")
