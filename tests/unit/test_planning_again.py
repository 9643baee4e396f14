"""Where a what-if starts: what moved, the basis on disk, a bound by hand, being told to stop."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from outlay.core.errors import CancelledError
from outlay.planning.answers.again import Started, Warm, corner, moved
from outlay.planning.answers.estimate import Bounds, implied, least
from outlay.planning.answers.kept import FILE, Kept, key_of, read_kept
from outlay.planning.programme.blocks import Blocks, Matrix
from outlay.planning.programme.draft import WHOLE
from outlay.planning.programme.model import build
from outlay.planning.solver.basis import Basis, read
from outlay.planning.solver.highs import Session
from outlay.planning.solver.solve import solve
from outlay.planning.solver.tree import branches as branches_module
from support.golden_lp import tiny


def two(price: float = 3.0, need: float = 4.0, cap: float = 3.0) -> Matrix:
    """min price·a + 5 b, a + b >= need, a <= cap; what is left over may be sold at 1 without end,
    but no more than there is: a + b - sold >= need. There is room for 12 of both."""
    b = Blocks()
    there = np.ones(1, dtype=bool)
    a = b.column("a", ("one",), there, upper=cap, cost=price)
    other = b.column("b", ("one",), there, upper=10.0, cost=5.0)
    sold = b.column("sold", ("one",), there, cost=-1.0)
    row = b.row("need", ("one",), there, lower=need)
    for col, value in ((a, 1.0), (other, 1.0), (sold, -1.0)):
        b.put(row, col, value)
    room = b.row("room", ("one",), there, upper=12.0)
    b.put(room, a, 1.0)
    b.put(room, other, 1.0)
    return b.build()


def at_best(matrix: Matrix) -> tuple[Basis, np.ndarray]:
    session = Session(matrix)
    found = session.solve("simplex")
    return read(session), found.row_dual


def test_what_moved_is_told_apart() -> None:
    base = two()
    assert moved(base, two()) == ()
    assert moved(base, two(price=2.0)) == ("cost",)
    assert moved(base, two(need=5.0)) == ("right side",)
    assert moved(base, two(cap=2.0, price=2.0)) == ("bound", "cost")
    twice = two()
    twice.a.data = twice.a.data * 2
    assert moved(base, twice) == ("entries",)
    other = build(tiny()).matrix
    assert moved(base, other) == ("structure",)
    # Two programmes of one size with other rows are two structures too.
    turned = replace(base, rows={**base.rows, "want": base.rows["need"]})
    assert moved(base, turned) == ("structure",)


def test_the_corner_of_the_old_basis_by_hand() -> None:
    """3 of a and 1 of b cost 14. At 1 less for a: 11, the best. At 2 more for a: the same corner
    costs 23, all of b 20. A need of 14 asks for 11 of b, 1 more than there is, and for 2 more than
    there is room: 3·3 + 11·5 = 64 is a bound that no plan has."""
    basis, prices = at_best(two())
    assert corner(Warm(two(), basis), prices).objective == pytest.approx(14.0)
    cheaper = corner(Warm(two(price=2.0), basis), prices)
    assert (cheaper.objective, cheaper.broken) == (pytest.approx(11.0), 0)
    assert cheaper.least == pytest.approx(11.0)
    dearer = corner(Warm(two(price=6.0), basis), prices)
    assert (dearer.objective, dearer.broken) == (pytest.approx(23.0), 0)
    assert dearer.least == pytest.approx(20.0)
    assert dearer.gap == pytest.approx(3 / 23)
    more = corner(Warm(two(need=14.0), basis), prices)
    assert (more.objective, more.broken) == (pytest.approx(64.0), 2)
    assert more.least == pytest.approx(64.0)


def test_a_bound_where_a_column_has_none() -> None:
    """At a price of 0.5 for what is needed, selling at 1 has a reduced cost of -0.5 and no bound of
    its own. From the row: sold <= a + b - need <= 3 + 10 - 4 = 9, so no plan costs less than
    0.5·4 - 0.5·9 = -2.5, a and b being dearer than 0.5. With the price moved to 1: 4."""
    m = two()
    bounds = implied(m)
    assert bounds.upper.tolist() == pytest.approx([3.0, 10.0, 9.0])
    half, wrong = np.array([0.5, 0.0]), np.array([-0.5, 0.0])
    assert least(m, half, bounds) == pytest.approx(-2.5)
    assert least(m, half, Bounds(m.lower, m.upper), mend=False) == -np.inf
    assert least(m, half, Bounds(m.lower, m.upper)) == pytest.approx(4.0)
    # A price that leans on a side that the row has not is none: then 9 are sold for nothing.
    assert least(m, wrong, bounds) == pytest.approx(-9.0)


def test_a_question_that_is_told_to_stop_stops() -> None:
    basis, _ = at_best(two())
    with pytest.raises(CancelledError, match="newer"):
        Warm(two(need=5.0), basis, stop=lambda: True).finish()
    asked = []
    warm = Warm(build(tiny()).matrix, Basis.slack(build(tiny()).matrix),
                stop=lambda: bool(asked.append(1)))  # fmt: skip
    assert warm.finish().status == "optimal"
    assert len(asked) > 2  # at steps on the way, too


def test_a_basis_is_kept_and_read_again(tmp_path: Path) -> None:
    matrix = build(tiny()).matrix
    basis, _ = at_best(matrix)
    kept = Kept(key_of(matrix), basis)
    (tmp_path / FILE).write_bytes(kept.to_bytes())
    found, why = read_kept(tmp_path)
    assert why == ""
    assert found is not None
    assert found.hash == kept.hash
    again = found.of(build(tiny()).matrix)
    assert again is not None
    assert again.row.tolist() == basis.row.tolist()
    assert again.column.tolist() == basis.column.tolist()
    assert found.of(build(tiny(), WHOLE).matrix) is None
    assert kept.to_bytes() == Kept(key_of(matrix), basis).to_bytes()
    assert Kept(key_of(matrix), replace(basis, row=basis.row[::-1])).hash != kept.hash


def archive(head: bytes) -> bytes:
    """A file of numpy's whose arrays begin like that."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in ("head", "row", "column"):
            made.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head)
    return out.getvalue()


