from typing import Literal

WhoRole = Literal["admin", "editor", "viewer"]

WHO_ROLE_VALUES: set[WhoRole] = {
    "admin",
    "editor",
    "viewer",
}


def check_who_role(value: str) -> WhoRole:
    if value in WHO_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WHO_ROLE_VALUES!r}")
