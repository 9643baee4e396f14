"""A small plan made by hand, complete to the last field, for those who read plans."""

from __future__ import annotations

from dataclasses import replace

from outlay.results import claims as k
from outlay.results import study as s
from outlay.results.plans import accounts as a
from outlay.results.plans import answers as n
from outlay.results.plans import lines as x
from outlay.results.plans import outlook as o
from outlay.results.plans import pays as e
from outlay.results.plans import record as c
from outlay.results.plans import rows as r
from outlay.results.plans import training as t
from outlay.results.plans import worth as w
from outlay.results.plans.plan import Plan

__all__ = ["hand_made"]

PERIODS = ("2026-Q1", "2026-Q2")
STATES = ("granted", "refused")


def _nodes() -> tuple[r.Node, ...]:
    return (
        r.Node(0, -1, "2026-Q1", 1.0, {}, "2026-Q1"),
        r.Node(1, 0, "2026-Q2", 0.4, {"licence": "granted"}, "2026-Q2 licence=granted"),
        r.Node(2, 0, "2026-Q2", 0.6, {"licence": "refused"}, "2026-Q2 licence=refused"),
    )


def _orders() -> tuple[r.Order, ...]:
    return (
        r.Order(0, "2026-Q1", "", 1.0, "buy", "h200", "purchase", ("inner",), 2000.0,
                "2026-Q2", 30_000.0, 0.0, 66e6),
        r.Order(0, "2026-Q1", "", 1.0, "lease", "b200", "operating_lease", ("inner",), 512.0,
                "2026-Q2", 0.0, 3.5, 0.0),
        r.Order(1, "2026-Q2", "licence=granted", 0.4, "buy", "h200", "purchase",
                ("inner", "outer"), 7000.0, "2026-Q3", 29_000.0, 0.0, 217e6),
        r.Order(2, "2026-Q2", "licence=refused", 0.6, "local", "ascend", "purchase", ("inner",),
                9000.0, "2026-Q3", 11_000.0, 0.0, 108e6),
    )  # fmt: skip


def _need() -> n.Need:
    return n.Need(
        chip="h200",
        first="2026-Q1",
        to="2026-Q2",
        total=(3000.0, 5200.0),
        home=(2800.0, 5000.0),
        home_region="CN",
        growth_parts={"more tokens": 1500.0, "larger models": 900.0, "faster software": -200.0},
        growth=2200.0,
        token_share=0.625,
        largest_service="chat",
        largest_growth=1300.0,
        fleet_carries=0.35,
        stands=True,
        tokens_per_second=(23e6, 46e6),
        tokens_per_day=2e12,
        by_work=(
            n.Work("chat", (2000.0, 3300.0)),
            n.Work("training", (1000.0, 1900.0)),
            n.Work("all", (3000.0, 5200.0)),
        ),
        by_cause=(
            n.Work("more tokens", (0.0, 1500.0)),
            n.Work("larger models", (0.0, 900.0)),
            n.Work("faster software", (0.0, -200.0)),
        ),
        alone=(n.AloneLoad("cloud", "h20", 400.0),),
        budget_year="2026",
        budget=90e6,
        purchases=(
            n.Purchase("buy", "h200", "planned", 30_000.0, 3000.0, 3.3, 3000.0),
            n.Purchase("buy", "h200", "low", 25_000.0, 3600.0, 3.96, 3600.0),
            n.Purchase("local", "ascend", "planned", 11_000.0, 8181.0, 5.1, 2100.0),
        ),
        published_rate=428e6,
        published_source="a published day",
        asked=(
            n.Asked("2026-Q1", 1.9e12, 2.0e12, 2.1e12),
            n.Asked("2026-Q2", 0.9e12, 1.1e12, 1.6e12),
        ),
        announced=(
            n.Announced("2025-10-16", 1.2e12, True, "a talk"),
            n.Announced("2025-12-18", 1.5e12, False, ""),
        ),
    )


