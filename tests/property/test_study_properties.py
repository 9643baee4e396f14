"""What holds for any study text, any overlay, any spelling of a number."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.errors import InputError, Problem
from outlay.study import apply_overlay, diff, loads
from outlay.study.paths import overlay_paths, read_path, text_of
from outlay.study.reading.strict_yaml import read_text
from support.study_text import SMALL, small

RAW = read_text(SMALL, "s.yaml").data
PATHS = [
    "supply.h200.price",
    "supply.h200.cap",
    "supply.h200.cap.2026-Q4",
    "sites.oslo.power",
    "sites.oslo.pue",
    "budget.capex.2026",
    "uncertainty.licence.states.granted",
    "correlations.0.rank",
    "rules.usable",
    "services.chat.mix.cached",
    "demand.event_peak",
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["1 USD", "5 MW", "50 %", "-1", "1e400", "nan", "∞", "1 USD/kWh", "[]"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=6), st.integers(), max_size=3),
)


def complaints(read: Callable[[], object]) -> list[Problem]:
    """What an input error says; any other exception fails the test."""
    try:
        read()
    except InputError as err:
        return err.problems() or [Problem("")]
    return []


@given(st.sampled_from(PATHS), VALUES)
@settings(max_examples=150)
def test_any_value_at_any_path_loads_or_is_refused_in_words(path: str, value: object) -> None:
    """Never a traceback of another kind: the validator sees what no YAML could hold, too."""
    from outlay.study.reading.loader import Lines, _validate
    from outlay.study.reading.strict_yaml import Mark

    laid = apply_overlay(RAW, {path: value})
    found = complaints(lambda: _validate(laid, Lines("s.yaml", Mark(1))))
    assert all(p.what for p in found)


@given(st.integers(0, 2**32))
@settings(max_examples=100)
def test_damaged_text_loads_or_is_refused_with_a_place(seed: int) -> None:
    """Cut, doubled, swapped and flipped pieces of a good study."""
    rng = random.Random(seed)
    text = SMALL
    for _ in range(rng.randint(1, 4)):
        i, j = sorted(rng.sample(range(len(text) + 1), 2))
        j = min(j, i + rng.randint(1, 60))
        text = rng.choice(
            [
                text[:i] + text[j:],
                text[:j] + text[i:j] + text[j:],
                text[:i] + rng.choice("{}[]:,-#&*!|>'\"%@`\t\n\x00é元🙂0.9 ") + text[i:],
                text[:i] + text[i:j].swapcase() + text[j:],
                text[:i] + text[i:j][::-1] + text[j:],
            ]
        )
    found = complaints(lambda: loads(text))
    assert all(p.what and p.where.startswith("study.yaml") for p in found)


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    found = complaints(lambda: read_text(raw, "s.yaml"))
    assert all(p.what for p in found)


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_any_text_is_a_path_or_no_path(text: str) -> None:
    try:
        path = read_path(text, RAW)
    except InputError:
        return
    assert text_of(path) == text.replace("[", ".").replace("]", "")


@given(st.sampled_from(PATHS), st.integers(0, 100))
def test_an_overlay_sets_its_path_and_nothing_else(path: str, value: int) -> None:
    laid = apply_overlay(RAW, {path: value})
    (where,) = overlay_paths(RAW, {path: value})
    here = laid
    for part in where:
        here = here[part]
    assert here == value
    assert apply_overlay(laid, {path: value}) == laid, "twice is once"
    untouched = {k: v for k, v in laid.items() if k != where[0]}
    assert untouched == {k: v for k, v in RAW.items() if k != where[0]}


@given(st.randoms(use_true_random=False))
@settings(max_examples=12)
def test_order_of_names_changes_no_hash(rng: random.Random) -> None:
    lines = SMALL.splitlines(keepends=True)
    blocks: list[str] = []
    for line in lines:
        if line[0] in " -":
            blocks[-1] += line
        else:
            blocks.append(line)
    rng.shuffle(blocks)
    shuffled = loads("".join(blocks))
    assert shuffled.hash == small().hash
    assert diff(small(), shuffled) == []


@given(st.floats(0.1, 1e6), st.sampled_from([("MW", 1e6), ("kW", 1e3), ("GW", 1e9), ("W", 1.0)]))
@settings(max_examples=25)
def test_units_change_nothing(megawatts: float, unit: tuple[str, float]) -> None:
    name, watts = unit
    plain = small(("10 MW", f"{megawatts!r} MW")).study.sites["oslo"].power
    other = small(("10 MW", f"{megawatts * 1e6 / watts!r} {name}")).study.sites["oslo"].power
    assert other.entries[0][1].value == pytest.approx(plain.entries[0][1].value, rel=1e-12)
