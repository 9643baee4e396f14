"""Finance: one set of flows, several presentations.

Flows of a plan go in (`Flows`, `Policy`), accounts come out (`account`): statements, capex and
opex by class, leases under each standard, cost per million tokens, returns. Every number is a row
of one calculation graph, which explains itself and becomes a live workbook.
"""

from outlay.finance.reports.accounts import Accounts, account
from outlay.finance.reports.curve import utilisation_curve
from outlay.finance.reports.identities import identities
from outlay.finance.types import (
    Activity,
    AssetClass,
    Cost,
    Debt,
    Disposal,
    Flows,
    Lease,
    LeaseEnd,
    Opening,
    Policy,
    Purchase,
    Sale,
)

__all__ = [
    "Accounts",
    "Activity",
    "AssetClass",
    "Cost",
    "Debt",
    "Disposal",
    "Flows",
    "Lease",
    "LeaseEnd",
    "Opening",
    "Policy",
    "Purchase",
    "Sale",
    "account",
    "identities",
    "utilisation_curve",
]
