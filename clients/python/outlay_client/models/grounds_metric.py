from typing import Literal

GroundsMetric = Literal["", "cell", "guess", "scope", "sentence", "tag"]

GROUNDS_METRIC_VALUES: set[GroundsMetric] = {
    "",
    "cell",
    "guess",
    "scope",
    "sentence",
    "tag",
}


def check_grounds_metric(value: str) -> GroundsMetric:
    if value in GROUNDS_METRIC_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GROUNDS_METRIC_VALUES!r}"
    )
