"""JSON Schema of a study file, made from the models, for editors and other programs.

An editor offers the names that the catalogue holds and says what a number looks like. It never
refuses what `outlay check` takes: a chip may be written in many ways, and a trace may be a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["schema"]

Json = dict[str, Any]

_PERIOD = r"^([Ff][Yy])?\d{4}(-([Qq][1-4]|[Hh][12]|\d{2}))?$"
_YEAR = r"^(FY)?\d{4}$"
_SCALAR: Json = {"type": ["string", "number"]}
_BESIDE: Json = {"source": {"type": "string"}, "note": {"type": "string"}}
_FREE = r"[^a-z0-9.-]"
"""What no id holds: a name with any of it is written as people write it."""


def schema() -> Json:
    """JSON Schema (draft 2020-12) of a study file."""
    from outlay.study.model.study import Study

    out = Study.model_json_schema(by_alias=True, mode="validation")
    filled: Json = _filled(out)
    filled["$defs"] |= _numbers() | _names()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **filled}


def _filled(node: Any) -> Any:
    """The schema with a reference in place of each mark that a field type left."""
    if isinstance(node, list):
        return [_filled(n) for n in node]
    if not isinstance(node, dict):
        return node
    rest = {k: _filled(v) for k, v in node.items() if k not in ("x-number", "x-listed")}
    if "x-number" in node:
        return {"$ref": f"#/$defs/{_NUMBER[node['x-number']]}", **rest}
    if "x-listed" in node:
        return {"$ref": f"#/$defs/{_NAME[node['x-listed']]}", **rest}
    return rest


_NUMBER = {"once": "Number", "period": "NumberByPeriod", "year": "NumberByYear"}
_NAME = {
    "chips": "ChipName",
    "models": "ModelName",
    "traces": "TraceName",
    "shapes": "ShapeName",
    "series": "SeriesName",
    "regions": "RegionCode",
}


def _by(pattern: str) -> Json:
    return {
        "type": "object",
        "properties": _BESIDE,
        "patternProperties": {pattern: {"$ref": "#/$defs/Number"}},
        "additionalProperties": False,
    }


def _numbers() -> Json:
    """How numbers are written: alone, with their spread and source, by period, by year."""
    said: Json = {
        "type": "object",
        "required": ["value"],
        "additionalProperties": False,
        "properties": {"value": _SCALAR, "low": _SCALAR, "high": _SCALAR, **_BESIDE},
    }
    once: Json = {"$ref": "#/$defs/Number"}
    return {
        "Number": {"anyOf": [_SCALAR, said]},
        "NumberByPeriod": {"anyOf": [once, _by(_PERIOD)]},
        "NumberByYear": _by(_YEAR),
    }


def _names() -> Json:
    """The names of the catalogue, each with what it is, beside other ways to write them."""
    from outlay.catalogue import chips, day_shapes, models, regions, token_series_names, traces
    from outlay.catalogue.chip_rows import chip_names
    from outlay.catalogue.model_rows import model_names
    from outlay.study.checks.complete import TRACE_FILES

    files = "|".join(re.escape(end) for end in TRACE_FILES)
    countries: dict[str, list[str]] = {}
    for region in regions().values():
        countries.setdefault(region.country, []).append(region.name)
    return {
        "ChipName": _one_of(
            {c.id: f"{c.name}, {c.vendor}" for c in chips().values()},
            _spellings(chip_names().written, chip_names().noise),
        ),
        "ModelName": _one_of(
            {m.id: f"{m.name}, {m.developer}" for m in models().values()},
            _spellings(model_names().written, model_names().noise),
        ),
        "TraceName": _one_of({t.id: t.what for t in traces().values()}, _ending(files)),
        "ShapeName": _one_of({s.id: s.what for s in day_shapes().values()}, _ending(files)),
        "SeriesName": _one_of(dict.fromkeys(token_series_names(), ""), _ending(r"\.csv")),
        "RegionCode": _one_of({k: "; ".join(v) for k, v in countries.items()}, r"\S"),
    }


def _one_of(names: Mapping[str, str], other: str = "") -> Json:
    listed: Json = {"type": "string", "enum": list(names)}
    if any(names.values()):
        listed["enumDescriptions"] = list(names.values())
    return {"anyOf": [listed, {"type": "string", "pattern": other}]} if other else listed


def _ending(files: str) -> str:
    """A pattern of file names: their ending, case aside."""
    return f"({re.sub('[a-z]', lambda m: f'[{m[0]}{m[0].upper()}]', files)})$"


def _spellings(written: Iterable[str], noise: Iterable[str]) -> str:
    """A pattern of what a name index may know under another spelling than the id.

    Names as people write them pass; of those that look like an id, the known ones, with or without
    dashes, and those with a word that carries no identity (`nvidia-h200`).
    """
    parts = {
        "-?".join(re.escape(word) for word in re.findall(r"[a-z0-9.]+", name.casefold()))
        for name in written
        if name.isascii()
    }
    known = "|".join(sorted(parts - {""}))
    words = "|".join(sorted(map(re.escape, noise)))
    return f"{_FREE}|^({known})$|(^|-)({words})(-|$)"
