from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.claim_hedge import check_claim_hedge
from ..models.claim_hedge import ClaimHedge
from ..models.claim_kind import check_claim_kind
from ..models.claim_kind import ClaimKind
from ..models.claim_quantity import check_claim_quantity
from ..models.claim_quantity import ClaimQuantity
from ..models.claim_status import check_claim_status
from ..models.claim_status import ClaimStatus
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.grounds import Grounds


T = TypeVar("T", bound="Claim")


@_attrs_define
class Claim:
    """One number that a document states; values in base units, an open end is null.

    Attributes:
        id (str): Name within the reading: document, then number.
        document (str): The file that it stands in.
        subject (str): Whom or what it is about.
        metric (str): What is measured.
        value_low (float | None): Low end, in `unit`.
        value_high (float | None): High end, in `unit`.
        unit (str): ISO currency, token/day, chip, W, USD/chip, fraction, user, year, and the like.
        period (str): ISO year, month or quarter that it holds for; empty: none.
        said_on (str): Day on which it was said.
        attribution (str): Who says it; empty: the document itself.
        hedge (ClaimHedge): How firmly the words hold it.
        kind (ClaimKind): What sort of statement it is.
        condition (str): What it depends on; empty: nothing.
        span (list[int]): Characters [start, end) of its sentence.
        sentence (str): Its sentence.
        value_span (list[int]): Characters [start, end) of the quantity.
        quote (str): The quantity as printed.
        family (str | Unset): Sort of metric by which claims are compared. Default: ''.
        about (str | Unset): What the metric is further about. Default: ''.
        period_basis (str | Unset): `stated`, `context` (from a neighbouring sentence) or empty. Default: ''.
        status (ClaimStatus | Unset): `earlier`: superseded, or the base of a comparison. Default: 'current'.
        negated (bool | Unset): Whether the sentence denies it. Default: False.
        vague (bool | Unset): Whether only an order of magnitude is named. Default: False.
        rounding (float | Unset): Half the last printed digit, in `unit`. Default: 0.0.
        converts (str | Unset): Claim that it restates in another currency. Default: ''.
        whole (str | Unset): Claim that it is a share of. Default: ''.
        compared_with (str | Unset): Claim that it is set beside. Default: ''.
        headline (bool | Unset): Whether it stands in a title. Default: False.
        reader (str | Unset): What found it. Default: 'grammar'.
        quantity (ClaimQuantity | Unset): What sort of quantity: an amount, a difference or growth, a part of a whole,
            money for one
            of something, a limit that is set, a number of things. Default: 'level'.
        grounds (Grounds | Unset): What each field of a claim stands on.
        row (list[str] | Unset): Labels of its row, verbatim, the outermost first; empty outside tables.
        column (list[str] | Unset): Headers of its column, verbatim, the uppermost first; empty outside tables.
        tag (str | Unset): Its name in the taxonomy of a filing; empty: it is not tagged. Default: ''.
        replaced_by (str | Unset): Claim that corrects it: an erratum, an amended filing, "X, not Y". Default: ''.
        part_of (str | Unset): Claim of the amount that it is a part of: an order out of a budget. Default: ''.
    """

    id: str
    document: str
    subject: str
    metric: str
    value_low: float | None
    value_high: float | None
    unit: str
    period: str
    said_on: str
    attribution: str
    hedge: ClaimHedge
    kind: ClaimKind
    condition: str
    span: list[int]
    sentence: str
    value_span: list[int]
    quote: str
    family: str | Unset = ""
    about: str | Unset = ""
    period_basis: str | Unset = ""
    status: ClaimStatus | Unset = "current"
    negated: bool | Unset = False
    vague: bool | Unset = False
    rounding: float | Unset = 0.0
    converts: str | Unset = ""
    whole: str | Unset = ""
    compared_with: str | Unset = ""
    headline: bool | Unset = False
    reader: str | Unset = "grammar"
    quantity: ClaimQuantity | Unset = "level"
    grounds: Grounds | Unset = UNSET
    row: list[str] | Unset = UNSET
    column: list[str] | Unset = UNSET
    tag: str | Unset = ""
    replaced_by: str | Unset = ""
    part_of: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.grounds import Grounds  # noqa: PLC0415

        id = self.id

        document = self.document

        subject = self.subject

        metric = self.metric

        value_low: float | None
        value_low = self.value_low

        value_high: float | None
        value_high = self.value_high

        unit = self.unit

        period = self.period

        said_on = self.said_on

        attribution = self.attribution

        hedge: str = self.hedge

        kind: str = self.kind

        condition = self.condition

        span = []
        for span_item_data in self.span:
            span_item: int
            span_item = span_item_data
            span.append(span_item)

        sentence = self.sentence

        value_span = []
        for value_span_item_data in self.value_span:
            value_span_item: int
            value_span_item = value_span_item_data
            value_span.append(value_span_item)

        quote = self.quote

        family = self.family

        about = self.about

        period_basis = self.period_basis

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        negated = self.negated

        vague = self.vague

        rounding = self.rounding

        converts = self.converts

        whole = self.whole

        compared_with = self.compared_with

        headline = self.headline

        reader = self.reader

        quantity: str | Unset = UNSET
        if not isinstance(self.quantity, Unset):
            quantity = self.quantity

        grounds: dict[str, Any] | Unset = UNSET
        if not isinstance(self.grounds, Unset):
            grounds = self.grounds.to_dict()

        row: list[str] | Unset = UNSET
        if not isinstance(self.row, Unset):
            row = self.row

        column: list[str] | Unset = UNSET
        if not isinstance(self.column, Unset):
            column = self.column

        tag = self.tag

        replaced_by = self.replaced_by

        part_of = self.part_of

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "document": document,
                "subject": subject,
                "metric": metric,
                "value_low": value_low,
                "value_high": value_high,
                "unit": unit,
                "period": period,
                "said_on": said_on,
                "attribution": attribution,
                "hedge": hedge,
                "kind": kind,
                "condition": condition,
                "span": span,
                "sentence": sentence,
                "value_span": value_span,
                "quote": quote,
            }
        )
        if family is not UNSET:
            field_dict["family"] = family
        if about is not UNSET:
            field_dict["about"] = about
        if period_basis is not UNSET:
            field_dict["period_basis"] = period_basis
        if status is not UNSET:
            field_dict["status"] = status
        if negated is not UNSET:
            field_dict["negated"] = negated
        if vague is not UNSET:
            field_dict["vague"] = vague
        if rounding is not UNSET:
            field_dict["rounding"] = rounding
        if converts is not UNSET:
            field_dict["converts"] = converts
        if whole is not UNSET:
            field_dict["whole"] = whole
        if compared_with is not UNSET:
            field_dict["compared_with"] = compared_with
        if headline is not UNSET:
            field_dict["headline"] = headline
        if reader is not UNSET:
            field_dict["reader"] = reader
        if quantity is not UNSET:
            field_dict["quantity"] = quantity
        if grounds is not UNSET:
            field_dict["grounds"] = grounds
        if row is not UNSET:
            field_dict["row"] = row
        if column is not UNSET:
            field_dict["column"] = column
        if tag is not UNSET:
            field_dict["tag"] = tag
        if replaced_by is not UNSET:
            field_dict["replaced_by"] = replaced_by
        if part_of is not UNSET:
            field_dict["part_of"] = part_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.grounds import Grounds  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        document = d.pop("document")

        subject = d.pop("subject")

        metric = d.pop("metric")

        def _parse_value_low(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value_low = _parse_value_low(d.pop("value_low"))

        def _parse_value_high(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value_high = _parse_value_high(d.pop("value_high"))

        unit = d.pop("unit")

        period = d.pop("period")

        said_on = d.pop("said_on")

        attribution = d.pop("attribution")

        hedge = check_claim_hedge(d.pop("hedge"))

        kind = check_claim_kind(d.pop("kind"))

        condition = d.pop("condition")

        span = []
        _span = d.pop("span")
        for span_item_data in _span:

            def _parse_span_item(data: object) -> int:
                return cast(int, data)

            span_item = _parse_span_item(span_item_data)

            span.append(span_item)

        sentence = d.pop("sentence")

        value_span = []
        _value_span = d.pop("value_span")
        for value_span_item_data in _value_span:

            def _parse_value_span_item(data: object) -> int:
                return cast(int, data)

            value_span_item = _parse_value_span_item(value_span_item_data)

            value_span.append(value_span_item)

        quote = d.pop("quote")

        family = d.pop("family", UNSET)

        about = d.pop("about", UNSET)

        period_basis = d.pop("period_basis", UNSET)

        _status = d.pop("status", UNSET)
        status: ClaimStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_claim_status(_status)

        negated = d.pop("negated", UNSET)

        vague = d.pop("vague", UNSET)

        rounding = d.pop("rounding", UNSET)

        converts = d.pop("converts", UNSET)

        whole = d.pop("whole", UNSET)

        compared_with = d.pop("compared_with", UNSET)

        headline = d.pop("headline", UNSET)

        reader = d.pop("reader", UNSET)

        _quantity = d.pop("quantity", UNSET)
        quantity: ClaimQuantity | Unset
        if isinstance(_quantity, Unset):
            quantity = UNSET
        else:
            quantity = check_claim_quantity(_quantity)

        _grounds = d.pop("grounds", UNSET)
        grounds: Grounds | Unset
        if isinstance(_grounds, Unset):
            grounds = UNSET
        else:
            grounds = Grounds.from_dict(_grounds)

        row = cast(list[str], d.pop("row", UNSET))

        column = cast(list[str], d.pop("column", UNSET))

        tag = d.pop("tag", UNSET)

        replaced_by = d.pop("replaced_by", UNSET)

        part_of = d.pop("part_of", UNSET)

        claim = cls(
            id=id,
            document=document,
            subject=subject,
            metric=metric,
            value_low=value_low,
            value_high=value_high,
            unit=unit,
            period=period,
            said_on=said_on,
            attribution=attribution,
            hedge=hedge,
            kind=kind,
            condition=condition,
            span=span,
            sentence=sentence,
            value_span=value_span,
            quote=quote,
            family=family,
            about=about,
            period_basis=period_basis,
            status=status,
            negated=negated,
            vague=vague,
            rounding=rounding,
            converts=converts,
            whole=whole,
            compared_with=compared_with,
            headline=headline,
            reader=reader,
            quantity=quantity,
            grounds=grounds,
            row=row,
            column=column,
            tag=tag,
            replaced_by=replaced_by,
            part_of=part_of,
        )

        return claim
