"""The study in one spelling: base units, no words for readers; for hashes and diffs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel

from outlay.core.periods import Period
from outlay.study.model.fields import Num, Schedule
from outlay.study.model.study import Study

__all__ = ["canonical"]

_WORDS = {"note", "title"}
"""Fields that no stage reads."""


def canonical(study: Study) -> dict[str, object]:
    """`study` as plain JSON data: numbers in base units, names sorted by the reader's JSON."""
    data = _model(study)
    data.pop("scenarios", None)  # those not chosen change nothing
    return data


def _model(model: BaseModel) -> dict[str, object]:
    return {
        (info.alias or name): _plain(getattr(model, name))
        for name, info in type(model).model_fields.items()
        if name not in _WORDS
    }


def _plain(value: object) -> object:
    if isinstance(value, Num):
        return _number(value)
    if isinstance(value, Schedule):
        return {("always" if p.year == 1 else str(p)): _number(n) for p, n in value.entries}
    if isinstance(value, BaseModel):
        return _model(value)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Period | date):
        return str(value)
    return value


def _number(num: Num) -> dict[str, object]:
    said = {"low": num.low, "high": num.high, "source": num.source}
    return {
        "value": num.value,
        "unit": num.unit,
        **{name: value for name, value in said.items() if value is not None},
    }
