"""Question 2: what fleet the demand needs, what the budget buys, and what explains the rest."""

from __future__ import annotations

from typing import Any

import numpy as np

from outlay.core.formats import format_money, format_number
from outlay.runs.execute import Stages
from outlay.runs.need import fleet_carries, need_of, purchases
from outlay.runs.tables import column, table

__all__ = ["answer_need"]

Answer = dict[str, Any]


def _thousand(x: float) -> str:
    return f"{format_number(x / 1e3)} thousand" if x >= 1e3 else format_number(x)


def _published_rate() -> tuple[float, str] | None:
    """Tokens per chip and day of the published production day, and its source."""
    from outlay.catalogue import cost_references

    rows = cost_references()
    needed = ("C90", "C92", "C93")
    if any(k not in rows for k in needed):
        return None
    nodes, tokens_in, tokens_out = (rows[k].low for k in needed)
    return (tokens_in + tokens_out) * 1e9 / (nodes * 8), rows["C90"].source


def answer_need(stages: Stages) -> tuple[Answer, dict[str, Any], dict[str, Any]]:
    """The answer, its tables, and the `need` part of the document."""
    study, problem, demand = stages.loaded.study, stages.problem, stages.demand
    home = study.rules.home or next(iter(study.sites.values())).region
    need = need_of(problem, demand, home, study)
    periods = [str(p) for p in demand.periods]
    # The last period of the first fiscal year: what the year's budget has to reach.
    years = [p.fiscal_year(study.fiscal_year_start) for p in demand.periods]
    year_end = max(i for i, y in enumerate(years) if y == years[0])
    at = year_end if year_end > 0 else len(periods) - 1
    total, local = need.by_load.sum(axis=0), need.by_load[need.home].sum(axis=0)
    tokens = demand.tokens_per_day
    mean_tokens = np.einsum("s,stjk->tjk", demand.probabilities, tokens).sum(axis=(1, 2))
    carries = fleet_carries(problem, demand, 0, need.home) if problem.pools else 0.0
    tables: dict[str, Any] = {}
    _need_tables(tables, need, periods, demand)
    parts = {k: float(v[at]) for k, v in need.parts.items() if abs(v[at]) >= 1}
    parts = dict(sorted(parts.items(), key=lambda kv: -kv[1]))
    budget = next(iter(study.budget.processors.items()), None)
    sentence = (
        f"{format_number(mean_tokens[0] / 1e12)} trillion tokens a day in {periods[0]} are "
        f"{format_number(mean_tokens[0] / 86400 / 1e6)} million a second; with everything else "
        f"the fleet must stand for {_thousand(total[0])} {need.chip} at the busiest hour, "
        f"{_thousand(total[at])} by {periods[at]}"
        if mean_tokens[0] > 0
        else f"The work stands for {_thousand(total[0])} {need.chip} in {periods[0]}"
    )
    notes = []
    if problem.pools:
        notes.append(
            f"The fleet that stands carries {format_number(100 * carries)} % of the need in "
            f"{home} in {periods[0]} ({_thousand(local[0])} {need.chip}), with every chip at what "
            "it does best and sites left aside."
        )
    apart = [
        f"{format_number(float(problem.demand[i, 0, 0]))} {x.reference_chip} ({x.id})"
        for i, x in enumerate(demand.loads)
        if x.phase == "reserved" and x.reference_chip != need.chip
    ]
    if apart:
        notes.append("Reserved beside the need, in their own chips: " + ", ".join(apart) + ".")
    share = None
    if budget is not None:
        amount = stages_money(stages, budget[1])
        bought = purchases(study, problem, demand, need, stages.chips, amount, stages.fx)
        _purchase_table(tables, bought, study.currency, budget[0], amount)
        cheapest = [b for b in bought if b.chip == need.chip]
        if cheapest:
            low = max(cheapest, key=lambda b: b.chips)
            sentence += (
                f"; {format_money(amount, study.currency)} would buy {_thousand(low.chips)} of it "
                f"{low.price_note} ({format_number(low.power_mw)} MW of IT power)"
            )
        gap = total[at] - total[0] if at else 0.0
        if parts and gap > 0:
            tokens_part = parts.get("more tokens", 0.0)
            share = tokens_part / sum(v for v in parts.values() if v > 0)
            notes.append(
                f"Of the growth to {periods[at]} before faster software, more tokens explain "
                f"{format_number(100 * share)} %; beside them stand "
                + ", ".join(f"{k} {_thousand(v)}" for k, v in parts.items() if k != "more tokens")
                + f" {need.chip}."
            )
            biggest, grown = _largest_service(need, demand, at)
            if biggest:
                notes.append(
                    f"No single service explains the budget: the fastest in chips, {biggest}, "
                    f"makes {_thousand(grown)} of the {_thousand(gap)} {need.chip} of growth "
                    f"net of faster software ({format_number(100 * grown / gap)} %)."
                )
    rate = _published_rate()
    if rate is not None and mean_tokens[0] > 0:
        notes.append(
            f"Check: at the efficiency of the published production day "
            f"({format_number(rate[0] / 1e6)} million tokens per H800 and day; {rate[1]}), "
            f"{format_number(mean_tokens[0] / 1e12)} trillion tokens a day take "
            f"{_thousand(mean_tokens[0] / rate[0])} chips on average, before peaks, spares, "
            "fragmentation and all other work."
        )
    answer = {
        "id": "need",
        "short": "The need",
        "question": "What fleet does the demand need, and what would the budget buy?",
        "sentence": sentence + ".",
        "open": "",
        "figures": ["served", "need", "fleet"],
        "tables": ["need", "purchases", "growth"],
        "notes": notes,
    }
    part = {
        "chip": need.chip,
        "from": periods[0],
        "to": periods[at],
        "total": total.tolist(),
        "home": local.tolist(),
        "growth_parts": parts,
        "fleet_carries": carries,
        "tokens_per_second": (mean_tokens / 86400.0).tolist(),
    }
    return answer, tables, part


