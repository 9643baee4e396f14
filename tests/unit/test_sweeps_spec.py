"""A sweep as the store keeps it: asked again it is the same, and it is shown without its study."""

from __future__ import annotations

from pathlib import Path

from outlay.store.opened import open_store
from outlay.sweeps.head import conduct
from outlay.sweeps.spec import begun, found_in, read_spec
from support.sweeping import GRID, Here, asked, common_bytes


def test_the_same_sweep_is_gone_on_with_and_anew_is_another_beside_it(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))
    who = store.first_admin("you")
    spec = asked(*GRID)
    first, _ = begun(store, who, spec)
    assert begun(store, who, asked(*GRID))[0] == first
    assert begun(store, who, asked(*GRID), anew=True)[0].id != first.id
    again, turned = begun(store, who, asked(*GRID))
    assert (again.id, turned.turn) == (store.sweeps(who)[0].id, 1), "the newest is gone on with"
    other, _ = begun(store, who, asked(GRID[0]))
    assert other.id not in (first.id, again.id)
    assert begun(store, who, asked(GRID[0]), anew=False)[0] == other
    store.close()


def test_a_spec_reads_back_and_what_was_found_needs_no_study(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "store.db"))
    who = store.first_admin("you")
    spec = asked(*GRID)
    journal, _ = begun(store, who, spec)
    conduct(spec.design, lambda: common_bytes(spec), journal, Here())
    (held,) = store.sweeps(who)
    read = read_spec(held.spec)
    assert read == spec
    found, table = found_in(journal, read)
    assert (found.cases, found.optimal, table.height, held.done) == (9, 9, 9, 9)
    assert found.id == held.id
    assert {s.x for s in found.surfaces} == {"supply.h200-import.price"}
    assert found.of("order_now")[0].path in {a.path for a in spec.axes}
    store.close()
