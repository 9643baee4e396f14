"""Money and quantities in a study must fit together: prices, leases, shares, currencies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations

from outlay.core.errors import FxError
from outlay.core.periods import MONTHS_PER_YEAR, SECONDS_PER_YEAR
from outlay.core.quantities.currencies import CODES, nearest_currency
from outlay.core.quantities.fx import FxTable
from outlay.results.study import Number
from outlay.study.checks.branches import closes
from outlay.study.checks.complete import is_trace_file
from outlay.study.checks.partners import brought
from outlay.study.findings import Finding
from outlay.study.model.fields import Num, amount_in
from outlay.study.model.loads import Campaign, Service, Tier, UnservedValue, Work
from outlay.study.model.study import Study
from outlay.study.model.supply import Expansion, Offer, Pool

__all__ = ["money_findings", "rates"]

At = tuple[str | int, ...]
Numbered = tuple[At, Number]
_LEASES = ("lease", "finance_lease", "reservation")
_OWNED = ("purchase", "finance_lease")
ROUNDING = 1e-9
_MAY_END = ("lease", "reservation")
"""Contracts that may be left early where the study says for what."""


def money_findings(study: Study, numbers: Iterable[Numbered], fx: FxTable) -> Iterator[Finding]:
    """Prices that are missing, shares that do not sum, currencies without a rate."""
    numbers = tuple(numbers)
    for name, offer in study.supply.items():
        yield from _offer(("supply", name), offer)
        yield from _lots(study, name, offer)
        yield from _resold(study, name, offer)
    for name, pool in study.fleet.items():
        yield from _pool(("fleet", name), pool)
    for name, campaign in study.training.items():
        yield from _campaign(("training", name), campaign)
    yield from _unsaid(study, numbers)
    for name, work in study.work.items():
        yield from _work(("work", name), work)
        yield from _tiers(("work", name, "tiers"), work.tiers)
    for name, service in study.services.items():
        yield from _service(("services", name), service)
        yield from _sold(("services", name, "value", "price"), service, study, fx)
    for name, site in study.sites.items():
        if site.expand is not None:
            yield from _expansion(("sites", name, "expand"), site.expand)
    yield from _budget(study, fx)
    yield from _fx(study, numbers, fx)


def _resold(study: Study, name: str, offer: Offer) -> Iterator[Finding]:
    """What was bought dear may be sold for more than a new one costs: a plan would do so."""
    if not offer.resale or offer.price is None:
        return
    life = study.finance.lives.get("accelerators")
    years = SECONDS_PER_YEAR * 5 if life is None else (life.economic or life.book).value
    lost = 1.0 - (0.0 if life is None else life.residual.value)
    dated = [(max(p.ordinal, study.horizon.start.ordinal), p, n) for p, n in offer.price.entries]
    for (a, _, old), (b, later, new) in combinations(dated, 2):
        age = (b - a) / MONTHS_PER_YEAR * SECONDS_PER_YEAR / years
        worth = old.value * (1.0 - lost * min(age, 1.0))
        if old.currency == new.currency and new.value < worth * (1.0 - ROUNDING):
            what = "what was bought before sells for more than a new one costs"
            found = f"{new.written} from {later}, when one of {old.written} is worth {worth:,.0f}"
            allowed = "a price that falls no faster than the chip loses worth"
            yield Finding(("supply", name, "resale"), what, found, allowed, warn=True)
            return


def _budget(study: Study, fx: FxTable) -> Iterator[Finding]:
    """More for processors than for all that is bought: the smaller number binds, both are shown."""
    for year, part in study.budget.processors.items():
        whole = study.budget.capex.get(year)
        both = (_in_study(part, study, fx), _in_study(whole, study, fx))
        if whole is not None and both[0] > both[1]:
            at: At = ("budget", "processors", str(year))
            most = f"at most `budget.capex`, {whole.written}"
            yield Finding(at, "a part above the whole", part.written, most, warn=True)


def _expansion(path: At, e: Expansion) -> Iterator[Finding]:
    """A step must fit into what may be ordered at once and in all."""
    if e.step is None:
        return
    if e.limit is not None and e.limit.value < e.step.value:
        yield Finding(path, "the limit is less than one step")
    if e.per_period.value < e.step.value:
        allowed = f"{e.step.written} (`step`) or more"
        found = e.per_period.written
        yield Finding((*path, "per_period"), "less than one step, so none fits", found, allowed)


def _unsaid(study: Study, numbers: Iterable[Numbered]) -> Iterator[Finding]:
    """Numbers that are left out and cannot be filled from elsewhere."""
    own = {
        ("services", name, "lengths")
        for name, s in study.services.items()
        if s.lengths.trace is not None and is_trace_file(s.lengths.trace)
    }
    for path, entry in numbers:
        if math.isnan(entry.value) and path[:-1] not in own:  # the file itself says the mean
            *above, name = path
            yield Finding(tuple(above), f"`{name}` is missing", hint=f"left out it is {entry.note}")


def _offer(path: At, offer: Offer) -> Iterator[Finding]:
    yield from _payment(path, offer)
    if offer.price is not None and offer.from_pool is None:
        for period, num in offer.price.entries:
            if num.value == 0:
                at = (*path, "price") if period.year == 1 else (*path, "price", str(period))
                yield Finding(at, "a price of nothing", num.written, "more than 0, or `from_pool`")
    if offer.notice and offer.term and offer.notice > offer.term:
        yield Finding((*path, "notice"), "a notice longer than the term")


def _lots(study: Study, name: str, offer: Offer) -> Iterator[Finding]:
    """A lot is of whole chips, and one of them fits under the offer's caps."""
    path, lot = ("supply", name, "lot"), offer.lot
    if lot is None:
        return
    caps = {}
    if offer.cap is not None and all(map(closes, brought(study, f"supply.{name}.cap"))):
        plan = offer.cap
        caps["cap"] = max(amount_in(plan, p) or 0.0 for p in study.horizon.all())
    if offer.cumulative_cap is not None and not brought(study, f"supply.{name}.cumulative_cap"):
        caps["cumulative_cap"] = offer.cumulative_cap.value
    for field, cap in caps.items():
        if 0 < cap < lot.value:
            what = f"a lot above the most that `{field}` lets in, so none fits"
            yield Finding(path, what, lot.written, f"{cap:g} chips or fewer")
            return