def _decision() -> n.Decision:
    return n.Decision(
        commitment=n.Commitment(60e6, 6e6, 31e6, 17e6),
        may_be_refused=("buy",),
        held_back=(
            *(n.Waiting(k, ("licence",), "2026-Q2", 9000.0)
              for k in ("local", "late", "later", "latest", "last")),
            n.Waiting("both", ("licence", "demand"), "2026-Q3", 4000.0),
        ),
        factors={"licence": "2026-Q2"},
        states={"licence": STATES},
        conditional=(
            n.Conditional("licence", "2026-Q2", "buy", {"granted": 7000.0, "refused": 0.0},
                          {"granted": 7000.0, "refused": -7000.0}),
            n.Conditional("licence", "2026-Q2", "local", {"granted": 0.0, "refused": 9000.0},
                          {"granted": -9000.0, "refused": 9000.0}),
        ),
        broken=("halls outer",),
        processors=n.ProcessorSpend("2026", 41e6, 82e6, 90e6, False),
        binding=(
            n.Binding("inner", "power", "", 0.4, ("licence=granted",), 0.75, 5.5e6, 3.9e6, "MW"),
            n.Binding("buy", "supply", "per period", 1.0, (), 0.5, 4e3, 2.4e6, "chip"),
        ),
        rounding=1.2e6,
        not_whole=("lease",),
    )  # fmt: skip


def _lines() -> x.Lines:
    return x.Lines(
        standing=(
            x.Standing("buy", "flexible", 1500.0, 2500.0),
            x.Standing("lease", "optional", 0.0, 800.0),
        ),
        perimeter=(
            x.Perimeter("2026", "capex", 64e6, 25e6),
            x.Perimeter("2026", "running", 9e6, 6e6),
        ),
        bill=x.Bill(480e6, 96e6, 26e6, 1.3e6, 25e6),
        overruns=(
            x.Overrun("capex 2026", 120e6, 2.2e6, 5.5e6, 0.4),
            x.Overrun("domestic share 2026", None, 1.1e6, 2.7e6, 0.6),
        ),
        departures=(
            x.Departure("older", "a100", "written off", 0.0, 300.0, 750.0, "licence=granted", 0.4),
            x.Departure("hired", "a100", "given back", 2500.0, 90.0, 90.0, "", 1.0),
        ),
        at_risk=(x.AtRisk("buy", 0.6, 7.2e6, 12e6),),
        served=(
            x.ServiceServed("chat", 0.86, 0.81, "licence=refused"),
            x.ServiceServed("training", 1.0, 1.0, ""),
        ),
        unserved=(x.Unserved("chat", 0.14, "limit", "inner"),),
    )


def _worth() -> tuple[w.Worth, ...]:
    def row(key: str, what: str, value: float | None, *of: str) -> w.Worth:
        names = (*of, "", "", "")[:3]
        return w.Worth(key, what, *names, value, "USD")  # type: ignore[arg-type]

    return (
        replace(
            row("state:licence:granted", "state", 21e6, "licence", "granted", "refused"),
            cash=-3e6,
            unserved=22e6,
        ),
        row("know:licence", "know", 4.1e6, "licence"),
        row("know:demand", "know", 3.1e6, "demand"),
        row("evpi", "evpi", 5.1e6),
        row("vss", "vss", 1.1e6),
        row("flexibility", "flexibility", 1.2e6),
        row("quarter", "quarter", 1.3e6),
        replace(row("megawatt:inner", "megawatt", 1.08e6, "inner"), quantity=0.4),
        replace(row("chips:buy", "chips", 6.2e6, "buy"), quantity=512.0, basis="per period"),
        row("against", "against", 0.9e6),
    )


def _values() -> w.Values:
    return w.Values(
        evpi=5.1e6, vss=1.1e6, flexibility=1.2e6, quarter=1.3e6, do_nothing=300e6,
        knowing={"licence": 4.1e6}, given={"licence": {"granted": 400e6, "refused": 421e6}},
        licence={"licence": 21e6}, megawatt={"inner": 2.7e6},
        chips_1000={"buy": {"2026-Q2": 6.2e6}},
    )  # fmt: skip


