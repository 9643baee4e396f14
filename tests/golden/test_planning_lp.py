"""Tiny golden programmes: what each row family writes for a case small enough to read.

OUTLAY_REWRITE=1 writes the files anew; read the difference before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from outlay.planning.programme.draft import Options
from outlay.planning.programme.maths import FAMILIES
from outlay.planning.programme.model import build
from support.golden_lp import ROWS, text_of, tiny

FOLDER = Path(__file__).parent / "planning"


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_of_the_family_are_as_kept(family: str) -> None:
    path = FOLDER / f"{family}.lp.txt"
    found = text_of(family)
    if os.environ.get("OUTLAY_REWRITE"):
        path.write_text(found, encoding="utf-8")
    assert found.count("\n") > 1
    assert path.read_text(encoding="utf-8") == found


def test_every_row_block_belongs_to_a_family_and_has_a_row() -> None:
    known = {name for names in ROWS.values() for name in names}
    seen: set[str] = set()
    for options in (Options(tie="static"), Options(whole_depth=1)):
        rows = build(tiny(), options).matrix.rows
        assert set(rows) <= known
        seen |= {name for name, block in rows.items() if (block.index >= 0).any()}
    never = known - seen
    assert never <= {"tie_absent_order", "tie_absent_start", "tie_absent_expand", "arrive",
                     "arrivals"}, "no row of the tiny case"  # fmt: skip
