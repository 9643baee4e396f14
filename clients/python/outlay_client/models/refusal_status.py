from typing import Literal

RefusalStatus = Literal["failed", "infeasible", "quarantined", "refused"]

REFUSAL_STATUS_VALUES: set[RefusalStatus] = {
    "failed",
    "infeasible",
    "quarantined",
    "refused",
}


def check_refusal_status(value: str) -> RefusalStatus:
    if value in REFUSAL_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REFUSAL_STATUS_VALUES!r}"
    )