def _deep() -> w.Deep:
    return w.Deep(
        price_curve=(
            w.PriceTaken("buy", 1.0, 9000.0, 1.0, "licence", "granted"),
            w.PriceTaken("buy", 1.25, 7000.0, 7 / 9, "licence", "granted"),
            w.PriceTaken("buy", 2.0, 3000.0, 3 / 9, "licence", "granted"),
            w.PriceTaken("buy", 3.0, 0.0, 0.0, "licence", "granted"),
        ),
        break_even_chance=(w.Chance("buy", "licence", "granted", 0.4, 0.22, 2000.0),),
        near_optimal=(
            w.Range("buy", 0.01, 1500.0, 2000.0, 2500.0, True),
            w.Range("buy", 0.02, 1000.0, 2000.0, 3000.0, True),
            w.Range("lease", 0.01, 0.0, 500.0, 800.0, False),
        ),
        regret=(
            w.Regret(
                "plan",
                "plan",
                0.0,
                0.0,
                "granted",
                0.0,
                "granted",
                0.0,
                {"granted": 0.0, "refused": 0.0},
            ),
            w.Regret(
                "as if granted",
                "as if 2026-Q2 licence=granted",
                5e6,
                11e6,
                "refused",
                -4e6,
                "granted",
                0.4,
                {"granted": -4e6, "refused": 11e6},
            ),
            w.Regret(
                "as if refused", "as if 2026-Q2 licence=refused", None, None, "", None, "", None, {}
            ),
        ),
        hinges=(
            w.Hinge(
                "lease", "lease", "rent", "guess", True, 3.5, 3.9, "USD/chip-hour", True, 512.0, 0.0
            ),
            w.Hinge(
                "buy",
                "lease",
                "rent",
                "guess",
                True,
                3.5,
                2.1,
                "USD/chip-hour",
                False,
                2000.0,
                700.0,
            ),
            w.Hinge(
                "local",
                "local",
                "price",
                "reported",
                False,
                11_000.0,
                9_500.0,
                "USD",
                None,
                0.0,
                8000.0,
            ),
        ),
        do_nothing=77e6,
    )


def _peers() -> n.Peers:
    return n.Peers(
        capex=(
            n.Peer("US four", "2026", 300e9, None, "USD", "estimate", "2025-10", "all"),
            n.Peer("Another", "2026", 10e9, 12e9, "CNY", "guidance", "2025-11", "AI"),
        ),
        tokens=(n.PeerTokens("google", "2025-10-16", 43.3e12, True, "reported"),),
        budget_year="2026",
        budget_usd=95e6,
        us_four_ratio=3158.0,
        google_ratio=21.65,
        named=("us-four",),
    )


def _evidence() -> k.Claims:
    return k.Claims(
        documents=(k.ReadDocument("a.md", "2025-12-23", "given", "text", "en", 900, ()),),
        claims=(
            k.Claim("a-1", "a.md", "Firm", "capex", 20e9, 23e9, "USD", "2026", "2025-12-23",
                    "FT", "about", "planned", "", (0, 80), "It plans …", (10, 20), "$23 billion"),
        ),
        contradictions=(
            k.Contradiction(("a-1", "a-2"), "same", 10.0, "a factor of ten", "a-1",
                            "Firm: 160 billion in one place and 1.6 trillion in another"),
            k.Contradiction(("a-1",), "share", 1.06, "rounding", "a-1", "About half is 53 %.",
                            "soft"),
        ),
        identities=(
            k.Identity(("a-1",), "85 / 160", 0.531, 0.5, "disagrees", "1", "share", 0.52, 0.54),
        ),
    )  # fmt: skip


def _outlook() -> o.Outlook:
    return o.Outlook(
        worlds=500,
        seed=7,
        factors=("demand", "price"),
        distributions=(
            o.Distribution("cost", "USD", 450e6, 60e6, 310e6, 330e6, 370e6, 440e6, 500e6, 560e6,
                           610e6, "high", 640e6),
            o.Distribution("cash", "USD", 400e6, 50e6, 300e6, 320e6, 360e6, 390e6, 440e6, 480e6,
                           520e6, "high", 550e6),
            o.Distribution("unserved_cost", "USD", 50e6, 20e6, 10e6, 12e6, 20e6, 45e6, 60e6, 80e6,
                           90e6, "high", 99e6),
            o.Distribution("served_share", "fraction", 0.93, 0.05, 0.81, 0.84, 0.9, 0.94, 0.97,
                           0.99, 0.995, "low", 0.79),
            o.Distribution("cost_per_mtok", "USD/Mtok", 0.4, 0.1, 0.25, 0.28, 0.33, 0.39, 0.45,
                           0.51, 0.6, "high", 0.66),
        ),
        probabilities=(
            o.Promise("capex 2026 stays within its budget", "budget/capex 2026", 120e6, "above",
                      0.07, 0.011, 4e6),
        ),
        drivers=(o.Driver("cash", "demand", 0.8),),
        headline="cash",
        tornado=(o.Swing("demand", 0.8, 1.3, 350e6, 520e6, 440e6, 170e6, 11e6, 95e6),),
        notes=("Prices move together.",),
    )  # fmt: skip


