from typing import Literal

HeldTokenKind = Literal["session", "token"]

HELD_TOKEN_KIND_VALUES: set[HeldTokenKind] = {
    "session",
    "token",
}


def check_held_token_kind(value: str) -> HeldTokenKind:
    if value in HELD_TOKEN_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {HELD_TOKEN_KIND_VALUES!r}"
    )
