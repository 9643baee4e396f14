"""Nothing said is lost: each leaf of a study moves a figure, is refused, shown or listed as idle.

A row of `support.liveness_rows` for every leaf gives a small study in which it matters and what
must come of a change. A new field without a row fails; so does a row whose figure stands still.
"""

from __future__ import annotations

from functools import cache

import pytest

from outlay.api.plans.check import check
from outlay.api.plans.plan import Planned
from outlay.api.studies import loaded
from outlay.core.errors import OutlayError
from outlay.report.html import render
from support.liveness import Row, figure, leaves, planned, put
from support.liveness_bases import BASES
from support.liveness_rows import AHEAD, ROWS

NAMES = {
    "services": "chat", "work": "rank", "training": "run", "fleet": "old", "supply": "buy",
    "sites": "hall", "ceilings": "grid", "lives": "accelerators", "uncertainty": "price",
    "correlations": "0", "tiers": "0", "chip_power": "h200-sxm",
}  # fmt: skip
"""Section → the entry of the study of words in which a source is put."""
WORLDS = 120


def cases(kind: str) -> list[object]:
    """The rows of a kind; those that wait for another branch must fail until it is merged."""
    rows = [r for r in (*ROWS, *AHEAD) if r.kind == kind]
    return [
        pytest.param(
            r,
            id=f"{r.leaf}-{n}",
            marks=pytest.mark.xfail(strict=True, reason=f"branch {r.waits}") if r.waits else (),
        )
        for n, r in enumerate(rows)
    ]


def test_every_leaf_of_the_schema_has_its_row(record_property: object) -> None:
    schema, told = set(leaves()), {r.leaf for r in ROWS}
    print(f"{len(schema)} leaves of the schema, {len(ROWS)} rows")
    assert sorted(schema - told) == [], "write what a change of it moves"
    assert sorted(told - schema) == [], "no such field"


@pytest.mark.parametrize("row", cases("moves"))
def test_a_change_moves_its_figure(row: Row) -> None:
    worlds = WORLDS if row.figure.startswith("outlook") else 0
    base = BASES[row.base]
    before = figure(planned(base, worlds=worlds), row.figure)
    after = figure(planned(put(base, row.change), worlds=worlds), row.figure)
    if row.way == "!=":
        assert after != before
    else:
        least = 1e-6 * max(abs(before), abs(after))  # more than the solver's last digits
        moved = after - before
        assert moved > least if row.way == ">" else moved < -least


@pytest.mark.parametrize("row", cases("refused"))
def test_what_cannot_be_is_refused_by_name(row: Row) -> None:
    with pytest.raises(OutlayError) as error:
        planned(put(BASES[row.base], row.change))
    assert row.words in str(error.value)


@pytest.mark.parametrize("row", cases("idle"))
def test_what_reaches_nothing_is_listed(row: Row) -> None:
    found = loaded(put(BASES[row.base], row.change)).idle
    listed = {i.path for i in found if i.reason == row.words}
    for path in row.change:
        assert any(f"{a}.".startswith(f"{b}.") for p in listed for a, b in ((p, path), (path, p)))


@cache
def words_said() -> Planned:
    """The study of words with all of them in it."""
    study = BASES["words"]
    for row in ROWS:
        if row.kind == "shown" and row.figure != "facts":
            study = put(study, row.change)
    return planned(study)


@cache
def page(text: str) -> str:
    return render(words_said(), text)


@pytest.mark.parametrize("row", cases("shown"))
def test_words_for_readers_are_met(row: Row) -> None:
    if row.figure == "facts":
        parts = row.leaf.split(".")
        names = NAMES | ({"work": "images"} if "units" in parts else {})
        path = ".".join(names[parts[n - 1]] if p == "*" else p for n, p in enumerate(parts))
        facts = loaded(put(BASES["words"], {path: "ft"})).facts
        assert {n.source for n in facts if n.path.startswith(path.removesuffix("source"))} == {"ft"}
    elif row.figure == "page":
        assert row.words in page("")
    elif row.figure == "study":
        assert row.words in page(words_said().run.loaded.text)
    elif row.figure == "check":
        assert row.words in {u.source for u in check(words_said().run.loaded).unmodelled}
    else:
        said = put(BASES["cited"], {f"sources.ft.{row.leaf.split('.')[-1]}": row.words})
        assert row.words in planned(said).explain("supply.buy.price").to_json().__repr__()
