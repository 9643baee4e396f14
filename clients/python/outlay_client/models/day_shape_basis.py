from typing import Literal

DayShapeBasis = Literal["assumption", "definition", "measured"]

DAY_SHAPE_BASIS_VALUES: set[DayShapeBasis] = {
    "assumption",
    "definition",
    "measured",
}


def check_day_shape_basis(value: str) -> DayShapeBasis:
    if value in DAY_SHAPE_BASIS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DAY_SHAPE_BASIS_VALUES!r}"
    )
