r"""Energy and rent of halls: what stands, what works, and what is contracted.

Equation (rows `work_done`, per zone): \sum_h work_{hn} + free_{zn} = \sum_{lk} (busy - idle)_k kW_k
× at work_l × busy_{lkzn}, the mean over the day; rows `work_in`: work <= (busy - idle) × power.
Rows `work_free`: chips that are not on a hall's paid power may work first; others pay for them.
LaTeX: \sum_{h \in z} w_{hn} + w^0_{zn} = \sum_{lkh} \tfrac{t_h}{24} (\beta_k - \iota_k) \kappa_k
\alpha_l y_{lkzhn}, \qquad w_{hn} \le \max_k (\beta_k - \iota_k) p_{hn}
Energy = (idle × standing power + work) × PUE × hours. Rows `least_energy`: what a contract bills
whether drawn or not. Rows `least_rent`: rent is owed on `minimum_use` of the energised power.
Unit: MW.
In words: a chip that works draws more than one that waits; a hall is paid as it is contracted.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.periods import HOURS_PER_DAY, HOURS_PER_YEAR, MONTHS_PER_YEAR
from outlay.planning.programme.draft import Draft
from outlay.planning.programme.frame import INCLUDED, NO_POWER, PAID
from outlay.planning.programme.rows.sites import KW_PER_MW, contracted, energised_from, standing

__all__ = ["columns", "rows"]


def columns(d: Draft) -> None:
    """work [hall, node] MW of IT load beside what stands; work_free [zone, node]; unused [hall,
    node] MW billed but not drawn; spare [hall, node] MW of rent beside what stands."""
    b, f, tree = d.blocks, d.frame, d.problem.tree
    shape = (len(f.halls), len(tree))
    unit = float(2.0 ** np.round(np.log2(_largest_kw(d) * f.chip_unit / KW_PER_MW)))
    axes = ("hall", "node")
    works = bool(f.more_use.max(initial=0.0) > 0)
    billed = np.array([bool(np.any(np.asarray(s.tariff_kwh) > 0)) for s in f.halls], dtype=bool)
    hall_zone = f.site_zone[f.hall_place]
    paid = np.zeros((len(f.zones), len(tree)), dtype=bool)
    paid[np.unique(hall_zone[billed])] = works
    d.col["work"] = b.column("work", axes, paid[hall_zone], unit=unit, meaning="MW at work")
    d.col["work_free"] = b.column(
        "work_free", ("zone", "node"), paid, unit=unit, meaning="MW at work, billed elsewhere"
    )
    least = np.array([s.minimum_energy for s in f.halls])[:, None] * np.ones(shape)
    d.col["unused"] = b.column("unused", axes, least > 0, unit=unit, meaning="MW billed, not drawn")
    some = np.array([s.minimum_use for s in f.halls])[:, None] * np.ones(shape)
    d.col["spare"] = b.column(
        "spare", axes, (some > 0) & (some < 1), unit=unit, meaning="MW of rent, not used"
    )
    _energy(d)
    _rent(d)


def _largest_kw(d: Draft) -> float:
    return max(float(d.frame.draw_kw.max(initial=1.0)), 1e-9)


def _energy(d: Draft) -> None:
    f, tree = d.frame, d.problem.tree
    every = np.arange(len(tree))
    for i, s in enumerate(f.halls):
        hours = HOURS_PER_YEAR * tree.years
        tariff = np.broadcast_to(np.asarray(s.tariff_kwh, dtype=float), (len(tree),)) * KW_PER_MW
        at_meter: Array = f.hall_pue[i] if s.it_power else np.ones(len(tree))
        mwh = f.idle_use * hours * at_meter
        pay = d.ledger.pay
        power: IntArray = d.col["power"][PAID, i]
        pay(power, every, mwh * tariff, "energy", "opex", s.id, quantity=mwh)
        pue: Array = f.hall_pue[i]
        mwh = hours * pue
        work: IntArray = d.col["work"][i]
        pay(work, every, mwh * tariff, "energy", "opex", s.id, quantity=mwh)
        pay(d.col["unused"][i], every, hours * tariff, "energy", "opex", s.id, quantity=hours)
        staff = np.broadcast_to(np.asarray(s.staff_mw_year, dtype=float), (len(tree),))
        for kind in (PAID, INCLUDED):
            cost = staff * tree.years
            pay(d.col["power"][kind, i], every, cost, "staff", "opex", s.id, quantity=tree.years)


def _rent(d: Draft) -> None:
    """Rent of what is contracted, as far as it is owed; beyond that, of what stands there."""
    f, tree = d.frame, d.problem.tree
    every = np.arange(len(tree))
    pay = d.ledger.pay
    for i, s in enumerate(f.halls):
        rent = np.broadcast_to(np.asarray(s.rent_kw_month, dtype=float), (len(tree),))
        rent_mw = rent * tree.months * KW_PER_MW
        expand: IntArray = d.col["expand"][i]
        at, node, share = energised_from(d, i)
        if s.minimum_use >= 1.0:
            mw: Array = contracted(d)[i]
            pay(d.col["one"], every, rent_mw * mw, "site_rent", "opex", s.id, quantity=mw)
            owed = rent_mw[node] * share
            pay(expand[at], node, owed, "site_rent", "opex", s.id, quantity=share)
            pay(d.col["given"][i], every, -rent_mw, "site_rent", "opex", s.id, quantity=-1.0)
        else:
            pay(d.col["power"][PAID, i], every, rent_mw, "site_rent", "opex", s.id)
            pay(d.col["spare"][i], every, rent_mw, "site_rent", "opex", s.id)
        if s.exit_share is not None:
            left: Array = tree.end_age - tree.start_age[tree.period]
            notice = np.minimum(s.notice_months / MONTHS_PER_YEAR, left)
            years = np.maximum(s.exit_share * left, notice) * min(s.minimum_use, 1.0)
            fee = rent * MONTHS_PER_YEAR * KW_PER_MW * years
            pay(d.col["leave"][i], every, fee, "exit_fee", "opex", s.id)
        _rent_after(d, i, at, node, rent * MONTHS_PER_YEAR * KW_PER_MW)


def _rent_after(d: Draft, hall: int, at: IntArray, node: IntArray, per_year: Array) -> None:
    """What an expansion's contract still owes after the horizon."""
    f, tree = d.frame, d.problem.tree
    s = f.halls[hall]
    e = s.expansion
    if e is None or not e.term_months:
        return
    leaf = np.isin(node, tree.leaves)
    at, node = at[leaf], node[leaf]
    begun = tree.start_age[tree.period[at]] + e.lead_months / MONTHS_PER_YEAR
    years: Array = np.maximum(begun + e.term_months / MONTHS_PER_YEAR - tree.end_age, 0.0)
    owed = per_year[node] * years * min(s.minimum_use, 1.0)
    d.ledger.pay(
        d.col["expand"][hall][at], node, owed, "obligation", "terminal", s.id,
        discount=f.end_discount,
    )  # fmt: skip


