"""A reading as the result that leaves (kind `claims`)."""

from __future__ import annotations

from dataclasses import asdict

from outlay.evidence.types import Reading
from outlay.results import claims as results

__all__ = ["claims_document"]


def claims_document(reading: Reading) -> results.Claims:
    """The claims, contradictions and identities of a reading."""
    return results.Claims(
        documents=tuple(
            results.ReadDocument(
                name=d.name,
                date=d.date,
                date_basis=d.date_basis,
                form=d.form,
                language=d.language,
                characters=len(d.text),
                notes=tuple(results.ReadNote(n.what, n.span) for n in d.notes),
            )
            for d in reading.documents
        ),
        claims=tuple(results.Claim(**asdict(c)) for c in reading.claims),
        contradictions=tuple(results.Contradiction(**asdict(c)) for c in reading.contradictions),
        identities=tuple(results.Identity(**asdict(i)) for i in reading.identities),
    )
