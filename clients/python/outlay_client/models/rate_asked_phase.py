from typing import Literal

RateAskedPhase = Literal["aggregated", "decode", "prefill"]

RATE_ASKED_PHASE_VALUES: set[RateAskedPhase] = {
    "aggregated",
    "decode",
    "prefill",
}


def check_rate_asked_phase(value: str) -> RateAskedPhase:
    if value in RATE_ASKED_PHASE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RATE_ASKED_PHASE_VALUES!r}"
    )
