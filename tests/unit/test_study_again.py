"""A study with a few other entries is read from those alone, to the same study."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.errors import StudyError
from outlay.study.reading.loader import LoadedStudy, load
from support.small import SMALL

CHANGES = (
    "supply.ascend-910c.price=230_000 CNY",
    "sites.inner.power=100 MW",
    "budget.capex={2026: 14bn CNY}",
    "services.chat.tokens_per_day=2.4T tokens/day",
    "discount_rate=12 %/year",
    "currency=USD",
    "horizon={start: 2026-Q1, periods: 3}",
    "supply.rent-h20.cap=4000",
    "sites.inner.region=elsewhere",
    "title=another name",
    "uncertainty.licence.h200.states={granted: 45 %, refused: 55 %}",
)


@pytest.fixture(scope="module")
def small() -> LoadedStudy:
    return load(SMALL)


def said(loaded: LoadedStudy) -> tuple[object, ...]:
    states = [loaded.at({n: s}) for n, f in loaded.study.factors().items() for s in f.states]
    fields = [x.model_fields_set for x in (loaded.study, *loaded.study.supply.values())]
    return loaded.study, loaded.hash, loaded.warnings, loaded.ledger, loaded.named, states, fields


def outcome(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except StudyError as err:
        return str(err)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3, unique=True))
def test_a_changed_study_is_the_study_read_anew(changes: list[str]) -> None:
    small = load(SMALL)
    anew = outcome(lambda: said(load(SMALL, changes)))
    assert outcome(lambda: said(small.again(changes))) == anew
    if isinstance(anew, tuple):
        assert small.again(changes, brief=True).study == anew[0]


def test_what_is_not_touched_is_not_read_again(small: LoadedStudy) -> None:
    changed = small.again([CHANGES[0]], brief=True).study
    assert changed.supply["ascend-910c"] != small.study.supply["ascend-910c"]
    assert changed.supply["rent-h20"] is small.study.supply["rent-h20"]
    assert changed.services["chat"] is small.study.services["chat"]
    assert changed.budget is small.study.budget


@pytest.mark.parametrize(
    "wrong",
    [
        "sites.inner.region='a\u200bb'",
        "supply.ascend-910c.price=3 tokens",
        "supply.ascend-910c.price=1e-9 CNY",
        "services.chat.unserved=null",
        "supply.ascend-910c.to=[nowhere]",
    ],
)
@pytest.mark.parametrize("brief", [False, True])
def test_what_a_change_spoils_is_found(small: LoadedStudy, wrong: str, brief: bool) -> None:
    with pytest.raises(StudyError) as anew:
        load(SMALL, [wrong])
    with pytest.raises(StudyError) as found:
        small.again([wrong], brief=brief)
    assert str(found.value).splitlines()[0] == str(anew.value).splitlines()[0]


def test_names_of_two_sections_are_still_set_against_each_other(small: LoadedStudy) -> None:
    """A new name is compared with those of sections that nothing touched."""
    text = "work={CHAT: {unit: x, rate: 1 x/s, reference: h20, per_chip: 1 x/s}}"
    with pytest.raises(StudyError, match=r"reads like `chat`"):
        small.again([text], brief=True)
