from typing import Literal

ReadDocumentDateBasis = Literal["given", "inferred", "stated", "unknown"]

READ_DOCUMENT_DATE_BASIS_VALUES: set[ReadDocumentDateBasis] = {
    "given",
    "inferred",
    "stated",
    "unknown",
}


def check_read_document_date_basis(value: str) -> ReadDocumentDateBasis:
    if value in READ_DOCUMENT_DATE_BASIS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {READ_DOCUMENT_DATE_BASIS_VALUES!r}"
    )
