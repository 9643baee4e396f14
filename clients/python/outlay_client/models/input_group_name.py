from typing import Literal

InputGroupName = Literal[
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

INPUT_GROUP_NAME_VALUES: set[InputGroupName] = {
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


def check_input_group_name(value: str) -> InputGroupName:
    if value in INPUT_GROUP_NAME_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {INPUT_GROUP_NAME_VALUES!r}"
    )
