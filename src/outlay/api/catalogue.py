"""`outlay.catalogue`: chips, models, prices and other sourced tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import Says
from outlay.results.catalogue import Catalogue

__all__ = ["catalogue"]


@checked
def catalogue(
    table: Annotated[
        str,
        Says(
            "chips, models, prices, fx, regions, events, series, peers, costs, traces, shapes, "
            "facts or disputes.",
            argument=True,
        ),
    ],
    name: Annotated[
        str,
        Says("One entry by its name, shown in full; or a word to look for.", argument=True),
    ] = "",
    *,
    as_of: Annotated[str, Says("Only what was known on this day (dated tables).", day=True)] = "",
    search: Annotated[str, Says("Only rows that hold all of these words.")] = "",
    where: Annotated[
        Sequence[str],
        Says("A condition such as 'memory>=141 GB' or vendor=NVIDIA (=, !=, <, <=, >, >=, ~)."),
    ] = (),
    sort: Annotated[str, Says("Order by these columns, -column from the largest: -bf16,id")] = "",
) -> Catalogue:
    """Show what Outlay knows of chips, models, prices and the market, with sources.

    With the name of one entry, all that is known of it is shown, every number of a chip or model
    with its unit, date, grade and source.

    Raises UnknownNameError for a table, entry or column that the catalogue does not have, and
    QuantityError for a condition that cannot be read.

    >>> found = catalogue("chips", "H200")
    >>> found.rows[0].id, found.facts[0].unit
    ('h200-sxm', 'TFLOP/s')
    >>> roomy = catalogue("chips", where=["memory>=280 GB", "vendor=NVIDIA"], sort="-bandwidth,id")
    >>> [row.id for row in roomy.rows]
    ['vr200-nvl72', 'gb300-nvl72', 'b300-hgx']
    """
    from outlay.catalogue.document import catalogue_document

    return catalogue_document(
        table, name, as_of, search=search, conditions=tuple(where), sort=sort
    )  # fmt: skip
