from typing import Literal

MixLimitedBy = Literal["", "decode", "prefill", "transfer"]

MIX_LIMITED_BY_VALUES: set[MixLimitedBy] = {
    "",
    "decode",
    "prefill",
    "transfer",
}


def check_mix_limited_by(value: str) -> MixLimitedBy:
    if value in MIX_LIMITED_BY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MIX_LIMITED_BY_VALUES!r}"
    )
