"""The planning programme written a second time: plain loops, one copy of it per history.

Independent of `outlay.planning.programme.rows`: every history has its own variables, decisions of
histories that cannot yet be told apart are made equal by explicit rows, money is added up path by
path. Handed to linopy as labelled variables and constraints, or to scipy. Slow, for small problems.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from outlay.planning.problem.types import PlanProblem

HOURS = 365.25 * 24


class Lp:
    """Columns by key, rows as dictionaries."""

    def __init__(self) -> None:
        self.number: dict[Any, int] = {}
        self.bounds: list[tuple[float, float]] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []

    def var(self, key: Any, lower: float = 0.0, upper: float = np.inf) -> int:
        if key not in self.number:
            self.number[key] = len(self.bounds)
            self.bounds.append((lower, upper))
        return self.number[key]

    def row(self, terms: dict[int, float], lower: float, upper: float) -> None:
        self.rows.append((dict(terms), lower, upper))

    def solve_in_linopy(self, cost: dict[int, float]) -> float:
        """The optimum by linopy: its own algebra, and its own way to the solver."""
        import linopy
        import xarray as xr

        names = [str(k) for k in self.number]
        lower, upper = (xr.DataArray(list(b), {"x": names}) for b in zip(*self.bounds, strict=True))
        model = linopy.Model()
        x = model.add_variables(lower, upper, name="x")
        rows = [r for r in self.rows if r[0] and np.isfinite(r[1:]).any()]
        for name, sign, bound in (("least", ">=", 1), ("most", "<=", 2)):
            some = [r for r in rows if np.isfinite(r[bound])]
            wide = max((len(t) for t, _, _ in some), default=0)
            labels, values = np.full((len(some), wide), -1), np.zeros((len(some), wide))
            for i, (terms, _, _) in enumerate(some):
                labels[i, : len(terms)] = [int(x.labels.values[j]) for j in terms]
                values[i, : len(terms)] = list(terms.values())
            if not len(some):
                continue
            shape = ("row", "_term")
            data = xr.Dataset(
                {"coeffs": (shape, values), "vars": (shape, labels)},
                coords={"row": np.arange(len(some))},
            )
            limit = xr.DataArray([r[bound] for r in some], {"row": np.arange(len(some))})
            left = linopy.LinearExpression(data, model)
            model.add_constraints(left, sign, limit, name=name)
        prices = xr.DataArray([cost.get(j, 0.0) for j in range(len(names))], {"x": names})
        model.add_objective((prices * x).sum())
        status, _ = model.solve("highs", io_api="direct", output_flag=False, threads=1)
        assert status == "ok"
        return float(model.objective.value)

    def solve(self, cost: dict[int, float]) -> float:
        n = len(self.bounds)
        c = np.zeros(n)
        for j, v in cost.items():
            c[j] += v
        parts: dict[str, list[tuple[dict[int, float], float]]] = {"ub": [], "eq": []}
        for terms, lo, up in self.rows:
            if lo == up:
                parts["eq"].append((terms, lo))
                continue
            if np.isfinite(up):
                parts["ub"].append((terms, up))
            if np.isfinite(lo):
                parts["ub"].append(({j: -v for j, v in terms.items()}, -lo))
        given: dict[str, Any] = {}
        for name, rows in parts.items():
            if rows:
                data = [(i, j, v) for i, (t, _) in enumerate(rows) for j, v in t.items()]
                i, j, v = zip(*data, strict=True)
                given[f"A_{name}"] = coo_matrix((v, (i, j)), shape=(len(rows), n)).tocsr()
                given[f"b_{name}"] = [b for _, b in rows]
        found = linprog(c, bounds=self.bounds, method="highs", **given)
        assert found.status == 0, found.message
        return float(found.fun)


def oracle_cost(p: PlanProblem, linopy: bool = False) -> float:
    """The optimal objective of `p`, by the second formulation."""
    lp = Lp()
    tree = p.tree
    path_costs = []
    for leaf in tree.leaves:
        path_costs.append(_History(lp, p, int(leaf)).build())
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

    def __init__(self, lp: Lp, p: PlanProblem, leaf: int) -> None:
        self.lp, self.p, self.leaf = lp, p, leaf
        tree = p.tree
        self.node = tree.path(leaf)
        self.T = len(self.node)
        self.month = [q.year * 12 + q.month for q in tree.periods]
        self.years = [q.days / 365.25 for q in tree.periods]
        self.begin = [(q.start - tree.periods[0].start).days / 365.25 for q in tree.periods]
        self.end = self.begin[-1] + self.years[-1]
        r = 1 + p.discount_rate
        self.disc = [r ** -(b + y / 2) for b, y in zip(self.begin, self.years, strict=True)]
        self.disc_end = r**-self.end
        # Ages and terms are counted in calendar months.
        self.begin = [(m - self.month[0]) / 12 for m in self.month]
        self.end = self.begin[-1] + tree.periods[-1].months / 12
        self.cost: dict[int, float] = defaultdict(float)
        self.fixed = 0.0
        self.till: Any = defaultdict(lambda: defaultdict(float))
        self.till_fixed: dict[int, float] = defaultdict(float)
        self.racks: Any = defaultdict(lambda: defaultdict(float))
        self.wet: Any = defaultdict(lambda: defaultdict(float))
        self.chips = {c.id: k for k, c in enumerate(p.chips)}
        self.site = {s.id: i for i, s in enumerate(p.sites)}
        self.capex: dict[tuple[str, str, int], dict[int, float]] = defaultdict(
            lambda: defaultdict(float)
        )

    def v(self, name: str, t: int, *rest: Any, lower: float = 0.0, upper: float = np.inf) -> int:
        return self.lp.var((name, self.leaf, t, *rest), lower, upper)

    def pay(self, j: int, t: int, amount: float, real: bool = True) -> None:
        """real: money that leaves the till, not the price of what is not done."""
        self.cost[j] += amount * self.disc[t]
        if real:
            self.till[t][j] += amount

    def first_from(self, month: float) -> int:
        """First period that starts at or after `month` (T = after the horizon)."""
        return next((t for t in range(self.T) if self.month[t] >= month - 1e-9), self.T)

    def build(self) -> tuple[dict[int, float], float]:
        # standing[k, s, t] -> terms; `power` and `bill` say which chips are on it
        self.standing: Any = defaultdict(lambda: defaultdict(float))
        self.power: Any = defaultdict(lambda: defaultdict(float))
        for i, o in enumerate(self.p.offers):
            self.offer(i, o)
        for i, q in enumerate(self.p.pools):
            self.pool(i, q)
        self.sites()
        self.work()
        self.limits()
        self.money()
        return self.cost, self.fixed

    # ---- offers --------------------------------------------------------------------------

    def offer(self, i: int, o: Any) -> None:
        p, lp = self.p, self.lp
        k = self.chips[o.chip]
        direct = o.lead_months == 0
        due_at = {t: self.first_from(self.month[t] + o.lead_months) for t in range(self.T)}
        arrivals: dict[int, list[int]] = defaultdict(list)
        for t in range(self.T):
            if not direct and due_at[t] < self.T and o.order_cap[self.node[t]] > 0:
                x = self.v("order", t, i, upper=float(o.order_cap[self.node[t]]))
                arrivals[due_at[t]].append(x)
                price = float(o.price[self.node[t]])
                self.pay(x, t, o.deposit * price)
                self.capex["payment", o.budget_class, t][x] += o.deposit * price
                owned = o.kind in ("purchase", "finance_lease")
                full = price * (1 + o.levy) if owned else 0.0
                self.capex["order", o.budget_class, t][x] += full
                host = float(np.broadcast_to(o.host_cost, len(p.tree))[self.node[t]])
                self.capex["order", o.host_class, t][x] += host
        wait = None
        seen = False
        for t in range(self.T):
            n = int(self.node[t])
            peers = p.tree.period == p.tree.period[n]
            closed = o.delivery_cap[n] < o.delivery_cap[peers].max()
            seen = seen or bool(arrivals[t]) or (direct and o.order_cap[n] > 0)
            if not (direct and o.order_cap[n] > 0) and (direct or not seen):
                continue
            starts = []
            if o.delivery_cap[n] > 0:
                starts += [self.start(i, o, k, s, t, "start") for s in o.sites if self.may(s, k)]
            lp.row(dict.fromkeys(starts, 1.0), -np.inf, float(o.delivery_cap[n]))
            others = []
            if closed:
                others = [
                    self.start(i, o, k, s, t, "divert") for s in o.divert_sites if self.may(s, k)
                ]
            if direct:
                lp.row(dict.fromkeys(starts + others, 1.0), -np.inf, float(o.order_cap[n]))
                continue
            row = defaultdict(float)
            for x in arrivals[t]:
                row[x] += 1.0
            if wait is not None:
                row[wait] += 1.0
            for x in starts + others:
                row[x] -= 1.0
            if closed or o.cancel_fee is not None:
                row[self.cancel(i, o, t, closed)] -= 1.0
            wait = None
            if closed and t < self.T - 1:
                wait = self.v("wait", t, i)
                row[wait] -= 1.0
            lp.row(row, 0.0, 0.0)

    def may(self, site: str, k: int) -> bool:
        return bool(self.p.site_chip[self.site[site], k])

    def cancel(self, i: int, o: Any, t: int, closed: bool) -> int:
        x = self.v("cancel", t, i)
        price = float(o.price[self.node[t]])
        self.pay(x, t, -price * o.deposit * o.refund)
        self.capex["payment", o.budget_class, t][x] -= price * o.deposit * o.refund
        owned = o.kind in ("purchase", "finance_lease")
        self.capex["order", o.budget_class, t][x] -= price * (1 + o.levy) if owned else 0.0
        host = float(np.broadcast_to(o.host_cost, len(self.p.tree))[self.node[t]])
        self.capex["order", o.host_class, t][x] -= host
        if not closed and o.cancel_fee:
            rent = 0.0 if owned else float(o.rent_hour[self.node[t]]) * HOURS * o.term_months / 12
            self.pay(x, t, o.cancel_fee * (price + rent))
        return x

    def start(self, i: int, o: Any, k: int, site: str, t: int, name: str) -> int:
        p, s = self.p, self.site[site]
        n = int(self.node[t])
        x = self.v(name, t, i, s)
        price = float(o.price[n])
        host = float(np.broadcast_to(o.host_cost, len(p.tree))[n])
        deposit = 0.0 if o.lead_months == 0 else o.deposit
        owned = o.kind in ("purchase", "finance_lease")
        if o.kind == "purchase":
            now = price * (1 - deposit) + price * o.levy
        elif o.kind == "finance_lease":
            now = 0.0
        else:
            now = price
        self.pay(x, t, now + host + (o.divert_cost if name == "divert" else 0.0))
        full = price * (1 + o.levy) if owned else 0.0
        self.capex["delivery", o.budget_class, t][x] += full
        self.capex["delivery", o.host_class, t][x] += host
        self.capex["payment", o.host_class, t][x] += host
        self.capex["payment", o.budget_class, t][x] += now if o.kind == "purchase" else 0.0
        if o.kind == "finance_lease":
            self.capex["payment", o.budget_class, t][x] += full
        if o.lead_months == 0:
            self.capex["order", o.budget_class, t][x] += full
            self.capex["order", o.host_class, t][x] += host
        months = 12 * p.chips[k].life_years if owned else o.term_months
        months = 0.0 if o.kind == "spot" else months
        gone = max(self.first_from(self.month[t] + months), t + 1)
        self.hold(i, o, k, s, t, x, gone, price, host, name)
        return x

    def hold(
        self, i: int, o: Any, k: int, s: int, t: int, x: int, gone: int, price: float, host: float,
        name: str,
    ) -> None:  # fmt: skip
        """From the start to the end, one variable for what is kept where it may leave early."""
        p, chip = self.p, self.p.chips[k]
        early = o.resale or o.exit_share is not None
        owned = o.kind in ("purchase", "finance_lease")
        full = price * (1 + o.levy) + host if owned else 0.0
        rent = float(o.rent_hour[self.node[t]]) * HOURS
        before = x
        for u in range(t, gone):
            now = x
            if early and u > t:
                now = self.v(f"keep-{name}", u, i, s, t)
                self.lp.row({now: 1.0, before: -1.0}, -np.inf, 0.0)
                age = self.begin[u] - self.begin[t]
                if o.resale:
                    gain = _residual(chip, age) * full
                    self.pay(before, u, -gain)
                    self.pay(now, u, gain)
                else:
                    owed = max(o.term_months / 12 - age, 0.0)
                    fee = rent * max(o.exit_share * owed, min(o.notice_months / 12, owed))
                    self.pay(before, u, fee)
                    self.pay(now, u, -fee)
            self.stand(k, s, u, now, self.own_power(o), o.energy_included)
            if not owned:
                self.pay(now, u, rent * self.years[u])
            before = now
        if o.kind == "finance_lease":
            years, rate = o.term_months / 12, o.finance_rate
            level = rate / (1 - (1 + rate) ** -years) if rate else 1 / years
            deposit = 0.0 if o.lead_months == 0 else o.deposit
            yearly = price * (1 + o.levy) * (1 - deposit) * level
            end = max(self.first_from(self.month[t] + o.term_months), t + 1)
            for u in range(t, end):
                self.pay(x, u, yearly * self.years[u])
            owed = yearly * max(self.begin[t] + years - self.end, 0.0)
            self.cost[x] += owed * self.disc_end
        if gone == self.T:
            if owned:
                left = _residual(chip, self.end - self.begin[t]) * p.terminal_value
                self.cost[before] -= left * full * self.disc_end
            elif o.kind != "spot":
                after = max(self.begin[t] + o.term_months / 12 - self.end, 0.0)
                self.cost[before] += (1 - p.lease_end_value) * rent * after * self.disc_end

    def own_power(self, o: Any) -> bool:
        return bool(o.kind not in ("reservation", "spot") and o.uses_power)

    def stand(self, k: int, s: int, t: int, x: int, power: bool, included: bool) -> None:
        p, chip, site, n = self.p, self.p.chips[k], self.p.sites[s], int(self.node[t])
        self.standing[k, s, t][x] += 1.0
        draw = chip.power_kw * (1.0 if site.it_power else site.pue)
        if power:
            self.power[s, t][x] += draw / 1e3
            self.racks[s, t][x] += chip.racks
            self.wet[s, t][x] += draw / 1e3 if chip.liquid else 0.0
        self.pay(x, t, chip.upkeep_per_year * self.years[t])
        if not included:
            kwh = chip.power_kw * chip.power_use * site.pue * HOURS * self.years[t]
            self.pay(x, t, kwh * float(np.broadcast_to(site.tariff_kwh, len(p.tree))[n]))
            if not site.take_or_pay:
                rent = float(np.broadcast_to(site.rent_kw_month, len(p.tree))[n])
                self.pay(x, t, draw * 12 * self.years[t] * rent)

    def pool(self, i: int, q: Any) -> None:
        k = self.chips[q.chip]
        before: dict[str, int] = {}
        renewals: dict[int, int] = {}
        for t in range(self.T):
            n = int(self.node[t])
            row = {}
            if q.available[n] > 0:
                for site in q.sites:
                    if not self.may(site, k):
                        continue
                    x = self.v("pool", t, i, site)
                    row[x] = 1.0
                    if site in before:
                        self.lp.row({x: 1.0, before[site]: -1.0}, -np.inf, 0.0)
                    before[site] = x
                    rent = float(np.broadcast_to(q.rent_hour, len(self.p.tree))[n])
                    self.pay(x, t, rent * HOURS * self.years[t])
                    self.stand(k, self.site[site], t, x, q.uses_power, q.energy_included)
                self.lp.row(row, -np.inf if q.retirable else q.available[n], q.available[n])
            if q.renew_rent_hour is not None:
                self.renew(i, q, k, t, renewals)

    def renew(self, i: int, q: Any, k: int, t: int, renewals: dict[int, int]) -> None:
        n = int(self.node[t])
        ended = q.available[self.node[t - 1]] - q.available[n] if t else 0.0
        row = {}
        for site in q.sites:
            if not self.may(site, k):
                continue
            x = self.v("renew", t, i, site)
            row[x] = 1.0
            gone = max(self.first_from(self.month[t] + q.renew_term_months), t + 1)
            rent = float(q.renew_rent_hour[n]) * HOURS
            for u in range(t, gone):
                self.stand(k, self.site[site], u, x, q.uses_power, q.energy_included)
                self.pay(x, u, rent * self.years[u])
            if gone == self.T:
                after = max(self.begin[t] + q.renew_term_months / 12 - self.end, 0.0)
                self.cost[x] += (1 - self.p.lease_end_value) * rent * after * self.disc_end
            renewals[x] = gone
        for x, gone in renewals.items():
            if gone == t and x not in row:
                row[x] = -1.0
        self.lp.row(row, -np.inf, max(ended, 0.0))

    # ---- sites, work, limits -------------------------------------------------------------

    def sites(self) -> None:
        p = self.p
        for s, site in enumerate(p.sites):
            ordered: dict[int, int] = {}
            e = site.expansion
            for t in range(self.T):
                n = int(self.node[t])
                rent = float(np.broadcast_to(site.rent_kw_month, len(p.tree))[n]) * 12 * 1e3
                if site.take_or_pay:
                    paid = rent * self.years[t] * float(site.power_mw[n])
                    self.fixed += paid * self.disc[t]
                    self.till_fixed[t] += paid
                if e is not None and self.first_from(self.month[t] + e.lead_months) < self.T:
                    x = self.v("expand", t, s, upper=float(e.cap_mw[n]))
                    first = self.first_from(self.month[t] + e.lead_months)
                    ordered[x] = first
                    cost = float(e.cost_per_w[n]) * 1e6
                    self.pay(x, t, cost * e.deposit)
                    self.pay(x, first, cost * (1 - e.deposit))
                    age = self.end - self.begin[first]
                    left = max(1 - age / e.asset_life_years, 0.0) * p.terminal_value
                    self.cost[x] -= left * cost * self.disc_end
                row = dict(self.power[s, t])
                for x, first in ordered.items():
                    if first <= t:
                        row[x] = row.get(x, 0.0) - 1.0
                        if site.take_or_pay:
                            self.pay(x, t, rent * self.years[t])
                self.lp.row(row, -np.inf, float(site.power_mw[n]))
                self.lp.row(dict(self.racks[s, t]), -np.inf, site.rack_limit)
                self.lp.row(dict(self.wet[s, t]), -np.inf, site.liquid_mw)
            if e is not None and np.isfinite(e.total_mw):
                self.lp.row(dict.fromkeys(ordered, 1.0), -np.inf, e.total_mw)

        for c in p.ceilings:
            for t in range(self.T):
                row = defaultdict(float)
                for name in c.sites:
                    site = p.sites[self.site[name]]
                    for x, mw in self.power[self.site[name], t].items():
                        row[x] += mw / (1.0 if site.it_power else site.pue)
                self.lp.row(row, -np.inf, float(c.cap[self.node[t]]))

    def money(self) -> None:
        """Cash from period to period; interest on the debt carried over."""
        c = self.p.cash
        if c is None:
            return
        cash, debt = None, None
        for t in range(self.T):
            n = int(self.node[t])
            if debt is not None:
                self.pay(debt, t, c.debt_rate * self.years[t])
            now = self.v("cash", t, lower=-np.inf)
            limit = float(np.broadcast_to(c.debt_ceiling, len(self.p.tree))[n])
            owed = self.v("debt", t, upper=limit)
            under = self.v("under", t)
            self.cost[under] += c.slack_cost * self.disc[t]
            row = defaultdict(float, {now: 1.0, owed: -1.0})
            for x, v in self.till[t].items():
                row[x] += v
            if cash is not None and debt is not None:
                row[cash] -= 1.0
                row[debt] += 1.0
            there = float(c.income[n]) - self.till_fixed[t] + (c.start if cash is None else 0.0)
            self.lp.row(row, there, there)
            self.lp.row({now: 1.0, under: 1.0}, c.floor, np.inf)
            cash, debt = now, owed

    def together(self, t: int, groups: dict[str, list[int]]) -> None:
        """Phases served in one place: each zone takes the same share of every phase."""
        p, n = self.p, int(self.node[t])
        zones: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for s, site in enumerate(p.sites):
            runs = tuple(site.id in c.sites for c in p.campaigns)
            zones[(*p.site_load[s].tolist(), *runs)].append(s)
        for g, members in groups.items():
            if len(members) < 2 or not any(p.loads[i].colocated for i in members):
                continue
            for z, sites in enumerate(zones.values()):
                for h in range(len(p.slices)):
                    share = self.v("share", t, g, z, h)
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
        for (k, s, _h, t), row in used.items():
            for x, v in self.standing[k, s, t].items():
                row[x] -= p.chips[k].usable * v
            self.lp.row(row, -np.inf, 0.0)

    def service(self, t: int, g: str, members: list[int], used: Any) -> None:
        """One group in one period: served by its own model or a smaller one, moved or given up."""
        p, n = self.p, int(self.node[t])
        mean = (p.demand[:, :, n] * p.slice_hours).sum(axis=1) / 24
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
            if share > 0:
                low = min(share * p.demand[i, h, n] / mean[i] for i in members)
                moved = self.v("moved", t, g, h, lower=-low)
                day[moved] = p.slice_hours[h]
            for i in members:
                want = float(p.demand[i, h, n])
                paid = want * seconds * p.slice_hours[h] / 24 * p.loads[i].shed_cost
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
                    self.lp.row({handed: -want, **self.served(t, j, h, used)}, 0.0, 0.0)
                self.lp.row(row, want, want)
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
        return row

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
                        for h in range(len(p.slices)):
                            hh = -1 if job.steady else h
                            w = self.v("train", t, c, k, s, hh)
                            done = job.units_per_chip[k] * seconds * p.slice_hours[h] / 24
                            row[w] += done / job.work
                            used[k, s, h, t][w] += 1.0
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
        starts = [k for k in self.lp.number if isinstance(k, tuple) and k[1] == self.leaf]
        starts = [k for k in starts if k[0] in ("start", "divert")]
        for j, share in enumerate(p.shares):
            row = defaultdict(float)
            for key in starts:
                _, _, t, i, _ = key
                o = p.offers[i]
                if t in share.periods and o.id in share.of:
                    full = float(o.price[self.node[t]]) * (1 + o.levy)
                    home = 1.0 if o.id in share.offers else 0.0
                    row[self.lp.number[key]] += (home - share.share) * full
            short = self.v("share", max(share.periods), j)
            row[short] += 1.0
            self.pay(short, max(share.periods), share.slack_cost, real=False)
            self.lp.row(row, 0.0, np.inf)
        for limit in p.limits:
            for t in range(self.T):
                row = defaultdict(float)
                for key in starts:
                    name, _, u, i, _ = key
                    mine = p.offers[i].id in limit.offers
                    when = u <= t if limit.cumulative else u == t
                    if mine and when and (name == "start" or limit.cumulative):
                        row[self.lp.number[key]] += 1.0
                self.lp.row(row, -np.inf, float(limit.cap[self.node[t]]))


def _residual(chip: Any, age: float) -> float:
    if age >= chip.life_years:
        return 0.0
    points = sorted(chip.residual) or [(0.0, 1.0), (chip.life_years, 0.0)]
    if points[0][0] > 0:
        points = [(0.0, 1.0), *points]
    return float(np.interp(age, [a for a, _ in points], [b for _, b in points]))