def _accounts() -> a.Accounts:
    def line(label: str, first: float, second: float) -> a.StatementLine:
        how = {"2026": f"{label} of 2026.", "2027": f"{label} of 2027."}
        return a.StatementLine(label, {"2026": first, "2027": second}, how)

    def rented(
        offer: str, chip: str, rent: float, term: float | None, included: bool = False
    ) -> a.ChipHour:
        return a.ChipHour(offer, chip, "rent", rent, 0.0, None, None, None, "", included, term,
                          None, None)  # fmt: skip

    def standard(name: str, first: float) -> a.Standard:
        return a.Standard(
            name, -first, first + 1e6, first + 2e6, -first - 3e6, first + 4e6,
            first + 5e6, first + 6e6, 2.5 + first / 1e8,
        )  # type: ignore[arg-type]  # fmt: skip

    return a.Accounts(
        perimeter="plan",
        income={"income.ebitda": line("EBITDA", -41e6, -52e6),
                "income.net": line("Net income", -7e6, 5e6),
                "income.nothing": line("Nothing", 0.0, 0.0)},
        cash={"cash.operating": line("Cash from operations", -39e6, -50e6)},
        balance={"balance.cash": line("Cash", 9e6, 6e6),
                 "balance.assets": line("Assets", 110e6, 140e6)},
        returns={"return.npv": 12e6},
        utilisation=(
            a.Utilisation("chat", 0.2, 1.9, False),
            a.Utilisation("chat", 0.8, 0.5, False),
            a.Utilisation("chat", 0.55, 0.7, True),
        ),
        unit_costs=(a.UnitCost("chat", "output", 0.3, 0.7, 0.6, 0.65, 0.9, 0.85, 0.95, 1.1, 0.36,
                               "work alone", "in full"),),
        unpriced=(a.Unpriced("CNY", "no exchange rate for CNY"),),
        year="2026",
        earns=False,
        standards=(
            standard("us_gaap_operating", 31e6),
            standard("us_gaap_finance", 32e6),
            standard("ifrs16", 43e6),
            replace(standard("service", 34e6), ebitda=37e6),
        ),
        chip_hours=a.ChipHours(
            5.0, 0.1,
            (a.ChipHour("buy", "h200", "own", 1.02, 0.08, 0.2, 0.1, 0.04, "inner", False, None,
                        33_000.0, 6_000.0),
             rented("lease", "b200", 3.5, 36.0),
             rented("hire", "h200", 1.7, None, included=True),
             rented("reserve", "h200", 1.6, 12.0)),
        ),
        revenue=(
            a.Revenue("chat", True, {"2026": 31e6, "2027": 47e6}),
            a.Revenue("agents", False, {"2026": 0.0, "2027": 0.0}),
        ),
        unsold=("cloud",),
        unbooked=(
            a.Unbooked("old", "h20", 3000.0, 21_000.0),
            a.Unbooked("older", "a100", 500.0, None),
        ),
        written_off=(
            a.WrittenOff("a100", 1200.0, 14e6),
            a.WrittenOff("older", 300.0, None),
        ),
        bridge=tuple(
            a.BridgeLine(k, v)  # type: ignore[arg-type]
            for k, v in {
                "cash": 480e6, "revenue": 70e6, "tax": -9e6, "outside": 3e6, "unserved": 61e6,
                "limits": 2e6, "interest": 1e6, "left": -210e6, "owed": 13e6, "objective": 411e6,
            }.items()
        ),
    )  # fmt: skip


