from typing import Literal

HeldTokenRole = Literal["admin", "editor", "viewer"]

HELD_TOKEN_ROLE_VALUES: set[HeldTokenRole] = {
    "admin",
    "editor",
    "viewer",
}


def check_held_token_role(value: str) -> HeldTokenRole:
    if value in HELD_TOKEN_ROLE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {HELD_TOKEN_ROLE_VALUES!r}"
    )
