from typing import Literal

ContradictionSeverity = Literal["hard", "note", "soft"]

CONTRADICTION_SEVERITY_VALUES: set[ContradictionSeverity] = {
    "hard",
    "note",
    "soft",
}


def check_contradiction_severity(value: str) -> ContradictionSeverity:
    if value in CONTRADICTION_SEVERITY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CONTRADICTION_SEVERITY_VALUES!r}"
    )
