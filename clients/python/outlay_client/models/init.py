from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
    from ..models.init_outlay import InitOutlay


T = TypeVar("T", bound="Init")


@_attrs_define
class Init:
    """A study to begin with.

    Attributes:
        outlay (InitOutlay): What wrote the document, and the version of its form.
        kind (Literal['init']):
        door (str): founder, lab, operator or analyst: whose question it asks.
        title (str): Its title.
        as_of (str): The day whose knowledge it holds.
        currency (str): ISO currency that it counts in.
        chip (str): Catalogue id of the chip that it buys or rents.
        model (str): Catalogue id of the model that it serves.
        tokens_per_day (float): Tokens that it serves on its day.
        chips_needed (float): Chips that serving and training take at the busiest hour, in the period that needs most;
            clusters that customers hold come on top.
        assumptions (int): Numbers of it without a source, Outlay's defaults included: to be replaced.
        facts (int): Numbers of it with a source.
        replica (int): Fewest chips that hold the model and serve it.
        ttft_s (float): Time to the first token that it promises, at the 99th percentile.
        tpot_s (float): Time for each token after it, at the 99th percentile.
        usual (bool): Whether that is what is usual; else it is the tightest that the chip holds.
        unpriced (list[str]): price, rent: of the chip, where nobody states it and it is worked out from like chips.
        rented_only (bool): Whether the chip is never sold, so that a budget is cash and no limit on orders.
        files (list[str]): Files that were written, the study first; empty: none.
        text (str): The study as its file holds it.
        weights (str | Unset): Number format of the model's weights that the chips are counted in. Default: ''.
        kv (str | Unset): Number format of its cache. Default: ''.
    """

    outlay: InitOutlay
    kind: Literal["init"]
    door: str
    title: str
    as_of: str
    currency: str
    chip: str
    model: str
    tokens_per_day: float
    chips_needed: float
    assumptions: int
    facts: int
    replica: int
    ttft_s: float
    tpot_s: float
    usual: bool
    unpriced: list[str]
    rented_only: bool
    files: list[str]
    text: str
    weights: str | Unset = ""
    kv: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.init_outlay import InitOutlay  # noqa: PLC0415

        outlay = self.outlay.to_dict()

        kind = self.kind

        door = self.door

        title = self.title

        as_of = self.as_of

        currency = self.currency

        chip = self.chip

        model = self.model

        tokens_per_day = self.tokens_per_day

        chips_needed = self.chips_needed

        assumptions = self.assumptions

        facts = self.facts

        replica = self.replica

        ttft_s = self.ttft_s

        tpot_s = self.tpot_s

        usual = self.usual

        unpriced = self.unpriced

        rented_only = self.rented_only

        files = self.files

        text = self.text

        weights = self.weights

        kv = self.kv

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outlay": outlay,
                "kind": kind,
                "door": door,
                "title": title,
                "as_of": as_of,
                "currency": currency,
                "chip": chip,
                "model": model,
                "tokens_per_day": tokens_per_day,
                "chips_needed": chips_needed,
                "assumptions": assumptions,
                "facts": facts,
                "replica": replica,
                "ttft_s": ttft_s,
                "tpot_s": tpot_s,
                "usual": usual,
                "unpriced": unpriced,
                "rented_only": rented_only,
                "files": files,
                "text": text,
            }
        )
        if weights is not UNSET:
            field_dict["weights"] = weights
        if kv is not UNSET:
            field_dict["kv"] = kv

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.init_outlay import InitOutlay  # noqa: PLC0415

        d = dict(src_dict)
        outlay = InitOutlay.from_dict(d.pop("outlay"))

        kind = cast(Literal["init"], d.pop("kind"))
        if kind != "init":
            raise ValueError(f"kind must match const 'init', got '{kind}'")

        door = d.pop("door")

        title = d.pop("title")

        as_of = d.pop("as_of")

        currency = d.pop("currency")

        chip = d.pop("chip")

        model = d.pop("model")

        tokens_per_day = d.pop("tokens_per_day")

        chips_needed = d.pop("chips_needed")

        assumptions = d.pop("assumptions")

        facts = d.pop("facts")

        replica = d.pop("replica")

        ttft_s = d.pop("ttft_s")

        tpot_s = d.pop("tpot_s")

        usual = d.pop("usual")

        unpriced = cast(list[str], d.pop("unpriced"))

        rented_only = d.pop("rented_only")

        files = cast(list[str], d.pop("files"))

        text = d.pop("text")

        weights = d.pop("weights", UNSET)

        kv = d.pop("kv", UNSET)

        init = cls(
            outlay=outlay,
            kind=kind,
            door=door,
            title=title,
            as_of=as_of,
            currency=currency,
            chip=chip,
            model=model,
            tokens_per_day=tokens_per_day,
            chips_needed=chips_needed,
            assumptions=assumptions,
            facts=facts,
            replica=replica,
            ttft_s=ttft_s,
            tpot_s=tpot_s,
            usual=usual,
            unpriced=unpriced,
            rented_only=rented_only,
            files=files,
            text=text,
            weights=weights,
            kv=kv,
        )

        return init
