"""Outlay, Python and the libraries that it uses: which are there, and whether as declared."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from outlay.core.version import __version__
from outlay.results.machine.doctor import Library, Program, Status

__all__ = ["MODULES", "libraries", "program"]

MODULES: Mapping[str, str] = {
    "numpy": "numpy",
    "scipy": "scipy",
    "numba": "numba",
    "polars": "polars",
    "highspy": "highspy",
    "ruamel-yaml": "ruamel.yaml",
    "pydantic": "pydantic",
    "typer": "typer",
    "rich": "rich",
    "jinja2": "jinja2",
    "vl-convert-python": "vl_convert",
    "xlsxwriter": "xlsxwriter",
    "python-calamine": "python_calamine",
    "typst": "typst",
    "pyxirr": "pyxirr",
    "sqlalchemy": "sqlalchemy",
    "alembic": "alembic",
    "fastapi": "fastapi",
    "uvicorn": "uvicorn",
    "mcp": "mcp",
    "pg8000": "pg8000",
    "trafilatura": "trafilatura",
    "pdfplumber": "pdfplumber",
}
"""Library, as package indexes call it → the module that is loaded of it."""
EXTRAS: Mapping[str, str] = {
    "fastapi": "serve", "uvicorn": "serve", "mcp": "assistant", "pg8000": "postgres",
    "trafilatura": "documents", "pdfplumber": "documents",
}  # fmt: skip
"""Library → the optional part that it belongs to. Ray is not looked for: whoever wants it knows."""
LEAST_PYTHON = (3, 11)


def program() -> Program:
    """Outlay and what runs it."""
    return Program(
        outlay=__version__,
        folder=str(Path(__file__).resolve().parents[2]),
        python=platform.python_version(),
        executable=sys.executable or "",
        platform=platform.platform(),
        status="ok" if sys.version_info >= LEAST_PYTHON else "warning",
    )


def libraries(broken: Mapping[str, str]) -> tuple[Library, ...]:
    """Each library. broken: module → why it could not be loaded."""
    wanted = _declared()
    return tuple(
        _library(name, wanted.get(name, ""), broken.get(module) or _unfound(module))
        for name, module in MODULES.items()
    )


def _library(name: str, wanted: str, said: str) -> Library:
    extra, version = EXTRAS.get(name, ""), _installed(name)
    status: Status = "ok"
    if said or not version:
        status = "warning" if extra else "failed"
    elif not within(version, wanted):
        status = "warning"
    return Library(name=name, version=version, wanted=wanted, extra=extra, said=said, status=status)


def _unfound(module: str) -> str:
    """Why a module is not found from here; '' where it is."""
    try:
        there = find_spec(module) is not None
    except Exception as err:  # what is in its way raises what it likes
        return str(err) or type(err).__name__
    return "" if there else f"no module named '{module}'"


def _installed(name: str) -> str:
    try:
        return str(metadata.version(name) or "")
    except Exception:  # not there, or its record is spoilt: whatever that raises
        return ""


def _declared() -> dict[str, str]:
    """Library → versions that this installation of Outlay states; empty where it has no record."""
    try:
        stated = metadata.requires("outlay") or []
    except Exception:  # run from its source, or a spoilt record
        return {}
    found = (re.match(r"([\w.-]+)\s*([^;]*)", text) for text in stated)
    return {re.sub(r"[-_.]+", "-", m[1]).lower(): m[2].strip() for m in found if m}


def within(version: str, wanted: str) -> bool:
    """Whether a version lies in a range such as `<1.17,>=1.16`; other forms are not judged."""
    here = _numbers(version)
    for part in wanted.split(","):
        m = re.fullmatch(r"\s*(>=|<)\s*([\d.]+)\s*", part)
        if m and ((here < _numbers(m[2])) if m[1] == ">=" else (here >= _numbers(m[2]))):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    m = re.match(r"\d+(?:\.\d+)*", version)
    found = [int(x) for x in m[0].split(".")] if m else []
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)
