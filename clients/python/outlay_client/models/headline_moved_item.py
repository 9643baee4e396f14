from typing import Literal

HeadlineMovedItem = Literal["bound", "cost", "entries", "right side", "structure"]

HEADLINE_MOVED_ITEM_VALUES: set[HeadlineMovedItem] = {
    "bound",
    "cost",
    "entries",
    "right side",
    "structure",
}


def check_headline_moved_item(value: str) -> HeadlineMovedItem:
    if value in HEADLINE_MOVED_ITEM_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {HEADLINE_MOVED_ITEM_VALUES!r}"
    )
