"""A study as path, mapping or loaded: one set of checks, one hash, places that its giver knows."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from outlay.api.plans.diff import diff
from outlay.api.plans.explain import explain
from outlay.api.studies import loaded
from outlay.core.errors import InputError, Problem, StudyError, TooLargeError
from outlay.study import loads
from outlay.study.reading.strict_yaml import read_text, read_yaml
from support.shared import ROOT
from support.study_text import SMALL, broken, problems

EXAMPLES = sorted((ROOT / "examples").glob("*/study.yaml"))


def content(text: str = SMALL) -> dict[str, Any]:
    return read_text(text, "study.yaml").data


def said(study: Mapping[str, object], **options: Any) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        loaded(study, **options)
    return caught.value.problems()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.parent.name)
def test_a_mapping_is_the_study_that_its_file_is(path: Path) -> None:
    file, given = loaded(path), loaded(read_yaml(path).data, folder=path.parent)
    assert given.hash == file.hash
    assert given.study == file.study
    assert [w.what for w in given.warnings] == [w.what for w in file.warnings]
    assert [(e.path, e.value, e.source) for e in given.ledger] == [
        (e.path, e.value, e.source) for e in file.ledger
    ]
    assert {e.line for e in given.ledger} == {0}
    assert all(e.where == (e.path if e.stated else "default") for e in given.ledger)
    assert given.path.parent == path.parent


def test_the_text_of_a_mapping_is_a_study_file() -> None:
    given = loaded(content())
    assert loads(given.text).hash == given.hash
    assert loads(SMALL).text == SMALL
    assert json.loads(given.text)["title"] == "small"


BREAKS = {
    "probabilities": ("granted: 50 %,", "granted: 40 %,"),
    "unknown key": ("pue: 1.2", "peu: 1.2"),
    "unknown name": ("needs: licence", "needs: licences"),
    "no unit": ("power: 10 MW", "power: 10"),
    "missing": ("currency: USD\n", ""),
    "not finite": ("rank: -0.3", "rank: .inf"),
    "state that breaks": ("supply.h200.cap: 0", "supply.h200.lead: -1 month"),
    "scenario that breaks": ("price: 10_000 USD", "price: 10_000"),
    "two at once": ("as_of: 2025-12-31\ncurrency: USD", "as_of: soon\ncurrency: dollars"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_mapping_is_told_what_its_file_is_told(name: str) -> None:
    text = broken(BREAKS[name])
    try:
        given: Mapping[str, object] = content(text)
    except StudyError:  # refused by the reader of files itself
        given = content()
        given["correlations"][0]["rank"] = float("inf")  # type: ignore[index]
    of_file, of_mapping = problems(text), said(given)

    def told(found: list[Problem]) -> list[tuple[str, str, str, str]]:
        return sorted((p.what, p.value, p.allowed, p.hint) for p in found)

    assert told(of_file) == told(of_mapping) != []
    for problem in of_mapping:
        assert "study.yaml" not in problem.where
        assert not any(part.isdigit() for part in problem.where.split(":")[1:2])
    for place in (p.where.partition(": ")[2] for p in of_file):
        assert any(p.where.endswith(place) for p in of_mapping)


def change(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def put(data: dict[str, Any]) -> None:
        *above, last = path.split(".")
        for part in above:
            data = data[part]
        data[last] = value

    return put


@pytest.mark.parametrize(
    ("put", "where", "what"),
    [
        (change("sites.oslo.pue", object()), "sites.oslo.pue", "not plain data"),
        (change("sites.oslo.pue", float("nan")), "sites.oslo.pue", "not a finite number"),
        (change("sites.oslo.pue", 10**5000), "sites.oslo.pue", "a number too long"),
        (change("title", "\ud800"), "title", "half a surrogate pair"),
        (change("<<", {}), "<<", "a merge key"),
        (lambda d: d["sites"].update({1.5: {}}), "sites", "a key that is not text"),
        (lambda d: d["budget"]["capex"].update({2026: 1}), "budget.capex.2026", "stands twice"),
    ],
    ids=["object", "nan", "digits", "surrogate", "merge", "key", "twice"],
)
def test_what_no_file_could_say_is_refused(
    put: Callable[[dict[str, Any]], None], where: str, what: str
) -> None:
    data = content()
    put(data)
    found = said(data)
    assert where in [p.where for p in found]
    assert any(what in p.what for p in found)


def test_a_mapping_that_never_ends_is_refused() -> None:
    data = content()
    data["sites"]["oslo"]["more"] = data
    with pytest.raises(TooLargeError, match="nested too deeply"):
        loaded(data)
    row: list[Any] = [1] * 10
    for _ in range(6):
        row = [row] * 10
    with pytest.raises(TooLargeError, match="too many entries"):
        loaded({**content(), "sites": row})


def test_numbers_of_numpy_days_and_tuples_are_plain() -> None:
    data = content()
    data["sites"]["oslo"]["pue"] = np.float64(1.2)
    data["work"]["ranking"]["need"] = np.int64(100)
    data["as_of"] = datetime.date(2025, 12, 31)
    data["budget"]["capex"] = {2026: "1bn USD", "source": "ft"}
    data["services"]["chat"]["serve_from"] = ("NO",)
    assert loaded(data).hash == loads(SMALL).hash


def test_files_of_a_mapping_are_looked_for_in_its_folder(tmp_path: Path) -> None:
    data = read_yaml(ROOT / "examples" / "bytedance-2026" / "study.yaml").data
    with pytest.raises(StudyError, match="document: no such file beside the study"):
        loaded(data, folder=tmp_path)
    found = explain(loaded(data, folder=ROOT / "examples" / "bytedance-2026"), "budget.capex.2026")
    assert found.source is not None
    assert "160 billion" in found.source.sentence
    assert found.where == "budget.capex.2026"


def test_overrides_come_after_its_own_and_a_scenario_takes_its_place() -> None:
    first = loaded(content(), ["sites.oslo.pue=1.4", "sites.johor.pue=1.5"])
    again = loaded(first, ["sites.oslo.pue=1.1"], "cheap")
    assert again.overrides == ("sites.oslo.pue=1.4", "sites.johor.pue=1.5", "sites.oslo.pue=1.1")
    assert again.study.sites["oslo"].pue.value == 1.1
    assert again.study.sites["johor"].pue.value == 1.5
    assert again.hash == loads(SMALL, overrides=again.overrides, scenario="cheap").hash
    assert loaded(first) is first
    assert loaded(again, scenario="cheap") is again
    with pytest.raises(StudyError, match="no such scenario"):
        loaded(again, scenario="dear")


def test_it_is_laid_over_again_though_its_file_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(SMALL, encoding="utf-8")
    first = loaded(path)
    path.unlink()
    changes = diff(first, overrides=["sites.oslo.pue=1.1"]).changes
    assert [(c.path, c.before, c.after) for c in changes] == [("sites.oslo.pue", "1.2", "1.1")]


def test_text_where_a_list_is_meant_is_refused_with_a_hint() -> None:
    problem = said(content(), overrides="sites.oslo.pue=1.1")[0]
    assert problem.where == "overrides"
    assert problem.hint == "overrides=['sites.oslo.pue=1.1']"


@pytest.mark.parametrize("value", [None, 3, ["study.yaml"]])
def test_what_is_no_study_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match="not a study"):
        loaded(value)


def test_a_loaded_study_shows_itself_in_a_line() -> None:
    shown = repr(loaded(content()))
    assert "small" in shown
    assert len(shown) < 200
