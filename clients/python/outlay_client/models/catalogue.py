from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.catalogue_table import CatalogueTable
from ..models.catalogue_table import check_catalogue_table
from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
    from ..models.catalogue_outlay import CatalogueOutlay
    from ..models.chip import Chip
    from ..models.control_event import ControlEvent
    from ..models.cost_reference import CostReference
    from ..models.day_shape import DayShape
    from ..models.dispute import Dispute
    from ..models.fact import Fact
    from ..models.fx_rate import FxRate
    from ..models.market_fact import MarketFact
    from ..models.model import Model
    from ..models.peer_capex import PeerCapex
    from ..models.price import Price
    from ..models.region import Region
    from ..models.series_point import SeriesPoint
    from ..models.trace import Trace


T = TypeVar("T", bound="Catalogue")


@_attrs_define
class Catalogue:
    """Rows of one table of the catalogue.

    Attributes:
        outlay (CatalogueOutlay): What wrote the document, and the version of its form.
        kind (Literal['catalogue']):
        table (CatalogueTable): The table.
        as_of (str): Only what was known on this day; empty: everything.
        n (int): Number of rows.
        rows (list[Chip | ControlEvent | CostReference | DayShape | Dispute | FxRate | MarketFact | Model | PeerCapex |
            Price | Region | SeriesPoint | Trace]): The rows of the table; all are of one sort.
        name (str): What was asked for by name; empty: all.
        facts (list[Fact]): Each number behind the one chip or model asked for.
    """

    outlay: CatalogueOutlay
    kind: Literal["catalogue"]
    table: CatalogueTable
    as_of: str
    n: int
    rows: list[
        Chip
        | ControlEvent
        | CostReference
        | DayShape
        | Dispute
        | FxRate
        | MarketFact
        | Model
        | PeerCapex
        | Price
        | Region
        | SeriesPoint
        | Trace
    ]
    name: str
    facts: list[Fact]

    def to_dict(self) -> dict[str, Any]:
        from ..models.catalogue_outlay import CatalogueOutlay  # noqa: PLC0415
        from ..models.chip import Chip  # noqa: PLC0415
        from ..models.control_event import ControlEvent  # noqa: PLC0415
        from ..models.cost_reference import CostReference  # noqa: PLC0415
        from ..models.day_shape import DayShape  # noqa: PLC0415
        from ..models.dispute import Dispute  # noqa: PLC0415
        from ..models.fact import Fact  # noqa: PLC0415
        from ..models.fx_rate import FxRate  # noqa: PLC0415
        from ..models.market_fact import MarketFact  # noqa: PLC0415
        from ..models.model import Model  # noqa: PLC0415
        from ..models.peer_capex import PeerCapex  # noqa: PLC0415
        from ..models.price import Price  # noqa: PLC0415
        from ..models.region import Region  # noqa: PLC0415
        from ..models.series_point import SeriesPoint  # noqa: PLC0415
        from ..models.trace import Trace  # noqa: PLC0415

        outlay = self.outlay.to_dict()

        kind = self.kind

        table: str = self.table

        as_of = self.as_of

        n = self.n

        rows = []
        for rows_item_data in self.rows:
            rows_item: dict[str, Any]
            if isinstance(rows_item_data, Chip):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, Model):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, Price):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, FxRate):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, Region):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, ControlEvent):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, SeriesPoint):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, PeerCapex):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, CostReference):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, Trace):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, DayShape):
                rows_item = rows_item_data.to_dict()
            elif isinstance(rows_item_data, MarketFact):
                rows_item = rows_item_data.to_dict()
            else:
                rows_item = rows_item_data.to_dict()

            rows.append(rows_item)

        name = self.name

        facts = []
        for facts_item_data in self.facts:
            facts_item = facts_item_data.to_dict()
            facts.append(facts_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outlay": outlay,
                "kind": kind,
                "table": table,
                "as_of": as_of,
                "n": n,
                "rows": rows,
                "name": name,
                "facts": facts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.catalogue_outlay import CatalogueOutlay  # noqa: PLC0415
        from ..models.chip import Chip  # noqa: PLC0415
        from ..models.control_event import ControlEvent  # noqa: PLC0415
        from ..models.cost_reference import CostReference  # noqa: PLC0415
        from ..models.day_shape import DayShape  # noqa: PLC0415
        from ..models.dispute import Dispute  # noqa: PLC0415
        from ..models.fact import Fact  # noqa: PLC0415
        from ..models.fx_rate import FxRate  # noqa: PLC0415
        from ..models.market_fact import MarketFact  # noqa: PLC0415
        from ..models.model import Model  # noqa: PLC0415
        from ..models.peer_capex import PeerCapex  # noqa: PLC0415
        from ..models.price import Price  # noqa: PLC0415
        from ..models.region import Region  # noqa: PLC0415
        from ..models.series_point import SeriesPoint  # noqa: PLC0415
        from ..models.trace import Trace  # noqa: PLC0415

        d = dict(src_dict)
        outlay = CatalogueOutlay.from_dict(d.pop("outlay"))

        kind = cast(Literal["catalogue"], d.pop("kind"))
        if kind != "catalogue":
            raise ValueError(f"kind must match const 'catalogue', got '{kind}'")

        table = check_catalogue_table(d.pop("table"))

        as_of = d.pop("as_of")

        n = d.pop("n")

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:

            def _parse_rows_item(
                data: object,
            ) -> (
                Chip
                | ControlEvent
                | CostReference
                | DayShape
                | Dispute
                | FxRate
                | MarketFact
                | Model
                | PeerCapex
                | Price
                | Region
                | SeriesPoint
                | Trace
            ):
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_0 = Chip.from_dict(data)

                    return rows_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_1 = Model.from_dict(data)

                    return rows_item_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_2 = Price.from_dict(data)

                    return rows_item_type_2
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_3 = FxRate.from_dict(data)

                    return rows_item_type_3
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_4 = Region.from_dict(data)

                    return rows_item_type_4
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_5 = ControlEvent.from_dict(data)

                    return rows_item_type_5
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_6 = SeriesPoint.from_dict(data)

                    return rows_item_type_6
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_7 = PeerCapex.from_dict(data)

                    return rows_item_type_7
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_8 = CostReference.from_dict(data)

                    return rows_item_type_8
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_9 = Trace.from_dict(data)

                    return rows_item_type_9
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_10 = DayShape.from_dict(data)

                    return rows_item_type_10
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    rows_item_type_11 = MarketFact.from_dict(data)

                    return rows_item_type_11
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                rows_item_type_12 = Dispute.from_dict(data)

                return rows_item_type_12

            rows_item = _parse_rows_item(rows_item_data)

            rows.append(rows_item)

        name = d.pop("name")

        facts = []
        _facts = d.pop("facts")
        for facts_item_data in _facts:
            facts_item = Fact.from_dict(facts_item_data)

            facts.append(facts_item)

        catalogue = cls(
            outlay=outlay,
            kind=kind,
            table=table,
            as_of=as_of,
            n=n,
            rows=rows,
            name=name,
            facts=facts,
        )

        return catalogue
