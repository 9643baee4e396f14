"""Facts of question 7: peers' capital expenditure and token volumes known on the study's date."""

from __future__ import annotations

from datetime import date

import numpy as np

from outlay.results.plans.answers import Peer, Peers, PeerTokens
from outlay.runs.pipeline.execute import Stages

__all__ = ["peers_of"]

FIRMS = ("bytedance", "google", "microsoft-api", "openai-api")
US_FOUR = "US four"


def _budget_usd(stages: Stages) -> tuple[str, float | None]:
    """Year and amount of the first authorised capital expenditure, in dollars."""
    study = stages.loaded.study
    year, num = next(iter(study.budget.capex.items()), ("", None))
    if num is None:
        return "", None
    amount = stages.money(num)
    if study.currency != "USD":
        amount = float(stages.fx.convert(amount, study.currency, "USD", study.as_of))
    return str(year), amount


def _volumes(as_of: date) -> tuple[PeerTokens, ...]:
    """The latest token volume of each firm known on the day."""
    from outlay.catalogue import token_series

    out = []
    for firm in FIRMS:
        points = [p for p in token_series(firm) if p.date <= as_of]
        if points:
            last = points[-1]
            out.append(PeerTokens(firm, str(last.date), last.value, last.floor, last.grade))
    return tuple(out)


def _ratio(theirs: float | None, ours: float | None) -> float | None:
    return theirs / ours if theirs is not None and ours else None


def peers_of(stages: Stages) -> Peers:
    """Peers as known on the study's date, and the plan beside the largest."""
    from outlay.catalogue import known_on, peer_capex

    study, mean = stages.loaded.study, stages.tokens()
    known = [r for r in peer_capex() if known_on(r.as_of) <= study.as_of]
    volumes = _volumes(study.as_of)
    year, budget = _budget_usd(stages)
    us_four = next((r.low for r in known if r.company == US_FOUR), None)
    google = next((v.tokens_per_day for v in volumes if v.firm == "google"), None)
    return Peers(
        capex=tuple(
            Peer(r.company, r.period, r.low, r.high, r.currency, r.status, r.as_of, r.scope)
            for r in known
        ),
        tokens=volumes,
        budget_year=year,
        budget_usd=budget,
        us_four_ratio=_ratio(us_four, budget),
        google_ratio=_ratio(google, float(np.sum(mean[0, ...]))),
        named=tuple(study.peers),
    )
