"""Random streams keyed by name, so that results never depend on workers or order.

A stream is a counter-based Philox generator whose key is a hash of the root seed and the
stream's name: the world "demand/17" is the same on any machine, in any order, on any number
of workers (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
"""

from __future__ import annotations

import hashlib

import numpy as np

__all__ = ["stream"]


def stream(seed: int, *name: str | int) -> np.random.Generator:
    """Return the generator named `name` under root `seed`.

    Parameters: seed, any integer; name, one or more parts ("demand", 17).
    Equal arguments give equal streams; different ones give independent streams.
    """
    text = "\x1f".join([str(int(seed)), *(f"{type(p).__name__}:{p}" for p in name)])
    key = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))
