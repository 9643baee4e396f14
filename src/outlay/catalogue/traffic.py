"""What a service may take by name: lengths of published traces, and curves of load over the day."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from outlay.catalogue.tables import made, rows
from outlay.results.catalogue import DayShape, Trace

__all__ = ["day_shapes", "traces"]


@cache
def traces() -> Mapping[str, Trace]:
    """Published traces by the name that a study writes."""
    return MappingProxyType({r["id"]: made(Trace, r) for r in rows("traces")})


@cache
def day_shapes() -> Mapping[str, DayShape]:
    """Day shapes by the name that a study writes."""
    return MappingProxyType({r["id"]: made(DayShape, r) for r in rows("shapes")})
