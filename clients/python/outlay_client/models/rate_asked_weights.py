from typing import Literal

RateAskedWeights = Literal["", "bf16", "fp16", "fp4", "fp6", "fp8", "int4", "int8"]

RATE_ASKED_WEIGHTS_VALUES: set[RateAskedWeights] = {
    "",
    "bf16",
    "fp16",
    "fp4",
    "fp6",
    "fp8",
    "int4",
    "int8",
}


def check_rate_asked_weights(value: str) -> RateAskedWeights:
    if value in RATE_ASKED_WEIGHTS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RATE_ASKED_WEIGHTS_VALUES!r}"
    )
