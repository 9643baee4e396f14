"""How large the plan of a study would be, by counting: what is far too large is refused at once.

The planning stage knows its programme to the row, but only after demand and capacity are worked
out; this is what can be said before. It counts where each load may run at all, in each region, on
each kind of chip that may come there, so it is never more than what would be built.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from outlay.study.findings import Finding
from outlay.study.model.study import Study

__all__ = ["MAX_LEAVES", "MAX_OVERLAYS", "size_findings"]

MAX_LEAVES = 2_000
"""More leaves than this are refused before a tree is built."""
MAX_OVERLAYS = 200
"""States with an effect, and scenarios: the study is read once more under each."""
MAX_CELLS = 2_000_000
"""Choices of a plan: thrice those of the largest that fits into memory (some 6 kB each)."""


def size_findings(study: Study) -> Iterator[Finding]:
    """Trees and programmes that are far too large, with their size and what to cut."""
    factors = study.factors()
    leaves = math.prod(len(f.states) for f in factors.values())
    if leaves > MAX_LEAVES:
        most = max(factors, key=lambda n: len(factors[n].states))
        states = len(factors[most].states)
        found = f"{leaves:,} leaves of {len(factors)} factors; `{most}` has {states:,} states"
        hint = "sample a factor instead: `in_tree: false`; or name fewer states"
        at = ("uncertainty", most, "states") if len(factors) == 1 else ("uncertainty",)
        yield Finding(at, "too large a tree", found, f"{MAX_LEAVES:,} leaves", hint)
        return
    overlays = len(study.scenarios) + sum(
        bool(effect)
        for f in study.uncertainty.values()
        for effect in getattr(f, "effect", {}).values()
    )
    if overlays > MAX_OVERLAYS:
        hint = "leave out what is not compared; more of them stand well in a second study"
        at = ("scenarios",) if len(study.scenarios) > MAX_OVERLAYS // 2 else ("uncertainty",)
        what = "too many states with an effect and scenarios"
        yield Finding(at, what, f"{overlays:,}", f"{MAX_OVERLAYS:,} together", hint)
        return
    yield from _programme(study)


def _programme(study: Study) -> Iterator[Finding]:
    nodes, slices = _nodes(study), 1 if study.slices == "mean" else 2
    pairs = sum(_pairs(study))
    cells = nodes * (pairs * slices + 3 * len(study.supply) + len(study.sites))
    if cells <= MAX_CELLS:
        return
    loads = len(study.services) + len(study.work) + len(study.training)
    found = (
        f"about {cells:,} choices: {nodes:,} nodes of {study.horizon.periods} periods, {loads:,} "
        f"loads on {pairs:,} pairs of region and kind of chip, {len(study.supply):,} offers"
    )
    hint = (
        "fewer states, longer periods, fewer loads or kinds of chip; `slices: mean`"
        if slices > 1
        else "fewer states, longer periods, fewer loads or kinds of chip"
    )
    what = "a plan of this study would be too large"
    yield Finding(("horizon",), what, found, f"{MAX_CELLS:,} choices", hint)


def _nodes(study: Study) -> int:
    """Nodes of the tree: in each period as many as states are known apart by then."""
    reveals = [(f.reveal.start, len(f.states)) for f in study.factors().values()]
    return sum(
        math.prod(n for start, n in reveals if start <= p.start) for p in study.horizon.all()
    )


def _pairs(study: Study) -> Iterator[int]:
    """Of each load: pairs of a region where it may run and a kind of chip that may come there."""
    names: dict[str, set[str]] = {}
    for name, site in study.sites.items():
        for called in (name, site.region, *site.tags):
            names.setdefault(called, set()).add(site.region)

    def regions(places: Sequence[str]) -> set[str]:
        return set[str]().union(*(names.get(p, set()) for p in places))

    held: dict[str, set[str]] = {}
    for chip, places in (
        *((p.chip, p.places) for p in study.fleet.values()),
        *((o.chip, [*o.to, *o.divert_to]) for o in study.supply.values()),
    ):
        for region in regions(places):
            held.setdefault(region, set()).add(chip)
    loads = [(s.serve_from, s.chips) for s in study.services.values()]
    loads += [(w.serve_from, w.chips) for w in study.work.values()]
    loads += [(list(c.places), c.chips) for c in study.training.values()]
    for places, chips in loads:
        on = set(chips)
        yield sum(len(held.get(r, set()) & on if on else held.get(r, set()))
                  for r in regions(places))  # fmt: skip