def spoilt(good: bytes, how: str) -> bytes:
    matrix = build(tiny()).matrix
    basis, _ = at_best(matrix)
    other = {
        "empty": b"",
        "no archive": b"basis",
        "torn": good[: len(good) // 2],
        "bent": good[:60] + bytes([good[60] ^ 255]) + good[61:],
        "does not count up": Kept(key_of(matrix), replace(basis, row=basis.row * 0)).to_bytes(),
        "without an end to its head": archive(b"{'descr': ("),
        "beyond memory": archive(
            b"{'descr': '|i1', 'fortran_order': False, 'shape': (900000000000000,)}\n"
        ),
        "no such states": Kept(key_of(matrix), replace(basis, row=basis.row + 9)).to_bytes(),
    }
    return other[how]


@pytest.mark.parametrize(
    "how",
    [
        "empty", "no archive", "torn", "bent", "without an end to its head", "beyond memory",
        "does not count up", "no such states",
    ],
)  # fmt: skip
def test_a_spoilt_file_is_passed_over_with_a_word(tmp_path: Path, how: str) -> None:
    matrix = build(tiny()).matrix
    good = Kept(key_of(matrix), at_best(matrix)[0]).to_bytes()
    (tmp_path / FILE).write_bytes(spoilt(good, how))
    found, why = read_kept(tmp_path)
    assert found is None
    assert "passed over" in why
    assert str(tmp_path / FILE) in why


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / FILE).symlink_to("/dev/zero")  # which would never end
    assert read_kept(tmp_path) == (None, f"{tmp_path / FILE}: not a file, passed over")


def test_nothing_kept_is_nothing_said(tmp_path: Path) -> None:
    assert read_kept(tmp_path) == (None, "")
    assert read_kept(tmp_path / "nowhere") == (None, "")


def test_an_older_form_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = build(tiny()).matrix
    with monkeypatch.context() as patch:
        patch.setattr("outlay.planning.answers.kept.FORM", "outlay basis 0")
        old = Kept(key_of(matrix), at_best(matrix)[0]).to_bytes()
    (tmp_path / FILE).write_bytes(old)
    assert read_kept(tmp_path)[0] is None
    assert "another form" in read_kept(tmp_path)[1]


def test_a_start_that_is_none_of_the_programme_is_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(branches_module, "SIMPLEX_BELOW", 0)
    plain = solve(tiny())
    foreign = Warm(two(), at_best(two())[0])
    branches = Started(tiny(), lambda _: foreign)
    assert solve(tiny(), branches=branches).objective == pytest.approx(plain.objective, rel=1e-9)
    assert not branches.started
    nothing = Started(tiny(), lambda _: None)
    assert solve(tiny(), branches=nothing).objective == pytest.approx(plain.objective, rel=1e-9)
    assert not nothing.started


def test_a_bad_start_costs_time_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branches_module, "SIMPLEX_BELOW", 0)
    plain = solve(tiny())
    branches = Started(tiny(), lambda m: Basis.slack(m))
    found = solve(tiny(), branches=branches)
    assert found.objective == pytest.approx(plain.objective, rel=1e-9)
