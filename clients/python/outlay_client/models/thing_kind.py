from typing import Literal

ThingKind = Literal[
    "chip", "factor", "offer", "pool", "service", "site", "training", "work"
]

THING_KIND_VALUES: set[ThingKind] = {
    "chip",
    "factor",
    "offer",
    "pool",
    "service",
    "site",
    "training",
    "work",
}


def check_thing_kind(value: str) -> ThingKind:
    if value in THING_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {THING_KIND_VALUES!r}"
    )
