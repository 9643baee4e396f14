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
    from ..models.column import Column
    from ..models.driver import Driver
    from ..models.refusal import Refusal
    from ..models.spread import Spread
    from ..models.surface import Surface
    from ..models.sweep_outlay import SweepOutlay
    from ..models.thing import Thing
    from ..models.varied import Varied


T = TypeVar("T", bound="Sweep")


@_attrs_define
class Sweep:
    """Many cases of one study, each planned to its certified optimum.

    Attributes:
        outlay (SweepOutlay): What wrote the document, and the version of its form.
        kind (Literal['sweep']):
        title (str): The study's title.
        study (str): Name of the study's file.
        currency (str): The study's currency.
        scenario (str): Name of the scenario laid over the study; empty: none.
        overrides (list[str]): What else was laid over it before the cases: path=value.
        id (str): Hash of what was asked: the same sweep goes on where it was.
        varied (list[Varied]): The inputs that were varied.
        sample (int): Draws at each point of what is crossed; 0: none.
        seed (int): Root of the draws.
        cases (int): How many cases there are.
        optimal (int): Those with a certified plan.
        infeasible (int): Those for which no plan meets every limit.
        refused (int): Those that the study's own checks refuse.
        failed (int): Those where the solver, or a check of the run, failed.
        quarantined (int): Those whose worker ended each time they were tried.
        columns (list[Column]): Columns of the table that say what came out.
        spreads (list[Spread]): How far answers move.
        drivers (list[Driver]): What moves them, by answer, the strongest first.
        surfaces (list[Surface]): Answers over two inputs that are crossed, or drawn.
        refusals (list[Refusal]): Why cases have no plan, the most frequent first.
        things (list[Thing] | Unset): What the things of the study are called.
        sha256 (str | Unset): Of the table as Parquet; empty: it was not made. Default: ''.
    """

    outlay: SweepOutlay
    kind: Literal["sweep"]
    title: str
    study: str
    currency: str
    scenario: str
    overrides: list[str]
    id: str
    varied: list[Varied]
    sample: int
    seed: int
    cases: int
    optimal: int
    infeasible: int
    refused: int
    failed: int
    quarantined: int
    columns: list[Column]
    spreads: list[Spread]
    drivers: list[Driver]
    surfaces: list[Surface]
    refusals: list[Refusal]
    things: list[Thing] | Unset = UNSET
    sha256: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.column import Column  # noqa: PLC0415
        from ..models.driver import Driver  # noqa: PLC0415
        from ..models.refusal import Refusal  # noqa: PLC0415
        from ..models.spread import Spread  # noqa: PLC0415
        from ..models.surface import Surface  # noqa: PLC0415
        from ..models.sweep_outlay import SweepOutlay  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415
        from ..models.varied import Varied  # noqa: PLC0415

        outlay = self.outlay.to_dict()

        kind = self.kind

        title = self.title

        study = self.study

        currency = self.currency

        scenario = self.scenario

        overrides = self.overrides

        id = self.id

        varied = []
        for varied_item_data in self.varied:
            varied_item = varied_item_data.to_dict()
            varied.append(varied_item)

        sample = self.sample

        seed = self.seed

        cases = self.cases

        optimal = self.optimal

        infeasible = self.infeasible

        refused = self.refused

        failed = self.failed

        quarantined = self.quarantined

        columns = []
        for columns_item_data in self.columns:
            columns_item = columns_item_data.to_dict()
            columns.append(columns_item)

        spreads = []
        for spreads_item_data in self.spreads:
            spreads_item = spreads_item_data.to_dict()
            spreads.append(spreads_item)

        drivers = []
        for drivers_item_data in self.drivers:
            drivers_item = drivers_item_data.to_dict()
            drivers.append(drivers_item)

        surfaces = []
        for surfaces_item_data in self.surfaces:
            surfaces_item = surfaces_item_data.to_dict()
            surfaces.append(surfaces_item)

        refusals = []
        for refusals_item_data in self.refusals:
            refusals_item = refusals_item_data.to_dict()
            refusals.append(refusals_item)

        things: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.things, Unset):
            things = []
            for things_item_data in self.things:
                things_item = things_item_data.to_dict()
                things.append(things_item)

        sha256 = self.sha256

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outlay": outlay,
                "kind": kind,
                "title": title,
                "study": study,
                "currency": currency,
                "scenario": scenario,
                "overrides": overrides,
                "id": id,
                "varied": varied,
                "sample": sample,
                "seed": seed,
                "cases": cases,
                "optimal": optimal,
                "infeasible": infeasible,
                "refused": refused,
                "failed": failed,
                "quarantined": quarantined,
                "columns": columns,
                "spreads": spreads,
                "drivers": drivers,
                "surfaces": surfaces,
                "refusals": refusals,
            }
        )
        if things is not UNSET:
            field_dict["things"] = things
        if sha256 is not UNSET:
            field_dict["sha256"] = sha256

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.column import Column  # noqa: PLC0415
        from ..models.driver import Driver  # noqa: PLC0415
        from ..models.refusal import Refusal  # noqa: PLC0415
        from ..models.spread import Spread  # noqa: PLC0415
        from ..models.surface import Surface  # noqa: PLC0415
        from ..models.sweep_outlay import SweepOutlay  # noqa: PLC0415
        from ..models.thing import Thing  # noqa: PLC0415
        from ..models.varied import Varied  # noqa: PLC0415

        d = dict(src_dict)
        outlay = SweepOutlay.from_dict(d.pop("outlay"))

        kind = cast(Literal["sweep"], d.pop("kind"))
        if kind != "sweep":
            raise ValueError(f"kind must match const 'sweep', got '{kind}'")

        title = d.pop("title")

        study = d.pop("study")

        currency = d.pop("currency")

        scenario = d.pop("scenario")

        overrides = cast(list[str], d.pop("overrides"))

        id = d.pop("id")

        varied = []
        _varied = d.pop("varied")
        for varied_item_data in _varied:
            varied_item = Varied.from_dict(varied_item_data)

            varied.append(varied_item)

        sample = d.pop("sample")

        seed = d.pop("seed")

        cases = d.pop("cases")

        optimal = d.pop("optimal")

        infeasible = d.pop("infeasible")

        refused = d.pop("refused")

        failed = d.pop("failed")

        quarantined = d.pop("quarantined")

        columns = []
        _columns = d.pop("columns")
        for columns_item_data in _columns:
            columns_item = Column.from_dict(columns_item_data)

            columns.append(columns_item)

        spreads = []
        _spreads = d.pop("spreads")
        for spreads_item_data in _spreads:
            spreads_item = Spread.from_dict(spreads_item_data)

            spreads.append(spreads_item)

        drivers = []
        _drivers = d.pop("drivers")
        for drivers_item_data in _drivers:
            drivers_item = Driver.from_dict(drivers_item_data)

            drivers.append(drivers_item)

        surfaces = []
        _surfaces = d.pop("surfaces")
        for surfaces_item_data in _surfaces:
            surfaces_item = Surface.from_dict(surfaces_item_data)

            surfaces.append(surfaces_item)

        refusals = []
        _refusals = d.pop("refusals")
        for refusals_item_data in _refusals:
            refusals_item = Refusal.from_dict(refusals_item_data)

            refusals.append(refusals_item)

        _things = d.pop("things", UNSET)
        things: list[Thing] | Unset = UNSET
        if _things is not UNSET:
            things = []
            for things_item_data in _things:
                things_item = Thing.from_dict(things_item_data)

                things.append(things_item)

        sha256 = d.pop("sha256", UNSET)

        sweep = cls(
            outlay=outlay,
            kind=kind,
            title=title,
            study=study,
            currency=currency,
            scenario=scenario,
            overrides=overrides,
            id=id,
            varied=varied,
            sample=sample,
            seed=seed,
            cases=cases,
            optimal=optimal,
            infeasible=infeasible,
            refused=refused,
            failed=failed,
            quarantined=quarantined,
            columns=columns,
            spreads=spreads,
            drivers=drivers,
            surfaces=surfaces,
            refusals=refusals,
            things=things,
            sha256=sha256,
        )

        return sweep