def _pays() -> e.Pays:
    def earned(
        branch: str, chance: float, net: float, npv: float, irr: float | None,
        payback: float | None, paid_in: float, cash: float,
    ) -> e.Earned:  # fmt: skip
        years = {"2026": net, "2027": 2 * net}
        return e.Earned(branch, chance, years, npv, npv / 4, irr, payback, paid_in, cash,
                        "2026-Q2")  # fmt: skip

    return e.Pays(
        margins=(
            e.Margin("chat", 78e6, 52e6, 0.6, 0.4, 1 / 3, 0.55, 0.31),
            e.Margin("agents", 5e6, 8e6, 0.5, 0.8, -0.6, 0.45, None),
        ),
        expected=earned("", 1.0, 4e6, 12e6, 0.21, 1.4, 0.0, 21e6),
        branches=(
            earned("licence=granted", 0.4, 13e6, 48e6, 0.55, 0.9, 0.0, 33e6),
            earned("licence=refused", 0.6, -2e6, -12e6, None, None, 7e6, 1e6),
        ),
    )


def _training() -> tuple[t.TrainingRun, ...]:
    return (
        t.TrainingRun(
            "flagship", "2026-Q1", "2026-Q2", "h200", 900.0, 512.0, {"h200": 400.0, "b200": 190.0},
            {"licence=granted": "2026-Q1", "licence=refused": ""}, "2026-Q1", "2026-Q2", "",
            0.4, 0.82, 0.7, "licence=refused", 3.5e6, 11.0, 43e6, "limit", "inner",
        ),
        t.TrainingRun(
            "tuning", "2026-Q1", "2026-Q1", "h200", 40.0, 0.0, {"h200": 41.0},
            {"licence=granted": "2026-Q1", "licence=refused": "2026-Q1"}, "2026-Q1", "2026-Q1",
            "2026-Q1", 1.0, 1.0, 1.0, "", 0.0, 7.0, 2e6, "", "",
        ),
    )  # fmt: skip


def _record() -> c.Record:
    return c.Record(
        "1" * 64, "2" * 64, "3" * 64, {"outlay": "0.1.0", "python": "3.11"}, 64, ("a=1",), "",
        c.Solver("HiGHS", "ipm", 10, 20, 30), {"solve": 1.5}, "2026-01-01T00:00:00",
        "2026-01-01T00:00:09", 500, True, "4" * 64, "study.yaml",
    )  # fmt: skip


