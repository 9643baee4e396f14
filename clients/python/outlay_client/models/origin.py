from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="Origin")


@_attrs_define
class Origin:
    """The source of a number: one that the study names, or in words.

    Attributes:
        id (str | Unset): Key of the study's source. Default: ''.
        document (str | Unset): The document, or the source's title. Default: ''.
        publisher (str | Unset): Who published it. Default: ''.
        date (str | Unset): Its date. Default: ''.
        url (str | Unset): Its address. Default: ''.
        grade (str | Unset): How good it is. Default: ''.
        sentence (str | Unset): The sentence that states the number, or the study's quotation. Default: ''.
        claim (str | Unset): Id of the claim in the reading of the document. Default: ''.
        span (list[int] | None | Unset): Characters [start, end) of the sentence in the document.
        text (str | Unset): The source in words, where the study names none. Default: ''.
    """

    id: str | Unset = ""
    document: str | Unset = ""
    publisher: str | Unset = ""
    date: str | Unset = ""
    url: str | Unset = ""
    grade: str | Unset = ""
    sentence: str | Unset = ""
    claim: str | Unset = ""
    span: list[int] | None | Unset = UNSET
    text: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        document = self.document

        publisher = self.publisher

        date = self.date

        url = self.url

        grade = self.grade

        sentence = self.sentence

        claim = self.claim

        span: list[int] | None | Unset
        if isinstance(self.span, Unset):
            span = UNSET
        elif isinstance(self.span, list):
            span = []
            for span_type_0_item_data in self.span:
                span_type_0_item: int
                span_type_0_item = span_type_0_item_data
                span.append(span_type_0_item)

        else:
            span = self.span

        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if document is not UNSET:
            field_dict["document"] = document
        if publisher is not UNSET:
            field_dict["publisher"] = publisher
        if date is not UNSET:
            field_dict["date"] = date
        if url is not UNSET:
            field_dict["url"] = url
        if grade is not UNSET:
            field_dict["grade"] = grade
        if sentence is not UNSET:
            field_dict["sentence"] = sentence
        if claim is not UNSET:
            field_dict["claim"] = claim
        if span is not UNSET:
            field_dict["span"] = span
        if text is not UNSET:
            field_dict["text"] = text

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id", UNSET)

        document = d.pop("document", UNSET)

        publisher = d.pop("publisher", UNSET)

        date = d.pop("date", UNSET)

        url = d.pop("url", UNSET)

        grade = d.pop("grade", UNSET)

        sentence = d.pop("sentence", UNSET)

        claim = d.pop("claim", UNSET)

        def _parse_span(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                span_type_0 = []
                _span_type_0 = data
                for span_type_0_item_data in _span_type_0:

                    def _parse_span_type_0_item(data: object) -> int:
                        return cast(int, data)

                    span_type_0_item = _parse_span_type_0_item(span_type_0_item_data)

                    span_type_0.append(span_type_0_item)

                return span_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        span = _parse_span(d.pop("span", UNSET))

        text = d.pop("text", UNSET)

        origin = cls(
            id=id,
            document=document,
            publisher=publisher,
            date=date,
            url=url,
            grade=grade,
            sentence=sentence,
            claim=claim,
            span=span,
            text=text,
        )

        return origin
