"""Lives and residuals of asset classes that a study does not state, each with its source."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files

from outlay.finance.types import AssetClass

__all__ = ["default_classes"]


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    text = files("outlay.finance").joinpath("data/asset_classes.csv").read_text("utf-8")
    out: dict[str, dict[str, dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        out.setdefault(row["asset_class"], {})[row["parameter"]] = row
    return out


def default_classes() -> dict[str, AssetClass]:
    """Asset class → policy: straight line, from the table shipped with the package."""
    out = {}
    for name, rows in _table().items():
        out[name] = AssetClass(
            book_years=float(rows["book_years"]["value"]),
            economic_years=float(rows["economic_years"]["value"]),
            residual=float(rows["residual"]["value"]),
            source=f"default: {rows['book_years']['source']}",
        )
    return out
