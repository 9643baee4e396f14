"""`--vary` read against a study, and the cases that follow: each by its number alone."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.api.studies import loaded
from outlay.core.errors import InputError
from outlay.sweeps.asked.axes import Axis, read_axes
from outlay.sweeps.asked.chances import settled
from outlay.sweeps.asked.design import MOST, design_of
from outlay.sweeps.common import Common
from support.shared import ROOT
from support.small import SMALL
from support.sweeping import GRID, asked, common_bytes

FOUNDER = ROOT / "examples" / "gpu-cloud-founder" / "study.yaml"
PRICE = "supply.buy-h200.price"


def axis(text: str, *, sampled: bool = False, more: tuple[str, ...] = ()) -> Axis:
    return read_axes(loaded(FOUNDER), (text, *more), sampled=sampled)[0]


@pytest.mark.parametrize(
    ("text", "values", "texts"),
    [
        (f"{PRICE}=20_000..40_000:3", (20e3, 30e3, 40e3),
         ("20000.0 USD", "30000.0 USD", "40000.0 USD")),
        (f"{PRICE}=20k..40k:2", (20e3, 40e3), ("20000.0 USD", "40000.0 USD")),
        (f"{PRICE}=20_000..40_000 USD:2", (20e3, 40e3), ("20000.0 USD", "40000.0 USD")),
        (f"{PRICE}=$20,000|$30,000", (20e3, 30e3), ("$20,000", "$30,000")),
        (f"{PRICE}=20_000|30_000", (20e3, 30e3), ("20_000 USD", "30_000 USD")),
        ("sites.cage.power=50..200:2", (50e3, 200e3), ("50000.0 W", "200000.0 W")),
        ("services.api.tokens_per_day=3..9bn/day:3", (3e9, 6e9, 9e9),
         ("3000000000.0 token/day", "6000000000.0 token/day", "9000000000.0 token/day")),
        ("discount_rate=6..20 %/year:3", (0.06, 0.13, 0.2),
         ("6.00 %/year", "13.00 %/year", "20.0 %/year")),
        ("supply.buy-h200.lead=1..6:3", (1.0, 4.0, 6.0), ("1 months", "4 months", "6 months")),
        ("supply.buy-h200.cumulative_cap=0..64:3", (0.0, 32.0, 64.0),
         ("0 chip", "32 chip", "64 chip")),
        ("uncertainty.demand.states.fast=10..40 %:4", (0.1, 0.2, 0.3, 0.4),
         ("0.1", "0.2", "0.3", "0.4")),
        ("finance.standard=us_gaap|ifrs16", ("us_gaap", "ifrs16"), ("us_gaap", "ifrs16")),
        (PRICE, (27e3, 36e3), ("27000.0 USD", "36000.0 USD")),
    ],
)  # fmt: skip
def test_an_option_says_which_values_are_laid_in_the_study_s_own_unit(
    text: str, values: tuple[float | str, ...], texts: tuple[str, ...]
) -> None:
    found = axis(text)
    assert (found.values, found.texts) == (values, texts)
    study = loaded(FOUNDER)
    for laid in texts if found.path.startswith("supply") else ():
        study.again([f"{found.path}={laid}"])


def test_a_bare_share_of_what_is_written_in_per_cent_is_not_guessed() -> None:
    """`--set` reads a bare 0.1 as 10 %, and the study's own unit would make it 0.1 %."""
    with pytest.raises(InputError, match="either shares or per cent") as found:
        axis("discount_rate=0.05..0.2:4")
    (problem,) = found.value.problems()
    assert problem.allowed == "5 %/year..20 %/year or 0.05 %/year..0.2 %/year"
    assert axis("discount_rate=5..20:4").values[0] == 0.05
    assert axis(f"discount_rate={problem.allowed.partition(' or ')[0]}:4").values[-1] == 0.2


def test_a_range_is_drawn_with_sample_and_else_moved_to_its_ends() -> None:
    assert axis(f"{PRICE}=20k..40k").way == "ends"
    assert axis(f"{PRICE}=20k..40k", sampled=True).way == "drawn"
    assert axis(PRICE, sampled=True).way == "drawn"
    assert axis(f"{PRICE}=20k..40k:5", sampled=True).way == "grid"


def test_all_is_every_stated_range_that_acts_but_those_that_are_named() -> None:
    every = {a.path for a in read_axes(loaded(FOUNDER), ("all",), sampled=True)}
    stated = {n.path for n in loaded(FOUNDER).ledger if n.low is not None}
    assert every == stated
    named = read_axes(loaded(FOUNDER), ("all", f"{PRICE}=1k..2k:2"), sampled=True)
    assert [a.way for a in named if a.path == PRICE] == ["grid"]
    assert {a.path for a in named} == every
    drawn = read_axes(loaded(FOUNDER), (f"{PRICE}=20k..40k:5",), sampled=True)
    assert {a.path for a in drawn} == every, "only a grid is named: the rest is what is drawn"


