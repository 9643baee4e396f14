"""Shipped code of the engine: it is of these sources, does what is compiled here, or is left."""

from __future__ import annotations

import platform
import sys
from dataclasses import fields

import numpy as np
import pytest

from outlay.serving.compiled import code_of
from outlay.serving.engine.code import calls, entries
from outlay.serving.engine.policy import Autoscale, Clients, Failure, Offload, Policy, Tier
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import dense
from outlay.serving.spec import Lengths
from outlay.serving.traffic.generate import service_traffic
from outlay.serving.traffic.requests import traffic
from outlay.serving.validate import example_table

HERE = (sys.platform, platform.machine()) == entries.BUILT_FOR
only_here = pytest.mark.skipif(not HERE, reason="code is shipped for Linux on x86-64 alone")
POLICIES = {
    "one pool": (Policy(), 3),
    "apart": (Policy(routing="round_robin"), 2),
    "routed": (Policy(routing="power_of_two"), 4),
    "scaled, one fails": (
        Policy(autoscale=Autoscale(8.0, 1, 4, 5.0, 20.0), failures=(Failure(40.0, 0, 30.0),)), 4,
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def afresh():
    for kept in (entries.shipped, entries.entry):
        kept.cache_clear()
    yield
    for kept in (entries.shipped, entries.entry):
        kept.cache_clear()


@only_here
@pytest.mark.parametrize("tiered", ["", entries.TIERED])
@pytest.mark.parametrize("name", ["run_fleet", "run_loop", "run_pool", "blocks_in_use"])
def test_what_is_shipped_is_of_these_sources(name, tiered):
    """Goes red when the engine has changed: run scripts/ship_engine.py."""
    assert entries.shipped(name + tiered) is not None


@only_here
@pytest.mark.parametrize("rule", [None, Autoscale(0.5, 1, 2, 5.0, 0.0, metric="kv")])
@pytest.mark.parametrize("clients", [None, Clients(3)])
def test_replicas_with_tiers_of_cache_are_not_compiled_here(monkeypatch, rule, clients):
    if rule is not None and clients is not None:
        pytest.skip("one or the other")

    def refused(name):
        raise AssertionError(name)

    monkeypatch.setattr(entries, "compiled", refused)
    t = traffic(np.arange(60.0), 200, 10, session=np.arange(60) % 7, shared_tokens=100)
    policy = Policy(offload=Offload((Tier("cpu", 1e6, 1e-9),)), autoscale=rule)
    found = run(t, dense(example_table()), policy, replicas=2, clients=clients)
    assert np.isfinite(found.end_s).all()


def figures(records: Records) -> dict[str, bytes]:
    found = {f.name: getattr(records, f.name) for f in fields(records)}
    return {name: value.tobytes() for name, value in found.items() if isinstance(value, np.ndarray)}


@only_here
@pytest.mark.parametrize("case", POLICIES)
def test_shipped_code_gives_the_bytes_of_what_is_compiled_here(case, monkeypatch):
    policy, replicas = POLICIES[case]
    t = service_traffic(2000, 9.0, 900, 200, Lengths(1.0, 0.8), cv=2.0, seed=5, name="t")
    asked = []
    real = calls.Native.__call__
    monkeypatch.setattr(
        calls.Native, "__call__", lambda self, args: asked.append(real(self, args)) or asked[-1]
    )
    shipped = run(t, dense(example_table()), policy, replicas=replicas, seed=1)
    assert asked
    assert all(asked)
    for where in ("run.entry", "fleets.together.entry"):
        monkeypatch.setattr(f"outlay.serving.engine.{where}", entries.compiled)
    assert figures(shipped) == figures(
        run(t, dense(example_table()), policy, replicas=replicas, seed=1)
    )


@pytest.mark.parametrize("spoil", [lambda d: d[:-9], lambda d: b"x" + d, lambda d: b""])
def test_code_that_is_not_whole_is_left(tmp_path, monkeypatch, spoil):
    data = (entries.HERE / "run_pool.bin").read_bytes()
    (tmp_path / "run_pool.bin").write_bytes(spoil(data))
    monkeypatch.setattr(entries, "HERE", tmp_path)
    assert entries.shipped("run_pool") is None
    assert entries.entry("run_pool") is entries.compiled("run_pool")


@pytest.mark.parametrize(
    ("what", "value"), [("sources", lambda: "0" * 32), ("BUILT_FOR", ("plan9", "mips"))]
)
def test_code_of_other_sources_or_another_machine_is_left(monkeypatch, what, value):
    monkeypatch.setattr(entries, what, value)
    assert entries.shipped("run_pool") is None


def test_bitcode_that_llvm_cannot_read_is_left():
    assert calls.loaded(b"no code", "run_pool", "f8", None) is None


@only_here
def test_arguments_of_other_kinds_go_to_what_is_compiled(monkeypatch):
    asked = []
    monkeypatch.setattr(entries, "compiled", lambda name: lambda *args: asked.append((name, args)))
    entries.entry("run_pool")(1.0, np.zeros(3, np.float32))
    assert [name for name, _ in asked] == ["run_pool"]


def test_kinds_are_type_and_axes_and_tell_what_cannot_be_handed_over():
    table = np.zeros((3, 4))
    frozen = np.zeros(2, np.int32)
    frozen.flags.writeable = False
    args = (1.0, None, 2, np.int64(3), np.float64(4), table, (np.zeros(2, np.int32), (table,)))
    kinds = [calls.kind_of(x) for x in calls.members(args)]
    assert kinds == ["f8", "none", "i8", "i8", "f8", "f8:2", "i4:1", "f8:2"]
    assert {calls.kind_of(x) for x in (True, "x", table[:, 1], frozen)} == {calls.OTHER}


@only_here
def test_what_was_made_for_this_processor_is_kept_and_made_again_where_it_is_spoilt(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("OUTLAY_CACHE", str(tmp_path))
    t = service_traffic(200, 9.0, 900, 200, Lengths(), cv=1.0, seed=5, name="t")
    found, path = [], tmp_path / "none"
    for spoil in (None, b"torn", None):
        if spoil:
            path.write_bytes(spoil)
        entries.shipped.cache_clear()
        entries.entry.cache_clear()
        found.append(figures(run(t, dense(example_table()), Policy(), replicas=2)))
        (path,) = (tmp_path / "numba").glob("*/run_pool-*.bin")
        assert code_of(path) is not None
    assert found[0] == found[1] == found[2]