def stages_money(stages: Stages, num: Any) -> float:
    """A study's amount in the study's currency."""
    from outlay.demand.build import money_in

    return money_in(num, stages.loaded.study, stages.fx)


def _largest_service(need: Any, demand: Any, at: int) -> tuple[str, float]:
    grown: dict[str, float] = {}
    for i, load in enumerate(demand.loads):
        if load.unit == "token/s":
            delta = float(need.by_load[i, at] - need.by_load[i, 0])
            grown[load.service] = grown.get(load.service, 0.0) + delta
    if not grown:
        return "", 0.0
    name = max(grown, key=lambda k: grown[k])
    return name, grown[name]


def _need_tables(tables: dict[str, Any], need: Any, periods: list[str], demand: Any) -> None:
    services: dict[str, np.ndarray[Any, Any]] = {}
    for i, load in enumerate(demand.loads):
        key = "training" if load.phase == "training" else load.service
        services[key] = services.get(key, np.zeros(len(periods))) + need.by_load[i]
    rows = [[k, *v.tolist()] for k, v in services.items()]
    rows.append(["all", *need.by_load.sum(axis=0).tolist()])
    tables["need"] = table(
        f"Need at the busiest hour, in {need.chip}",
        [column("work", number=False), *(column(p, "thousand") for p in periods)],
        rows,
    )
    rows = [[k, *v.tolist()] for k, v in need.parts.items() if np.abs(v).max() >= 1]
    tables["growth"] = table(
        f"Growth of the need since {periods[0]} by cause, each before faster software, {need.chip}",
        [column("cause", number=False), *(column(p, "thousand") for p in periods)],
        rows,
    )


def _purchase_table(
    tables: dict[str, Any], bought: list[Any], currency: str, year: int, amount: float
) -> None:
    tables["purchases"] = table(
        f"What the processor budget of {year} ({format_money(amount, currency)}) would buy of "
        "each offer alone, hosts apart and supply caps ignored",
        [
            column("offer", number=False),
            column("chip", number=False),
            column("price", number=False),
            column("price per chip", currency),
            column("chips", "thousand"),
            column("IT power", "MW"),
            column("worth, yardstick chips", "thousand"),
            column("price per yardstick chip", currency),
        ],
        [
            [b.offer, b.chip, b.price_note, b.unit_price, b.chips, b.power_mw, b.yardsticks,
             amount / b.yardsticks if b.yardsticks > 0 else None]
            for b in bought
        ],
    )  # fmt: skip
