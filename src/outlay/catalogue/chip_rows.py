"""Accelerators: long-format parameter rows joined to the register, in base units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from outlay.catalogue.names import Names
from outlay.catalogue.tables import Row, made, rows
from outlay.core.quantities.units import unit_factor
from outlay.results.chips_models import Chip

__all__ = ["chip_names", "chips", "find_chip"]

_DIMENSION = {
    **dict.fromkeys(("peak_bf16", "peak_fp8", "peak_fp4", "peak_int8"), "flop_rate"),
    **dict.fromkeys(("memory_bandwidth", "link_bandwidth", "net_bandwidth"), "byte_rate"),
    **dict.fromkeys(("tdp", "it_power", "server_power"), "power"),
    **dict.fromkeys(("domain_chips", "chips_per_server", "chips_per_host"), "chips"),
    "memory": "bytes",
}
_FIGURES = {
    "memory_bytes": "memory",
    "memory_byte_s": "memory_bandwidth",
    "link_byte_s": "link_bandwidth",
    "net_byte_s": "net_bandwidth",
    "tdp_w": "tdp",
    "it_w": "it_power",
    "tpp": "tpp",
}
"""Field of a chip → parameter; 0 where it is not published."""
_PHYSICAL = (*_FIGURES, "peak_flop_s", "domain_chips", "chips_per_server", "chips_per_host")
_PLAIN_UNITS = {"TPP", "USD", "USD/h"}


def _base(row: Row) -> float:
    """Value of a parameter row in the base unit of its dimension."""
    if row["unit"] in _PLAIN_UNITS:
        return float(row["value"])
    return float(row["value"]) * unit_factor(row["unit"], _DIMENSION[row["parameter"]])


def _pair(figures: Mapping[str, float], kind: str) -> tuple[float, float] | None:
    low, high = figures.get(f"{kind}_low"), figures.get(f"{kind}_high")
    return None if low is None or high is None else (low, high)


def _chip(row: Row, figures: Mapping[str, float]) -> Chip:
    peaks = {
        k: figures[f"peak_{k}"] for k in ("bf16", "fp8", "fp4", "int8") if f"peak_{k}" in figures
    }
    given = {name: figures.get(parameter, 0.0) for name, parameter in _FIGURES.items()}
    return made(
        Chip,
        row,
        peak_flop_s=peaks,
        domain_chips=int(figures.get("domain_chips", 1)),
        chips_per_server=int(figures.get("chips_per_server", 1)),
        chips_per_host=int(figures.get("chips_per_host", 0)),
        china_export=row["china_export_2025_12_31"],
        price_usd=_pair(figures, "price"),
        rent_usd_h=_pair(figures, "rent"),
        **given,
    )


def _with_proxy(chip: Chip, stand_in: Chip) -> Chip:
    """`chip` with the physical figures of the chip that stands in; prices are not carried over."""
    physical = {name: getattr(stand_in, name) for name in _PHYSICAL}
    return replace(chip, grade="guess", **physical)


@cache
def chips() -> Mapping[str, Chip]:
    """Every accelerator by id. Figures that are not published are 0."""
    figures: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows("chip_parameters"):
        figures[row["item"]][row["parameter"]] = _base(row)
    found = {r["id"]: _chip(r, figures[r["id"]]) for r in rows("chips")}
    for chip in list(found.values()):
        if chip.proxy:
            found[chip.id] = _with_proxy(chip, found[chip.proxy])
    return MappingProxyType(found)


@cache
def chip_names() -> Names:
    """The index from written names to chip ids."""
    return Names(
        "chip",
        {c.id: (c.name, *c.aliases) for c in chips().values()},
        noise=frozenset(_NOISE.split()),
    )


_NOISE = (
    "nvidia amd huawei google aws intel cambricon instinct gpu npu accelerator tensor core hgx dgx "
    "sxm sxm4 sxm5 sxm6 oam hbm hbm2 hbm2e hbm3 hbm3e hbm4 cloud 8x x8"
)
"""Words beside a name that do not tell one from another."""


def find_chip(name: str) -> Chip:
    """The chip that `name` means (id, name, alias, or a usual way of writing one of them).

    Raises UnknownNameError with the nearest name.
    """
    return chips()[chip_names().find(name)]