def rows(d: Draft) -> None:
    _work(d)
    _least(d)


def _work(d: Draft) -> None:
    f, p, b = d.frame, d.problem, d.blocks
    work, free = d.col["work"], d.col["work_free"]
    row = b.row("work_done", ("zone", "node"), free >= 0, lower=0.0, upper=0.0, unit="MW")
    b.put(row[f.site_zone[f.hall_place]].reshape(work.shape), work, 1.0)
    b.put(row, free, 1.0)
    more = f.more_use * f.chip_kw / KW_PER_MW  # [chip] MW
    part = p.hours / HOURS_PER_DAY  # [slice, node]
    n = len(p.tree)
    at_work = np.array([np.broadcast_to(x.at_work, (n,)) for x in p.loads]).reshape(-1, n)
    each = at_work[:, None, None, None, :] * (more[:, None, None, None] * part)[None]
    b.put(row[None, None, :, None, :], d.col["busy"], -each)
    train = d.col["train"]
    for c, campaign in enumerate(p.campaigns):
        if campaign.steady:  # one column stands for the whole day
            b.put(row[None], train[c, :, :, 0], -more[:, None, None])
        else:
            b.put(row[None, :, None, :], train[c], -(more[:, None, None, None] * part))
    inside = b.row("work_in", ("hall", "node"), work >= 0, upper=0.0, unit="MW")
    b.put(inside, work, 1.0)
    at_meter = np.array([not s.it_power for s in f.halls], dtype=bool)[:, None]
    it: Array = np.where(at_meter, 1.0 / f.hall_pue, 1.0)
    b.put(inside, d.col["power"][PAID], -float(f.more_use.max(initial=0.0)) * it)
    _free(d, more)


