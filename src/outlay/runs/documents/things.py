"""What the things of a study are called: the titles that it gives, the catalogue's for chips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from outlay.catalogue.chip_rows import chips as known_chips
from outlay.results.study import Thing
from outlay.study.model.study import Study

__all__ = ["things_of"]


def things_of(study: Study, others: Iterable[str] = ()) -> tuple[Thing, ...]:
    """Every id that a result may speak of, with its title; chips first, each once.

    others: chips that the study does not name, as that in which its need is counted.
    """
    offers = {k: v.chip for k, v in study.supply.items()}
    pools = {k: v.chip for k, v in study.fleet.items()}
    chips = dict.fromkeys(
        [
            *offers.values(), *pools.values(), *others,
            *(w.reference for w in study.work.values()),
            *(c.reference for c in study.training.values()),
        ]
    )  # fmt: skip
    return (
        *(Thing(c, "chip", _made(c)) for c in chips if c),
        *(Thing(k, "offer", study.supply[k].title, c) for k, c in offers.items()),
        *(Thing(k, "pool", study.fleet[k].title, c) for k, c in pools.items()),
        *_plain(study),
    )


def _made(chip: str) -> str:
    """What a chip's maker calls it; nothing for one that the catalogue lacks."""
    known = known_chips()
    return known[chip].name if chip in known else ""


def _plain(study: Study) -> Iterator[Thing]:
    """Things without a chip of their own."""
    yield from (Thing(k, "site", v.title) for k, v in study.sites.items())
    yield from (Thing(k, "service", v.title) for k, v in study.services.items())
    yield from (Thing(k, "work", v.title) for k, v in study.work.items())
    yield from (Thing(k, "training", v.title) for k, v in study.training.items())
    yield from (Thing(k, "factor", v.title) for k, v in study.uncertainty.items())
