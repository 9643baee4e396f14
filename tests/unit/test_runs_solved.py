"""A programme that was solved is found again to the last bit, and only where it is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from outlay.planning.problem.remap import leaves_given
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.model import Model, build
from outlay.planning.solver.tree import branches as module
from outlay.planning.solver.tree.branches import Branches
from outlay.planning.solver.tree.recall import Known, content_key
from outlay.runs.solved import MOST, Solved
from support.studies import random_problem


@pytest.fixture
def problem() -> PlanProblem:
    return random_problem(7, factors=2, periods=4)


def asked(problem: PlanProblem, kept: Solved) -> tuple[Model, Branches, list[float]]:
    """The tree, every history and every state of every factor."""
    model, branches = build(problem), Branches(problem, recall=kept)
    branches.solve(model)
    tree = problem.tree
    sets = [tree.leaves[i : i + 1] for i in range(len(tree.leaves))]
    sets += [leaves_given(tree, {f.name: s}) for f in tree.factors for s in f.states]
    return model, branches, branches.costs(sets)


def test_what_was_found_is_found_again_without_solving(
    problem: PlanProblem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Solved(tmp_path)
    model, first, costs = asked(problem, kept)
    orders = [first.first_orders(int(n)) for n in problem.tree.leaves]

    def never(*_: object) -> None:
        raise AssertionError("solved again")

    monkeypatch.setattr(module.Session, "solve", never)
    again = Branches(problem, recall=kept)
    _, found = again.solve(model)
    assert found.status == "optimal"
    known = kept.load(content_key(model))
    assert known is not None
    assert np.array_equal(found.x, known.x)
    assert first.basis is not None
    assert again.basis is not None
    assert np.array_equal(again.basis.column, first.basis.column)
    _, _, same = asked(problem, kept)
    assert same == costs
    for n, mine in zip(problem.tree.leaves, orders, strict=True):
        assert np.array_equal(again.first_orders(int(n)), mine)


def test_a_solution_is_read_back_to_the_last_bit(problem: PlanProblem, tmp_path: Path) -> None:
    model, branches = build(problem), Branches(problem, recall=Solved(tmp_path))
    _, found = branches.solve(model)
    known = Solved(tmp_path).load(content_key(model))
    assert known is not None
    for mine, kept in (
        (found.x, known.x), (found.row_dual, known.row_dual), (found.col_dual, known.col_dual),
    ):  # fmt: skip
        assert np.array_equal(mine, kept)
    assert (known.method, known.iterations) == (found.method, found.iterations)


def test_any_number_and_any_chance_makes_another_programme(problem: PlanProblem) -> None:
    key = content_key(build(problem))
    assert key == content_key(build(random_problem(7, factors=2, periods=4)))
    dearer = tuple(replace(o, price=o.price + 1.0) for o in problem.offers)
    tree = problem.tree
    first = tree.factors[0]
    renamed = tuple({**x, "later": x[first.name]} if first.name in x else x for x in tree.labels)
    for other in (
        replace(problem, demand=problem.demand * (1 + 1e-12)),
        replace(problem, offers=dearer),
        replace(problem, discount_rate=problem.discount_rate + 1e-9),
        replace(problem, tree=replace(tree, labels=renamed)),
    ):
        assert content_key(build(other)) != key


def test_an_offer_without_a_column_makes_another_programme(problem: PlanProblem) -> None:
    """Its first orders have a place more, though no number of the programme is another."""
    n = len(problem.tree)
    never = replace(
        problem.offers[0], id="never", order_cap=np.zeros(n), delivery_cap=np.zeros(n),
        order_floor=None, call_off=None,
    )  # fmt: skip
    more = build(replace(problem, offers=(*problem.offers, never)))
    model = build(problem)
    assert more.matrix.shape == model.matrix.shape
    assert np.array_equal(more.matrix.cost, model.matrix.cost)
    assert content_key(more) != content_key(model)


@pytest.mark.parametrize("what", ["empty", "torn", "foreign", "of other prices"])
def test_a_spoilt_entry_is_solved_anew(problem: PlanProblem, tmp_path: Path, what: str) -> None:
    kept = Solved(tmp_path)
    model = build(problem)
    _, first = Branches(problem, recall=kept).solve(model)
    path = tmp_path / f"{content_key(model)}.npz"
    whole = path.read_bytes()
    if what in ("foreign", "of other prices"):  # of another programme, under this one's name
        other = random_problem(8, factors=2, periods=4)
        if what == "of other prices":  # with the same rows and columns
            dearer = tuple(replace(o, price=o.price * 2) for o in problem.offers)
            other = replace(problem, offers=dearer)
        Branches(other, recall=kept).solve(build(other))
        whole = (tmp_path / f"{content_key(build(other))}.npz").read_bytes()
    path.write_bytes({"empty": b"", "torn": whole[: len(whole) // 2]}.get(what, whole))
    assert kept.load(content_key(model)) is None
    _, again = Branches(problem, recall=kept).solve(model)
    assert np.array_equal(again.x, first.x)
    read = kept.load(content_key(model))
    assert read is not None
    assert np.array_equal(read.x, first.x)


def test_the_oldest_go_first_and_nothing_is_kept_where_nothing_may_be(
    problem: PlanProblem, tmp_path: Path
) -> None:
    kept = Solved(tmp_path)
    model = build(problem)
    Branches(problem, recall=kept).solve(model)
    known = kept.load(content_key(model))
    assert isinstance(known, Known)
    foreign = tmp_path / "mine.npz"
    foreign.write_text("of somebody else")
    for i in range(MOST + 3):
        kept.save(f"{i:032x}", known)
    assert foreign.read_text() == "of somebody else"
    assert len(list(tmp_path.glob("*.npz"))) == MOST + 1
    assert kept.load(f"{MOST + 2:032x}") is not None
    nothing = Solved(None)
    nothing.save("key", known)
    assert nothing.load("key") is None
    closed = tmp_path / "file"
    closed.write_text("not a folder")
    Solved(closed).save("key", known)
    assert Solved(closed).load("key") is None


def test_the_cache_may_be_switched_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OUTLAY_CACHE", "off")
    assert Solved.default().folder is None
    monkeypatch.setenv("OUTLAY_CACHE", str(tmp_path))
    assert Solved.default().folder == tmp_path / "solved"
