from typing import Literal

GroundsSubject = Literal["", "cell", "guess", "scope", "sentence", "tag"]

GROUNDS_SUBJECT_VALUES: set[GroundsSubject] = {
    "",
    "cell",
    "guess",
    "scope",
    "sentence",
    "tag",
}


def check_grounds_subject(value: str) -> GroundsSubject:
    if value in GROUNDS_SUBJECT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GROUNDS_SUBJECT_VALUES!r}"
    )
