from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
    from ..models.branch import Branch
    from ..models.explanation_outlay import ExplanationOutlay
    from ..models.origin import Origin
    from ..models.step import Step


T = TypeVar("T", bound="Explanation")


@_attrs_define
class Explanation:
    """One number, and the tree of what it comes from.

    Attributes:
        outlay (ExplanationOutlay): What wrote the document, and the version of its form.
        kind (Literal['explanation']):
        name (str): What it is: a path of the study, or a row of the accounts.
        value (float | None): The number, in `unit`; null: several numbers, or no such number.
        unit (str): Its unit.
        formula (str): How it is worked out, in the names of its inputs; empty: it is an input itself.
        inputs (list[Step] | Unset): What it is worked out from; empty where it is repeated.
        label (None | str | Unset): What the row is called in the statements.
        period (None | str | Unset): Period of the cell; empty: the row has none.
        where (str | Unset): File, line and path where it is written. Default: ''.
        range_ (list[float | None] | None | Unset): Low and high end as stated, in `unit`.
        source (None | Origin | Unset): Where it comes from.
        assumption (bool | None | str | Unset): That it is one, and what the study says of it.
        note (str | Unset): What else a reader should know. Default: ''.
        repeated (bool | None | Unset): Whether it was explained already, higher in the tree.
        branch (str | Unset): States of the branch that it is of, where the step above is expected over branches.
            Default: ''.
        chance (float | None | Unset): Chance of that branch among those that are looked at.
        branches (list[Branch] | Unset): The same number by branch, where it is expected over several; empty for an
            input.
    """

    outlay: ExplanationOutlay
    kind: Literal["explanation"]
    name: str
    value: float | None
    unit: str
    formula: str
    inputs: list[Step] | Unset = UNSET
    label: None | str | Unset = UNSET
    period: None | str | Unset = UNSET
    where: str | Unset = ""
    range_: list[float | None] | None | Unset = UNSET
    source: None | Origin | Unset = UNSET
    assumption: bool | None | str | Unset = UNSET
    note: str | Unset = ""
    repeated: bool | None | Unset = UNSET
    branch: str | Unset = ""
    chance: float | None | Unset = UNSET
    branches: list[Branch] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.branch import Branch  # noqa: PLC0415
        from ..models.explanation_outlay import ExplanationOutlay  # noqa: PLC0415
        from ..models.origin import Origin  # noqa: PLC0415
        from ..models.step import Step  # noqa: PLC0415

        outlay = self.outlay.to_dict()

        kind = self.kind

        name = self.name

        value: float | None
        value = self.value

        unit = self.unit

        formula = self.formula

        inputs: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.inputs, Unset):
            inputs = []
            for inputs_item_data in self.inputs:
                inputs_item = inputs_item_data.to_dict()
                inputs.append(inputs_item)

        label: None | str | Unset
        if isinstance(self.label, Unset):
            label = UNSET
        else:
            label = self.label

        period: None | str | Unset
        if isinstance(self.period, Unset):
            period = UNSET
        else:
            period = self.period

        where = self.where

        range_: list[float | None] | None | Unset
        if isinstance(self.range_, Unset):
            range_ = UNSET
        elif isinstance(self.range_, list):
            range_ = []
            for range_type_0_item_data in self.range_:
                range_type_0_item: float | None
                range_type_0_item = range_type_0_item_data
                range_.append(range_type_0_item)

        else:
            range_ = self.range_

        source: dict[str, Any] | None | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, Origin):
            source = self.source.to_dict()
        else:
            source = self.source

        assumption: bool | None | str | Unset
        if isinstance(self.assumption, Unset):
            assumption = UNSET
        else:
            assumption = self.assumption

        note = self.note

        repeated: bool | None | Unset
        if isinstance(self.repeated, Unset):
            repeated = UNSET
        else:
            repeated = self.repeated

        branch = self.branch

        chance: float | None | Unset
        if isinstance(self.chance, Unset):
            chance = UNSET
        else:
            chance = self.chance

        branches: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.branches, Unset):
            branches = []
            for branches_item_data in self.branches:
                branches_item = branches_item_data.to_dict()
                branches.append(branches_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outlay": outlay,
                "kind": kind,
                "name": name,
                "value": value,
                "unit": unit,
                "formula": formula,
            }
        )
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if label is not UNSET:
            field_dict["label"] = label
        if period is not UNSET:
            field_dict["period"] = period
        if where is not UNSET:
            field_dict["where"] = where
        if range_ is not UNSET:
            field_dict["range"] = range_
        if source is not UNSET:
            field_dict["source"] = source
        if assumption is not UNSET:
            field_dict["assumption"] = assumption
        if note is not UNSET:
            field_dict["note"] = note
        if repeated is not UNSET:
            field_dict["repeated"] = repeated
        if branch is not UNSET:
            field_dict["branch"] = branch
        if chance is not UNSET:
            field_dict["chance"] = chance
        if branches is not UNSET:
            field_dict["branches"] = branches

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.branch import Branch  # noqa: PLC0415
        from ..models.explanation_outlay import ExplanationOutlay  # noqa: PLC0415
        from ..models.origin import Origin  # noqa: PLC0415
        from ..models.step import Step  # noqa: PLC0415

        d = dict(src_dict)
        outlay = ExplanationOutlay.from_dict(d.pop("outlay"))

        kind = cast(Literal["explanation"], d.pop("kind"))
        if kind != "explanation":
            raise ValueError(f"kind must match const 'explanation', got '{kind}'")

        name = d.pop("name")

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        unit = d.pop("unit")

        formula = d.pop("formula")

        _inputs = d.pop("inputs", UNSET)
        inputs: list[Step] | Unset = UNSET
        if _inputs is not UNSET:
            inputs = []
            for inputs_item_data in _inputs:
                inputs_item = Step.from_dict(inputs_item_data)

                inputs.append(inputs_item)

        def _parse_label(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        label = _parse_label(d.pop("label", UNSET))

        def _parse_period(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        period = _parse_period(d.pop("period", UNSET))

        where = d.pop("where", UNSET)

        def _parse_range_(data: object) -> list[float | None] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                range_type_0 = []
                _range_type_0 = data
                for range_type_0_item_data in _range_type_0:

                    def _parse_range_type_0_item(data: object) -> float | None:
                        if data is None:
                            return data
                        return cast(float | None, data)

                    range_type_0_item = _parse_range_type_0_item(range_type_0_item_data)

                    range_type_0.append(range_type_0_item)

                return range_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float | None] | None | Unset, data)

        range_ = _parse_range_(d.pop("range", UNSET))

        def _parse_source(data: object) -> None | Origin | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                source_type_0 = Origin.from_dict(data)

                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Origin | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_assumption(data: object) -> bool | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | str | Unset, data)

        assumption = _parse_assumption(d.pop("assumption", UNSET))

        note = d.pop("note", UNSET)

        def _parse_repeated(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        repeated = _parse_repeated(d.pop("repeated", UNSET))

        branch = d.pop("branch", UNSET)

        def _parse_chance(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        chance = _parse_chance(d.pop("chance", UNSET))

        _branches = d.pop("branches", UNSET)
        branches: list[Branch] | Unset = UNSET
        if _branches is not UNSET:
            branches = []
            for branches_item_data in _branches:
                branches_item = Branch.from_dict(branches_item_data)

                branches.append(branches_item)

        explanation = cls(
            outlay=outlay,
            kind=kind,
            name=name,
            value=value,
            unit=unit,
            formula=formula,
            inputs=inputs,
            label=label,
            period=period,
            where=where,
            range_=range_,
            source=source,
            assumption=assumption,
            note=note,
            repeated=repeated,
            branch=branch,
            chance=chance,
            branches=branches,
        )

        return explanation
