"""Documents with errors that were put into them, and documents of the same structure without one.

Each document was written for this; `planted.toml` says what is wrong in which.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from outlay.evidence import read
from outlay.evidence.types import Contradiction, Reading

DATA = Path(__file__).resolve().parents[1] / "data" / "contradictions"
PLANTED: Mapping[str, list[dict[str, object]]] = tomllib.loads(
    (DATA / "planted.toml").read_text(encoding="utf-8")
)


def hard(reading: Reading) -> list[Contradiction]:
    return [c for c in reading.contradictions if c.severity == "hard"]


def test_there_are_ten_of_each() -> None:
    assert len(list((DATA / "sound").iterdir())) >= 10
    assert {p.name for p in (DATA / "planted").iterdir()} == set(PLANTED)
    assert len(PLANTED) >= 10


@pytest.mark.parametrize("path", sorted((DATA / "sound").iterdir()), ids=lambda p: p.stem)
def test_nothing_hard_is_said_of_a_sound_document(path: Path) -> None:
    assert [c.text for c in hard(read(path))] == []


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_each_planted_error_is_found_and_nothing_else(name: str) -> None:
    reading = read(DATA / "planted" / name)
    found = hard(reading)
    for error in PLANTED[name]:
        values = error["values"]
        assert isinstance(values, list)
        named = [
            c for c in found
            if str(error["says"]) in c.text
            and all(
                any(math.isclose(reading.claim(i).value, v, rel_tol=1e-6) for i in c.claims)
                for v in values
            )
        ]  # fmt: skip
        assert len(named) == 1, (error, [c.text for c in found])
        assert named[0].keep in named[0].claims
    assert len(found) == len(PLANTED[name]), [c.text for c in found]
