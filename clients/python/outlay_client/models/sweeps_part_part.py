from typing import Literal

SweepsPartPart = Literal["drivers", "surface"]

SWEEPS_PART_PART_VALUES: set[SweepsPartPart] = {
    "drivers",
    "surface",
}


def check_sweeps_part_part(value: str) -> SweepsPartPart:
    if value in SWEEPS_PART_PART_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SWEEPS_PART_PART_VALUES!r}"
    )
