from typing import Literal

GroundsPeriod = Literal["", "cell", "guess", "scope", "sentence", "tag"]

GROUNDS_PERIOD_VALUES: set[GroundsPeriod] = {
    "",
    "cell",
    "guess",
    "scope",
    "sentence",
    "tag",
}


def check_grounds_period(value: str) -> GroundsPeriod:
    if value in GROUNDS_PERIOD_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GROUNDS_PERIOD_VALUES!r}"
    )
