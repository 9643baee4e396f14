"""A calibration of the user's own: taken as it was written, or refused by file, line and field."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from outlay.core.errors import InputError
from outlay.performance.constants.calibrated import FILES, INFERENCE, calibration_of
from outlay.performance.constants.calibrated import read_calibration as read
from outlay.performance.constants.cells import AXES, CATEGORIES, shipped_cells
from outlay.performance.constants.constants import shipped
from outlay.performance.constants.training import training_constants

SHIPPED = {name: files("outlay.performance").joinpath("data", name).read_bytes() for name in FILES}
EFFECT = SHIPPED["effects.csv"].decode().splitlines()[1]
CELL = SHIPPED["cells.csv"].decode().splitlines()[1]


def test_what_is_shipped_is_read_the_same_as_a_folder() -> None:
    found, cells = calibration_of(SHIPPED, "mine"), shipped_cells()
    assert found.constants == shipped()
    assert found.training == training_constants()
    assert found.cells is not None
    assert cells is not None
    assert all((found.cells.names[n] == cells.names[n]).all() for n in CATEGORIES)
    assert all((found.cells.axes[n] == cells.axes[n]).all() for n in AXES)
    assert np.array_equal(found.cells.alpha, cells.alpha)
    assert np.array_equal(found.cells.group, cells.group)
    assert (found.cells.variance, found.cells.noise) == (cells.variance, cells.noise)


def changed(name: str, old: str, new: str) -> dict[str, bytes]:
    text = SHIPPED[name].decode()
    assert old in text
    return {**SHIPPED, name: text.replace(old, new, 1).encode()}


def cell(**values: str) -> dict[str, bytes]:
    """The shipped cells with some of the first changed."""
    head = SHIPPED["cells.csv"].decode().splitlines()[0].split(",")
    row = dict(zip(head, CELL.split(","), strict=True)) | values
    return changed("cells.csv", CELL, ",".join(row[h] for h in head))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (changed("effects.csv", EFFECT, EFFECT.rpartition(",")[0] + ",nan"),
         "mine/effects.csv:2: log_effect: not a number of this column (found 'nan'); allowed: a "
         "number from -20 to 20"),
        (changed("effects.csv", EFFECT, EFFECT.rpartition(",")[0] + ",1e400"),
         "mine/effects.csv:2: log_effect: not a number of this column (found '1e400')"),
        (changed("effects.csv", EFFECT, EFFECT.rpartition(",")[0] + ",1_0"),
         "mine/effects.csv:2: log_effect: not a number of this column (found '1_0')"),
        (changed("effects.csv", "allreduce_link", "allreduce_lin"),
         "mine/effects.csv:2: constants this version does not have (found allreduce_lin); allowed: "
         "its own constants; did you mean 'allreduce_link'?"),
        (changed("effects.csv", "allreduce_link,family", "allreduce_link,colour"),
         "mine/effects.csv:3: a factor that this constant does not have (found colour)"),
        (changed("effects.csv", EFFECT, f"{EFFECT}\n{EFFECT}"),
         "mine/effects.csv:3: an effect given twice (found allreduce_link,,)"),
        (changed("effects.csv", "log_effect", "effect"),
         "mine/effects.csv:1: unknown column (found 'effect')"),
        (changed("effects.csv", EFFECT, EFFECT + ",1"),
         "mine/effects.csv:2: a row with another number of cells than the header (found 5)"),
        ({**SHIPPED, "effects.csv": SHIPPED["effects.csv"] + b"\xff"},
         f"mine/effects.csv:{SHIPPED['effects.csv'].count(10) + 1}: not UTF-8 text"),
        (cell(batch="inf"), "mine/cells.csv:2: batch: not a number of this column (found 'inf')"),
        (cell(alpha=""), "mine/cells.csv:2: alpha: not a number of this column (found '')"),
        (cell(group="1.5"), "mine/cells.csv:2: group: not the number of a group (found '1.5')"),
        ({**SHIPPED, "cells.csv": SHIPPED["cells.csv"].split(b"\n")[0]},
         "mine/cells.csv: no cells (found a header alone)"),
        (changed("correction.toml", "noise = 0", "noise = nan # 0"),
         "mine/correction.toml:2: not a variance (found nan); allowed: a number above 0"),
        (changed("correction.toml", "noise = 0", 'noise = "x" # 0'),
         "mine/correction.toml:2: not a variance (found x)"),
        (changed("correction.toml", '"model" = 0', '"model" = -1 # 0'),
         "mine/correction.toml:5: not a variance (found -1); allowed: a number, 0 or more"),
        (changed("correction.toml", '"model" = 0', '"modle" = 0'),
         "mine/correction.toml:5: a part this version does not have (found modle)"),
        (changed("correction.toml", "[variance]", "[other]"),
         "mine/correction.toml: no table [variance]"),
        (changed("correction.toml", "noise = ", "noise = 1\nnoise = "),
         "mine/correction.toml:3: not TOML: cannot overwrite a value"),
        ({**SHIPPED, "correction.toml": b"a = " + b"[" * 5_000},
         "mine/correction.toml: not TOML: what it holds is no calibration's"),
        (changed("calibration.toml", 'data_sha256 = "', 'data_sha256 = 5 # "'),
         "mine/calibration.toml: data_sha256: not a hash (found 5); allowed: text"),
        (changed("training_fitted.toml", "matmul_bf16 = ", "matmul_bf16 = true # "),
         "mine/training_fitted.toml:6: not the logarithm of matmul_bf16 (found True)"),
        (changed("training_fitted.toml", "matmul_bf16 = ", "matmul_bf61 = "),
         "mine/training_fitted.toml:6: constants this version does not have (found matmul_bf61)"),
        (changed("training_fitted.toml", "[fitted]", "[other]"),
         "mine/training_fitted.toml: no table [fitted]"),
        ({}, "mine: not a calibration (found none of its files)"),
        ({"cells.csv": SHIPPED["cells.csv"]}, "mine: not a calibration (found cells.csv)"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_right_is_refused(given: dict[str, bytes], said: str) -> None:
    with pytest.raises(InputError) as caught:
        calibration_of(given, "mine")
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "a pipe, not a file; allowed: a file of a calibration"),
        (os.mkdir, "a folder, not a file; allowed: a file of a calibration"),
        (lambda p: os.symlink("/dev/zero", p), "a device, not a file; allowed: a file of a cal"),
        (lambda p: os.symlink("nowhere", p), "no such file; allowed: a file of a calibration"),
    ],
)
def test_what_is_no_file_of_it_is_never_read(
    make: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    make(tmp_path / INFERENCE[0])
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / INFERENCE[0]}: {said}")


def test_a_folder_holds_one_half_or_both(tmp_path: Path) -> None:
    (tmp_path / FILES[-1]).write_bytes(SHIPPED[FILES[-1]])
    found = read(tmp_path)
    assert found.constants is None
    assert found.training == training_constants()
    assert len(found.training_sha256) == len(found.sha256) == 64
