from typing import Literal

InputGroupId = Literal[
    "budget",
    "caps",
    "chances",
    "demand",
    "other",
    "power",
    "prices",
    "rates",
    "training",
]

INPUT_GROUP_ID_VALUES: set[InputGroupId] = {
    "budget",
    "caps",
    "chances",
    "demand",
    "other",
    "power",
    "prices",
    "rates",
    "training",
}


def check_input_group_id(value: str) -> InputGroupId:
    if value in INPUT_GROUP_ID_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {INPUT_GROUP_ID_VALUES!r}"
    )
