"""Meaning of a study beyond its types: names that must exist, dates and money that must agree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from outlay.study.checks.money import money_findings, rates
from outlay.study.checks.names import name_findings
from outlay.study.checks.plausible import plausible_findings
from outlay.study.checks.reach import reach_findings
from outlay.study.checks.time import time_findings
from outlay.study.checks.uncertainty import uncertainty_findings
from outlay.study.checks.unused import unused_findings
from outlay.study.findings import Finding
from outlay.study.ledger import entries
from outlay.study.model.study import Study

__all__ = ["check"]


def check(study: Study, raw: Mapping[str, Any], folder: Path) -> list[Finding]:
    """Everything wrong or doubtful in `study`, which stands in `folder`; never raises."""
    numbers = tuple(entries(study))
    fx = rates(study.as_of)
    return [
        *name_findings(study, raw, folder),
        *time_findings(study),
        *money_findings(study, numbers, fx),
        *uncertainty_findings(study, raw),
        *plausible_findings(study, numbers, fx),
        *reach_findings(study),
        *unused_findings(study),
    ]
