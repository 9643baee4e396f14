"""Questions 1 and 7 in words: what the documents say, and how the plan stands beside its peers."""

from __future__ import annotations

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words
from outlay.report.words.plans.answer import answer
from outlay.results.claims import Claims, Contradiction
from outlay.results.plans.answers import Answer
from outlay.results.plans.plan import Plan

__all__ = ["contradiction", "evidence_answer", "peers_answer"]


def evidence_answer(plan: Plan, say: Words) -> Answer:
    """The answer about the documents that the study names; one without any is not asked."""
    read = plan.evidence
    if read.contradictions:
        sentence = say(
            "evidence.read_first", claims=len(read.claims),
            first=contradiction(read.contradictions[0], read, say),
            found=_counted(read.contradictions, say),
        )  # fmt: skip
    else:
        sentence = say("evidence.read", claims=len(read.claims), found=_counted((), say))
    return answer(
        "evidence", say, say.sentence(sentence), tables=("contradictions", "identities", "claims")
    )


def contradiction(found: Contradiction, read: Claims, say: Words) -> str:
    """A contradiction in a sentence: the reading's own, which is English, or one of its claims.

    Another language names what is claimed and quotes it as it is printed.
    """

    def told(part: str, **values: str) -> str:
        return say(f"contradiction.{part}", **values)

    if say.language == "en":
        return found.text
    stated = [c for c in read.claims if c.id in found.claims]
    values = (
        told("value", metric=say.name("cell", c.metric), quote=c.quote,
             period=told("period", period=c.period) if c.period else "")
        for c in stated
    )  # fmt: skip
    ratio = found.factor if found.severity == "hard" else None
    return told(
        "told", subject=say.listed(dict.fromkeys(c.subject for c in stated)),
        values=say.listed(values),
        relation=say.name("contradiction", found.relation.partition(":")[0]),
        factor="" if ratio is None else told("factor", factor=format_number(ratio)),
    )  # fmt: skip


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
    sentence = say.sentence(text[:1].upper() + text[1:]) if said else say("peers.none")
    return answer("peers", say, sentence, tables=("peers", "peer_tokens"))
