from typing import Literal

ClaimQuantity = Literal["bound", "change", "count", "level", "price", "share"]

CLAIM_QUANTITY_VALUES: set[ClaimQuantity] = {
    "bound",
    "change",
    "count",
    "level",
    "price",
    "share",
}


def check_claim_quantity(value: str) -> ClaimQuantity:
    if value in CLAIM_QUANTITY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CLAIM_QUANTITY_VALUES!r}"
    )