def _payment(path: At, offer: Offer) -> Iterator[Finding]:
    """A way of holding chips needs what it is paid by, and uses nothing else."""
    yield from _missing(path, offer)
    yield from _contradicting(path, offer)
    if offer.by == "purchase":
        yield from _unused(path, offer, ("term", "notice"))
    elif offer.by == "finance_lease" and offer.price is not None:
        yield from _unused(path, offer, ("notice",))
    else:
        yield from _unused(path, offer, ("deposit", "refund", "levy", "duty"))


def _missing(path: At, offer: Offer) -> Iterator[Finding]:
    """What the way of holding chips is paid by, and for how long."""
    if offer.by == "purchase" and offer.price is None:
        yield Finding((*path, "by"), "a purchase without a price", hint="add `price:`")
    if offer.by == "finance_lease" and (offer.rent is None) == (offer.price is None):
        yield Finding(
            (*path, "by"), "a finance_lease is paid by its rent or by instalments on a price",
            "both" if offer.rent is not None else "neither", "one of `rent:` and `price:`",
        )  # fmt: skip
    elif offer.by not in _OWNED and offer.rent is None:
        yield Finding((*path, "by"), f"a {offer.by} without a rent", hint="add `rent:`")
    if offer.by in _LEASES and not offer.term:
        yield Finding((*path, "by"), f"a {offer.by} without a term", hint="add `term: 3 years`")


def _contradicting(path: At, offer: Offer) -> Iterator[Finding]:
    """What the way of holding chips cannot have."""
    if offer.early_exit is not None and offer.by not in _MAY_END:
        what = f"a {offer.by} cannot be left early"
        allowed = "on " + " and ".join(f"`by: {x}`" for x in _MAY_END)
        yield Finding((*path, "early_exit"), what, offer.early_exit.written, allowed)
    if offer.by == "spot" and offer.term:
        what = "spot chips are rented for the period at hand"
        yield Finding((*path, "term"), what, hint="write `by: lease` or `by: reservation`")
    if offer.by == "purchase" and offer.rent is not None:
        what = "a purchase has no rent"
        yield Finding((*path, "rent"), what, hint="write `by: lease` with a `term`")
    if offer.by not in _OWNED and offer.price is not None:
        what = f"a {offer.by} has no price"
        yield Finding((*path, "price"), what, hint="write `by: purchase`, or `by: finance_lease`")
    yield from _owners(path, offer)


