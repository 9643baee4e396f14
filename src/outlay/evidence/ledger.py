"""The ledger of facts beside a study: which claims were accepted or rejected, by which rule, why.

A YAML file; nothing is lost: a rejected claim stays with its reason, and a rival stays beside the
fact that was kept.
"""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from outlay.core.written import write_atomic
from outlay.evidence.types import Claim, Fact, Reading

__all__ = ["Ledger", "from_reading", "grade_of", "save_ledger", "set_aside"]


_RIVAL = ("same thing, different values", "same words, different values", "magnitude")


@dataclass(frozen=True, slots=True)
class Ledger:
    """A verdict on every claim of some documents, in the order of the claims."""

    id: str
    facts: tuple[Fact, ...] = ()


def grade_of(c: Claim) -> str:
    """How good a claim is as a source: a tagged fact of a filing is official."""
    if c.tag:
        return "official"
    if c.kind == "estimated":
        return "estimate"
    if c.kind == "derived":
        return "derived"
    return "reported"


def set_aside(reading: Reading) -> tuple[dict[str, str], dict[str, str]]:
    """Claims that a hard contradiction does not keep, with why: the wrong ones, then the rivals."""
    lost: dict[str, str] = {}
    rivals: dict[str, str] = {}
    for c in reading.contradictions:
        for claim_id in c.claims:
            if claim_id == c.keep or c.severity != "hard":
                continue
            if c.relation in _RIVAL:
                old = "rival" in c.likely_cause or "older" in c.likely_cause
                (rivals if old else lost).setdefault(claim_id, f"{c.likely_cause}; kept {c.keep}")
    return lost, rivals


def from_reading(reading: Reading, ledger_id: str) -> Ledger:
    """A first ledger by named rules: rejected where a hard contradiction keeps the other claim."""
    lost, rivals = set_aside(reading)
    facts = []
    verdict: Literal["accepted", "rejected", "rival"]
    for claim in reading.claims:
        if claim.id in lost:
            verdict, why, rule = "rejected", lost[claim.id], "contradiction with a known cause"
        elif claim.id in rivals:
            verdict, why, rule = "rival", rivals[claim.id], "rival claim"
        elif claim.negated:
            verdict, why, rule = "rejected", "the text denies it", "denied"
        elif claim.replaced_by:
            verdict, why, rule = "rejected", f"{claim.replaced_by} replaces it", "replaced"
        else:
            why = "stated; nothing in the documents contradicts it"
            verdict, rule = "accepted", "uncontradicted"
        grade = grade_of(claim)
        facts.append(Fact(claim.id, claim, verdict, grade, why, f"rule: {rule}", claim.said_on))
    return Ledger(ledger_id, tuple(facts))


def _plain(c: Claim) -> dict[str, object]:
    return {**asdict(c), "span": list(c.span), "value_span": list(c.value_span)}


def save_ledger(ledger: Ledger, path: str | Path) -> None:
    """Write a ledger as YAML: to a temporary name, synced, then renamed."""
    from ruamel.yaml import YAML

    path = Path(path)
    body = {
        "ledger": ledger.id,
        "facts": [
            {
                "id": f.id, "verdict": f.verdict, "grade": f.grade, "reason": f.reason, "by": f.by,
                "on": f.on, "claim": _plain(f.claim),
            }
            for f in ledger.facts
        ],
    }  # fmt: skip
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    out = io.StringIO()
    yaml.dump(body, out)
    write_atomic(path, out.getvalue())
