from typing import Literal

NewTokenRole = Literal["admin", "editor", "viewer"]

NEW_TOKEN_ROLE_VALUES: set[NewTokenRole] = {
    "admin",
    "editor",
    "viewer",
}


def check_new_token_role(value: str) -> NewTokenRole:
    if value in NEW_TOKEN_ROLE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {NEW_TOKEN_ROLE_VALUES!r}"
    )
