from typing import Literal

ClaimHedge = Literal["about", "exact", "may", "over", "range", "under", "up_to"]

CLAIM_HEDGE_VALUES: set[ClaimHedge] = {
    "about",
    "exact",
    "may",
    "over",
    "range",
    "under",
    "up_to",
}


def check_claim_hedge(value: str) -> ClaimHedge:
    if value in CLAIM_HEDGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CLAIM_HEDGE_VALUES!r}"
    )
