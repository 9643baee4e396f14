"""Questions 1 and 7: what the documents say and contradict; how the plan stands beside peers."""

from __future__ import annotations

from typing import Any

from outlay.core.formats import format_money, format_number
from outlay.runs.tables import column, table

__all__ = ["answer_evidence", "answer_peers"]

Answer = dict[str, Any]


def _counted(found: list[dict[str, Any]]) -> str:
    hard = sum(c.get("severity", "hard") == "hard" for c in found)
    rest = len(found) - hard
    text = f"{hard} hard contradiction{'' if hard == 1 else 's'}"
    return text + (f" and {rest} softer inconsistencies stand in them" if rest else " in them")


def answer_evidence(reading: Any) -> tuple[Answer, dict[str, Any], dict[str, Any]]:
    """The answer, its tables, and the `evidence` part of the document."""
    answer: Answer = {
        "id": "evidence",
        "short": "The evidence",
        "question": "What do the documents say, and where do they contradict themselves?",
        "open": "",
        "figures": [],
        "tables": ["contradictions", "identities", "claims"],
        "notes": [],
    }
    if reading is None:
        answer["sentence"] = "The study names no document; its numbers stand on their own."
        return answer, {}, {"claims": [], "contradictions": [], "identities": []}
    from outlay.evidence.reading import claims_of
    from outlay.results.schema import to_json

    body = to_json(claims_of(reading))
    del body["outlay"]  # the plan has its own header
    found = body["contradictions"]
    answer["sentence"] = f"{len(body['claims'])} claims were read; {_counted(found)}" + (
        f", first: {found[0]['text']}" if found else ""
    )
    if not answer["sentence"].endswith("."):
        answer["sentence"] += "."
    tables = {
        "contradictions": table(
            "Contradictions",
            [
                column("what", number=False),
                column("factor"),
                column("likely cause", number=False),
                column("keep", number=False),
            ],
            [[c["text"], c.get("factor"), c["likely_cause"], c["keep"]] for c in found],
        ),
        "identities": table(
            "Identities checked",
            [
                column("statement", number=False),
                column("computed"),
                column("stated"),
                column("verdict", number=False),
            ],
            [
                [i["statement"], i["computed"], i.get("stated"), i["verdict"]]
                for i in body["identities"]
            ],
        ),
        "claims": table(
            "Claims",
            [
                column("id", number=False),
                column("subject", number=False),
                column("metric", number=False),
                column("from"),
                column("to"),
                column("unit", number=False),
                column("period", number=False),
                column("hedge", number=False),
                column("said by", number=False),
            ],
            [
                [
                    c["id"],
                    c["subject"],
                    c["metric"],
                    c["value_low"],
                    c["value_high"],
                    c["unit"],
                    c["period"],
                    c["hedge"],
                    c["attribution"],
                ]
                for c in body["claims"]
            ],
        ),
    }
    return answer, tables, body


def answer_peers(
    study: Any, fx: Any, budget_usd: float | None, tokens_day: float, first: str
) -> Any:
    """Peers' capital expenditure and token volumes known on the study's date."""
    from outlay.catalogue import known_on, peer_capex, token_series

    known = [r for r in peer_capex() if known_on(r.as_of) <= study.as_of]
    rows = [
        [r.company, r.period, r.low, r.high, r.currency, r.status, r.as_of, r.scope] for r in known
    ]
    tables = {
        "peers": table(
            f"Capital expenditure of peers as known on {study.as_of}",
            [
                column("company", number=False),
                column("period", number=False),
                column("from", "bn"),
                column("to", "bn"),
                column("currency", number=False),
                column("status", number=False),
                column("said on", number=False),
                column("scope", number=False),
            ],
            rows,
        )
    }
    volumes: list[tuple[str, str, float, str, str]] = []
    for entity in ("bytedance", "google", "microsoft-api", "openai-api"):
        points = [p for p in token_series(entity) if p.date <= study.as_of]
        if points:
            last = points[-1]
            volumes.append(
                (entity, str(last.date), last.value, "over" if last.floor else "", last.grade)
            )
    tables["peer_tokens"] = table(
        "Tokens a day, latest known; firms count different things, so do not rank by this",
        [
            column("firm", number=False),
            column("date", number=False),
            column("tokens", "T/day"),
            column("", number=False),
            column("grade", number=False),
        ],
        [list(v) for v in volumes],
    )
    first_year = next(iter(study.budget.capex), "")
    us_four = next((r for r in known if r.company == "US four"), None)
    google = next((v for v in volumes if v[0] == "google"), None)
    said = []
    if us_four is not None and budget_usd:
        ratio = us_four.low / budget_usd
        said.append(
            f"the four largest US builders are put above {format_money(us_four.low, 'USD')} for "
            f"{us_four.period}, {format_number(ratio)} times the "
            f"{format_money(budget_usd, 'USD')} authorised here for {first_year}"
        )
    if google is not None and tokens_day > 0:
        said.append(
            f"Google counted {format_number(google[2] / 1e12)} trillion tokens a day "
            f"({google[1]}), {format_number(google[2] / tokens_day, 2)} times the volume planned "
            f"here for {first}; token counts are not alike"
        )
    text = "; ".join(said)
    sentence = f"{text[:1].upper()}{text[1:]}." if said else "No peer is known on the study's date."
    answer = {
        "id": "peers",
        "short": "Peers",
        "question": "How does the plan stand beside its peers?",
        "sentence": sentence,
        "open": "",
        "figures": [],
        "tables": ["peers", "peer_tokens"],
        "notes": [],
    }
    return answer, tables
