from typing import Literal

NewPersonRole = Literal["admin", "editor", "viewer"]

NEW_PERSON_ROLE_VALUES: set[NewPersonRole] = {
    "admin",
    "editor",
    "viewer",
}


def check_new_person_role(value: str) -> NewPersonRole:
    if value in NEW_PERSON_ROLE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {NEW_PERSON_ROLE_VALUES!r}"
    )
