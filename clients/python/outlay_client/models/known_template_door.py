from typing import Literal

KnownTemplateDoor = Literal["analyst", "founder", "lab", "operator"]

KNOWN_TEMPLATE_DOOR_VALUES: set[KnownTemplateDoor] = {
    "analyst",
    "founder",
    "lab",
    "operator",
}


def check_known_template_door(value: str) -> KnownTemplateDoor:
    if value in KNOWN_TEMPLATE_DOOR_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KNOWN_TEMPLATE_DOOR_VALUES!r}"
    )
