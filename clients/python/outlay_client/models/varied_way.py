from typing import Literal

VariedWay = Literal["drawn", "ends", "grid", "list"]

VARIED_WAY_VALUES: set[VariedWay] = {
    "drawn",
    "ends",
    "grid",
    "list",
}


def check_varied_way(value: str) -> VariedWay:
    if value in VARIED_WAY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {VARIED_WAY_VALUES!r}"
    )
