from typing import Literal

IdentityVerdict = Literal["agrees", "computed", "disagrees"]

IDENTITY_VERDICT_VALUES: set[IdentityVerdict] = {
    "agrees",
    "computed",
    "disagrees",
}


def check_identity_verdict(value: str) -> IdentityVerdict:
    if value in IDENTITY_VERDICT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {IDENTITY_VERDICT_VALUES!r}"
    )
