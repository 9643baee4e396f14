from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.read_document_date_basis import check_read_document_date_basis
from ..models.read_document_date_basis import ReadDocumentDateBasis
from ..models.read_document_language import check_read_document_language
from ..models.read_document_language import ReadDocumentLanguage
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.read_note import ReadNote


T = TypeVar("T", bound="ReadDocument")


@_attrs_define
class ReadDocument:
    """A document that was read.

    Attributes:
        name (str): Its file name.
        date (str): The day, month or year from which "this year" counts; empty: unknown.
        date_basis (ReadDocumentDateBasis): Whether the date was given, found in the text, inferred from it, or is
            unknown.
        form (str): text, markdown, html, pdf, csv, xlsx, facts, xbrl; unread: its notes say why.
        language (ReadDocumentLanguage): The language most of it is in.
        characters (int): Length of its text.
        notes (list[ReadNote]): What a reader should know of it.
        entity (str | Unset): Whom it is of: registrant, issuer, company of the headline; empty: it does not say.
            Default: ''.
    """

    name: str
    date: str
    date_basis: ReadDocumentDateBasis
    form: str
    language: ReadDocumentLanguage
    characters: int
    notes: list[ReadNote]
    entity: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.read_note import ReadNote  # noqa: PLC0415

        name = self.name

        date = self.date

        date_basis: str = self.date_basis

        form = self.form

        language: str = self.language

        characters = self.characters

        notes = []
        for notes_item_data in self.notes:
            notes_item = notes_item_data.to_dict()
            notes.append(notes_item)

        entity = self.entity

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "date": date,
                "date_basis": date_basis,
                "form": form,
                "language": language,
                "characters": characters,
                "notes": notes,
            }
        )
        if entity is not UNSET:
            field_dict["entity"] = entity

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.read_note import ReadNote  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        date = d.pop("date")

        date_basis = check_read_document_date_basis(d.pop("date_basis"))

        form = d.pop("form")

        language = check_read_document_language(d.pop("language"))

        characters = d.pop("characters")

        notes = []
        _notes = d.pop("notes")
        for notes_item_data in _notes:
            notes_item = ReadNote.from_dict(notes_item_data)

            notes.append(notes_item)

        entity = d.pop("entity", UNSET)

        read_document = cls(
            name=name,
            date=date,
            date_basis=date_basis,
            form=form,
            language=language,
            characters=characters,
            notes=notes,
            entity=entity,
        )

        return read_document
