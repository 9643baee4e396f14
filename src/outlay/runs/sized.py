"""How large a study comes out before it is planned: the chips its work needs, and their rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.runs.answers.yardstick import need_of
from outlay.runs.pipeline.execute import prepare
from outlay.study.templates.asked import Size

if TYPE_CHECKING:
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["sized"]


def sized(loaded: LoadedStudy, service: str) -> Size:
    """Need of a study whose offers are of one chip, and that chip's rates on one service."""
    stages = prepare(loaded)
    chip = next(iter(loaded.study.supply.values())).chip
    cells = [stages.capacity.cell(f"{service}/{phase}", chip) for phase in ("prefill", "decode")]
    why = next((c.why_not for c in cells if c.units_per_chip <= 0), "")
    if why:
        return Size((), 0.0, 0.0, why_not=why)
    home = next(iter(loaded.study.sites.values())).region
    need = need_of(stages.problem, stages.demand, home, loaded.study)
    return Size(
        tuple(need.total.tolist()), cells[0].units_per_chip, cells[1].units_per_chip,
        max(c.chips_per_replica for c in cells), weights=cells[0].weights, kv=cells[0].kv,
    )  # fmt: skip
