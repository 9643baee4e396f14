"""Chips, models, prices, exchange rates, regions and events as sourced data.

>>> from outlay.catalogue import find_chip
>>> find_chip("H100-SXM-80GB").id
'h100-sxm'
"""

from outlay.catalogue.chip_rows import chips, find_chip
from outlay.catalogue.hf.file import open_model
from outlay.catalogue.market import (
    control_events,
    cost_references,
    disputed,
    disputes,
    fx,
    known_on,
    market_facts,
    peer_capex,
    prices,
    regions,
    token_series,
    token_series_names,
)
from outlay.catalogue.model_rows import find_model, models
from outlay.catalogue.tables import cite
from outlay.catalogue.traffic import day_shapes, traces

__all__ = [
    "chips",
    "cite",
    "control_events",
    "cost_references",
    "day_shapes",
    "disputed",
    "disputes",
    "find_chip",
    "find_model",
    "fx",
    "known_on",
    "market_facts",
    "models",
    "open_model",
    "peer_capex",
    "prices",
    "regions",
    "token_series",
    "token_series_names",
    "traces",
]
