from typing import Literal

RateAskedStack = Literal["", "sglang", "trtllm", "vllm"]

RATE_ASKED_STACK_VALUES: set[RateAskedStack] = {
    "",
    "sglang",
    "trtllm",
    "vllm",
}


def check_rate_asked_stack(value: str) -> RateAskedStack:
    if value in RATE_ASKED_STACK_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RATE_ASKED_STACK_VALUES!r}"
    )
