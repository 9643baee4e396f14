"""Writes the reference of the study file, docs/study.md, from the models (`make docs`)."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.study.checks.branches import rules
from outlay.study.model.fields import Num, Schedule, is_unsaid
from outlay.study.model.shape import Shape, study_shape

_INTRO = """# The study file

<!-- Written by `make docs`; change the models, not this. -->

One YAML 1.2 file says everything that a plan is made from. It is read strictly: unknown keys,
keys that stand twice, object tags, merge keys, NaN, money without a currency and probabilities
that do not sum to 1 are refused, all at once, each with its line and the nearest valid name. `NO`
is text, `1:30` is text, `30e12` is a number.

```yaml
outlay: 1
title: A short study
as_of: 2025-12-31
currency: USD
horizon: {start: 2026-Q1, periods: 8}
discount_rate: 9 %/year
sources:
  quote: {publisher: a vendor, date: 2025-12-10}
services:
  chat:
    model: deepseek-v3
    tokens_per_day: {value: 1T/day, low: 0.7T/day, high: 1.5T/day}
    growth: {2026-Q4: 2.0, 2027-Q4: 3.5}
    mix: {input: 3.6, cached: 56 %, output: 1}
    lengths: {trace: azure2023_conv}
    slo: {ttft: {p99: 2 s}, tpot: {p99: 50 ms}}
    serve_from: [NO]
    value: {unserved: 2 USD/Mtok}
supply:
  buy: {chip: h200-sxm, by: purchase, price: {value: 31_000 USD, source: quote}, lead: 1 quarter,
        to: [NO], needs: licence, cap: 2_000}
  rent: {chip: h200-sxm, by: reservation, rent: 2.6 USD/chip-hour, term: 1 year, to: [NO]}
sites:
  oslo: {region: NO, power: 8 MW, expand: {step: 2 MW, lead: 3 quarters, capex: 7 USD/W},
         pue: 1.2, electricity: 0.06 USD/kWh}
budget: {capex: {2026: 120m USD, 2027: 80m USD}}
uncertainty:
  licence:
    reveal: 2026-Q2
    states: {granted: 60 %, refused: 40 %}
    effect: {granted: {}, refused: {supply.buy.cap: 0}}
```

**Numbers** carry their unit (`120 MW`, `85bn CNY`, `30T tokens/day`, `0.38 CNY/kWh`, `9 %/year`)
and may say more: `{value: 120 MW, low: 80 MW, high: 150 MW, source: ft, note: …}`. A number
without a source is an *assumption* and is listed as one, as are Outlay's own defaults. A `source`
beside a field holds for all numbers of that entry which name none themselves.

Counts are whole: there is no half chip. Every number has a range beyond which it is refused, as
nobody can mean it, and a narrower one outside of which it is taken and named. `¥` is CNY or JPY
where the study counts in one of them, said as a warning, and refused elsewhere; `$` is USD, and
refused where the study counts in another dollar: write the code.

**Names and texts** are shown in tables, pictures, file names and sheets. A name begins with no
`=`, `+`, `-` or `@`, is not empty, has at most 200 characters, and differs from its neighbours by
more than letter case, spaces or width. Texts hold no control characters and no marks that turn
their direction; a `note`, `quote` or `why` may have several lines, anything else has one. What a
text holds beside that is text: nobody's markup, formula or script.

**Schedules** are one number, or numbers by period (`{2026-Q1: 100 MW, 2026-Q3: 150 MW}`), each
holding until the next; before the first there is none. `source` and `note` may stand beside them.

**Paths** name fields: `supply.h200-import.price`. `--set path=value` and the overlays of
`scenarios` and of a factor's `effect` use them. An overlay is merged down to the fields below; a
field is replaced whole; `null` takes it away; a new name adds an entry.

**Files** that a study names (documents, series, traces, the folder of a calibration) lie in its
folder or below: a path that is absolute, goes up or is led out by a link is refused, in scenarios,
states and `--set` too, unless `--allow-outside` (Python: `allow_outside=True`) lifts this. Each is
read once, as the study is loaded, and kept: what is edited later changes neither numbers nor the
copy in a run's folder, and `outlay replay` needs no other. A document has up to 50 MB, a series
2 MB, a trace 256 MB, a file of a calibration 20 MB, all together 512 MB and 500 files; the study
itself 3 MB. `outlay check` reads them all as a plan would. A study may come through a pipe
(`make-study | outlay plan - --out plan`); its files then lie in the working folder.

Base units, as programs see them: s, W, token, token/day, item/day, chip, FLOP, FLOP/s, currency
per token, per chip-hour, per kWh, per W, per W and month; shares as fractions of 1.
"""


def markdown() -> str:
    """The reference of every field."""
    lines = [_INTRO]
    lines += _section("Top level", "The fields of the file itself.", study_shape())
    for path, shape in _models(study_shape(), ""):
        lines += _section(f"`{path}`", shape.doc, shape)
    lines += _branches()
    return "\n".join(lines)


def _models(shape: Shape, path: str) -> Iterator[tuple[str, Shape]]:
    """Every place that holds fields, in the order of the file."""
    for name, sub in shape.fields.items():
        here = f"{path}.{name}" if path else name
        yield from _inside(sub, here)


def _inside(shape: Shape, path: str) -> Iterator[tuple[str, Shape]]:
    if shape.fields:
        yield path, shape
        yield from _models(shape, path)
    elif shape.inner is not None and shape.kind in ("names", "list"):
        yield from _inside(shape.inner, path + (".<name>" if shape.kind == "names" else "[]"))


def _section(title: str, doc: str, shape: Shape) -> Iterator[str]:
    yield f"\n## {title}\n"
    if doc:
        yield " ".join(doc.split()) + "\n"
    yield "| field | takes | default | meaning |"
    yield "|---|---|---|---|"
    for name, sub in shape.fields.items():
        default = "**required**" if sub.required else _default(sub.default)
        meaning = " ".join(sub.doc.split()).replace("|", "\\|")
        yield f"| `{name}` | {_takes(sub)} | {default} | {meaning} |"


def _branches() -> Iterator[str]:
    """What a state's effect may change, and what risk can do to a field outside the tree."""
    yield "\n## What a branch may change\n"
    yield (
        "A field of `effect` is read as its branch sees it: from the period of `reveal` on a plan "
        "takes it from the study with the effect laid over it. Orders keep what was agreed when "
        "they were placed. A field that all branches share is refused, and the refusal says why.\n"
    )
    yield "| field, with all below it | may a state change it? | write instead | sampled |"
    yield "|---|---|---|---|"
    for r in rules().values():
        may = f"no: {r.same_because}" if r.same_because else "yes"
        name = r.field.replace("*", "<name>")
        yield f"| `{name}` | {may} | {r.instead or '–'} | {r.sampled or '–'} |"


def _takes(shape: Shape) -> str:
    words = shape.takes
    if shape.kind == "names" and shape.inner is not None:
        words = f"name → {shape.inner.title or shape.inner.takes}"
    elif shape.kind == "list" and shape.inner is not None:
        words = f"a list of {shape.inner.title or shape.inner.takes}"
    return words.replace("|", "\\|")


def _default(value: object) -> str:
    if isinstance(value, Num) and is_unsaid(value):
        return value.note
    if isinstance(value, Num):
        return f"{value.value:g}" + (f" ({value.note})" if value.note else "")
    if isinstance(value, Schedule) or value is None or value in ({}, [], ""):
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    return f"`{value}`" if isinstance(value, str | int | float) else "–"


if __name__ == "__main__":
    print(markdown())
