from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.chip_peak_flop_s import ChipPeakFlopS


T = TypeVar("T", bound="Chip")


@_attrs_define
class Chip:
    """An accelerator as one schedulable device; bandwidths one way.

    Attributes:
        id (str): Catalogue id.
        name (str): As its maker writes it.
        vendor (str): Its maker.
        family (str): ampere, hopper, ada, blackwell, rubin, cdna3, cdna4, tpu, trainium, ascend, …
        peak_flop_s (ChipPeakFlopS): Format (bf16, fp8, fp4, int8) → dense vendor peak; a format that it lacks is
            absent.
        memory_bytes (float): Memory; 0: not known.
        memory_byte_s (float): Memory bandwidth.
        link_byte_s (float): Scale-up link.
        domain_chips (int): Chips in one scale-up domain.
        net_byte_s (float): Scale-out network per chip.
        tdp_w (float): Power of the chip alone.
        it_w (float): IT power per chip at maximum: of the server or rack, over the chips in it.
        chips_per_server (int): Chips in one server.
        available (str): Period from which it can be had; empty: not known.
        china_export (str): Whether it may be sold to China, on 2025-12-31.
        domestic_cn (bool): Whether it is designed in China.
        price_usd (list[float] | None): Price, low and high.
        rent_usd_h (list[float] | None): Rent, low and high.
        source (str): Where the figures are from.
        grade (str): How good the source is.
        aliases (list[str] | Unset): Other ways to write it.
        note (str | Unset): What a reader should know. Default: ''.
        server (str | Unset): The server or rack that it is sold in. Default: ''.
        status (str | Unset): mature, shipping, announced, … Default: ''.
        tpp (float | Unset): Total processing performance: largest dense TOP/s × bits. Default: 0.0.
        proxy (str | Unset): Id of the chip whose figures stand in for unpublished ones. Default: ''.
        chips_per_host (int | Unset): Chips under one operating system, where a rack is sold as one server; 0: all of a
            server. Default: 0.
    """

    id: str
    name: str
    vendor: str
    family: str
    peak_flop_s: ChipPeakFlopS
    memory_bytes: float
    memory_byte_s: float
    link_byte_s: float
    domain_chips: int
    net_byte_s: float
    tdp_w: float
    it_w: float
    chips_per_server: int
    available: str
    china_export: str
    domestic_cn: bool
    price_usd: list[float] | None
    rent_usd_h: list[float] | None
    source: str
    grade: str
    aliases: list[str] | Unset = UNSET
    note: str | Unset = ""
    server: str | Unset = ""
    status: str | Unset = ""
    tpp: float | Unset = 0.0
    proxy: str | Unset = ""
    chips_per_host: int | Unset = 0

    def to_dict(self) -> dict[str, Any]:
        from ..models.chip_peak_flop_s import ChipPeakFlopS  # noqa: PLC0415

        id = self.id

        name = self.name

        vendor = self.vendor

        family = self.family

        peak_flop_s = self.peak_flop_s.to_dict()

        memory_bytes = self.memory_bytes

        memory_byte_s = self.memory_byte_s

        link_byte_s = self.link_byte_s

        domain_chips = self.domain_chips

        net_byte_s = self.net_byte_s

        tdp_w = self.tdp_w

        it_w = self.it_w

        chips_per_server = self.chips_per_server

        available = self.available

        china_export = self.china_export

        domestic_cn = self.domestic_cn

        price_usd: list[float] | None
        if isinstance(self.price_usd, list):
            price_usd = []
            for price_usd_type_0_item_data in self.price_usd:
                price_usd_type_0_item: float
                price_usd_type_0_item = price_usd_type_0_item_data
                price_usd.append(price_usd_type_0_item)

        else:
            price_usd = self.price_usd

        rent_usd_h: list[float] | None
        if isinstance(self.rent_usd_h, list):
            rent_usd_h = []
            for rent_usd_h_type_0_item_data in self.rent_usd_h:
                rent_usd_h_type_0_item: float
                rent_usd_h_type_0_item = rent_usd_h_type_0_item_data
                rent_usd_h.append(rent_usd_h_type_0_item)

        else:
            rent_usd_h = self.rent_usd_h

        source = self.source

        grade = self.grade

        aliases: list[str] | Unset = UNSET
        if not isinstance(self.aliases, Unset):
            aliases = self.aliases

        note = self.note

        server = self.server

        status = self.status

        tpp = self.tpp

        proxy = self.proxy

        chips_per_host = self.chips_per_host

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "vendor": vendor,
                "family": family,
                "peak_flop_s": peak_flop_s,
                "memory_bytes": memory_bytes,
                "memory_byte_s": memory_byte_s,
                "link_byte_s": link_byte_s,
                "domain_chips": domain_chips,
                "net_byte_s": net_byte_s,
                "tdp_w": tdp_w,
                "it_w": it_w,
                "chips_per_server": chips_per_server,
                "available": available,
                "china_export": china_export,
                "domestic_cn": domestic_cn,
                "price_usd": price_usd,
                "rent_usd_h": rent_usd_h,
                "source": source,
                "grade": grade,
            }
        )
        if aliases is not UNSET:
            field_dict["aliases"] = aliases
        if note is not UNSET:
            field_dict["note"] = note
        if server is not UNSET:
            field_dict["server"] = server
        if status is not UNSET:
            field_dict["status"] = status
        if tpp is not UNSET:
            field_dict["tpp"] = tpp
        if proxy is not UNSET:
            field_dict["proxy"] = proxy
        if chips_per_host is not UNSET:
            field_dict["chips_per_host"] = chips_per_host

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chip_peak_flop_s import ChipPeakFlopS  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        vendor = d.pop("vendor")

        family = d.pop("family")

        peak_flop_s = ChipPeakFlopS.from_dict(d.pop("peak_flop_s"))

        memory_bytes = d.pop("memory_bytes")

        memory_byte_s = d.pop("memory_byte_s")

        link_byte_s = d.pop("link_byte_s")

        domain_chips = d.pop("domain_chips")

        net_byte_s = d.pop("net_byte_s")

        tdp_w = d.pop("tdp_w")

        it_w = d.pop("it_w")

        chips_per_server = d.pop("chips_per_server")

        available = d.pop("available")

        china_export = d.pop("china_export")

        domestic_cn = d.pop("domestic_cn")

        def _parse_price_usd(data: object) -> list[float] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                price_usd_type_0 = []
                _price_usd_type_0 = data
                for price_usd_type_0_item_data in _price_usd_type_0:

                    def _parse_price_usd_type_0_item(data: object) -> float:
                        return cast(float, data)

                    price_usd_type_0_item = _parse_price_usd_type_0_item(
                        price_usd_type_0_item_data
                    )

                    price_usd_type_0.append(price_usd_type_0_item)

                return price_usd_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None, data)

        price_usd = _parse_price_usd(d.pop("price_usd"))

        def _parse_rent_usd_h(data: object) -> list[float] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                rent_usd_h_type_0 = []
                _rent_usd_h_type_0 = data
                for rent_usd_h_type_0_item_data in _rent_usd_h_type_0:

                    def _parse_rent_usd_h_type_0_item(data: object) -> float:
                        return cast(float, data)

                    rent_usd_h_type_0_item = _parse_rent_usd_h_type_0_item(
                        rent_usd_h_type_0_item_data
                    )

                    rent_usd_h_type_0.append(rent_usd_h_type_0_item)

                return rent_usd_h_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None, data)

        rent_usd_h = _parse_rent_usd_h(d.pop("rent_usd_h"))

        source = d.pop("source")

        grade = d.pop("grade")

        aliases = cast(list[str], d.pop("aliases", UNSET))

        note = d.pop("note", UNSET)

        server = d.pop("server", UNSET)

        status = d.pop("status", UNSET)

        tpp = d.pop("tpp", UNSET)

        proxy = d.pop("proxy", UNSET)

        chips_per_host = d.pop("chips_per_host", UNSET)

        chip = cls(
            id=id,
            name=name,
            vendor=vendor,
            family=family,
            peak_flop_s=peak_flop_s,
            memory_bytes=memory_bytes,
            memory_byte_s=memory_byte_s,
            link_byte_s=link_byte_s,
            domain_chips=domain_chips,
            net_byte_s=net_byte_s,
            tdp_w=tdp_w,
            it_w=it_w,
            chips_per_server=chips_per_server,
            available=available,
            china_export=china_export,
            domestic_cn=domestic_cn,
            price_usd=price_usd,
            rent_usd_h=rent_usd_h,
            source=source,
            grade=grade,
            aliases=aliases,
            note=note,
            server=server,
            status=status,
            tpp=tpp,
            proxy=proxy,
            chips_per_host=chips_per_host,
        )

        return chip
