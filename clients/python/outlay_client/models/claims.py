from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
    from ..models.claim import Claim
    from ..models.claims_outlay import ClaimsOutlay
    from ..models.contradiction import Contradiction
    from ..models.identity import Identity
    from ..models.read_document import ReadDocument


T = TypeVar("T", bound="Claims")


@_attrs_define
class Claims:
    """Everything read from one or more documents.

    Attributes:
        outlay (ClaimsOutlay): What wrote the document, and the version of its form.
        kind (Literal['claims']):
        documents (list[ReadDocument]): What was read.
        claims (list[Claim]): The numbers that they state.
        contradictions (list[Contradiction]): Claims that cannot all be right, hard ones first.
        identities (list[Identity]): Arithmetic that was checked.
    """

    outlay: ClaimsOutlay
    kind: Literal["claims"]
    documents: list[ReadDocument]
    claims: list[Claim]
    contradictions: list[Contradiction]
    identities: list[Identity]

    def to_dict(self) -> dict[str, Any]:
        from ..models.claim import Claim  # noqa: PLC0415
        from ..models.claims_outlay import ClaimsOutlay  # noqa: PLC0415
        from ..models.contradiction import Contradiction  # noqa: PLC0415
        from ..models.identity import Identity  # noqa: PLC0415
        from ..models.read_document import ReadDocument  # noqa: PLC0415

        outlay = self.outlay.to_dict()

        kind = self.kind

        documents = []
        for documents_item_data in self.documents:
            documents_item = documents_item_data.to_dict()
            documents.append(documents_item)

        claims = []
        for claims_item_data in self.claims:
            claims_item = claims_item_data.to_dict()
            claims.append(claims_item)

        contradictions = []
        for contradictions_item_data in self.contradictions:
            contradictions_item = contradictions_item_data.to_dict()
            contradictions.append(contradictions_item)

        identities = []
        for identities_item_data in self.identities:
            identities_item = identities_item_data.to_dict()
            identities.append(identities_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outlay": outlay,
                "kind": kind,
                "documents": documents,
                "claims": claims,
                "contradictions": contradictions,
                "identities": identities,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.claim import Claim  # noqa: PLC0415
        from ..models.claims_outlay import ClaimsOutlay  # noqa: PLC0415
        from ..models.contradiction import Contradiction  # noqa: PLC0415
        from ..models.identity import Identity  # noqa: PLC0415
        from ..models.read_document import ReadDocument  # noqa: PLC0415

        d = dict(src_dict)
        outlay = ClaimsOutlay.from_dict(d.pop("outlay"))

        kind = cast(Literal["claims"], d.pop("kind"))
        if kind != "claims":
            raise ValueError(f"kind must match const 'claims', got '{kind}'")

        documents = []
        _documents = d.pop("documents")
        for documents_item_data in _documents:
            documents_item = ReadDocument.from_dict(documents_item_data)

            documents.append(documents_item)

        claims = []
        _claims = d.pop("claims")
        for claims_item_data in _claims:
            claims_item = Claim.from_dict(claims_item_data)

            claims.append(claims_item)

        contradictions = []
        _contradictions = d.pop("contradictions")
        for contradictions_item_data in _contradictions:
            contradictions_item = Contradiction.from_dict(contradictions_item_data)

            contradictions.append(contradictions_item)

        identities = []
        _identities = d.pop("identities")
        for identities_item_data in _identities:
            identities_item = Identity.from_dict(identities_item_data)

            identities.append(identities_item)

        claims = cls(
            outlay=outlay,
            kind=kind,
            documents=documents,
            claims=claims,
            contradictions=contradictions,
            identities=identities,
        )

        return claims
