"""Power a chip draws, its share of the server included, by how much of its roofline it uses.

A chip draws a quarter of its rated power while steps run and then in proportion to work, up to all
of it: 31 published runs of large mixtures on B200 and B300 with chip energy per output token (4 to
512 requests, 7 to 59 % of the roofline) lie within 7 % (median) of these two numbers. Host, fans
and network are taken to draw the rest of the all-in power at any load.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Number
from outlay.results.chips_models import Chip

__all__ = ["idle_watts", "watts"]

RUNNING = 0.25  # of rated power at no work
PER_WORK = 1.30  # of rated power by share of the roofline in use
IDLE = 0.35  # of all-in power while no step runs: fans slow down (a guess)


def watts(chip: Chip, utilisation: Number) -> Number:
    """All-in power of one chip while steps use this share of its roofline [W]."""
    rated = min(chip.tdp_w or chip.it_w, chip.it_w)
    drawn: Number = np.minimum(RUNNING + PER_WORK * np.asarray(utilisation, dtype=float), 1.0)
    return chip.it_w - rated + rated * drawn


def idle_watts(chip: Chip) -> float:
    """All-in power of one chip while no step runs [W]."""
    return IDLE * chip.it_w
