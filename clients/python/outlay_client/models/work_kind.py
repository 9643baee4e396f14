from typing import Literal

WorkKind = Literal["plan", "read", "sweep"]

WORK_KIND_VALUES: set[WorkKind] = {
    "plan",
    "read",
    "sweep",
}


def check_work_kind(value: str) -> WorkKind:
    if value in WORK_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WORK_KIND_VALUES!r}")
