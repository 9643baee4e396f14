"""`outlay.catalogue`: chips, models, prices and other sourced tables."""

from __future__ import annotations

from typing import Annotated

from outlay.api.says import Says
from outlay.results.catalogue import Catalogue

__all__ = ["catalogue"]


def catalogue(
    table: Annotated[
        str,
        Says("chips, models, prices, fx, regions, events, series, peers or costs.", argument=True),
    ],
    name: Annotated[
        str, Says("One chip or model, or a word to look for in the other tables.", argument=True)
    ] = "",
    *,
    as_of: Annotated[str, Says("Only what was known on this day (dated tables).")] = "",
) -> Catalogue:
    """Show what Outlay knows of chips, models, prices and the market, with sources.

    With a name, every number of that chip or model is shown with its unit, date, grade and source.

    Raises UnknownNameError for a table, chip or model that the catalogue does not have.

    >>> found = catalogue("chips", "H200")
    >>> found.rows[0].id, found.facts[0].unit
    ('h200-sxm', 'TFLOP/s')
    """
    from outlay.catalogue.document import catalogue_document

    return catalogue_document(table, name, as_of)
