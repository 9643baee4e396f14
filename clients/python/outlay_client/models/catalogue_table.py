from typing import Literal

CatalogueTable = Literal[
    "chips",
    "costs",
    "disputes",
    "events",
    "facts",
    "fx",
    "models",
    "peers",
    "prices",
    "regions",
    "series",
    "shapes",
    "traces",
]

CATALOGUE_TABLE_VALUES: set[CatalogueTable] = {
    "chips",
    "costs",
    "disputes",
    "events",
    "facts",
    "fx",
    "models",
    "peers",
    "prices",
    "regions",
    "series",
    "shapes",
    "traces",
}


def check_catalogue_table(value: str) -> CatalogueTable:
    if value in CATALOGUE_TABLE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CATALOGUE_TABLE_VALUES!r}"
    )