def hand_made() -> Plan:
    """The plan, as a run gives it: facts only, before it has its words."""
    evidence = _evidence()
    return Plan(
        title="A plan made by hand",
        as_of="2025-12-31",
        currency="USD",
        verdict="valid",
        headline=n.Headline("", (), ()),
        periods=PERIODS,
        states=("slow", "fast"),
        status="optimal",
        objective=412e6,
        expected_cost=411e6,
        leaf_cost=(400e6, 421e6),
        prices=(r.Price("power", "inner", 1, "2026-Q2 licence=granted", "MW", 5e6, 6e6, 10, 10),),
        slacks=(r.Slack("halls outer", 1, "2026-Q2", 2.0, "MW", 1e6),),
        certificates=(r.Certificate(1e-9, 1e-9, 1e-9, 0.0, 0.0, 412e6, "ipm"),),
        orders=_orders(),
        expansions=(
            x.Expansion(0, "2026-Q1", "", 1.0, "inner", 35.0, "2026-Q2", 17e6, 44e6),
            x.Expansion(1, "2026-Q2", "licence=granted", 0.4, "outer", 60.0, "2026-Q3", 33e6, 0.0),
        ),
        returns=(
            x.Return(0, "2026-Q1", "", 1.0, "hired", "a100", True, 2500.0, 21e6, 1.5e6),
            x.Return(0, "2026-Q1", "", 1.0, "old", "h20", False, 640.0, 0.0, 0.0),
        ),
        power_returns=(
            x.PowerReturn(0, "2026-Q1", "", 1.0, "outer", 3.0, 6e6, 0.7e6),
            x.PowerReturn(2, "2026-Q2", "licence=refused", 0.6, "inner", 4.0, 7e6, 0.8e6),
        ),
        nodes=_nodes(),
        fleet=(
            r.Fleet("2026-Q1", "h200", 1000.0, 1000.0, 1000.0),
            r.Fleet("2026-Q2", "h200", 4800.0, 2000.0, 9000.0),
        ),
        served=(
            r.Served("2026-Q1", "chat", "input", 1.5e12, 1.4e12, 1 / 15),
            r.Served("2026-Q1", "chat", "output", 0.5e12, 0.4e12, 0.2),
            r.Served("2026-Q2", "chat", "output", 1.1e12, 0.9e12, 2 / 11),
        ),
        work=(r.WorkServed("2026-Q1", "training", "h200", 1000.0, 990.0),),
        power=(
            r.Power("2026-Q1", "inner", "CN", 1.5, 4.0, 0.0),
            r.Power("2026-Q2", "inner", "CN", 3.5, 4.5, 0.4),
        ),
        branches=(
            r.Branch("licence=granted", 0.4, 0.95, 0.93, 9000.0, 9.9, 82e6, 350e6, 47e6, 3e6),
            r.Branch("", 0.6, 0.81, 0.79, 11_000.0, 8.8, 41e6, 390e6, 30e6, 1e6),
        ),
        capex_by_year={"2026": {"processors": 57e6, "servers": 7e6}, "2027": {"processors": 8e6}},
        opex_by_year={"2026": {"energy": 3e6, "rent": 12e6}},
        budgets=(
            r.Budget("capex", "2026", "authorised", 120e6),
            r.Budget("processors", "2026", "processors", 90e6),
        ),
        cost_parts=(r.CostPart("delivery", "capex", 211e6), r.CostPart("rent", "opex", 200e6)),
        cost_per_mtok={"chat": {"input": 0.2, "input_direct": 0.1, "cached": 0.01, "output": 0.7}},
        need=_need(),
        decision=_decision(),
        lines=_lines(),
        worth=_worth(),
        megawatts=(
            w.Megawatt("inner", "hall", 2.7e6, 0.9, ("grid",), 0.4, 1.08e6),
            w.Megawatt("grid", "ceiling", 1.3e6, 0.6, (), 0.4, 0.52e6),
            w.Megawatt("outer", "hall", 0.0, 0.2, (), 0.4, 0.0),
        ),
        values=_values(),
        no_regret=(w.NoRegret("buy", "h200", 1700.0, 2000.0),),
        hedges=(
            w.Hedge("licence", ("granted",), "2026-Q2", "buy", 7000.0, 100.0, "2026-Q3"),
        ),
        deep=_deep(),
        half=w.Half(
            "computed",
            w.HalfPart(390e6, -40e6, 61e6, 411e6, 10_200.0),
            w.HalfPart(290e6, -28e6, 33e6, 295e6, 6100.0),
        ),
        peers=_peers(),
        evidence=evidence,
        contradictions=evidence.contradictions,
        outlook=_outlook(),
        widest=(o.Widest("services.chat.growth", 2.0, 1.2, 4.8, "1", 4.0, "guess"),),
        accounts=_accounts(),
        capacity=(
            r.Cell("chat/decode", "h200", 900.0, 700.0, 1100.0, 0.8, 8, 700.0, "memory",
                   "closed form", ""),
        ),
        answers=(),
        invariants=(
            r.Invariant("I1", "fleet", "stock rolls forward", 1e-12, 1e-6, "", "holds"),
            r.Invariant("I2", "money", "parts sum", 2e-12, 1e-6, "", "not checked"),
        ),
        assumptions=(
            s.Number("discount_rate", 0.14, "1/year", 0.1, 0.18, "", "assumption", "ours", True, 9),
            s.Number("rules.pue", 1.3, "1", None, None, "", "assumption", "", False, None),
        ),
        facts=(s.Number("supply.buy.price", 30e3, "USD/chip", 28e3, 33e3, "market", "reported", "",
                        True, 21),),
        sources=(s.Source("market", "2025-12-23", "reported", "prices seen"),),
        unmodelled=(s.Unused("staff", "3", "no stage acts on it"),),
        idle=(s.Idle("supply.buy.refund", "80 %", "supply.*.refund", "no_deposit", 23),),
        record=_record(),
        uncertain=("licence", "price"),
        pays=_pays(),
        training=_training(),
    )  # fmt: skip
