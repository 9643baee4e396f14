"""Chips, models, prices, exchange rates, regions and events as sourced data.

>>> from outlay.catalogue import find_chip
>>> find_chip("H100-SXM-80GB").id
'h100-sxm'
"""

from outlay.catalogue.chips import chips, find_chip
from outlay.catalogue.models import find_model, models, shapes_of
from outlay.catalogue.tables import cite
from outlay.catalogue.types import Chip, ControlEvent, Model, Price, Region, SeriesPoint

__all__ = [
    "Chip",
    "ControlEvent",
    "Model",
    "Price",
    "Region",
    "SeriesPoint",
    "chips",
    "cite",
    "find_chip",
    "find_model",
    "models",
    "shapes_of",
]
