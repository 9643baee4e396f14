"""The ledger of facts beside a study: which claims were accepted or rejected, by whom, and why.

A YAML file; `source:` ids of a study cite a fact as `ledger-id/fact-id`. Nothing is lost: a
rejected claim stays with its reason, and a rival stays beside the fact that was kept.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from outlay.core.errors import DocumentError, Problem, UnknownNameError, nearest
from outlay.evidence.types import Claim, Fact, Reading

__all__ = ["GRADES", "Ledger", "from_reading", "load_ledger", "save_ledger"]

GRADES = ("official", "reported", "derived", "estimate", "recalled", "guess", "assumption")
_VERDICTS = ("accepted", "rejected", "rival")
_MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Ledger:
    """Facts in the order in which they were judged; the last verdict on a claim holds."""

    id: str
    facts: tuple[Fact, ...] = ()

    def fact(self, reference: str) -> Fact:
        """The fact cited as `ledger-id/fact-id` or `fact-id`. Raises UnknownNameError."""
        name = reference.removeprefix(f"{self.id}/")
        for f in reversed(self.facts):
            if f.id == name or f.claim.id == name:
                return f
        raise UnknownNameError(
            f"no such fact in ledger {self.id}", value=reference,
            hint=nearest(name, (f.id for f in self.facts)),
        )  # fmt: skip

    def accepted(self) -> tuple[Fact, ...]:
        """The facts that a study may cite."""
        return tuple(f for f in self._last() if f.verdict == "accepted")

    def rejected(self) -> tuple[Fact, ...]:
        return tuple(f for f in self._last() if f.verdict == "rejected")

    def _last(self) -> list[Fact]:
        return list({f.id: f for f in self.facts}.values())

    def judge(self, fact: Fact) -> Ledger:
        """The ledger with one more judgement; earlier ones on the same claim stay in the file."""
        if fact.grade not in GRADES:
            raise UnknownNameError("not a grade", value=fact.grade, allowed=", ".join(GRADES))
        if not fact.reason.strip():
            raise DocumentError("a judgement needs its reason", value=fact.id)
        return replace(self, facts=(*self.facts, fact))


def _grade(c: Claim) -> str:
    if c.kind == "estimated":
        return "estimate"
    if c.kind == "derived":
        return "derived"
    return "reported"


def from_reading(reading: Reading, ledger_id: str) -> Ledger:
    """A first ledger by named rules: rejected where a hard contradiction keeps the other claim."""
    lost: dict[str, str] = {}
    rivals: dict[str, str] = {}
    for c in reading.contradictions:
        for claim_id in c.claims:
            if claim_id == c.keep or c.severity == "note":
                continue
            if c.severity == "hard" and c.relation in ("same thing, different values", "magnitude"):
                target = rivals if "rival" in c.likely_cause or "older" in c.likely_cause else lost
                target.setdefault(claim_id, f"{c.likely_cause}; kept {c.keep}")
    facts = []
    for claim in reading.claims:
        if claim.id in lost:
            facts.append(
                Fact(
                    claim.id,
                    claim,
                    "rejected",
                    _grade(claim),
                    lost[claim.id],
                    "rule: contradiction with a known cause",
                    claim.said_on,
                )
            )
        elif claim.id in rivals:
            facts.append(
                Fact(
                    claim.id,
                    claim,
                    "rival",
                    _grade(claim),
                    rivals[claim.id],
                    "rule: rival claim",
                    claim.said_on,
                )
            )
        elif claim.negated:
            facts.append(
                Fact(
                    claim.id,
                    claim,
                    "rejected",
                    _grade(claim),
                    "the text denies it",
                    "rule: denied",
                    claim.said_on,
                )
            )
        else:
            facts.append(
                Fact(
                    claim.id,
                    claim,
                    "accepted",
                    _grade(claim),
                    "stated; nothing in the documents contradicts it",
                    "rule: uncontradicted",
                    claim.said_on,
                )
            )
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
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            yaml.dump(body, out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load_ledger(path: str | Path) -> Ledger:
    """Read a ledger; raises DocumentError with every entry that is not one."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    path = Path(path)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DocumentError(
                "the ledger is too large", where=str(path), allowed=f"{_MOST_BYTES:,} bytes"
            )
        body = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError, RecursionError) as err:
        raise DocumentError(
            "not a readable ledger", where=str(path), value=str(err).split("\n")[0]
        ) from None
    if not isinstance(body, Mapping) or not isinstance(body.get("facts"), list):
        raise DocumentError(
            "not a ledger", where=str(path), allowed="a mapping with `ledger` and `facts`"
        )
    problems: list[Problem] = []
    facts = []
    for n, raw in enumerate(body["facts"]):
        try:
            facts.append(_fact(raw))
        except (KeyError, TypeError, ValueError, AttributeError) as err:
            problems.append(
                Problem("not a fact", where=f"{path}: facts[{n}]", value=str(err)[:120])
            )
    if problems:
        raise DocumentError(problems)
    return Ledger(str(body.get("ledger", path.stem)), tuple(facts))


def _fact(raw: Mapping[str, Any]) -> Fact:
    if raw["verdict"] not in _VERDICTS:
        raise ValueError(f"verdict {raw['verdict']!r}; allowed: {', '.join(_VERDICTS)}")
    if raw["grade"] not in GRADES:
        raise ValueError(f"grade {raw['grade']!r}; allowed: {', '.join(GRADES)}")
    known = {f.name for f in fields(Claim)}
    given = {k: v for k, v in dict(raw["claim"]).items() if k in known}
    for name in ("span", "value_span"):
        first, last = given[name]
        given[name] = (int(first), int(last))
    return Fact(
        str(raw["id"]),
        Claim(**given),
        raw["verdict"],
        raw["grade"],
        str(raw["reason"]),
        str(raw["by"]),
        str(raw.get("on", "")),
    )


def judged(reading: Reading, ledger: Ledger) -> Iterable[tuple[Claim, Fact | None]]:
    """Each claim of a reading with the ledger's verdict on it, None where it has none."""
    last = {f.claim.id: f for f in ledger.facts}
    return ((c, last.get(c.id)) for c in reading.claims)