def _free(d: Draft, more: Array) -> None:
    """Chips on somebody else's power or bill work for nothing here, as far as they stand."""
    f, b, tree = d.frame, d.blocks, d.problem.tree
    free = d.col["work_free"]
    zone = b.row("work_free", ("zone", "node"), free >= 0, upper=0.0, unit="MW")
    b.put(zone, free, 1.0)
    by_site: IntArray = zone[f.site_zone]
    shape = (len(more), len(by_site), len(tree))
    usable: Array = -(more[:, None] * f.usable)[:, None, :]
    standing(d, by_site, np.broadcast_to(usable, shape), (INCLUDED, NO_POWER))


def _mend(d: Draft, row: IntArray) -> None:
    """What chips draw less idle than the hall is charged for them; such halls are places alone."""
    f, p = d.frame, d.problem
    less = np.array([(c.idle_use - f.idle_use) * c.power_kw / KW_PER_MW for c in p.chips])
    if not less.any():
        return
    by_site = np.full((len(p.sites), len(p.tree)), -1, dtype=np.int64)
    by_site[f.hall_place] = row
    standing(d, by_site, less[:, None, None] * f.site_pue[None], (PAID,))


def _least(d: Draft) -> None:
    f, b, tree = d.frame, d.blocks, d.problem.tree
    shape = (len(f.halls), len(tree))
    mw = contracted(d)
    least = np.array([s.minimum_energy for s in f.halls])
    it_power = np.array([s.it_power for s in f.halls], dtype=bool)[:, None]
    at_meter: Array = np.where(it_power, f.hall_pue, 1.0)
    some = d.col["unused"] >= 0
    owed = np.where(some, least[:, None] * at_meter * np.where(some, mw, 0.0), 0.0)
    row = b.row("least_energy", ("hall", "node"), some, lower=owed, unit="MW")
    b.put(row, d.col["unused"], 1.0)
    b.put(row, d.col["power"][PAID], f.idle_use * at_meter)
    b.put(row, d.col["work"], f.hall_pue)
    _mend(d, row)
    share = np.array([s.minimum_use for s in f.halls])
    some = d.col["spare"] >= 0
    owed = np.where(some, share[:, None] * np.where(some, mw, 0.0), 0.0)
    b.put(row, d.col["given"], least[:, None] * at_meter)
    rent = b.row("least_rent", ("hall", "node"), some, lower=owed, unit="MW")
    b.put(rent, d.col["spare"], 1.0)
    b.put(rent, d.col["power"][PAID], 1.0)  # the contract is owed whoever else stands there
    b.put(rent, d.col["given"], share[:, None])
    for i in range(shape[0]):
        at, node, part = energised_from(d, i)
        expand: IntArray = d.col["expand"][i, at]
        billed: Array = at_meter[i, node] * part
        energy_at: IntArray = row[i, node]
        rent_at: IntArray = rent[i, node]
        b.put(energy_at, expand, -least.item(i) * billed)
        b.put(rent_at, expand, -share.item(i) * part)
