from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
    from ..models.error_outlay import ErrorOutlay
    from ..models.problem import Problem


T = TypeVar("T", bound="Error")


@_attrs_define
class Error:
    """Everything that was found wrong.

    Attributes:
        outlay (ErrorOutlay): What wrote the document, and the version of its form.
        kind (Literal['error']):
        errors (list[Problem]): One entry each.
    """

    outlay: ErrorOutlay
    kind: Literal["error"]
    errors: list[Problem]

    def to_dict(self) -> dict[str, Any]:
        from ..models.error_outlay import ErrorOutlay  # noqa: PLC0415
        from ..models.problem import Problem  # noqa: PLC0415

        outlay = self.outlay.to_dict()

        kind = self.kind

        errors = []
        for errors_item_data in self.errors:
            errors_item = errors_item_data.to_dict()
            errors.append(errors_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outlay": outlay,
                "kind": kind,
                "errors": errors,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.error_outlay import ErrorOutlay  # noqa: PLC0415
        from ..models.problem import Problem  # noqa: PLC0415

        d = dict(src_dict)
        outlay = ErrorOutlay.from_dict(d.pop("outlay"))

        kind = cast(Literal["error"], d.pop("kind"))
        if kind != "error":
            raise ValueError(f"kind must match const 'error', got '{kind}'")

        errors = []
        _errors = d.pop("errors")
        for errors_item_data in _errors:
            errors_item = Problem.from_dict(errors_item_data)

            errors.append(errors_item)

        error = cls(
            outlay=outlay,
            kind=kind,
            errors=errors,
        )

        return error
