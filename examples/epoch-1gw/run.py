"""A published model of a 1 GW AI data centre, worked out again with the accounts of Outlay.

Epoch AI (May 2026) puts a gigawatt of IT power at $38bn up front and $0.9bn a year to run, $8.5bn
a year in all when IT equipment lives 5 years and the facility 14; $12bn if it lives 3 years, $7bn
if 7. The publication does not state the cost of capital or the split of the $38bn. Straight-line
depreciation cannot give those three numbers; an annuity near 7% with the split below gives all.

Run: python examples/epoch-1gw/run.py
"""

from __future__ import annotations

from outlay.core.periods import Period, horizon
from outlay.finance import Accounts, AssetClass, Cost, Flows, Policy, Purchase, account

BILLION = 1e9
SOURCE = "epoch.ai, AI data centre cost breakdown, 2026-05-14"
SPLIT = "solved: servers cost 5bn a year over 5 years at 7%, the rest closes the 38bn"
COST_OF_CAPITAL = 0.07  # per year; inferred, see SPLIT
FACILITY_YEARS = 14.0
PUBLISHED = {3.0: 12.0, 5.0: 8.5, 7.0: 7.0}  # life of IT [years] → USD bn per year


def model(it_years: float) -> Accounts:
    """Accounts of the site, in USD, if IT equipment lives `it_years`."""
    years = horizon(Period.parse("2026"), int(FACILITY_YEARS))
    once = [1.0] + [0.0] * (len(years) - 1)

    def bought(name: str, kind: str, price: float) -> Purchase:
        return Purchase(name, kind, once, price * BILLION, "USD", unit="site", source=SPLIT)  # type: ignore[arg-type]

    flows = Flows(
        periods=years,
        currency="USD",
        purchases=(
            bought("servers", "it", 20.5),
            bought("network and storage", "it", 4.6),
            bought("facility", "facility", 12.9),
        ),
        costs=(
            Cost("energy", "power", 1.0, 0.6 * BILLION, "USD", unit="site", source=SOURCE),
            Cost("other running costs", "upkeep", 1.0, 0.3 * BILLION, "USD", unit="site",
                 source=SOURCE),
        ),
    )  # fmt: skip
    classes = {
        "it": AssetClass(it_years, it_years, source=SOURCE),
        "facility": AssetClass(FACILITY_YEARS, FACILITY_YEARS, source=SOURCE),
    }
    return account(flows, Policy(classes, discount_rate=COST_OF_CAPITAL))


def main() -> None:
    print("life of IT   up front   running   per year   published   straight line (USD bn)")
    for life, published in PUBLISHED.items():
        a = model(life)
        capex = a["capex.owned"].sum() / BILLION
        opex = a["income.costs"][0, 0] / BILLION
        per_year = a["economic.total"][0, 0] / BILLION
        book = a["book.total"][0, 0] / BILLION
        print(
            f"{life:4.0f} years {capex:12.1f} {opex:9.1f} {per_year:10.2f} {published:11.1f}"
            f" {book:15.2f}"
        )


if __name__ == "__main__":
    main()
