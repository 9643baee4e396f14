from typing import Literal

ReadDocumentLanguage = Literal["en", "other", "zh"]

READ_DOCUMENT_LANGUAGE_VALUES: set[ReadDocumentLanguage] = {
    "en",
    "other",
    "zh",
}


def check_read_document_language(value: str) -> ReadDocumentLanguage:
    if value in READ_DOCUMENT_LANGUAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {READ_DOCUMENT_LANGUAGE_VALUES!r}"
    )
