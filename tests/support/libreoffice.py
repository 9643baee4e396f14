"""Recalculate workbooks with LibreOffice and compare them with what Python worked out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openpyxl
import pytest

SHEETS = ("Inputs", "Calc", "Outputs", "Periods", "Checks", "Cover")
"""In the order of the flow, so that a reader of formulas need not look far ahead."""


def recalculate(files: Sequence[Path], folder: Path) -> list[Path]:
    """Open each file in LibreOffice and save it again, or skip the test where there is none."""
    return _converted(files, "xlsx", folder)


def as_pdf(file: Path, folder: Path) -> Path:
    """A workbook as it is printed."""
    (out,) = _converted([file], "pdf", folder)
    return out


def _converted(files: Sequence[Path], kind: str, folder: Path) -> list[Path]:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    out = folder / "recalculated"
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [office, profile, "--headless", "--convert-to", kind, "--outdir", str(out)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=600)
    return [out / f.with_suffix(f".{kind}").name for f in files]


def drop_cache(source: Path, target: Path, changes: dict[str, object] | None = None) -> None:
    """Save a workbook without cached values, so that every number must be computed anew."""
    book = openpyxl.load_workbook(source)
    for cell, value in (changes or {}).items():
        sheet, at = cell.split("!")
        book[sheet][at.replace("$", "")] = value
    book.save(target)


def numbers(path: Path) -> dict[str, float | str | None]:
    """Every cell that holds a value, by `sheet!cell`."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        f"{name}!{cell.coordinate}": cell.value
        for name in SHEETS
        for line in book[name].iter_rows()
        for cell in line
        if cell.value is not None
    }


def worst_gap(
    found: dict[str, float | str | None], wanted: dict[str, float | str | None]
) -> tuple[float, str]:
    """Largest difference between two sets of cells; text where a number stood is infinite."""
    worst, where = 0.0, ""
    for key, value in wanted.items():
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            continue
        other = found.get(key)
        gap = abs(other - value) if isinstance(other, (int, float)) else np.inf
        if gap > worst:
            worst, where = float(gap), key
    return worst, where
