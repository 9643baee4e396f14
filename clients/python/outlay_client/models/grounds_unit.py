from typing import Literal

GroundsUnit = Literal["", "cell", "guess", "scope", "sentence", "tag"]

GROUNDS_UNIT_VALUES: set[GroundsUnit] = {
    "",
    "cell",
    "guess",
    "scope",
    "sentence",
    "tag",
}


def check_grounds_unit(value: str) -> GroundsUnit:
    if value in GROUNDS_UNIT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GROUNDS_UNIT_VALUES!r}"
    )
