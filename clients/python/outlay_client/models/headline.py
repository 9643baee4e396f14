from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.headline_moved_item import check_headline_moved_item
from ..models.headline_moved_item import HeadlineMovedItem
from ..models.headline_stage import check_headline_stage
from ..models.headline_stage import HeadlineStage
from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
    from ..models.headline_base_orders import HeadlineBaseOrders
    from ..models.headline_first_orders import HeadlineFirstOrders
    from ..models.headline_outlay import HeadlineOutlay
    from ..models.ordered import Ordered
    from ..models.thing import Thing


T = TypeVar("T", bound="Headline")


@_attrs_define
class Headline:
    """A what-if as a page shows it: once at once (`coarse`), once when it is certified.

    Attributes:
        outlay (HeadlineOutlay): What wrote the document, and the version of its form.
        kind (Literal['headline']):
        seq (int): Number of the question that it answers; the largest is the newest.
        stage (HeadlineStage): Coarse: read from the solved plan; exact: the certified optimum.
        title (str): The study's title.
        currency (str): Of its money: the study's, or the one that was asked for.
        changes (list[str]): What is changed: path=value.
        moved (list[HeadlineMovedItem]): What that moves in the programme; empty: nothing.
        objective (float): What the plan of the changed study costs; coarse: what the solved plan becomes.
        kept (bool): Whether a plan of that cost keeps every limit, in whole lots; else the best may cost more.
        least (float | None): No plan of the changed study costs less; null where that is not known.
        gap (float | None): The objective above `least`, as a share of it; null where no plan costs that.
        base (float): What the plan of the study as it stands costs.
        difference (float): What the change costs.
        first_orders (HeadlineFirstOrders): Offer → chips ordered in the first period.
        base_orders (HeadlineBaseOrders): The same of the study as it stands.
        things (list[Thing]): What the things of the study are called.
        language (str): Of its sentences.
        sentences (list[str]): What it costs, how far from the best that may be, what it orders first.
        cost_shown (str): The objective as it is read.
        base_shown (str): The base as it is read.
        difference_shown (str): The difference as it is read, with its sign.
        least_shown (str): The least as it is read; empty where it is not known.
        rate_shown (str): At which rate the study's currency was put into it; empty: it is the study's.
        orders (list[Ordered]): Every offer that is ordered now, there or in the study as it stands; most chips first.
    """

    outlay: HeadlineOutlay
    kind: Literal["headline"]
    seq: int
    stage: HeadlineStage
    title: str
    currency: str
    changes: list[str]
    moved: list[HeadlineMovedItem]
    objective: float
    kept: bool
    least: float | None
    gap: float | None
    base: float
    difference: float
    first_orders: HeadlineFirstOrders
    base_orders: HeadlineBaseOrders
    things: list[Thing]
    language: str
    sentences: list[str]
    cost_shown: str
    base_shown: str
    difference_shown: str
    least_shown: str
    rate_shown: str
    orders: list[Ordered]

    def to_dict(self) -> dict[str, Any]:
        from ..models.headline_base_orders import HeadlineBaseOrders  # noqa: PLC0415
        from ..models.headline_first_orders import HeadlineFirstOrders  # noqa: PLC0415
        from ..models.headline_outlay import HeadlineOutlay  # noqa: PLC0415
        from ..models.ordered import Ordered  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        outlay = self.outlay.to_dict()

        kind = self.kind

        seq = self.seq

        stage: str = self.stage

        title = self.title

        currency = self.currency

        changes = self.changes

        moved = []
        for moved_item_data in self.moved:
            moved_item: str = moved_item_data
            moved.append(moved_item)

        objective = self.objective

        kept = self.kept

        least: float | None
        least = self.least

        gap: float | None
        gap = self.gap

        base = self.base

        difference = self.difference

        first_orders = self.first_orders.to_dict()

        base_orders = self.base_orders.to_dict()

        things = []
        for things_item_data in self.things:
            things_item = things_item_data.to_dict()
            things.append(things_item)

        language = self.language

        sentences = self.sentences

        cost_shown = self.cost_shown

        base_shown = self.base_shown

        difference_shown = self.difference_shown

        least_shown = self.least_shown

        rate_shown = self.rate_shown

        orders = []
        for orders_item_data in self.orders:
            orders_item = orders_item_data.to_dict()
            orders.append(orders_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outlay": outlay,
                "kind": kind,
                "seq": seq,
                "stage": stage,
                "title": title,
                "currency": currency,
                "changes": changes,
                "moved": moved,
                "objective": objective,
                "kept": kept,
                "least": least,
                "gap": gap,
                "base": base,
                "difference": difference,
                "first_orders": first_orders,
                "base_orders": base_orders,
                "things": things,
                "language": language,
                "sentences": sentences,
                "cost_shown": cost_shown,
                "base_shown": base_shown,
                "difference_shown": difference_shown,
                "least_shown": least_shown,
                "rate_shown": rate_shown,
                "orders": orders,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.headline_base_orders import HeadlineBaseOrders  # noqa: PLC0415
        from ..models.headline_first_orders import HeadlineFirstOrders  # noqa: PLC0415
        from ..models.headline_outlay import HeadlineOutlay  # noqa: PLC0415
        from ..models.ordered import Ordered  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415

        d = dict(src_dict)
        outlay = HeadlineOutlay.from_dict(d.pop("outlay"))

        kind = cast(Literal["headline"], d.pop("kind"))
        if kind != "headline":
            raise ValueError(f"kind must match const 'headline', got '{kind}'")

        seq = d.pop("seq")

        stage = check_headline_stage(d.pop("stage"))

        title = d.pop("title")

        currency = d.pop("currency")

        changes = cast(list[str], d.pop("changes"))

        moved = []
        _moved = d.pop("moved")
        for moved_item_data in _moved:
            moved_item = check_headline_moved_item(moved_item_data)

            moved.append(moved_item)

        objective = d.pop("objective")

        kept = d.pop("kept")

        def _parse_least(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        least = _parse_least(d.pop("least"))

        def _parse_gap(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        gap = _parse_gap(d.pop("gap"))

        base = d.pop("base")

        difference = d.pop("difference")

        first_orders = HeadlineFirstOrders.from_dict(d.pop("first_orders"))

        base_orders = HeadlineBaseOrders.from_dict(d.pop("base_orders"))

        things = []
        _things = d.pop("things")
        for things_item_data in _things:
            things_item = Thing.from_dict(things_item_data)

            things.append(things_item)

        language = d.pop("language")

        sentences = cast(list[str], d.pop("sentences"))

        cost_shown = d.pop("cost_shown")

        base_shown = d.pop("base_shown")

        difference_shown = d.pop("difference_shown")

        least_shown = d.pop("least_shown")

        rate_shown = d.pop("rate_shown")

        orders = []
        _orders = d.pop("orders")
        for orders_item_data in _orders:
            orders_item = Ordered.from_dict(orders_item_data)

            orders.append(orders_item)

        headline = cls(
            outlay=outlay,
            kind=kind,
            seq=seq,
            stage=stage,
            title=title,
            currency=currency,
            changes=changes,
            moved=moved,
            objective=objective,
            kept=kept,
            least=least,
            gap=gap,
            base=base,
            difference=difference,
            first_orders=first_orders,
            base_orders=base_orders,
            things=things,
            language=language,
            sentences=sentences,
            cost_shown=cost_shown,
            base_shown=base_shown,
            difference_shown=difference_shown,
            least_shown=least_shown,
            rate_shown=rate_shown,
            orders=orders,
        )

        return headline
