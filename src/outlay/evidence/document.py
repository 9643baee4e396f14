"""A reading as the result that leaves (kind `claims`)."""

from __future__ import annotations

from outlay.evidence.types import Reading
from outlay.results.claims import Claims, ReadDocument

__all__ = ["claims_document"]


def claims_document(reading: Reading) -> Claims:
    """All that was read but the texts themselves."""
    return Claims(
        tuple(
            ReadDocument(
                d.name, d.date, d.date_basis, d.form, d.language, len(d.text),
                d.notes, d.entity,
            )
            for d in reading.documents
        ),
        reading.claims,
        reading.contradictions,
        reading.identities,
    )  # fmt: skip
