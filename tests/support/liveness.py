"""Every leaf of the study schema, and what one row of the table of liveness says of it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from outlay.api.plans.plan import Planned, plan
from outlay.study.model.shape import Shape, study_shape

__all__ = ["Row", "figure", "idle", "leaves", "moves", "planned", "put", "refused", "shown"]

Study = Mapping[str, Any]
Kind = Literal["moves", "refused", "shown", "idle"]


def leaves(shape: Shape | None = None, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every place that takes a value; `*` stands for a name or a number in a list."""
    shape = study_shape() if shape is None else shape
    if shape.kind in ("names", "list") and shape.inner is not None and shape.inner.kind == "model":
        yield from leaves(shape.inner, (*path, "*"))
        return
    if shape.kind != "model":
        yield ".".join(path)
    for name, sub in shape.fields.items():  # of a leaf: the fields of its other spelling
        yield from leaves(sub, (*path, name))


@dataclass(frozen=True)
class Row:
    """What becomes of a change at `leaf`.

    base: name of the study in which it matters. change: path → value laid over it (None: taken
    away). figure, way: what must move and how. words: text that must be met. waits: the branch
    whose merging makes it so; empty: it is so.
    """

    leaf: str
    kind: Kind
    base: str
    change: Mapping[str, Any]
    figure: str = ""
    way: str = ""
    words: str = ""
    waits: str = field(default="")


def moves(
    leaf: str, base: str, change: Mapping[str, Any], figure: str, way: str, waits: str = ""
) -> Row:
    return Row(leaf, "moves", base, change, figure, way, waits=waits)


def refused(leaf: str, base: str, change: Mapping[str, Any], words: str) -> Row:
    return Row(leaf, "refused", base, change, words=words)


def shown(leaf: str, path: str, value: Any, words: str = "", where: str = "page") -> Row:
    """`words` (the value itself where they are not given) are met in `where`."""
    return Row(leaf, "shown", "words", {path: value}, where, words=words or str(value))


def idle(leaf: str, base: str, change: Mapping[str, Any], reason: str) -> Row:
    return Row(leaf, "idle", base, change, words=reason)


def put(study: Study, change: Mapping[str, Any]) -> dict[str, Any]:
    """`study` with each path set, or taken away where the value is None."""
    out: dict[str, Any] = copy.deepcopy(dict(study))
    for path, value in change.items():
        here: Any = out
        *above, last = path.split(".")
        for part in above:
            here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
        if value is None:
            here.pop(last, None)
        elif isinstance(here, list):
            here[int(last)] = value
        else:
            here[last] = value
    return out


_PLANS: dict[str, Planned] = {}


def planned(study: Study, *, worlds: int = 0) -> Planned:
    """The plan of a study, once per test process."""
    key = f"{worlds} {study!r}"
    if key not in _PLANS:
        _PLANS[key] = plan(study, worlds=worlds) if worlds else plan(study, quick=True)
    return _PLANS[key]


def figure(p: Planned, name: str) -> Any:
    """A figure of the plan by its name, as `orders:buy` or `income:net`."""
    head, _, rest = name.partition(":")
    return _FIGURES[head](p, rest)


def _line(p: Planned, statement: str, line: str) -> float:
    row = getattr(p.accounts, statement)[f"{statement}.{line}"]
    return float(sum(row.by_year.values()))


def _served(p: Planned, name: str) -> float:
    tokens = [(r.served, r.demand) for r in p.served if not name or r.service == name]
    work = [(r.served, r.demand) for r in p.work if not name or name in r.load]
    rows = [*tokens, *work]
    return sum(s for s, _ in rows) / sum(d for _, d in rows)


_FIGURES: dict[str, Any] = {
    "objective": lambda p, _: p.objective,
    "orders": lambda p, n: sum(o.quantity * o.probability for o in p.orders if o.offer == n),
    "now": lambda p, n: p.first_orders.get(n, 0.0),
    "part": lambda p, n: sum(c.value for c in p.cost_parts if c.entry == n),
    "capex": lambda p, n: sum(y.get(n, 0.0) for y in p.capex_by_year.values()),
    "income": lambda p, n: _line(p, "income", n),
    "cash": lambda p, n: _line(p, "cash", n),
    "balance": lambda p, n: _line(p, "balance", n),
    "served": _served,
    "unit": lambda p, n: p.cost_per_mtok[n.partition(".")[0]][n.partition(".")[2]],
    "used": lambda p, n: sum(x.used_mw for x in p.power if x.site == n),
    "outlook": lambda p, n: next(
        getattr(d, n.partition(".")[2]) for d in p.outlook.distributions
        if d.name == n.partition(".")[0]
    ),
    "notes": lambda p, _: p.outlook.notes,
    "years": lambda p, _: tuple(p.opex_by_year),
    "periods": lambda p, _: p.periods,
    "home": lambda p, _: p.need.home_region,
    "authorised": lambda p, _: tuple(b.amount for b in p.budgets),
    "leases": lambda p, _: tuple(s.lease_liability for s in p.accounts.standards),
    "lease_cost": lambda p, _: _line(p, "income", "lease_cost"),
    "scenario": lambda p, n: plan(p.run.loaded, scenario=n, quick=True).objective
    if n in p.run.loaded.study.scenarios else p.objective,
    "currency": lambda p, _: p.currency,
    "sampled": lambda p, _: p.record.seed,
    "peers": lambda p, _: len(p.peers.capex),
    "assumed": lambda p, _: len([n for n in p.assumptions if n.stated]),
    "documents": lambda p, _: len(p.evidence.documents),
    "tail": lambda p, _: p.objective - p.expected_cost,
}  # fmt: skip
