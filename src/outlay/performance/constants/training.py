"""Constants of the training step: what they mean, and what was fitted to published runs."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from outlay.results.chips_models import Chip

__all__ = [
    "LATEST",
    "REFERENCE",
    "Seen",
    "constants_from",
    "dated",
    "read_training",
    "training_constants",
    "training_definitions",
    "training_seen",
    "training_sha256",
    "training_spread",
    "year_of",
]

REFERENCE = "2025-11"
"""Month of the software whose constants the fit gives: that of most of its runs."""
LATEST = "2026-08"
"""Month up to which software's gains are taken to go on: the youngest published summary."""
TENSOR_HIDDEN_SINCE = 2023.0
"""Before it libraries waited for each tensor-parallel sum (Korthikanti et al. 2022, section 4)."""
EARLIEST_YEARS = -2.0  # before the reference: older software differs in kind, not by its date

MOST_LOG = 20.0  # of a constant over its prior: beyond it a file is damaged


@cache
def training_definitions() -> Mapping[str, Mapping[str, Any]]:
    """Constants of the training step by name: prior, spread, unit, meaning, upper bound."""
    text = files("outlay.performance").joinpath("data/training_constants.toml").read_text("utf-8")
    return tomllib.loads(text)


def constants_from(fitted: Mapping[str, float]) -> dict[str, float]:
    """Constants: prior × exp(fitted logarithm), bounded; 0 where none is fitted."""
    return {
        name: min(
            float(d["prior"]) * math.exp(fitted.get(name, 0.0)), float(d.get("most", math.inf))
        )
        for name, d in training_definitions().items()
    }


@cache
def training_constants() -> Mapping[str, float]:
    """The constants shipped with the package."""
    return read_training(files("outlay.performance").joinpath("data"))


def read_training(folder: Traversable) -> dict[str, float]:
    """The constants of a calibration folder. Raises ValueError for a file that cannot be right."""
    name = "training_fitted.toml"
    fitted = tomllib.loads(folder.joinpath(name).read_text("utf-8")).get("fitted")
    if not isinstance(fitted, dict):
        raise ValueError(f"{name} has no table [fitted]")
    strange = sorted(fitted.keys() - training_definitions().keys())
    if strange:
        raise ValueError(f"{name}: constants this version does not have: {', '.join(strange)}")
    for constant, value in fitted.items():
        if not isinstance(value, float | int) or not abs(value) <= MOST_LOG:
            raise ValueError(f"{name}: {constant} = {value!r} is not a logarithm within {MOST_LOG}")
    return constants_from(fitted)


def training_sha256(folder: Traversable) -> str:
    """Hash of the table that the constants of a calibration folder were fitted to."""
    text = folder.joinpath("training_fitted.toml").read_text("utf-8")
    return str(tomllib.loads(text).get("data_sha256", ""))


def year_of(month: str) -> float | None:
    """A date like 2025-11, 2025-11-03 or 2025 (its middle) in years; None: it is no date."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-\d{2})?)?", month.strip(), re.ASCII)
    if found is None or not 1 <= int(found[2] or 1) <= 12:
        return None
    return int(found[1]) + ((int(found[2]) - 0.5) / 12.0 if found[2] else 0.5)


def _year(month: str) -> float:
    found = year_of(month)
    assert found is not None
    return found


def years_since(year: float) -> float:
    """Years of software between the reference and a date, where gains are known."""
    return min(max(year - _year(REFERENCE), EARLIEST_YEARS), _year(LATEST) - _year(REFERENCE))


def dated(constants: Mapping[str, float], year: float) -> dict[str, float]:
    """The constants with software of another date: better products, cheaper launches of experts.

    Launches fall from the reference on: what mixtures cost before it is in the runs themselves.
    Tensor-parallel exchange ran by itself until libraries cut it into pieces beside the products.
    """
    years = years_since(year)
    out = dict(constants)
    for name in ("matmul_bf16", "matmul_fp8", "matmul_fp4"):
        most = float(training_definitions()[name]["most"])
        out[name] = min(constants[name] * math.exp(constants["gain"] * years), most)
    for name in ("expert_layer_s", "expert_s"):
        out[name] = constants[name] * math.exp(-constants["gain_experts"] * max(years, 0.0))
    if year < TENSOR_HIDDEN_SINCE:
        out["hide_tensor"] = 0.0
    return out


@dataclass(frozen=True, slots=True)
class Seen:
    """What the runs of a fit were of: names of sources, chips and families of chips."""

    sources: frozenset[str]
    chips: frozenset[str]
    families: frozenset[str]


@cache
def training_seen() -> Seen:
    """What the shipped constants were fitted to; nothing where their file does not say."""
    text = files("outlay.performance").joinpath("data/training_fitted.toml").read_text("utf-8")
    seen = tomllib.loads(text).get("seen", {})
    return Seen(*(frozenset(seen.get(name, ())) for name in ("sources", "chips", "families")))


@cache
def _widths() -> Mapping[str, float]:
    text = files("outlay.performance").joinpath("data/training_intervals.toml").read_text("utf-8")
    return tomllib.loads(text)


def training_spread(
    known: str,
    chip: Chip,
    *,
    mixture: bool,
    source: str = "",
    year: float | None = None,
    exact: bool = True,
    seen: Seen | None = None,
) -> float:
    """Standard deviation of the logarithm of a run's rate.

    `known` says what of the run is: its layout, no_layout, or only its whole_run; `source` who
    measured it (empty: nobody has), `year` of which software (None: not known).
    """
    wide, seen = _widths(), seen or training_seen()
    later = max(_year(LATEST) if year is None else year, _year(REFERENCE)) - _year(REFERENCE)
    parts = [wide[known], later * wide["drift_mixture" if mixture else "drift"]]
    parts += [wide["mixture"]] if mixture else []
    parts += [] if source in seen.sources else [wide["source"]]
    parts += [] if chip.id in seen.chips else [wide["chip"]]
    parts += [] if chip.family in seen.families else [wide["family"]]
    parts += [] if exact else [wide["shape"]]
    return math.hypot(*parts)
