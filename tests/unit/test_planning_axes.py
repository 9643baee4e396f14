"""What an array of a planning problem runs over is said once, on its field, and holds all over."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

from outlay.planning.problem import types
from outlay.planning.problem.axes import axes, declared, entries, pick
from outlay.planning.problem.check import problems
from outlay.planning.problem.remap import forest, leaf_path
from outlay.planning.problem.types import PlanProblem
from support.golden_lp import tiny

KINDS = [k for k in (getattr(types, name) for name in types.__all__) if is_dataclass(k)]


def held(hint: object) -> set[object]:
    """What a type is made of, all the way down."""
    parts = {getattr(hint, "__origin__", None) or hint}
    return parts.union(*map(held, get_args(hint)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_every_field_that_holds_an_array_says_its_axes(kind: type) -> None:
    hints = get_type_hints(kind)
    arrays = {f.name for f in fields(kind) if np.ndarray in held(hints[f.name])}
    assert arrays == {name for name, (of, _) in declared(kind).items() if of.over}


def spread(thing: Any, nodes: int) -> Any:
    """A copy in which each value that may differ by node is an array, all the way down."""
    change: dict[str, object] = {}
    for name, (of, _) in declared(type(thing)).items():
        value = getattr(thing, name)
        if of.by_node and value is not None and not np.ndim(value):
            change[name] = np.full(nodes, value)
    for f in fields(thing):
        held = getattr(thing, f.name)
        if isinstance(held, tuple) and held and type(held[0]) in KINDS:
            change[f.name] = tuple(spread(x, nodes) for x in held)
        elif type(held) in KINDS:
            change[f.name] = spread(held, nodes)
    return replace(thing, **change)


def by_node() -> PlanProblem:
    """A problem whose every value by node is an array, another number at each node."""
    p = tiny()
    one, share = np.ones(len(p.tree)), np.linspace(0.1, 0.2, len(p.tree))
    p = replace(
        p,
        offers=tuple(replace(o, order_floor=0.1 * one) for o in p.offers),
        pools=tuple(replace(q, renew_rent_hour=one) for q in p.pools),
        sites=tuple(replace(s, expansion=p.sites[0].expansion) for s in p.sites),
        units_by_node=np.multiply.outer(p.units_per_chip, one),
        rate_factor=np.stack([one, one]),
        chip_factor=np.stack([one, one]),
    )
    q = pick(spread(p, len(one)), lambda a: a * np.linspace(1.0, 0.5, len(one)))
    hours = np.stack([p.hours[0] - share, p.hours[1] + share])
    return replace(q, hours_by_node=hours)


def test_a_history_takes_every_value_of_its_own_nodes() -> None:
    p = by_node()
    seen = {x.axes for x in entries(p) if x.axes.by_node}
    assert seen == {of for k in KINDS for of, _ in declared(k).values() if of.by_node}
    for leaf in p.tree.leaves:
        nodes, path = p.tree.path(int(leaf)), leaf_path(p, int(leaf))
        assert not list(problems(path))
        found = {x.where: x.value for x in entries(path)}
        for x in entries(p):
            want = x.value[..., nodes] if x.axes.by_node else x.value
            assert np.array_equal(found[x.where], want), x.where


def test_parts_laid_side_by_side_keep_every_value() -> None:
    p = by_node()
    both = {x.where: x.value for x in entries(forest([(0.5, p), (0.5, p)]))}
    for x in entries(p):
        want = np.concatenate([x.value, x.value], axis=-1) if x.axes.by_node else x.value
        assert np.array_equal(both[x.where], want), x.where


def test_an_array_of_another_length_or_with_a_value_that_may_not_be_is_named() -> None:
    p = tiny()
    n = len(p.tree)

    def found(**change: object) -> list[tuple[str, str | None]]:
        site = {k: v for k, v in change.items() if hasattr(p.sites[0], k)}
        cash = {k: v for k, v in change.items() if hasattr(p.cash, k)}
        q = replace(p, sites=(replace(p.sites[0], **site), *p.sites[1:]))
        return [(x.what, x.where) for x in problems(replace(q, cash=replace(p.cash, **cash)))]

    assert found(tariff_kwh=np.ones(n - 1)) == [("array has another shape", "north.tariff_kwh")]
    assert found(power_mw=1.0) == [("array has another shape", "north.power_mw")]
    assert found(tariff_kwh=np.inf) == [("must be finite", "north.tariff_kwh")]
    assert found(tariff_kwh=np.full(n, -1.0)) == [("must not be negative", "north.tariff_kwh")]
    assert found(income=np.full(n, np.nan)) == [("a value is missing", "cash.income")]
    assert found(income=np.full(n, -1.0), tariff_kwh=0.0) == []
    endless = {"power_mw": np.full(n, np.inf), "minimum_use": 0.0, "minimum_energy": 0.0}
    assert found(**endless) == []
    for name, what in (("minimum_use", "use"), ("minimum_energy", "energy")):
        told = found(**{**endless, name: 0.5})
        assert told == [(f"minimum {what} of power without end", "north")]


def test_nodes_are_the_last_axis() -> None:
    with pytest.raises(ValueError, match="last"):
        axes("node", "chip")
