"""Contains all the data models used in inputs/outputs"""

from .assumed import Assumed
from .branch import Branch
from .called import Called
from .catalogue import Catalogue
from .catalogue_outlay import CatalogueOutlay
from .catalogue_table import CatalogueTable
from .changed_order import ChangedOrder
from .check import Check
from .check_outlay import CheckOutlay
from .chip import Chip
from .chip_peak_flop_s import ChipPeakFlopS
from .claim import Claim
from .claim_hedge import ClaimHedge
from .claim_kind import ClaimKind
from .claim_quantity import ClaimQuantity
from .claim_status import ClaimStatus
from .claims import Claims
from .claims_outlay import ClaimsOutlay
from .column import Column
from .configuration import Configuration
from .configuration_phase import ConfigurationPhase
from .contradiction import Contradiction
from .contradiction_severity import ContradictionSeverity
from .control_event import ControlEvent
from .cost_reference import CostReference
from .day_shape import DayShape
from .day_shape_basis import DayShapeBasis
from .dispute import Dispute
from .driver import Driver
from .entry import Entry
from .error import Error
from .error_outlay import ErrorOutlay
from .exchange_rate import ExchangeRate
from .explanation import Explanation
from .explanation_outlay import ExplanationOutlay
from .fact import Fact
from .fx_rate import FxRate
from .fx_rate_kind import FxRateKind
from .grounds import Grounds
from .grounds_metric import GroundsMetric
from .grounds_period import GroundsPeriod
from .grounds_subject import GroundsSubject
from .grounds_unit import GroundsUnit
from .headline import Headline
from .headline_base_orders import HeadlineBaseOrders
from .headline_first_orders import HeadlineFirstOrders
from .headline_moved_item import HeadlineMovedItem
from .headline_outlay import HeadlineOutlay
from .headline_stage import HeadlineStage
from .held_reading import HeldReading
from .held_run import HeldRun
from .held_scenario import HeldScenario
from .held_study import HeldStudy
from .held_sweep import HeldSweep
from .held_token import HeldToken
from .held_token_kind import HeldTokenKind
from .held_token_role import HeldTokenRole
from .identity import Identity
from .identity_verdict import IdentityVerdict
from .idle import Idle
from .init import Init
from .init_outlay import InitOutlay
from .input_ import Input
from .input_group import InputGroup
from .input_group_id import InputGroupId
from .input_group_name import InputGroupName
from .inputs import Inputs
from .kept import Kept
from .known_template_door import KnownTemplateDoor
from .launch import Launch
from .market_fact import MarketFact
from .mix import Mix
from .mix_limited_by import MixLimitedBy
from .model import Model
from .model_attention import ModelAttention
from .model_extra import ModelExtra
from .new_person import NewPerson
from .new_person_role import NewPersonRole
from .new_plan import NewPlan
from .new_scenario import NewScenario
from .new_study import NewStudy
from .new_study_files import NewStudyFiles
from .new_sweep import NewSweep
from .new_token import NewToken
from .new_token_role import NewTokenRole
from .number import Number
from .one_value import OneValue
from .ordered import Ordered
from .origin import Origin
from .outcast import Outcast
from .peer_capex import PeerCapex
from .price import Price
from .problem import Problem
from .rate import Rate
from .rate_asked import RateAsked
from .rate_asked_kv import RateAskedKv
from .rate_asked_phase import RateAskedPhase
from .rate_asked_stack import RateAskedStack
from .rate_asked_weights import RateAskedWeights
from .rate_outlay import RateOutlay
from .read_document import ReadDocument
from .read_document_date_basis import ReadDocumentDateBasis
from .read_document_language import ReadDocumentLanguage
from .read_note import ReadNote
from .refusal import Refusal
from .refusal_status import RefusalStatus
from .region import Region
from .run import Run
from .run_outlay import RunOutlay
from .run_step import RunStep
from .runs_files_response_runs_files import RunsFilesResponseRunsFiles
from .saved_study import SavedStudy
from .saved_study_files_type_0 import SavedStudyFilesType0
from .secret import Secret
from .series_point import SeriesPoint
from .side import Side
from .spread import Spread
from .step import Step
from .surface import Surface
from .sweep import Sweep
from .sweep_outlay import SweepOutlay
from .sweeps_part_part import SweepsPartPart
from .thing import Thing
from .thing_kind import ThingKind
from .trace import Trace
from .varied import Varied
from .varied_way import VariedWay
from .who import Who
from .who_role import WhoRole
from .work import Work
from .work_kind import WorkKind
from .work_state import WorkState
from .worker_pool import WorkerPool

