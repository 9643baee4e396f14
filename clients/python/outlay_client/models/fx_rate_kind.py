from typing import Literal

FxRateKind = Literal["monthly_average", "pboc_midpoint", "spot"]

FX_RATE_KIND_VALUES: set[FxRateKind] = {
    "monthly_average",
    "pboc_midpoint",
    "spot",
}


def check_fx_rate_kind(value: str) -> FxRateKind:
    if value in FX_RATE_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {FX_RATE_KIND_VALUES!r}"
    )
