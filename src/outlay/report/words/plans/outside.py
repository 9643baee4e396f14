"""Questions 1 and 7 in words: what the documents say, and how the plan stands beside its peers."""

from __future__ import annotations

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.results.claims import Contradiction
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan

__all__ = ["evidence_answer", "peers_answer"]


def evidence_answer(plan: Plan, say: Words) -> Answer:
    """The answer about the documents that the study names; one without any is not asked."""
    read = plan.evidence
    if read.contradictions:
        sentence = say(
            "evidence.read_first", claims=len(read.claims), first=read.contradictions[0].text,
            found=_counted(read.contradictions, say),
        )  # fmt: skip
    else:
        sentence = say("evidence.read", claims=len(read.claims), found=_counted((), say))
    if not sentence.endswith("."):
        sentence += "."
    return answer("evidence", say, sentence, tables=("contradictions", "identities", "claims"))


def _counted(found: tuple[Contradiction, ...], say: Words) -> str:
    hard = sum(c.severity == "hard" for c in found)
    text = say("evidence.hard_one" if hard == 1 else "evidence.hard", n=hard)
    if len(found) > hard:
        return say("evidence.softer", hard=text, n=len(found) - hard)
    return say("evidence.in_them", hard=text)


def peers_answer(plan: Plan, say: Words) -> Answer:
    """The answer about other firms' spending and tokens beside the plan's."""
    peers, said = plan.peers, []
    us_four = next((p for p in peers.capex if p.company == "US four"), None)
    google = next((p for p in peers.tokens if p.firm == "google"), None)
    if us_four and peers.us_four_ratio is not None and peers.budget_usd is not None:
        said.append(
            say(
                "peers.us_four", low=say.money(us_four.low, "USD"), period=us_four.period,
                ratio=format_number(peers.us_four_ratio),
                budget=say.money(peers.budget_usd, "USD"), year=peers.budget_year,
            )
        )  # fmt: skip
    if google and peers.google_ratio is not None:
        said.append(
            say(
                "peers.google", trillion=format_number(google.tokens_per_day / 1e12),
                date=google.date, ratio=format_number(peers.google_ratio, 2),
                first=plan.periods[0],
            )
        )  # fmt: skip
    text = say.clauses(said)
    sentence = f"{text[:1].upper()}{text[1:]}." if said else say("peers.none")
    return answer("peers", say, sentence, tables=("peers", "peer_tokens"))
