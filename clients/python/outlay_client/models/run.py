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
    from ..models.changed_order import ChangedOrder
    from ..models.run_outlay import RunOutlay
    from ..models.run_step import RunStep
    from ..models.side import Side
    from ..models.thing import Thing


T = TypeVar("T", bound="Run")


@_attrs_define
class Run:
    """What changed from one result to another, as steps that sum to the difference.

    Attributes:
        outlay (RunOutlay): What wrote the document, and the version of its form.
        kind (Literal['run']):
        from_ (Side): One of the two results.
        to (Side): One of the two results.
        currency (str): Of both.
        difference (float): Expected cost of the second less that of the first.
        cash (float): Of it, the difference in cash.
        steps (list[RunStep]): What each kind of payment changes, largest first; they sum to the difference.
        orders (list[ChangedOrder]): Orders of the first period that differ by half a chip or more.
        things (list[Thing] | Unset): What the things of both are called.
    """

    outlay: RunOutlay
    kind: Literal["run"]
    from_: Side
    to: Side
    currency: str
    difference: float
    cash: float
    steps: list[RunStep]
    orders: list[ChangedOrder]
    things: list[Thing] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.changed_order import ChangedOrder  # noqa: PLC0415
        from ..models.run_outlay import RunOutlay  # noqa: PLC0415
        from ..models.run_step import RunStep  # noqa: PLC0415
        from ..models.side import Side  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        outlay = self.outlay.to_dict()

        kind = self.kind

        from_ = self.from_.to_dict()

        to = self.to.to_dict()

        currency = self.currency

        difference = self.difference

        cash = self.cash

        steps = []
        for steps_item_data in self.steps:
            steps_item = steps_item_data.to_dict()
            steps.append(steps_item)

        orders = []
        for orders_item_data in self.orders:
            orders_item = orders_item_data.to_dict()
            orders.append(orders_item)

        things: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.things, Unset):
            things = []
            for things_item_data in self.things:
                things_item = things_item_data.to_dict()
                things.append(things_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outlay": outlay,
                "kind": kind,
                "from": from_,
                "to": to,
                "currency": currency,
                "difference": difference,
                "cash": cash,
                "steps": steps,
                "orders": orders,
            }
        )
        if things is not UNSET:
            field_dict["things"] = things

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.changed_order import ChangedOrder  # noqa: PLC0415
        from ..models.run_outlay import RunOutlay  # noqa: PLC0415
        from ..models.run_step import RunStep  # noqa: PLC0415
        from ..models.side import Side  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        d = dict(src_dict)
        outlay = RunOutlay.from_dict(d.pop("outlay"))

        kind = cast(Literal["run"], d.pop("kind"))
        if kind != "run":
            raise ValueError(f"kind must match const 'run', got '{kind}'")

        from_ = Side.from_dict(d.pop("from"))

        to = Side.from_dict(d.pop("to"))

        currency = d.pop("currency")

        difference = d.pop("difference")

        cash = d.pop("cash")

        steps = []
        _steps = d.pop("steps")
        for steps_item_data in _steps:
            steps_item = RunStep.from_dict(steps_item_data)

            steps.append(steps_item)

        orders = []
        _orders = d.pop("orders")
        for orders_item_data in _orders:
            orders_item = ChangedOrder.from_dict(orders_item_data)

            orders.append(orders_item)

        _things = d.pop("things", UNSET)
        things: list[Thing] | Unset = UNSET
        if _things is not UNSET:
            things = []
            for things_item_data in _things:
                things_item = Thing.from_dict(things_item_data)

                things.append(things_item)

        run = cls(
            outlay=outlay,
            kind=kind,
            from_=from_,
            to=to,
            currency=currency,
            difference=difference,
            cash=cash,
            steps=steps,
            orders=orders,
            things=things,
        )

        return run
