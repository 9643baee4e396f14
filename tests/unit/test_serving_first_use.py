"""First use: shipped capacities are those of this code, and what is done is kept at once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from outlay.performance.types import Layout
from outlay.runs.pipeline.execute import prepare
from outlay.serving import store
from outlay.serving.engine import jit
from outlay.serving.engine.code import entries
from outlay.serving.sizing.build import service_specs
from outlay.serving.sizing.capacity import capacity
from outlay.serving.spec import Deployment, ServiceSpec
from outlay.serving.validate import example_table
from outlay.study.reading.loader import load

REFERENCE = Path(__file__).resolve().parents[2] / "examples" / "bytedance-2026" / "study.yaml"
SPEC = ServiceSpec("chat", "a-model", input_tokens=4000, output_tokens=400, ttft_s=2.0)


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    """The reference with an empty cache folder: its stages, and what the run said on the way."""
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTLAY_CACHE", str(tmp_path_factory.mktemp("empty")))
        return prepare(load(REFERENCE), said.append), said


@pytest.fixture(scope="module")
def question(first_run):
    stages, _ = first_run
    return service_specs(stages.loaded.study, stages.models), tuple(stages.chips.values())


def test_the_reference_finds_all_its_capacities_shipped(first_run):
    """Goes red when the code they hang on has changed: run scripts/ship_capacities.py."""
    _, said = first_run
    assert not [line for line in said if "simulating" in line or "compiling" in line]


def test_shipped_capacities_are_what_the_simulator_finds_now(question, tmp_path):
    specs, chips = question
    picked = [(specs[k % len(specs)], chips[(5 * k + 1) % len(chips)]) for k in range(0, 9, 2)]
    for spec, chip in picked:
        shipped = capacity([spec], [chip], folder=tmp_path)
        found = capacity([spec], [chip], folder=None)
        for a, b in zip(shipped.cells, found.cells, strict=True):
            assert (a.load, a.chip, a.method, a.bound_by) == (b.load, b.chip, b.method, b.bound_by)
            numbers = ("units_per_chip", "low", "high", "load_factor", "watts_per_chip")
            for name in numbers:
                assert getattr(a, name) == pytest.approx(getattr(b, name), rel=1e-9), (a, b)
    assert any(store.shipped())
    assert not list(tmp_path.rglob("*.json"))  # they were found shipped, not worked out


def test_a_changed_service_is_worked_out_and_what_was_said_says_so(question, tmp_path):
    specs, chips = question
    said = []
    one, longer = specs[3], replace(specs[3], input_tokens=specs[3].input_tokens + 1)
    capacity([one, longer], chips[:1], folder=tmp_path, progress=said.append)
    assert said[-1] == "simulating 2 of 4 capacities"
    assert len(list(tmp_path.rglob("*.json"))) == 2


class Counted:
    """A deployer that says what it was asked, and stops at one question as a user would."""

    stamp = "of this test"

    def __init__(self, stop_at: int = -1) -> None:
        self.asked: list[tuple[str, str]] = []
        self.stop_at = stop_at

    def __call__(self, spec, chip, phase):
        if len(self.asked) == self.stop_at:
            raise KeyboardInterrupt
        self.asked.append((chip, phase))
        return [Deployment(chip, Layout(8, tp=8, phase=phase), example_table(), "HBM")]


def test_what_was_worked_out_before_an_interruption_is_kept(tmp_path):
    chips = ["a", "b", "c"]
    with pytest.raises(KeyboardInterrupt):
        capacity([SPEC], chips, deployer=Counted(stop_at=4), folder=tmp_path, workers=1)
    rest = Counted()
    capacity([SPEC], chips, deployer=rest, folder=tmp_path, workers=1)
    assert rest.asked == [("b", "decode"), ("c", "decode")]


def test_services_that_ask_the_same_are_one_question(tmp_path):
    ways = Counted()
    twin = replace(SPEC, id="twin")
    found = capacity([SPEC, twin], ["a"], deployer=ways, folder=tmp_path)
    assert sorted(ways.asked) == [("a", "decode"), ("a", "prefill")]
    assert found.loads == ("chat/prefill", "chat/decode", "twin/prefill", "twin/decode")
    assert [c.load for c in found.cells] == list(found.loads)
    assert found.units_per_chip[:2].tolist() == found.units_per_chip[2:].tolist()


def test_the_shipped_file_is_read_as_it_stands_and_may_be_missing(tmp_path, monkeypatch):
    rows = store.SHIPPED.read_text("utf-8").splitlines()
    assert [json.loads(r)["key"] for r in rows] == sorted(store.shipped())
    part = tmp_path / "part"
    other = rows[1].replace('"units_per_chip": ', '"units_per_chip": 9')  # under the old seal
    part.write_text("\n".join([rows[0], other, "{}", *rows[2:4], rows[4][:99]]))
    monkeypatch.setattr(store, "SHIPPED", part)
    assert list(store.shipped.__wrapped__()) == [json.loads(rows[i])["key"] for i in (0, 2, 3)]
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "none")
    assert store.shipped.__wrapped__() == {}


@pytest.mark.parametrize(
    ("cache", "line"),
    [
        ("here", "compiling once: the simulator, kept for later runs"),
        ("off", "compiling once: the simulator, not kept, as OUTLAY_CACHE is off"),
    ],
)
def test_a_simulator_not_yet_compiled_is_said_in_one_line(cache, line, tmp_path, monkeypatch):
    monkeypatch.setenv("OUTLAY_CACHE", cache if cache == "off" else str(tmp_path))
    said = []
    for compiled in (False, True):
        monkeypatch.setattr(entries, "is_ready", lambda _, c=compiled: c)
        capacity([SPEC], ["a"], deployer=Counted(), progress=said.append, folder=None)
    assert said == [line, "simulating 2 of 2 capacities", "simulating 2 of 2 capacities"]


def test_what_is_compiled_is_known_in_this_process_and_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(jit, "_folder", lambda: str(tmp_path))

    def doubled(x):
        return x * 2.0

    first = jit.jit(doubled)
    assert not jit.is_compiled(first)
    assert first(2.0) == 4.0
    assert jit.is_compiled(first)
    assert jit.is_compiled(jit.jit(doubled))  # another process would find it on disk
