from typing import Literal

HeadlineStage = Literal["coarse", "exact"]

HEADLINE_STAGE_VALUES: set[HeadlineStage] = {
    "coarse",
    "exact",
}


def check_headline_stage(value: str) -> HeadlineStage:
    if value in HEADLINE_STAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {HEADLINE_STAGE_VALUES!r}"
    )