def _owners(path: At, offer: Offer) -> Iterator[Finding]:
    """What only an owner can have, and what only a tenant can."""
    if offer.resale and offer.by != "purchase":
        what = "only what is bought can be sold"
        yield Finding((*path, "resale"), what, f"a {offer.by}", "on `by: purchase`")
    if offer.energy_included and offer.by in _OWNED:
        what = f"a {offer.by} has no rent that could hold power and space"
        hint = "leave it out: the hall's `rent` and `electricity` pay for them"
        yield Finding((*path, "energy_included"), what, "true", "on what is rented", hint)
    if offer.cancel_fee is not None and offer.by == "spot":
        what = "a spot order has no term whose rent the fee could be a share of"
        yield Finding((*path, "cancel_fee"), what, offer.cancel_fee.written, "on other contracts")


def _unused(path: At, offer: Offer, names: tuple[str, ...]) -> Iterator[Finding]:
    for name in names:
        if name in offer.model_fields_set and getattr(offer, name) is not None:
            yield Finding((*path, name), f"not used by a {offer.by}", warn=True)


def _pool(path: At, pool: Pool) -> Iterator[Finding]:
    idle = 0.0 if pool.not_installed is None else pool.not_installed.value
    if idle > pool.quantity.value:
        found = f"{idle:g} of {pool.quantity.value:g}"
        yield Finding((*path, "not_installed"), "more than the pool holds", found)
    if pool.tenure == "leased" and pool.rent is None:
        yield Finding((*path, "tenure"), "a leased pool without a rent", hint="add `rent:`")
    if pool.tenure == "owned" and (pool.rent is not None or pool.lease_end is not None):
        field = "rent" if pool.rent is not None else "lease_end"
        yield Finding((*path, field), "an owned pool with a lease", hint="add `tenure: leased`")
    if pool.tenure == "owned":
        yield from _owned(path, pool)
    if (pool.life is None) != (pool.vintage is None) and pool.tenure == "owned":
        yield Finding(path, "life and vintage go together; the pool is kept for good", warn=True)


def _owned(path: At, pool: Pool) -> Iterator[Finding]:
    """What only a lease can have."""
    hint = "add `tenure: leased` and its `rent`, or leave it out"
    for name, value in (("early_exit", pool.early_exit), ("notice", pool.notice)):
        if value is not None:
            found = value.written if isinstance(value, Num) else f"{value} months"
            what = "an owned pool has no lease to leave"
            yield Finding((*path, name), what, found, "on `tenure: leased`", hint)
    for name in ("renew_rent", "renew_term"):
        if name in pool.model_fields_set and getattr(pool, name) is not None:
            what = "an owned pool has no lease to renew"
            yield Finding((*path, name), what, "", "on `tenure: leased`", hint)
    if pool.energy_included:
        what = "an owned pool has no rent that could hold power and space"
        yield Finding((*path, "energy_included"), what, "true", "on `tenure: leased`", hint)


def _campaign(path: At, campaign: Campaign) -> Iterator[Finding]:
    by_model = campaign.model is not None or campaign.tokens is not None
    if (campaign.flop is not None and "flop" in campaign.model_fields_set) == by_model:
        what = "give `flop`, or `model` with `tokens`"
        yield Finding(path, what, "both" if by_model else "neither")
    elif by_model and (campaign.model is None or campaign.tokens is None):
        missing = "tokens" if campaign.tokens is None else "model"
        yield Finding(path, f"`{missing}` is missing", hint="FLOP = 6 × active × tokens")
    yield from _sums_to_one((*path, "places"), {k: v.value for k, v in campaign.places.items()})
    if campaign.goodput.value == 0:
        yield Finding((*path, "goodput"), "no useful time at all", campaign.goodput.written)


def _sums_to_one(path: At, shares: dict[str, float]) -> Iterator[Finding]:
    total = math.fsum(shares.values())
    if abs(total - 1) > 1e-9:
        yield Finding(path, "shares that do not sum to 1", f"{total:.6g}", "1")


