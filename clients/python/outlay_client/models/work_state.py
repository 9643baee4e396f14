from typing import Literal

WorkState = Literal["cancelled", "done", "failed", "interrupted", "queued", "running"]

WORK_STATE_VALUES: set[WorkState] = {
    "cancelled",
    "done",
    "failed",
    "interrupted",
    "queued",
    "running",
}


def check_work_state(value: str) -> WorkState:
    if value in WORK_STATE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WORK_STATE_VALUES!r}"
    )
