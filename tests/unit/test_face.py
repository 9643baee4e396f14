"""The face of the package: its verbs, what it loads, and what its answers can do."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import outlay
from outlay.core.errors import InputError, StudyError, TableError
from outlay.results.document import Document
from support.small import SMALL

HEAVY = ("numpy", "scipy", "numba", "polars", "pydantic", "highspy", "rich", "typer", "jinja2")
VERBS = [n for n in outlay.__all__ if not n.startswith("__")]


def test_importing_it_loads_nothing_heavy() -> None:
    code = f"import sys, outlay; print([m for m in {HEAVY!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_it_shows_its_verbs_and_nothing_else() -> None:
    import outlay.catalogue.names  # a stage that is imported is no part of the face

    shown = {n for n in dir(outlay) if not (n.startswith("__") and n.endswith("__"))}
    assert shown == set(VERBS)
    assert outlay.catalogue("regions").table == "regions"
    assert outlay.catalogue.names is not None  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="plann"):
        outlay.plann  # type: ignore[attr-defined] # noqa: B018


@pytest.mark.parametrize("name", VERBS)
def test_signatures_are_written_out(name: str) -> None:
    parameters = inspect.signature(getattr(outlay, name)).parameters.values()
    assert not [p for p in parameters if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]


@pytest.fixture(scope="module")
def planned() -> outlay.Planned:  # type: ignore[name-defined]
    return outlay.plan(outlay.load(SMALL), quick=True)


def test_a_plan_shows_itself_in_one_line_and_on_one_screen(planned: Document) -> None:
    line = repr(planned)
    assert "\n" not in line
    assert len(line) < 300
    assert planned.headline.sentence[:60] in line  # type: ignore[attr-defined]
    page = planned._repr_html_()
    assert '<th scope="row">Ascend 910C<td class="n">5,881<td class="n">¥1.12bn' in page
    assert "\n" not in repr(planned.run)  # type: ignore[attr-defined]
    assert len(repr(planned.run)) < 2_000  # type: ignore[attr-defined]


def test_a_plan_gives_its_rows_as_frames(planned: Document) -> None:
    frame = planned.to_polars("orders")
    assert frame["spend"].sum() == pytest.approx(
        sum(o.spend for o in planned.orders)  # type: ignore[attr-defined]
    )
    assert planned.to_polars("hedges").columns == [  # no hedge was worked out; the columns stand
        "factor", "states", "by", "offer", "quantity", "otherwise", "last_date",
    ]  # fmt: skip
    assert planned.to_polars("accounts.unit_costs").height > 0
    with pytest.raises(InputError, match="did you mean 'orders'"):
        planned.to_polars("order")


def test_a_plan_saves_explains_and_compares(planned, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert planned.save(tmp_path) == tmp_path / "report.html"
    kept = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert kept["expected_cost"] == planned.expected_cost == planned.document["expected_cost"]
    same = planned.compare(tmp_path)
    assert same.difference == 0.0
    cash = planned.explain("balance.cash.2026")
    told = outlay.explain(SMALL, "balance.cash.2026")
    assert cash.value == told.value
    assert planned.explain("supply.ascend-910c.price").unit == "CNY"


def test_a_study_may_be_a_mapping_with_the_same_hash(tmp_path: Path) -> None:
    from outlay.study.reading.strict_yaml import read_yaml

    data = read_yaml(SMALL).data
    given = outlay.load(data, folder=SMALL.parent)
    assert given.hash == outlay.load(SMALL).hash
    moved = outlay.load(given, overrides=["discount_rate=20 %/year"])
    assert moved.hash != given.hash
    with pytest.raises(InputError, match="a list"):
        outlay.load(SMALL, overrides="discount_rate=20 %/year")  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="did you mean"):
        outlay.load({**data, "servces": {}}, folder=SMALL.parent)


def test_a_mapping_that_was_planned_is_replayed(tmp_path: Path) -> None:
    from outlay.study.reading.strict_yaml import read_yaml

    data = read_yaml(SMALL).data
    made = outlay.plan(data, quick=True, overrides=["discount_rate=20 %/year"], out=tmp_path)
    again = outlay.replay(tmp_path)
    assert (again.same, again.parts_changed) == (True, ())
    assert again.replayed == made.record.result_hash
    (tmp_path / "inputs" / "study.yaml").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"study\.yaml: was changed after the run"):
        outlay.replay(tmp_path)


def test_an_answer_can_be_kept_copied_and_told_from_another(planned: Document) -> None:
    on = {"model": "llama-3.1-8b", "chip": "h100-sxm"}
    drawn = {**on, "tp": 1, "rate": 5.0, "requests": 50}
    answers = [
        planned, outlay.rate(**on), outlay.forecast("google-tokens", months=6, paths=30),
        outlay.simulate(**drawn), outlay.check(SMALL),
    ]  # fmt: skip
    for answer in answers:
        kept = pickle.loads(pickle.dumps(answer))
        assert kept == answer == copy.deepcopy(answer)
        assert kept.to_json() == answer.to_json()
    assert outlay.rate(**on) == answers[1] != outlay.rate(**on, isl=2000)
    assert outlay.simulate(**drawn, seed=1) != answers[3]
    kept = pickle.loads(pickle.dumps(planned))
    assert kept.explain("balance.cash.2026").value == 0.0
    pictures = pickle.loads(pickle.dumps(answers[1])).pictures()
    assert list(pictures) == ["roofline", "operators", "pareto"]


def test_an_explanation_gives_its_inputs_as_a_frame(planned: Document) -> None:
    found = planned.explain("balance.cash.2026")  # type: ignore[attr-defined]
    frame = found.to_polars("inputs")
    assert frame["value"].to_list() == [i.value for i in found.inputs]
    assert "inputs" not in frame.columns


@pytest.mark.parametrize("given", [3, None, ["a"]])
def test_what_is_no_plan_is_refused(given: object, planned: Document) -> None:
    with pytest.raises(InputError, match="not a plan"):
        outlay.compare(planned, given)


def test_files_that_are_not_there_are_named() -> None:
    on = {"model": "llama-3.1-8b", "chip": "h100-sxm"}
    with pytest.raises(TableError, match=r"no\.csv: no such file"):
        outlay.simulate(trace="no.csv", **on)
    with pytest.raises(TableError, match=r"no\.csv: no such file"):
        outlay.size(trace="no.csv", ttft_p99=2.0, **on)
    with pytest.raises(InputError, match="say what to calibrate from"):
        outlay.calibrate()
    with pytest.raises(InputError, match="--measured: not a path"):
        outlay.calibrate(measured="")


def test_what_is_validated_is_named() -> None:
    with pytest.raises(InputError, match="did you mean 'forecast'"):
        outlay.validate("forecasts")  # type: ignore[call-overload]
