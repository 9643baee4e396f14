from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="Trace")


@_attrs_define
class Trace:
    """Recorded requests whose lengths a service may take by name (`lengths.trace`).

    Attributes:
        id (str): The name that a study writes.
        name (str): As people call it.
        what (str): Whose requests they are.
        requests (float): Requests that it stands for.
        span_s (float | None): From the first to the last; null where its sessions have no common clock.
        input_tokens (float): Mean input tokens of a request, cached ones included.
        output_tokens (float): Mean output tokens of a request.
        source (str): Where it is published.
        grade (str): How good the source is.
        note (str | Unset): What a reader should know. Default: ''.
    """

    id: str
    name: str
    what: str
    requests: float
    span_s: float | None
    input_tokens: float
    output_tokens: float
    source: str
    grade: str
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        what = self.what

        requests = self.requests

        span_s: float | None
        span_s = self.span_s

        input_tokens = self.input_tokens

        output_tokens = self.output_tokens

        source = self.source

        grade = self.grade

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "what": what,
                "requests": requests,
                "span_s": span_s,
                "input_tokens": input_tokens,
                "output_tokens": output_tokens,
                "source": source,
                "grade": grade,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        what = d.pop("what")

        requests = d.pop("requests")

        def _parse_span_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        span_s = _parse_span_s(d.pop("span_s"))

        input_tokens = d.pop("input_tokens")

        output_tokens = d.pop("output_tokens")

        source = d.pop("source")

        grade = d.pop("grade")

        note = d.pop("note", UNSET)

        trace = cls(
            id=id,
            name=name,
            what=what,
            requests=requests,
            span_s=span_s,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            source=source,
            grade=grade,
            note=note,
        )

        return trace
