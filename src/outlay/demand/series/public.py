"""The public token series that the forecaster is scored on."""

from __future__ import annotations

import csv
import io
from importlib.resources import files

from outlay.core.errors import UnknownNameError, nearest
from outlay.demand.series.read import parse_series
from outlay.demand.series.series import Series

__all__ = ["public_series", "public_series_names"]


def _groups() -> dict[str, list[dict[str, str]]]:
    text = files("outlay.demand").joinpath("data/public_series.csv").read_text("utf-8")
    groups: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        groups.setdefault(row.pop("series"), []).append(row)
    return groups


def public_series_names() -> tuple[str, ...]:
    """Ids of the public series."""
    return tuple(_groups())


def public_series(name: str) -> Series:
    """A public series by id, in token/day; raises UnknownNameError."""
    groups = _groups()
    if name not in groups:
        raise UnknownNameError(
            "no public series of that name",
            value=repr(name),
            allowed=", ".join(groups),
            hint=nearest(name, groups),
        )
    out = io.StringIO()
    writer = csv.DictWriter(out, list(groups[name][0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(groups[name])
    return parse_series(out.getvalue(), name=name, where="public_series.csv")
