"""A published day of a model service: cost, list revenue, margin, and cost per million tokens.

DeepSeek (open-infra-index, day 6) counts 226.75 nodes of 8 H800 on average over a day of February
2025 at $2 per GPU and hour: $87,072; tokens at list price would bring $562,027: 545% on cost,
84.5% on sales. Tokens: 608bn in, of which 342bn from the cache, and 168bn out; a node prefills
73.7k tokens a second (cached ones included) and decodes 14.8k.

Run: python examples/deepseek-day/run.py
"""

from __future__ import annotations

from outlay.core.periods import Period
from outlay.finance import Accounts, Activity, Cost, Flows, Policy, Sale, account

SOURCE = "deepseek-ai/open-infra-index, 202502OpenSourceWeek, day 6"
NODES, CHIPS_PER_NODE, USD_PER_CHIP_HOUR = 226.75, 8, 2.0
CACHED, INPUT, OUTPUT = 342e9, 266e9, 168e9  # tokens a day; 608bn in = cached + computed
PREFILL_TOK_S, DECODE_TOK_S = 73_700.0, 14_800.0  # per node, cached tokens counted in prefill
LIST_USD_MTOK = {"cached": 0.14, "input": 0.55, "output": 2.19}
PUBLISHED_REVENUE = 562_027.0  # from exact counts; the rounded counts above give 562,100
MONTH = Period.parse("2025-02")


def model() -> Accounts:
    """Accounts of a month of such days, in USD."""
    days = MONTH.days
    chips = NODES * CHIPS_PER_NODE
    prefill_s = (CACHED + INPUT) / PREFILL_TOK_S * CHIPS_PER_NODE * days
    decode_s = OUTPUT / DECODE_TOK_S * CHIPS_PER_NODE * days
    tokens = {"cached": CACHED, "input": INPUT, "output": OUTPUT}
    share = INPUT / (CACHED + INPUT)  # the published rate does not tell cached from computed
    flows = Flows(
        periods=(MONTH,),
        currency="USD",
        costs=(
            Cost("H800 hours", "cloud", chips * 24 * days, USD_PER_CHIP_HOUR, "USD",
                 unit="chip-hour", chip="h800", source=SOURCE),
        ),
        sales=tuple(
            Sale("api", kind, n * days / 1e6, LIST_USD_MTOK[kind], source=SOURCE)
            for kind, n in tokens.items()
        ),
        activities=(
            Activity("api", "input", "h800", prefill_s * share),
            Activity("api", "cached", "h800", prefill_s * (1 - share)),
            Activity("api", "output", "h800", decode_s),
        ),
        available={"h800": chips * 86_400.0 * days},
        power_kw={"h800": 1.3},
    )  # fmt: skip
    return account(flows, Policy({}, discount_rate=0.0))


def day(a: Accounts) -> dict[str, float]:
    """The figures of one day: USD, shares, USD per million tokens."""
    cost = float(a["income.costs"].sum()) / MONTH.days
    listed = float(a["income.revenue"].sum()) / MONTH.days
    per_mtok = {kind: float(a[f"book.per_mtok.api.{kind}.direct"][0, 0]) for kind in LIST_USD_MTOK}
    return {
        "cost": cost,
        "list_revenue": listed,
        "margin_on_cost": PUBLISHED_REVENUE / cost - 1,
        "margin_on_sales": 1 - cost / PUBLISHED_REVENUE,
        **{f"usd_per_mtok_{k}": v for k, v in per_mtok.items()},
    }


def main() -> None:
    found = day(model())
    print(f"cost of a day            ${found['cost']:,.0f}")
    print(f"list revenue of a day    ${found['list_revenue']:,.0f} from rounded token counts,")
    print(f"                         ${PUBLISHED_REVENUE:,.0f} as published")
    print(f"margin on cost           {found['margin_on_cost']:.0%}")
    print(f"margin on sales          {found['margin_on_sales']:.1%}")
    for kind in ("input", "output"):
        print(f"cost of a million {kind:<6} ${found[f'usd_per_mtok_{kind}']:.4f}")


if __name__ == "__main__":
    main()
