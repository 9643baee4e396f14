"""A small whole study, and ways to break it."""

from __future__ import annotations

from outlay.core.errors import InputError, Problem
from outlay.study import LoadedStudy, loads

SMALL = """\
outlay: 1
title: small
as_of: 2025-12-31
currency: USD
horizon: {start: 2026-Q1, periods: 4}
discount_rate: 9 %/year
sources:
  ft: {publisher: Financial Times, date: 2025-12-23}
services:
  chat:
    model: qwen3-235b-a22b
    tokens_per_day: {value: 1T/day, low: 0.5T/day, high: 2T/day}
    mix: {input: 3.6, output: 1, cached: 56 %}
    lengths: {input: 2_000, output: 500}
    serve_from: [NO]
    value: {unserved: 2 USD/Mtok}
work:
  ranking: {reference: h200-sxm, need: 100, serve_from: [NO], unserved: 5 USD/chip-hour}
training:
  run:
    flop: 1e24 FLOP
    start: 2026-Q1
    by: 2026-Q3
    sustained: 400 TFLOP/s
    places: {NO: 60 %, MY: 40 %}
    unserved: 5 USD/chip-hour
fleet:
  old: {chip: h100-sxm, quantity: 100, places: [NO], not_installed: 10}
supply:
  h200:
    chip: h200-sxm
    by: purchase
    price: {value: 20_000 USD, source: ft}
    lead: 1 quarter
    to: [NO]
    needs: licence
    cap: {2026-Q1: 100, 2026-Q2: 200}
  b200: {chip: b200-hgx, by: lease, rent: 3 USD/chip-hour, term: 2 years, to: [johor]}
sites:
  oslo: {region: NO, power: 10 MW, pue: 1.2, electricity: 0.06 USD/kWh}
  johor: {region: MY, power: 5 MW, pue: 1.3, electricity: 0.1 USD/kWh, tags: [abroad]}
budget:
  capex: {2026: 1bn USD, source: ft}
uncertainty:
  licence:
    reveal: 2026-Q2
    states: {granted: 50 %, refused: 50 %}
    effect: {granted: {}, refused: {supply.h200.cap: 0}}
  price: {distribution: lognormal, sigma: 12 %, applies_to: [supply.h200.price]}
correlations:
  - {between: [licence=granted, price], rank: -0.3}
scenarios:
  cheap: {supply: {h200: {price: 10_000 USD}}}
"""


def broken(*changes: tuple[str, str]) -> str:
    """SMALL with each (old, new) replaced once; fails where `old` is not there."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def small(*changes: tuple[str, str], **options: object) -> LoadedStudy:
    """The small study, changed, loaded."""
    return loads(broken(*changes), **options)  # type: ignore[arg-type]


def problems(text: str, **options: object) -> list[Problem]:
    """What loading `text` complains of; empty where it loads."""
    try:
        loads(text, **options)  # type: ignore[arg-type]
    except InputError as err:
        return err.problems()
    return []


def line_of(text: str, part: str) -> int:
    """Line of the first occurrence of `part`."""
    return text[: text.index(part)].count("\n") + 1
