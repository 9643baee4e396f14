"""Numbers that count though nobody wrote them: zeros of cash and debt, lives, exchange rates.

They are no fields that the study fills in, since left out they mean the same to every stage; they
are listed among the defaults so that a reader meets them with their value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from outlay.core.errors import FxError
from outlay.core.periods import SECONDS_PER_YEAR
from outlay.core.quantities.fx import FxTable
from outlay.results.study import Number
from outlay.study.model.study import Study

__all__ = ["implied"]

_LIVES = {"accelerators": 5.0, "servers": 5.0, "buildings": 20.0}
"""Asset class → years of book and economic life where the study says nothing."""


def implied(study: Study, numbers: Iterable[Number], fx: FxTable) -> Iterator[Number]:
    """The defaults that act in `study`, whose ledger holds `numbers`."""
    yield from _money(study)
    yield from _borrowing(study)
    yield from _lives(study)
    yield from _rates(study, numbers, fx)


def _default(path: str, value: float, unit: str, note: str) -> Number:
    return Number(path, value, unit, None, None, "", "assumption", note, False, None)


def _money(study: Study) -> Iterator[Number]:
    """What a limit of cash and statements of the firm start from."""
    b, f, unit = study.budget, study.finance, study.currency
    limited = b.cash is not None or b.debt_limit is not None
    if limited and b.cash is None:
        yield _default("budget.cash", 0.0, unit, "debt is limited, so cash has a floor")
    if limited and b.debt_limit is None:
        yield _default("budget.debt_limit", 0.0, unit, "cash is limited, and no debt allowed")
    if b.debt_limit is not None and b.debt_limit.value > 0 and b.debt_rate is None:
        yield _default("budget.debt_rate", 0.0, "1/year", "debt costs nothing")
    if (limited or f.perimeter == "firm") and f.opening_cash is None:
        yield _default("finance.opening_cash", 0.0, unit, "cash on the study's date")


def _borrowing(study: Study) -> Iterator[Number]:
    """The rate at which leases are discounted."""
    f = study.finance
    leases = any(o.by in ("lease", "finance_lease") for o in study.supply.values())
    leases |= any(p.tenure == "leased" for p in study.fleet.values())
    if leases and f.borrowing_rate is None:
        note = "the discount rate"
        yield _default("finance.borrowing_rate", study.discount_rate.value, "1/year", note)


def _lives(study: Study) -> Iterator[Number]:
    """Classes of which the study buys or holds something, without a life of their own."""
    held = [p for p in study.fleet.values() if p.tenure == "owned"]
    bought = [o for o in study.supply.values() if o.by in ("purchase", "finance_lease")]
    hosts = [o for o in study.supply.values() if o.host is not None and o.host.value > 0]
    halls = [s.expand.capex for s in study.sites.values() if s.expand and s.expand.capex]
    occurs = {"accelerators": held or bought, "servers": hosts, "buildings": halls}
    for name, years in _LIVES.items():
        if occurs[name] and name not in study.finance.lives:
            path, note = f"finance.lives.{name}.book", "nothing is left at its end"
            yield _default(path, years * SECONDS_PER_YEAR, "s", note)


def _rates(study: Study, numbers: Iterable[Number], fx: FxTable) -> Iterator[Number]:
    """Rates by which money in another currency counts."""
    codes = dict.fromkeys(n.unit.partition("/")[0] for n in numbers)
    for code in codes:
        money = len(code) == 3 and code.isalpha() and code.isupper()
        if not money or code == study.currency:
            continue
        try:
            rate = fx.rate(code, study.currency, study.as_of)
            seen = [fx.per_usd(c, study.as_of) for c in (code, study.currency) if c != "USD"]
        except FxError:
            continue  # said by the check of currencies
        days = ", ".join(f"{r.kind.replace('_', ' ')} of {r.known_on}, {r.source}" for r in seen)
        note = f"one {code} in all periods: {days}"
        yield _default(f"exchange_rates.{code}", rate, study.currency, note)