__all__ = (
    "Assumed",
    "Branch",
    "Called",
    "Catalogue",
    "CatalogueOutlay",
    "CatalogueTable",
    "ChangedOrder",
    "Check",
    "CheckOutlay",
    "Chip",
    "ChipPeakFlopS",
    "Claim",
    "ClaimHedge",
    "ClaimKind",
    "ClaimQuantity",
    "Claims",
    "ClaimsOutlay",
    "ClaimStatus",
    "Column",
    "Configuration",
    "ConfigurationPhase",
    "Contradiction",
    "ContradictionSeverity",
    "ControlEvent",
    "CostReference",
    "DayShape",
    "DayShapeBasis",
    "Dispute",
    "Driver",
    "Entry",
    "Error",
    "ErrorOutlay",
    "ExchangeRate",
    "Explanation",
    "ExplanationOutlay",
    "Fact",
    "FxRate",
    "FxRateKind",
    "Grounds",
    "GroundsMetric",
    "GroundsPeriod",
    "GroundsSubject",
    "GroundsUnit",
    "Headline",
    "HeadlineBaseOrders",
    "HeadlineFirstOrders",
    "HeadlineMovedItem",
    "HeadlineOutlay",
    "HeadlineStage",
    "HeldReading",
    "HeldRun",
    "HeldScenario",
    "HeldStudy",
    "HeldSweep",
    "HeldToken",
    "HeldTokenKind",
    "HeldTokenRole",
    "Identity",
    "IdentityVerdict",
    "Idle",
    "Init",
    "InitOutlay",
    "Input",
    "InputGroup",
    "InputGroupId",
    "InputGroupName",
    "Inputs",
    "Kept",
    "KnownTemplateDoor",
    "Launch",
    "MarketFact",
    "Mix",
    "MixLimitedBy",
    "Model",
    "ModelAttention",
    "ModelExtra",
    "NewPerson",
    "NewPersonRole",
    "NewPlan",
    "NewScenario",
    "NewStudy",
    "NewStudyFiles",
    "NewSweep",
    "NewToken",
    "NewTokenRole",
    "Number",
    "OneValue",
    "Ordered",
    "Origin",
    "Outcast",
    "PeerCapex",
    "Price",
    "Problem",
    "Rate",
    "RateAsked",
    "RateAskedKv",
    "RateAskedPhase",
    "RateAskedStack",
    "RateAskedWeights",
    "RateOutlay",
    "ReadDocument",
    "ReadDocumentDateBasis",
    "ReadDocumentLanguage",
    "ReadNote",
    "Refusal",
    "RefusalStatus",
    "Region",
    "Run",
    "RunOutlay",
    "RunsFilesResponseRunsFiles",
    "RunStep",
    "SavedStudy",
    "SavedStudyFilesType0",
    "Secret",
    "SeriesPoint",
    "Side",
    "Spread",
    "Step",
    "Surface",
    "Sweep",
    "SweepOutlay",
    "SweepsPartPart",
    "Thing",
    "ThingKind",
    "Trace",
    "Varied",
    "VariedWay",
    "Who",
    "WhoRole",
    "Work",
    "WorkerPool",
    "WorkKind",
    "WorkState",
)
