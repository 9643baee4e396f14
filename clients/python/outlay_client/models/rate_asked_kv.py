from typing import Literal

RateAskedKv = Literal["bf16", "fp16", "fp4", "fp8", "int8"]

RATE_ASKED_KV_VALUES: set[RateAskedKv] = {
    "bf16",
    "fp16",
    "fp4",
    "fp8",
    "int8",
}


def check_rate_asked_kv(value: str) -> RateAskedKv:
    if value in RATE_ASKED_KV_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RATE_ASKED_KV_VALUES!r}"
    )
