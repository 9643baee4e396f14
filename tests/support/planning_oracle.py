"""The planning programme written a second time: plain loops, one copy of it per history.

Written from docs/planning/conventions.md alone, independent of `outlay.planning.programme` and
`outlay.planning.contracts`: every history has its own variables, decisions of histories that
cannot yet be told apart are made equal by explicit rows, money is added up path by path. Handed to
linopy as labelled variables and constraints, or to scipy. Slow, for small problems.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from outlay.planning.problem.types import PlanProblem
from support.oracle_lp import Lp

HOURS = 365.25 * 24
OWNED = ("purchase", "finance_lease")


def oracle_cost(p: PlanProblem, linopy: bool = False, whole_depth: int = 0) -> float:
    """The optimal objective of `p`, by the second formulation.

    whole_depth: as of the programme's options, the first so many periods take whole lots and steps.
    """
    lp = Lp()
    tree = p.tree
    path_costs = []
    for leaf in tree.leaves:
        path_costs.append(_History(lp, p, int(leaf), whole_depth).build())
    _link(lp, p)
    cost: dict[int, float] = defaultdict(float)
    w, level = p.tail.weight, p.tail.level
    constant = 0.0
    eta = lp.var("eta", -np.inf)
    for leaf, (terms, fixed) in zip(tree.leaves, path_costs, strict=True):
        chance = float(tree.probability[leaf])
        for j, v in terms.items():
            cost[j] += (1 - w) * chance * v
        constant += (1 - w) * chance * fixed
        if w > 0:
            z = lp.var(("z", int(leaf)))
            row = defaultdict(float, {z: 1.0, eta: 1.0})
            for j, v in terms.items():
                row[j] -= v
            lp.row(row, fixed, np.inf)
            cost[z] += w * chance / (1 - level)
    if w > 0:
        cost[eta] += w
    else:
        lp.row({eta: 1.0}, 0.0, 0.0)
    return (lp.solve_in_linopy(cost) if linopy else lp.solve(cost)) + constant


def _link(lp: Lp, p: PlanProblem) -> None:
    """Decisions of one node are one decision, whatever history is looked at."""
    first: dict[Any, int] = {}
    for key, j in list(lp.number.items()):
        if not isinstance(key, tuple) or key[0] in ("z",):
            continue
        name, leaf, t, *rest = key
        node = int(p.tree.ancestor[leaf, t])
        same = (name, node, *rest)
        if same in first:
            lp.row({j: 1.0, first[same]: -1.0}, 0.0, 0.0)
        else:
            first[same] = j


class _History:
    """Variables, rows and discounted cost of the history that ends in one leaf."""

    def __init__(self, lp: Lp, p: PlanProblem, leaf: int, whole_depth: int) -> None:
        self.lp, self.p, self.leaf, self.whole_depth = lp, p, leaf, whole_depth
        tree = p.tree
        self.node = tree.path(leaf)
        self.T = len(self.node)
        # Ages, leads and terms are counted in calendar months, money that runs in days.
        self.month = [q.year * 12.0 + q.month for q in tree.periods]
        self.length = [float(q.months) for q in tree.periods]
        self.H = self.month[-1] + self.length[-1]
        self.years = [q.days / 365.25 for q in tree.periods]
        begin = [(q.start - tree.periods[0].start).days / 365.25 for q in tree.periods]
        r = 1 + p.discount_rate
        self.disc = [r ** -(b + y / 2) for b, y in zip(begin, self.years, strict=True)]
        self.disc_end = r ** -(begin[-1] + self.years[-1])
        self.cost: dict[int, float] = defaultdict(float)
        self.fixed = 0.0
        self.till: Any = defaultdict(lambda: defaultdict(float))
        self.till_fixed: dict[int, float] = defaultdict(float)
        self.starts: list[tuple[str, int, int, int, float]] = []
        self.chips = {c.id: k for k, c in enumerate(p.chips)}
        self.site = {s.id: i for i, s in enumerate(p.sites)}
        table = lambda: defaultdict(lambda: defaultdict(float))  # noqa: E731
        self.capex: Any = table()  # (basis, class, period)
        self.standing: Any = table()  # (chip, site, period), chips
        self.for_a_part: Any = table()  # the same and the share of the period, of contracts
        self.serving: Any = table()  # (chip, site, slice, period), column → load
        self.busy: set[int] = set()
        self.asked: list[tuple[int, dict[int, float], float]] = []  # what serves what is asked for
        self.power: Any = table()  # (site, period), MW of the site's own basis
        self.let: Any = table()  # (site, period), MW of it that the hall's rent is paid on
        self.racks: Any = table()
        self.wet: Any = table()
        self.paid_kw: Any = table()  # (chip, site, period), kW whose energy the hall bills
        self.free_kw: Any = table()  # the same, of chips whose work is paid for already
        self.at_work: Any = table()  # (zone, period), kW above idle that serving takes

    # ---- time and money ------------------------------------------------------------------

    def v(
        self, name: str, t: int, *rest: Any,
        lower: float = 0.0, upper: float = np.inf, whole: bool = False,
    ) -> int:  # fmt: skip
        return self.lp.var((name, self.leaf, t, *rest), lower, upper, whole)

    def pay(self, j: int, t: int, amount: float, real: bool = True) -> None:
        """real: money that leaves the till, not the price of what is not done."""
        self.cost[j] += amount * self.disc[t]
        if real:
            self.till[t][j] += amount

    def pay_fixed(self, t: int, amount: float) -> None:
        self.fixed += amount * self.disc[t]
        self.till_fixed[t] += amount

    def settle(self, j: int, amount: float) -> None:
        """At the horizon."""
        self.cost[j] += amount * self.disc_end

    def at(self, values: Any, t: int) -> float:
        return float(np.broadcast_to(values, len(self.p.tree))[self.node[t]])

    def holds(self, month: float) -> int:
        """The period that holds `month` (T = at or after the horizon)."""
        inside = (
            t for t in range(self.T) if self.month[t] <= month < self.month[t] + self.length[t]
        )
        return next(inside, self.T)

    def present(self, t: int, a: float, e: float) -> float:
        """Share of the period between the months a and e."""
        start, end = self.month[t], self.month[t] + self.length[t]
        return max(min(e, end) - max(a, start), 0.0) / self.length[t]

    def build(self) -> tuple[dict[int, float], float]:
        for i, o in enumerate(self.p.offers):
            self.offer(i, o)
        for i, q in enumerate(self.p.pools):
            self.pool(i, q)
        self.work()
        self.halls()
        self.limits()
        self.money()
        return self.cost, self.fixed

    # ---- offers --------------------------------------------------------------------------

    def offer(self, i: int, o: Any) -> None:
        p, lp = self.p, self.lp
        k = self.chips[o.chip]
        due = [self.holds(m + o.lead_months) for m in self.month]
        order_of = {u: t for t, u in enumerate(due) if u < self.T}  # delivery → its order
        wait = None
        waiting: list[int] = []  # periods whose orders have fallen due
        for t in range(self.T):
            n = int(self.node[t])
            if due[t] < self.T and due[t] > t:
                self.order(i, o, t)
            if t not in order_of:
                continue
            m = order_of[t]
            peers = p.tree.period == p.tree.period[n]
            closed = bool(o.delivery_cap[n] < o.delivery_cap[peers].max())
            if o.closed is not None:
                closed = bool(o.closed[n])
            starts, others = [], []
            if o.delivery_cap[n] > 0:
                starts = [self.start(i, o, k, s, t, m, "start") for s in self.may(o.sites, k)]
            if closed:
                others = [
                    self.start(i, o, k, s, t, m, "divert") for s in self.may(o.divert_sites, k)
                ]
            lp.row(dict.fromkeys(starts, 1.0), -np.inf, float(o.delivery_cap[n]))
            if m == t:
                both = dict.fromkeys(starts + others, 1.0)
                floor = 0.0 if o.order_floor is None else float(o.order_floor[n])
                lp.row(both, floor, float(o.order_cap[n]))
                self.lots(i, t, o.lot, both)
                continue
            row = defaultdict(float, {self.v("order", m, i): 1.0})
            if wait is not None:
                row[wait] += 1.0
                self.carried(o, wait, t, order_of[t - 1], m)
            for x in starts + others:
                row[x] -= 1.0
            waiting.append(m)
            if closed or o.cancel_fee is not None:
                x = self.cancel(i, o, t, [m], closed)
                row[x] -= 1.0
                if wait is not None:
                    row[self.cancel(i, o, t, waiting, closed, "give-up")] -= 1.0
                    lp.row({x: 1.0, self.v("order", m, i): -1.0}, -np.inf, 0.0)
            wait = None
            if closed and t < self.T - 1:
                wait = self.v("wait", t, i)
                row[wait] -= 1.0
            lp.row(row, 0.0, 0.0)
        if np.isfinite(o.total_cap):
            mine = [x for _, j, _, x, _ in self.starts if j == i]
            lp.row(dict.fromkeys(mine, 1.0), -np.inf, o.total_cap)

    def may(self, sites: tuple[str, ...], k: int) -> list[str]:
        return [s for s in sites if self.p.site_chip[self.site[s], k]]

    def lots(self, i: int, t: int, lot: float, terms: dict[int, float], name: str = "lots") -> None:
        if lot > 0 and t < self.whole_depth and terms:
            number = self.v(name, t, i, whole=True)
            self.lp.row({**terms, number: -lot}, 0.0, 0.0)

    def order(self, i: int, o: Any, t: int) -> None:
        """Ordered now, delivered in a later period: the deposit, and what is authorised."""
        n = int(self.node[t])
        floor = 0.0 if o.order_floor is None else float(o.order_floor[n])
        x = self.v("order", t, i, lower=floor, upper=float(o.order_cap[n]))
        self.lots(i, t, o.lot, {x: 1.0})
        price = float(o.price[n])
        self.pay(x, t, o.deposit * price)
        self.capex["payment", o.budget_class, t][x] += o.deposit * price
        full = price * (1 + self.at(o.levy, t)) if o.kind in OWNED else 0.0
        self.capex["order", o.budget_class, t][x] += full
        self.capex["order", o.host_class, t][x] += self.at(o.host_cost, t)

    def carried(self, o: Any, wait: int, t: int, before: int, m: int) -> None:
        """What waited is paid at a later order's price from here on: the difference."""

        def due(u: int) -> float:
            price = float(o.price[self.node[u]])
            return price * (1 - o.deposit) + (price * self.at(o.levy, u) if o.kind in OWNED else 0)

        gap = max(due(before) - due(m), 0.0)
        self.pay(wait, t, gap)
        if o.kind == "purchase":
            self.capex["payment", o.budget_class, t][wait] += gap

    def cancel(
        self, i: int, o: Any, t: int, orders: list[int], closed: bool, name: str = "cancel"
    ) -> int:
        """Given back in period t: one of `orders`, for the least that any of them would fetch."""
        x = self.v(name, t, i)
        prices = [float(o.price[self.node[m]]) for m in orders]
        back = min(prices) * o.deposit * o.refund
        self.pay(x, t, -back)
        self.capex["payment", o.budget_class, t][x] -= back
        owned = o.kind in OWNED
        full = [p * (1 + self.at(o.levy, m)) for p, m in zip(prices, orders, strict=True)]
        self.capex["order", o.budget_class, t][x] -= min(full) if owned else 0.0
        self.capex["order", o.host_class, t][x] -= min(self.at(o.host_cost, m) for m in orders)
        if not closed and o.cancel_fee:
            m = orders[-1]
            rent = 0.0 if owned else float(o.rent_hour[self.node[m]]) * HOURS * o.term_months / 12
            self.pay(x, t, o.cancel_fee * (prices[-1] + rent))
        return x

    def start(self, i: int, o: Any, k: int, site: str, t: int, m: int, name: str) -> int:
        """Delivered in period t at the price of the order of period m."""
        s = self.site[site]
        x = self.v(name, t, i, s)
        price = float(o.price[self.node[m]])
        full = price * (1 + self.at(o.levy, m))
        host = self.at(o.host_cost, t)
        deposit = 0.0 if m == t else o.deposit
        if o.kind == "purchase":
            now = full - deposit * price
        elif o.kind == "finance_lease":
            now = 0.0
        else:
            now = price * (1 - deposit)
        self.pay(x, t, now + host + (o.divert_cost if name == "divert" else 0.0))
        owned = o.kind in OWNED
        counted = {"delivery": full if owned else 0.0, "payment": full - deposit * price}
        if not owned:
            counted["payment"] = 0.0
        if m == t:
            counted["order"] = counted["delivery"]
        for basis, amount in counted.items():
            self.capex[basis, o.budget_class, t][x] += amount
            self.capex[basis, o.host_class, t][x] += host
        self.starts.append((name, i, t, x, full))
        a = self.month[m] + o.lead_months
        months = 12 * self.p.chips[k].life_years if owned else o.term_months
        e = self.month[t] + self.length[t] if o.kind == "spot" else a + months
        self.hold(i, o, k, s, t, m, x, a, e, full if owned else 0.0, host if owned else 0.0, name)
        if o.kind == "finance_lease":
            self.instalments(o, x, t, a, full - deposit * price)
        return x

    def hold(
        self, i: int, o: Any, k: int, s: int, t: int, m: int, x: int, a: float, e: float,
        full: float, host: float, name: str,
    ) -> None:  # fmt: skip
        """From arrival to end, one variable for what is kept where it may leave early."""
        p, chip = self.p, self.p.chips[k]
        owned, spot = o.kind in OWNED, o.kind == "spot"
        sold = o.resale and o.kind == "purchase"
        early = sold or (o.exit_share is not None and not owned and not spot)
        rent = float(o.rent_hour[self.node[m]]) * HOURS
        own = o.kind not in ("reservation", "spot") and o.uses_power

        def worth(age_months: float) -> float:
            age = age_months / 12
            return _share(chip, age) * full + _share(p.hosts, age) * host

        before = x
        for u in range(t, self.T):
            here = self.present(u, a, e)
            if here == 0:
                break
            now = x
            if early and u > t:
                now = self.v(f"keep-{name}", u, i, s, t)
                self.lp.row({now: 1.0, before: -1.0}, -np.inf, 0.0)
                if sold:
                    gain = worth(self.month[u] - a)
                    self.pay(before, u, -gain)
                    self.pay(now, u, gain)
                else:
                    fee = rent * self.exit_years(o, e - self.month[u])
                    self.pay(before, u, fee)
                    self.pay(now, u, -fee)
            upkeep = self.at(o.upkeep_per_year, m)  # a share of the price: as of the order
            again = u == t and e < self.month[u] + self.length[u]  # within the period
            self.stand(k, s, u, now, here, own, o.energy_included, upkeep, not again)
            if not owned:
                self.pay(now, u, rent * self.years[u] * here)
            before = now
        ends = self.holds(e)
        if owned and ends < self.T:
            self.pay(before, ends, -worth(e - a))
        elif owned:
            self.settle(before, -worth(self.H - a) * p.terminal_value)
        elif e > self.H and not spot:
            owed, use = self.runs_on(k, rent, e, (self.H - a) / 12, o)
            self.settle(before, owed - use)

    def exit_years(self, contract: Any, months_left: float) -> float:
        left = max(months_left / 12, 0.0)
        return max(contract.exit_share * left, min(contract.notice_months / 12, left))

    def runs_on(
        self, k: int, rent_year: float, end: float, age: float, contract: Any = None,
        dies: float = np.inf,
    ) -> tuple[float, float]:  # fmt: skip
        """What a lease owes after the horizon, and what the use that is left of it is worth; per
        chip. One that may be left owes no more than leaving it at the horizon's end."""
        p = self.p
        years = max(end - self.H, 0.0) / 12
        rent = owed = rent_year * years
        if contract is not None and contract.exit_share is not None:
            owed = min(owed, rent_year * self.exit_years(contract, end - self.H))
        years = min(years, max(dies - self.H, 0.0) / 12)
        offers = [o for o in p.offers if o.kind == "purchase" and o.chip == p.chips[k].id]
        if not offers or not p.use_value:
            return owed, 0.0
        price = min(o.price[0] * (1 + self.at(o.levy, 0)) + self.at(o.host_cost, 0) for o in offers)
        lost = (_share(p.chips[k], age) - _share(p.chips[k], age + years)) * price
        return owed, owed - float(min(rent - min(rent, lost), owed))

    def instalments(self, o: Any, x: int, t: int, a: float, financed: float) -> None:
        rate = o.finance_rate
        month = (1 + rate) ** (1 / 12) - 1
        level = 12 / sum((1 + month) ** -m for m in range(1, int(o.term_months) + 1))
        for u in range(t, self.T):
            here = self.present(u, a, a + o.term_months)
            self.pay(x, u, financed * level * self.years[u] * here)
        self.settle(x, financed * level * max(a + o.term_months - self.H, 0.0) / 12)

    def stand(
        self, k: int, s: int, t: int, x: int, here: float, own: bool, included: bool, upkeep: float,
        contract: bool = False,
    ) -> None:  # fmt: skip
        """`here`: share of the period in which a chip of x stands."""
        chip, site = self.p.chips[k], self.p.sites[s]
        self.standing[k, s, t][x] += here
        if contract and 0 < here < 1:
            self.for_a_part[k, s, t, round(here, 9)][x] += here
        mw = here * chip.power_kw * (1.0 if site.it_power else self.at(site.pue, t)) / 1e3
        if own:
            self.power[s, t][x] += mw
            self.racks[s, t][x] += here * chip.racks
            self.wet[s, t][x] += mw if chip.liquid else 0.0
            if not included:
                self.let[s, t][x] += mw
        self.pay(x, t, (chip.upkeep_per_year + upkeep) * self.years[t] * here)
        if own and not included:
            self.paid_kw[k, s, t][x] += here * chip.power_kw
            return
        self.free_kw[k, s, t][x] += here * chip.power_kw
        if not included:
            kwh = here * chip.power_kw * chip.busy_use * self.at(site.pue, t) * HOURS
            self.pay(x, t, kwh * self.years[t] * self.at(site.tariff_kwh, t))

    # ---- pools ---------------------------------------------------------------------------

    def pool(self, i: int, q: Any) -> None:
        k = self.chips[q.chip]
        sites = self.may(q.sites, k)
        before: dict[str, int] = {}
        renewals: list[tuple[int, int, float]] = []
        end = self.month[0] + q.contract_months
        for t in range(self.T):
            there = float(q.available[self.node[t]])
            rent = self.at(q.rent_hour, t) * HOURS
            now = {site: self.v("pool", t, i, site) for site in sites} if there > 0 else {}
            for site, x in now.items():
                if site in before:
                    # A contract that ends within the period takes its part of what is kept.
                    was = float(q.available[self.node[t - 1]])
                    part = 1.0 if q.exit_share is None else there / was
                    self.lp.row({x: 1.0, before[site]: -part}, -np.inf, 0.0)
                self.stand(
                    k, self.site[site], t, x, 1.0, q.uses_power, q.energy_included,
                    q.upkeep_per_year,
                )  # fmt: skip
            self.lp.row(dict.fromkeys(now.values(), 1.0), -np.inf if q.retirable else there, there)
            held, stored = self.contract(q, t)
            fixed = held if q.exit_share is None else stored
            self.pay_fixed(t, rent * self.years[t] * fixed)
            if q.exit_share is not None:
                self.leavable(q, t, rent, end, now, before)
            if q.renew_rent_hour is not None:
                self.renew(i, q, k, t, renewals)
            before = now
        if end > self.H:
            leaf = self.T - 1
            owed, use = self.runs_on(
                k, self.at(q.rent_hour, leaf) * HOURS, end,
                q.age_years + (self.H - self.month[0]) / 12, q, self.month[0] + q.life_months,
            )  # fmt: skip
            held, stored = self.contract(q, leaf)
            if q.exit_share is None:
                there = float(q.available[self.node[leaf]])
                self.fixed += (owed * held - use * there) * self.disc_end
            else:
                self.fixed += owed * stored * self.disc_end
                for x in before.values():
                    self.settle(x, owed - use)

    def contract(self, q: Any, t: int) -> tuple[float, float]:
        """Chips whose rent is owed in the period, and those of them in a warehouse."""
        there = q.available if q.contracted is None else q.contracted
        return float(there[self.node[t]]), self.at(q.stored, t)

    def leavable(
        self, q: Any, t: int, rent: float, end: float, now: dict[str, int], before: dict[str, int]
    ) -> None:
        """Rent on what is kept, and the fee on what is kept no longer though it might be."""
        for x in now.values():
            self.pay(x, t, rent * self.years[t])
        fee = rent * self.exit_years(q, end - self.month[t])
        held, stored = self.contract(q, t)
        there = held - stored
        gone = self.v("pool-left", t, self.p.pools.index(q))
        row = defaultdict(float, dict.fromkeys(now.values(), 1.0))
        row[gone] += 1.0
        if t == 0:
            self.lp.row(row, there, np.inf)
        else:
            held, stored = self.contract(q, t - 1)
            for x in before.values():
                row[x] -= there / (held - stored)
            self.lp.row(row, 0.0, np.inf)
        # `available` counts a part of a period as a part of the chips; the fee is per chip.
        here = self.present(t, self.month[0], end)
        self.pay(gone, t, fee / here if here > 0 else 0.0)

    def renew(self, i: int, q: Any, k: int, t: int, renewals: Any) -> None:
        """A lease that ended may be let again, and again when that ends."""
        n = int(self.node[t])
        held, stored = self.contract(q, t)
        if t:
            before, lay = self.contract(q, t - 1)
            ended = before - lay - (held - stored)
        else:  # of a lease that ends in the first period, the part that is there no longer
            here = self.present(0, self.month[0], self.month[0] + q.contract_months) or 1.0
            ended = (held - stored) / here - (held - stored)
        lives = q.life_months >= self.month[t] + q.renew_term_months - self.month[0]
        if not lives or q.renew_rent_hour[n] <= 0:
            return  # dead before it would end, or no rent is stated yet
        row: dict[int, float] = {}
        for site in self.may(q.sites, k):
            x = self.v("renew", t, i, site)
            row[x] = 1.0
            e = self.month[t] + q.renew_term_months
            rent = float(q.renew_rent_hour[n]) * HOURS
            for u in range(t, self.T):
                here = self.present(u, self.month[t], e)
                if here > 0:
                    self.stand(
                        k, self.site[site], u, x, here, q.uses_power, q.energy_included, 0.0, True
                    )
                    self.pay(x, u, rent * self.years[u] * here)
            if e > self.H:
                owed, use = self.runs_on(k, rent, e, (self.H - self.month[t]) / 12)
                self.settle(x, owed - use)
            renewals.append((x, t, e))
        for x, start, e in renewals:
            if start < t:
                ends = self.present(t - 1, self.month[start], e)
                row[x] = self.present(t, self.month[start], e) - ends
        self.lp.row(row, -np.inf, max(float(ended), 0.0))

    # ---- halls ---------------------------------------------------------------------------

    def halls(self) -> None:
        p = self.p
        for s, site in enumerate(p.sites):
            built = [] if site.expansion is None else self.expansions(s, site)
            for t in range(self.T):
                n = int(self.node[t])
                there = {x: self.present(t, a, np.inf) for x, a in built}
                if site.exit_share is not None:
                    there[self.give_up(s, site, t)] = -1.0
                row = dict(self.power[s, t])
                for x, share in there.items():
                    row[x] = -share
                self.lp.row(row, -np.inf, float(site.power_mw[n]))
                self.lp.row(dict(self.racks[s, t]), -np.inf, site.rack_limit)
                self.lp.row(dict(self.wet[s, t]), -np.inf, site.liquid_mw)
                self.rent(s, site, t, there)
                self.energy(s, site, t, there)
                for x, mw in self.power[s, t].items():
                    self.pay(x, t, mw * self.at(site.staff_mw_year, t) * self.years[t])
        for zone in self.zones().values():
            for t in range(self.T):
                self.lay(zone, t)
        for c in p.ceilings:
            for t in range(self.T):
                row = defaultdict(float)
                for name in c.sites:
                    site = p.sites[self.site[name]]
                    for x, mw in self.power[self.site[name], t].items():
                        row[x] += mw / (1.0 if site.it_power else self.at(site.pue, t))
                self.lp.row(row, -np.inf, float(c.cap[self.node[t]]))

    def expansions(self, s: int, site: Any) -> list[tuple[int, float]]:
        """Half at the order, half when energised, a straight line of it left at the horizon."""
        e, out = site.expansion, []
        for t in range(self.T):
            n = int(self.node[t])
            a = self.month[t] + e.lead_months
            first = self.holds(a)
            if first == self.T:
                continue
            x = self.v("expand", t, s, upper=float(e.cap_mw[n]))
            self.lots(s, t, e.step_mw, {x: 1.0}, "steps")
            cost = float(e.cost_per_w[n]) * 1e6
            for when, part in ((t, e.deposit), (first, 1 - e.deposit)):
                self.pay(x, when, cost * part)
                self.capex["payment", "buildings", when][x] += cost * part
            self.capex["order", "buildings", t][x] += cost
            self.capex["delivery", "buildings", first][x] += cost
            used = min((self.H - a) / 12 / e.asset_life_years, 1.0)
            left = 1 - (1 - e.asset_residual) * used
            self.settle(x, -left * cost * self.p.terminal_value)
            after = max(a + e.term_months - self.H, 0.0)
            rent = self.at(site.rent_kw_month, self.T - 1) * 1e3
            self.settle(x, site.minimum_use * rent * after)
            out.append((x, a))
        if np.isfinite(e.total_mw):
            self.lp.row(dict.fromkeys([x for x, _ in out], 1.0), -np.inf, e.total_mw)
        return out

    def give_up(self, s: int, site: Any, t: int) -> int:
        """Rented power given up by now; what the contract itself ends needs no giving up."""
        mw = float(site.power_mw[self.node[t]])
        gone, now = self.v("given", t, s, upper=mw), self.v("give", t, s)
        row = {gone: 1.0, now: -1.0}
        if t:
            was = float(site.power_mw[self.node[t - 1]])
            row[self.v("given", t - 1, s)] = -min(mw / was, 1.0) if was > 0 else 0.0
        self.lp.row(row, 0.0, 0.0)
        months = max(self.H - self.month[t], 0.0)
        owed = max(site.exit_share * months, min(site.notice_months, months)) * site.minimum_use
        self.pay(now, t, owed * self.at(site.rent_kw_month, t) * 1e3)
        return gone

    def rent(self, s: int, site: Any, t: int, firm: dict[int, float]) -> None:
        """A hall is paid by what is contracted, or by what stands there where that is more."""
        price = self.at(site.rent_kw_month, t) * 1e3 * self.length[t]
        if price == 0:
            return
        paid = self.v("let", t, s)
        self.pay(paid, t, price)
        row = defaultdict(float, {paid: 1.0})
        for x, mw in self.let[s, t].items():
            row[x] -= mw
        self.lp.row(row, 0.0, np.inf)
        self.at_least(paid, site.minimum_use, site, t, firm)

    def energy(self, s: int, site: Any, t: int, firm: dict[int, float]) -> None:
        """Idle power of all that stands, and the work laid here; a share of it in any case."""
        price = self.at(site.tariff_kwh, t) * HOURS * self.years[t] * 1e3
        pue = self.at(site.pue, t)
        drawn = self.v("drawn", t, s)  # MW on average, at the meter
        self.pay(drawn, t, price)
        row = defaultdict(float, {drawn: 1.0, self.v("laid", t, s): -pue / 1e3})
        for k, chip in enumerate(self.p.chips):
            for x, kw in self.paid_kw[k, s, t].items():
                row[x] -= kw * chip.idle_use * pue / 1e3
        self.lp.row(row, 0.0, np.inf)
        meter = pue if site.it_power else 1.0
        self.at_least(drawn, site.minimum_energy * meter, site, t, firm)

    def at_least(self, x: int, share: float, site: Any, t: int, firm: dict[int, float]) -> None:
        if share > 0:
            row = {x: 1.0, **{j: -share * part for j, part in firm.items()}}
            self.lp.row(row, share * float(site.power_mw[self.node[t]]), np.inf)

    def lay(self, zone: list[int], t: int) -> None:
        """Work of the zone goes to its halls at will, up to what stands there."""
        chips = list(enumerate(self.p.chips))
        most = max(c.busy_use - c.idle_use for c in self.p.chips)
        need = defaultdict(float)
        for x, kw in self.at_work[tuple(zone), t].items():
            need[x] -= kw
        for s in zone:
            for name, table in (("laid", self.paid_kw), ("laid-free", self.free_kw)):
                here = self.v(name, t, s)
                need[here] += 1.0
                row = defaultdict(float, {here: 1.0})
                for k, chip in chips:
                    share = most
                    if name == "laid-free":
                        share = (chip.busy_use - chip.idle_use) * self.at(chip.usable, t)
                    for x, kw in table[k, s, t].items():
                        row[x] -= kw * share
                self.lp.row(row, -np.inf, 0.0)
        self.lp.row(need, 0.0, np.inf)

    def zones(self) -> dict[tuple[Any, ...], list[int]]:
        """Sites that take the same loads and the same campaigns."""
        out: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for s, site in enumerate(self.p.sites):
            runs = tuple(site.id in c.sites for c in self.p.campaigns)
            out[(*self.p.site_load[s].tolist(), *runs)].append(s)
        return out

    def money(self) -> None:
        """Cash from period to period; interest on the mean of the debt before and after."""
        c = self.p.cash
        if c is None:
            return
        cash, debt = None, None
        for t in range(self.T):
            now = self.v("cash", t, lower=-np.inf)
            owed = self.v("debt", t, upper=self.at(c.debt_ceiling, t))
            for x in (owed,) if debt is None else (debt, owed):
                self.pay(x, t, c.debt_rate * self.years[t] / 2)
            row = defaultdict(float, {now: 1.0, owed: -1.0})
            for x, v in self.till[t].items():
                row[x] += v
            if cash is not None and debt is not None:
                row[cash] -= 1.0
                row[debt] += 1.0
            there = self.at(c.income, t) - self.till_fixed[t] + (c.start if cash is None else 0.0)
            self.lp.row(row, there, there)
            floor = {now: 1.0}
            if np.isfinite(c.slack_cost):
                under = self.v("under", t)
                self.cost[under] += c.slack_cost * self.disc[t]
                floor[under] = 1.0
            self.lp.row(floor, c.floor, np.inf)
            cash, debt = now, owed

    # ---- work and limits ------------------------------------------------------------------

    def together(self, t: int, groups: dict[str, list[int]]) -> None:
        """Phases served in one place: each zone takes the same share of every phase."""
        p, n = self.p, int(self.node[t])
        for g, members in groups.items():
            if len(members) < 2 or not any(p.loads[i].colocated for i in members):
                continue
            for z, sites in enumerate(self.zones().values()):
                for h in range(len(p.slices)):
                    share = self.v("together", t, g, z, h)
                    for i in members:
                        of = next((j for j, x in enumerate(p.loads)
                                   if x.id == p.loads[i].instead_of), i)  # fmt: skip
                        row: Any = defaultdict(float, {share: -float(p.demand[of, h, n])})
                        for k in range(len(p.chips)):
                            for s in sites:
                                if self.rate(i, k, n) > 0 and p.site_load[s, i]:
                                    row[self.v("busy", t, i, k, s, h)] += self.rate(i, k, n)
                        self.lp.row(row, 0.0, 0.0)

    def work(self) -> None:
        p = self.p
        groups: dict[str, list[int]] = defaultdict(list)
        for i, load in enumerate(p.loads):
            groups[load.group or load.id].append(i)
        used: Any = defaultdict(lambda: defaultdict(float))
        for t in range(self.T):
            for g, members in groups.items():
                if not p.loads[members[0]].instead_of:
                    self.service(t, g, members, used)
            self.together(t, groups)
        self.campaigns(used)
        self.moments(used)
        for (k, s, _h, t), row in used.items():
            for x, v in self.standing[k, s, t].items():
                row[x] -= self.at(p.chips[k].usable, t) * v
            self.lp.row(row, -np.inf, 0.0)

    def moments(self, used: Any) -> None:
        """Chips that stand for a share of a period do no more than is asked for meanwhile."""
        p, lp = self.p, self.lp
        part: dict[Any, int] = {}
        for (k, s, h, t), row in used.items():
            whole: Any = defaultdict(float, row)
            for x, v in self.standing[k, s, t].items():
                whole[x] -= self.at(p.chips[k].usable, t) * v
            own: Any = defaultdict(lambda: defaultdict(float))
            for (k_, s_, t_, share), terms in self.for_a_part.items():
                if (k_, s_, t_) != (k, s, t):
                    continue
                mine: Any = defaultdict(float)
                for y, i in self.serving[k, s, h, t].items():
                    z = part[y, share] = self.v("part", t, i, k, s, h, share)
                    mine[z] = 1.0
                    own[y][z] = 1.0
                    whole[z] -= 1.0
                for x, v in terms.items():
                    mine[x] -= self.at(p.chips[k].usable, t) * v
                    whole[x] += self.at(p.chips[k].usable, t) * v
                lp.row(mine, -np.inf, 0.0)
            if own:
                lp.row(whole, -np.inf, 0.0)
            for y, zs in own.items():
                lp.row({**zs, y: -1.0}, -np.inf, 0.0)
        for t, row, want in self.asked:
            shares = {share for (_, _, t_, share) in self.for_a_part if t_ == t}
            for share in shares:
                moment = {x: v for x, v in row.items() if x not in self.busy}
                for y, rate in row.items():
                    if (y, share) in part:
                        moment[part[y, share]] = rate / share
                lp.row(moment, -np.inf, want)

    def service(self, t: int, g: str, members: list[int], used: Any) -> None:
        """One group in one period: served by its own model or a smaller one, moved or given up."""
        p, n = self.p, int(self.node[t])
        mean = (p.demand[:, :, n] * p.hours[:, n]).sum(axis=1) / 24
        seconds = self.years[t] * 365.25 * 86400
        share = min(p.loads[i].deferrable for i in members)
        small = {x.instead_of: j for j, x in enumerate(p.loads) if x.instead_of}
        day: dict[int, float] = {}
        for h in range(len(p.slices)):
            shed = self.v("shed", t, g, h, upper=1.0 - p.loads[members[0]].least)
            parts = {self.v("tier", t, g, h, k, upper=x.share): x.times
                     for k, x in enumerate(p.loads[members[0]].tiers)}  # fmt: skip
            self.lp.row({shed: -1.0, **dict.fromkeys(parts, 1.0)}, 0.0, 0.0)
            moved = None
            if share > 0 and p.slices[h] != "event":
                low = min(share * p.demand[i, h, n] / mean[i] for i in members)
                moved = self.v("moved", t, g, h, lower=-low)
                day[moved] = p.hours[h, n]
            for i in members:
                want = float(p.demand[i, h, n])
                paid = want * seconds * p.hours[h, n] / 24 * p.loads[i].shed_cost
                for x, times in parts.items():
                    self.pay(x, t, paid * times, real=False)
                row = {shed: want, **self.served(t, i, h, used)}
                if moved is not None:
                    row[moved] = -mean[i]
                j = small.get(p.loads[i].id)
                if j is not None:
                    handed = self.v("handed", t, g, h, upper=p.loads[j].most)
                    self.pay(handed, t, paid * p.loads[j].loss, real=False)
                    row[handed] = want
                    small_row = {handed: -want, **self.served(t, j, h, used)}
                    self.lp.row(small_row, 0.0, 0.0)
                    self.asked.append((t, small_row, 0.0))
                self.lp.row(row, want, want)
                self.asked.append((t, {x: v for x, v in row.items() if x != shed}, want))
        if day:
            self.lp.row(day, 0.0, 0.0)

    def served(self, t: int, i: int, h: int, used: Any) -> dict[int, float]:
        """Chips that serve a load, with what each does of it."""
        p, n, row = self.p, int(self.node[t]), {}
        for k in range(len(p.chips)):
            for s in range(len(p.sites)):
                rate = self.rate(i, k, n)
                if rate > 0 and p.site_load[s, i]:
                    y = self.v("busy", t, i, k, s, h)
                    row[y] = rate
                    used[k, s, h, t][y] += 1.0
                    self.serving[k, s, h, t][y] = i
                    self.busy.add(y)
                    self.works(y, k, s, t, h, p.loads[i].at_work)
        return row

    def works(self, y: int, k: int, s: int, t: int, h: int, share: float) -> None:
        """kW above idle that chips take which work in a slice of the day, as its mean."""
        chip = self.p.chips[k]
        kw = chip.power_kw * (chip.busy_use - chip.idle_use)
        zone = next(tuple(z) for z in self.zones().values() if s in z)
        hours = float(self.p.hours[h, self.node[t]])
        self.at_work[zone, t][y] += share * kw * hours / 24

    def rate(self, i: int, k: int, n: int) -> float:
        p = self.p
        out = float(p.units_per_chip[i, k])
        if p.rate_factor is not None:
            out *= float(p.rate_factor[i, n])
        if p.chip_factor is not None:
            out *= float(p.chip_factor[k, n])
        return out

    def campaigns(self, used: Any) -> None:
        p = self.p
        for c, job in enumerate(p.campaigns):
            row: Any = defaultdict(float)
            for t in range(job.start, job.due + 1):
                seconds = self.years[t] * 365.25 * 86400
                for k in range(len(p.chips)):
                    for site in job.sites:
                        s = self.site[site]
                        for h, hours in enumerate(p.hours[:, self.node[t]]):
                            hh = -1 if job.steady else h
                            w = self.v("train", t, c, k, s, hh)
                            done = job.units_per_chip[k] * seconds * hours / 24
                            row[w] += done / job.work
                            used[k, s, h, t][w] += 1.0
                            self.works(w, k, s, t, h, 1.0)
            short = self.v("short", job.due, c, upper=1.0)
            row[short] += 1.0
            self.lp.row(row, 1.0, np.inf)
            self.pay(short, job.due, job.short_cost * job.work, real=False)

    def limits(self) -> None:
        p = self.p
        for b, budget in enumerate(p.budgets):
            row: Any = defaultdict(float)
            for (basis, cls, t), terms in self.capex.items():
                inside = t in budget.periods and (not budget.classes or cls in budget.classes)
                if basis == budget.basis and inside:
                    for x, v in terms.items():
                        row[x] += v
            if np.isfinite(budget.slack_cost):
                over = self.v("over", max(budget.periods), b)
                row[over] -= 1.0
                self.pay(over, max(budget.periods), budget.slack_cost, real=False)
            self.lp.row(row, -np.inf, budget.amount)
        for j, share in enumerate(p.shares):
            row = defaultdict(float)
            for _, i, t, x, full in self.starts:
                o = p.offers[i]
                if t in share.periods and o.id in share.of:
                    home = 1.0 if o.id in share.offers else 0.0
                    row[x] += (home - share.share) * full
            if np.isfinite(share.slack_cost):
                short = self.v("short-share", max(share.periods), j)
                row[short] += 1.0
                self.pay(short, max(share.periods), share.slack_cost, real=False)
            self.lp.row(row, 0.0, np.inf)
        for limit in p.limits:
            for t in range(self.T):
                row = defaultdict(float)
                for name, i, u, x, _ in self.starts:
                    mine = p.offers[i].id in limit.offers
                    when = u <= t if limit.cumulative else u == t
                    if mine and when and (name == "start" or limit.cumulative):
                        row[x] += 1.0
                self.lp.row(row, -np.inf, float(limit.cap[self.node[t]]))


def _share(thing: Any, age: float) -> float:
    """Share of the price left at `age` [years]: of a chip, or of hosts."""
    points = sorted(thing.residual) or [(0.0, 1.0), (thing.life_years, 0.0)]
    if points[0][0] > 0:
        points = [(0.0, 1.0), *points]
    return float(np.interp(age, [a for a, _ in points], [b for _, b in points]))
