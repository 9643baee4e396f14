"""What a programme takes is said before it is built."""

from __future__ import annotations

from outlay.planning.programme.size import Size


def test_memory_is_named_where_it_is_much() -> None:
    assert str(Size(868, 162, 362_768, 1_109_094, 5_650_882, 2568.9)) == (
        "868 nodes, 162 branches, about 2,569 MB"
    )
    assert str(Size(112, 18, 45_000, 140_000, 700_000, 430.4)) == "112 nodes, 18 branches"
