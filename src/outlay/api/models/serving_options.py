"""Parameters that verbs about served traffic share: layout, router, how a trace is played."""

from __future__ import annotations

from typing import Annotated

from outlay.api.says import Says

__all__ = [
    "BLOCK_TOKENS",
    "CAP",
    "CHIPS",
    "CONCURRENCY",
    "FAILING",
    "KV_BLOCK",
    "KV_TOKENS",
    "MAX_BATCH",
    "MOST_DRAWN",
    "MOST_WAIT",
    "MOST_WAITING",
    "STEP_FILE",
    "TOKENS_PER_STEP",
    "TP",
    "BurstCv",
    "ChipName",
    "Columns",
    "Dp",
    "Ep",
    "Isl",
    "Kv",
    "LengthCv",
    "ModelName",
    "Osl",
    "Pp",
    "PrefixCache",
    "Ramp",
    "Routing",
    "ScaleRule",
    "Seed",
    "Seeds",
    "SessionRate",
    "Slack",
    "Sort",
    "Speed",
    "Spread",
    "StackName",
    "Think",
    "Thinking",
    "TimeUnit",
    "TokenBudget",
    "Watermark",
    "Weights",
]

MOST_DRAWN = 2**24  # tokens: a drawn length is cut there

ModelName = Annotated[str, Says("Catalogue model, or a path to a config.json.", file=True)]
ChipName = Annotated[str, Says("Catalogue id of the chip.")]
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
Routing = Annotated[str, Says("Routing policy.")]
PrefixCache = Annotated[str, Says("lru, given or off.")]
Isl = Annotated[float, Says("Mean input tokens to draw.", least=1, most=MOST_DRAWN)]
Osl = Annotated[float, Says("Mean output tokens to draw.", least=1, most=MOST_DRAWN)]
BurstCv = Annotated[float, Says("CV of interarrival times (1 = Poisson).", least=0, most=100)]
LengthCv = Annotated[float, Says("CV of drawn lengths (0 = all alike).", least=0, most=100)]
Speed = Annotated[float, Says("Replay this many times as fast.", least=1e-9, most=1e9)]
Spread = Annotated[float, Says("Spread quantised times in slots of s.", least=0, most=1e9)]
Sort = Annotated[bool, Says("Order a trace whose times fall.", flag="--sort/--no-sort")]
Columns = Annotated[
    str, Says("Which column of a trace holds what: arrival_s=when,input_tokens=n.", empty=True)
]
TimeUnit = Annotated[
    str, Says("Unit of a trace's times: s, ms, us or ns; empty: told by the trace.", empty=True)
]
BLOCK_TOKENS = Says(
    "Tokens of a trace's prefix blocks; else as its hashes tell.", least=1, most=1_000_000
)
SessionRate = Annotated[float, Says("Starts of recorded sessions, 1/s.", least=1e-9, most=1e9)]
Seed = Annotated[int, Says("Root of every draw.", least=0, most=2**63 - 1)]
CONCURRENCY = Says(
    "Closed loop: so many requests at once, the next when one ends.", least=1, most=10**7
)
CAP = Says("Cap on requests in flight; more wait at the client.", least=1, most=10**7)
Think = Annotated[float, Says("Seconds from an answer to the next request.", least=0, most=1e8)]
Thinking = Annotated[str, Says("How these are spread: fixed or exponential.")]
Ramp = Annotated[float, Says("Seconds over which the users start.", least=0, most=1e8)]
KV_TOKENS = Says("Tokens in a replica's KV cache; else of its memory.", least=1, most=2**40)
KV_BLOCK = Says("Tokens of a KV block.", least=1, most=65_536)
TOKENS_PER_STEP = Says(
    "Speculative: mean tokens of a step.", least=1, most=64, flag="--speculative"
)
Watermark = Annotated[float, Says("Share of KV blocks kept free at admission.", least=0, most=0.99)]
Slack = Annotated[
    float, Says("prefix_aware: requests that a prefix's home may have more.", least=0, most=1e9)
]
TokenBudget = Annotated[int, Says("Tokens of one step.", least=1, most=2**30)]
MAX_BATCH = Says("Most sequences in a batch.", least=1, most=2**20 - 1)
ScaleRule = Annotated[
    str,
    Says("target=N,min=N,max=N,interval=S,delay=S,patience=N; --replicas is the most.", empty=True),
]
FAILING = Says("at=S,replica=N,repair=S (may be repeated).", flag="--fail")
MOST_WAITING = Says("Refuse a request that finds so many waiting.", least=1, most=10**9)
MOST_WAIT = Says("Drop a request not begun after so many s.", least=1e-6, most=1e9)
Seeds = Annotated[int, Says("Seeds to run, for a band.", least=1, most=1000)]
STEP_FILE = Says("Step times (JSON) in place of those worked out.")
