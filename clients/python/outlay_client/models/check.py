from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
    from ..models.check_outlay import CheckOutlay
    from ..models.idle import Idle
    from ..models.kept import Kept
    from ..models.number import Number
    from ..models.problem import Problem


T = TypeVar("T", bound="Check")


@_attrs_define
class Check:
    """A study without errors: its doubts, and each of its numbers.

    Attributes:
        outlay (CheckOutlay): What wrote the document, and the version of its form.
        kind (Literal['check']):
        study (str): Name of its file.
        title (str): Its title.
        as_of (str): The day whose knowledge it holds.
        input_hash (str): Of its inputs in base units.
        errors (list[Problem]): Empty: a study with errors gives a document of kind `error`.
        warnings (list[Problem]): Doubts.
        assumptions (list[Number]): Numbers without a source, Outlay's defaults included.
        facts (list[Number]): Numbers with a source.
        unmodelled (list[Kept]): Inputs that no stage uses, by the study's own word.
        idle (list[Idle]): Inputs that are stated and reach nothing in this study.
    """

    outlay: CheckOutlay
    kind: Literal["check"]
    study: str
    title: str
    as_of: str
    input_hash: str
    errors: list[Problem]
    warnings: list[Problem]
    assumptions: list[Number]
    facts: list[Number]
    unmodelled: list[Kept]
    idle: list[Idle]

    def to_dict(self) -> dict[str, Any]:
        from ..models.check_outlay import CheckOutlay  # noqa: PLC0415
        from ..models.idle import Idle  # noqa: PLC0415
        from ..models.kept import Kept  # noqa: PLC0415
        from ..models.number import Number  # noqa: PLC0415
        from ..models.problem import Problem  # noqa: PLC0415

        outlay = self.outlay.to_dict()

        kind = self.kind

        study = self.study

        title = self.title

        as_of = self.as_of

        input_hash = self.input_hash

        errors = []
        for errors_item_data in self.errors:
            errors_item = errors_item_data.to_dict()
            errors.append(errors_item)

        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item = warnings_item_data.to_dict()
            warnings.append(warnings_item)

        assumptions = []
        for assumptions_item_data in self.assumptions:
            assumptions_item = assumptions_item_data.to_dict()
            assumptions.append(assumptions_item)

        facts = []
        for facts_item_data in self.facts:
            facts_item = facts_item_data.to_dict()
            facts.append(facts_item)

        unmodelled = []
        for unmodelled_item_data in self.unmodelled:
            unmodelled_item = unmodelled_item_data.to_dict()
            unmodelled.append(unmodelled_item)

        idle = []
        for idle_item_data in self.idle:
            idle_item = idle_item_data.to_dict()
            idle.append(idle_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outlay": outlay,
                "kind": kind,
                "study": study,
                "title": title,
                "as_of": as_of,
                "input_hash": input_hash,
                "errors": errors,
                "warnings": warnings,
                "assumptions": assumptions,
                "facts": facts,
                "unmodelled": unmodelled,
                "idle": idle,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.check_outlay import CheckOutlay  # noqa: PLC0415
        from ..models.idle import Idle  # noqa: PLC0415
        from ..models.kept import Kept  # noqa: PLC0415
        from ..models.number import Number  # noqa: PLC0415
        from ..models.problem import Problem  # noqa: PLC0415

        d = dict(src_dict)
        outlay = CheckOutlay.from_dict(d.pop("outlay"))

        kind = cast(Literal["check"], d.pop("kind"))
        if kind != "check":
            raise ValueError(f"kind must match const 'check', got '{kind}'")

        study = d.pop("study")

        title = d.pop("title")

        as_of = d.pop("as_of")

        input_hash = d.pop("input_hash")

        errors = []
        _errors = d.pop("errors")
        for errors_item_data in _errors:
            errors_item = Problem.from_dict(errors_item_data)

            errors.append(errors_item)

        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in _warnings:
            warnings_item = Problem.from_dict(warnings_item_data)

            warnings.append(warnings_item)

        assumptions = []
        _assumptions = d.pop("assumptions")
        for assumptions_item_data in _assumptions:
            assumptions_item = Number.from_dict(assumptions_item_data)

            assumptions.append(assumptions_item)

        facts = []
        _facts = d.pop("facts")
        for facts_item_data in _facts:
            facts_item = Number.from_dict(facts_item_data)

            facts.append(facts_item)

        unmodelled = []
        _unmodelled = d.pop("unmodelled")
        for unmodelled_item_data in _unmodelled:
            unmodelled_item = Kept.from_dict(unmodelled_item_data)

            unmodelled.append(unmodelled_item)

        idle = []
        _idle = d.pop("idle")
        for idle_item_data in _idle:
            idle_item = Idle.from_dict(idle_item_data)

            idle.append(idle_item)

        check = cls(
            outlay=outlay,
            kind=kind,
            study=study,
            title=title,
            as_of=as_of,
            input_hash=input_hash,
            errors=errors,
            warnings=warnings,
            assumptions=assumptions,
            facts=facts,
            unmodelled=unmodelled,
            idle=idle,
        )

        return check
