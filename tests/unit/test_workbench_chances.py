"""A chance that is set alone: the rest of its factor fills up to one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.study.paths import read_path
from outlay.workbench.live.chances import with_chances
from support.small import small_study


def _sum(text: str) -> dict[str, float]:
    inside = text.partition("={")[2].removesuffix("}")
    return {k: float(v) for k, v in (part.split(": ") for part in inside.split(", "))}


def _factor() -> tuple[str, list[str]]:
    study = small_study().study
    name, factor = next(iter(study.factors().items()))
    return name, list(factor.states)


@given(st.floats(0, 1))
def test_the_others_keep_their_proportions_and_all_sum_to_one(chance: float) -> None:
    name, states = _factor()
    stated = {k: n.value for k, n in small_study().study.factors()[name].states.items()}
    (text,) = with_chances(
        small_study().study, [f"uncertainty.{name}.states.{states[0]}={chance!r}"]
    )
    found = _sum(text)
    assert list(found) == states
    assert found[states[0]] == chance
    assert sum(found.values()) == pytest.approx(1.0)
    for a in states[1:]:
        for b in states[1:]:
            assert found[a] * stated[b] == pytest.approx(found[b] * stated[a])


def test_it_is_a_study_again_and_what_is_no_chance_is_passed_on() -> None:
    name, states = _factor()
    study = small_study().study
    others = ["discount_rate=9 %/year", f"uncertainty.{name}.states.nobody=0.2",
              f"uncertainty.{name}.states.{states[0]}=often",
              f"uncertainty.{name}.states.{states[0]}=1.2"]  # fmt: skip
    assert with_chances(study, others) == tuple(others)
    changes = with_chances(study, [f"uncertainty.{name}.states.{states[0]}=60 %", others[0]])
    again = small_study().again(changes)
    assert again.study.factors()[name].states[states[0]].value == pytest.approx(0.6)
    assert changes[1] == others[0]
    read_path(f"uncertainty.{name}.states", again.raw)


def test_several_of_one_factor_are_set_together() -> None:
    name, states = _factor()
    asked = [f"uncertainty.{name}.states.{s}={0.5 / (n + 1)}" for n, s in enumerate(states[:2])]
    (text,) = with_chances(small_study().study, asked)
    found = _sum(text)
    assert [found[s] for s in states[:2]] == [0.5, 0.25]