def _service(path: At, service: Service) -> Iterator[Finding]:
    if service.mix.input.value == 0 and service.mix.cached.value > 0:
        yield Finding((*path, "mix"), "a cached share of no input")
    yield from _tiers((*path, "value", "tiers"), service.value.tiers)
    small = service.fallback
    if small is not None and small.model == service.model:
        found = small.model if isinstance(small.model, str) else ""
        allowed = "a smaller model than the service's own"
        yield Finding((*path, "fallback", "model"), "falls back on itself", found, allowed)


def _sold(path: At, service: Service, study: Study, fx: FxTable) -> Iterator[Finding]:
    """Customers that pay more than it costs to leave them: revenue is not in the objective.

    By the request, whose tokens of all kinds are given up together, in its cheapest tier.
    """
    value, mix = service.value, service.mix
    if value.price is None:
        return
    each = value.unserved
    cost = UnservedValue(input=each, output=each) if isinstance(each, Num) else each
    least = value.tiers[0].times.value if value.tiers else 1.0
    cached = mix.input.value * mix.cached.value
    parts = {"input": mix.input.value - cached, "cached": cached, "output": mix.output.value}
    try:
        paid, lost = (
            math.fsum(n * _in_study(getattr(of, kind), study, fx) for kind, n in parts.items())
            for of in (value.price, cost)
        )
    except FxError:
        return  # the check of currencies says so
    if paid > lost * least * (1 + ROUNDING):
        per = 1e6 / (mix.input.value + mix.output.value)
        yield Finding(
            path, "customers pay more than not serving them costs",
            f"{paid * per:.4g} {study.currency}/Mtok, in and out",
            f"at most `value.unserved`{'' if least == 1 else f' × {least:g}'}, "
            f"{lost * least * per:.4g} {study.currency}/Mtok",
            "the plan weighs costs, not revenue, and would leave them unserved: count what is lost "
            "with them in `value.unserved`",
            warn=True,
        )  # fmt: skip


def _in_study(num: Num | None, study: Study, fx: FxTable) -> float:
    if num is None:
        return 0.0
    if num.currency is None or num.currency == study.currency:
        return num.value
    return float(fx.convert(num.value, num.currency, study.currency, study.as_of))


def _tiers(path: At, tiers: Sequence[Tier]) -> Iterator[Finding]:
    """Shares sum to 1, and what is given up first is never dearer than what follows."""
    if tiers:
        shares = {str(n): t.share.value for n, t in enumerate(tiers)}
        yield from _sums_to_one(path, shares)
    for n in range(1, len(tiers)):
        before, here = tiers[n - 1].times, tiers[n].times
        if here.value < before.value:
            yield Finding(
                (*path, n, "times"), "cheaper to give up than the tier before it", here.written,
                f"{before.value:g} or more",
                "list the cheapest tier first: the plan gives up work in the order of its price",
            )  # fmt: skip


def _work(path: At, work: Work) -> Iterator[Finding]:
    if (work.need is None) == (work.units is None):
        found = "neither" if work.need is None else "both"
        yield Finding(path, "give `need` or `units`", found)
    if work.growth.entries and work.growth_per_period is not None:
        yield Finding((*path, "growth"), "growth is given twice", hint="keep one of the two")


@lru_cache(maxsize=8)
def rates(day: date) -> FxTable:
    """The catalogue's exchange rates as known on `day`."""
    from outlay.catalogue.tables import rows

    return FxTable.from_rows(rows("fx")).as_of(day)


def _fx(study: Study, numbers: Iterable[Numbered], fx: FxTable) -> Iterator[Finding]:
    """Every currency must have a rate to the study's on its date."""
    if study.currency not in CODES:
        allowed, hint = "an ISO code: CNY, USD, EUR", nearest_currency(study.currency)
        yield Finding(("currency",), "unknown currency", study.currency, allowed, hint)
        return
    used: dict[str, At] = {study.currency: ("currency",)}
    for path, entry in numbers:
        code = entry.unit.split("/")[0]
        if len(code) == 3 and code.isupper() and code.isalpha():
            used.setdefault(code, path)
    others = [c for c in used if c != study.currency]
    for code in others:
        try:
            fx.rate(code, study.currency, study.as_of)
        except FxError as err:
            p = err.problems()[0]
            yield Finding(used[code], p.what, p.value, p.allowed, p.hint)