@pytest.mark.parametrize(
    ("text", "what", "more"),
    [
        ("supply.buy-h200.pric=1..2:2", "no such path", "did you mean 'price'"),
        (f"{PRICE}=40_000..20_000:5", "low is not below its high", "20_000..40_000"),
        (f"{PRICE}=20_000", "not a range or a list", f"--set {PRICE}=20_000"),
        (f"{PRICE}=20_000..", "without both its ends", "LOW..HIGH"),
        (f"{PRICE}=..20_000", "without both its ends", "LOW..HIGH"),
        (f"{PRICE}=1k..2k:1", "not a number of values", "2 to 10_000"),
        (f"{PRICE}=1k..2k:x", "not a number of values", "2 to 10_000"),
        (f"{PRICE}=1|", "nothing in it", "A|B|C"),
        (f"{PRICE}=1k|1k", "listed twice", "once"),
        (f"{PRICE}=20_000..40_000 GBP/kW:2", "kW", "$20_000"),
        ("discount_rate=-200..3 %/year:3", "outside its bounds", "-100 %"),
        ("sites.cage.pue", "no range is stated", "LOW..HIGH"),
        ("title", "not a single number", "A|B|C"),
        ("", "no such path", ""),
        ("=1..2:2", "no such path", ""),
    ],
)
def test_what_cannot_be_varied_is_named_with_its_place(text: str, what: str, more: str) -> None:
    with pytest.raises(InputError) as err:
        axis(text)
    (problem,) = err.value.problems()
    assert problem.where.startswith("--vary")
    assert what in problem.what
    assert more in str(problem)


def test_every_mistake_is_told_at_once_and_an_input_is_varied_once() -> None:
    with pytest.raises(InputError) as err:
        axis("a=1..2", more=("b=1..2", f"{PRICE}=1k..2k:2", f"{PRICE}=3k|4k"))
    assert len(err.value.problems()) == 3
    with pytest.raises(InputError, match="nothing is varied"):
        read_axes(loaded(FOUNDER), (), sampled=False)
    with pytest.raises(InputError, match="set and varied"):
        read_axes(loaded(FOUNDER, [f"{PRICE}=1_000 USD"]), (f"{PRICE}=1k..2k:2",), sampled=False)
    with pytest.raises(InputError, match="no number of the study states a range"):
        read_axes(loaded(SMALL), ("all",), sampled=False)


def test_grids_are_crossed_and_every_case_is_there_once() -> None:
    design = asked(*GRID).design
    found = [design.case(k).values for k in range(design.cases)]
    assert found == list(product((10e3, 25e3, 40e3), (0.0, 0.5, 1.0)))


def test_ranges_without_draws_are_moved_alone() -> None:
    design = asked("supply.h200-import.price=10k..40k", "discount_rate=5..9 %/year").design
    # 9 % is what the study says: no case of its own
    assert [design.case(k).values for k in range(design.cases)] == [
        (20e3, 0.09), (10e3, 0.09), (40e3, 0.09), (20e3, 0.05),
    ]  # fmt: skip
    assert design.case(0).laid == ()
    assert [design.moved(k) for k in range(4)] == [0, 1, 2, 3]


def test_more_draws_begin_with_the_same_ones_and_another_seed_gives_others() -> None:
    vary = ("supply.h200-import.price=10k..40k", "supply.ascend-910c.cap=0..30_000")
    few, many = (asked(*vary, sample=n, seed=1).design for n in (5, 50))
    assert [few.case(k) for k in range(5)] == [many.case(k) for k in range(5)]
    assert few.case(0) != asked(*vary, sample=5, seed=2).design.case(0)
    drawn = np.array([many.case(k).values for k in range(50)], dtype=float)
    assert (drawn.min(axis=0) >= [10e3, 0]).all()
    assert (drawn.max(axis=0) <= [40e3, 30e3]).all()
    assert (drawn[:, 1] == np.round(drawn[:, 1])).all(), "a cap counts chips"
    assert abs(drawn[:, 0].mean() - 25e3) < 1e3


def test_a_design_is_the_same_after_a_journey() -> None:
    for spec in (asked(*GRID), asked(GRID[0], "discount_rate=5..9 %/year", sample=7)):
        design = spec.design
        there = Common.from_bytes(common_bytes(spec)).design
        cases = range(design.cases)
        assert [there.case(k) for k in cases] == [design.case(k) for k in cases]


def test_too_many_cases_are_refused_before_any_work() -> None:
    axes = [Axis(p, "grid", "1", None, tuple(map(float, range(1001)))) for p in ("a", "b")]
    with pytest.raises(InputError, match="too many cases") as err:
        design_of(axes, {}, [("a",), ("b",)], 0, 0)
    assert f"{MOST:,}".replace(",", "_") in str(err.value)


SHARES = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=5)


@given(SHARES, st.floats(0.0, 1.0))
def test_the_other_states_share_what_a_chance_leaves_as_before(
    weights: list[float], chance: float
) -> None:
    stated = {str(i): w / math.fsum(weights) for i, w in enumerate(weights)}
    found = settled(stated, {"0": chance}, ())
    assert found["0"] == chance
    assert math.isclose(math.fsum(found.values()), 1.0, abs_tol=1e-12)
    for other in list(stated)[1:]:
        assert math.isclose(
            found[other] * (1 - stated["0"]), stated[other] * (1 - chance), abs_tol=1e-12
        )


@given(SHARES)
def test_chances_that_are_all_drawn_are_scaled_and_such_that_are_written_stay(
    weights: list[float],
) -> None:
    stated = {str(i): 1 / len(weights) for i in range(len(weights))}
    varied = {str(i): w for i, w in enumerate(weights)}
    drawn = settled(stated, varied, tuple(varied))
    assert math.isclose(math.fsum(drawn.values()), 1.0, abs_tol=1e-12)
    assert settled(stated, varied, ()) == varied


def test_a_state_that_cannot_take_up_the_rest_is_left_to_the_study_s_check() -> None:
    assert settled({"a": 1.0, "b": 0.0}, {"a": 0.7}, ()) == {"a": 0.7, "b": 0.0}
