"""The ledger of a study's numbers: each is a fact with a source or an assumption with a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from outlay.core.periods import Period
from outlay.results.study import Number, is_default
from outlay.study.model.fields import Num, Schedule
from outlay.study.model.shape import Shape, members, study_shape
from outlay.study.model.study import Study
from outlay.study.paths import Path, text_of

__all__ = ["entries", "shown", "written_of"]


def entries(study: Study) -> Iterator[tuple[Path, Number]]:
    """Every number of `study` in file order, with its path; defaults come with `stated=False`."""
    grades = {name: s.grade for name, s in study.sources.items()}
    for path, num, inherited, stated in _walk(study, (), study_shape(), None, True):
        source = num.source or ("" if is_default(num.note) else inherited) or ""
        grade = grades.get(source, "reported") if source else "assumption"
        yield path, Number(
            text_of(path), num.value, num.unit, num.low, num.high, source, grade, num.note,
            stated, None,
        )  # fmt: skip


def shown(value: float, unit: str, digits: int = 6) -> str:
    """`value` with its unit as people write it: 120 MW, ¥160bn, 3 months, 0.92."""
    from outlay.core.quantities.formats import format_quantity

    if unit in ("1", "year"):
        return f"{value:.{digits}g}"
    if unit == "month":
        return f"{value:g} month{'' if value == 1 else 's'}"
    return format_quantity(value, unit, digits)


def _walk(
    value: object, path: Path, shape: Shape, source: str | None, stated: bool
) -> Iterator[tuple[Path, Num, str | None, bool]]:
    """(path, number, source of what it stands in, whether the user wrote it)."""
    if isinstance(value, Num):
        yield path, value, source, stated
    elif isinstance(value, Schedule):
        yield from _schedule(value, path, source, stated)
    elif isinstance(value, BaseModel):
        inner = getattr(value, "source", None) or source
        for name, info in type(value).model_fields.items():
            item: object = getattr(value, name)
            if item is None or isinstance(item, str):  # most fields: no number there
                continue
            key = info.alias or name
            yield from _walk(
                item,
                (*path, key),
                members(shape).get(key) or shape.item,
                inner,
                stated and name in value.model_fields_set,
            )
    elif isinstance(value, Mapping) and shape.kind != "free":
        for at, below in value.items():
            yield from _walk(below, (*path, str(at)), shape.item, source, stated)
    elif isinstance(value, list) and shape.inner is not None and shape.inner.kind == "model":
        for n, item in enumerate(value):
            yield from _walk(item, (*path, n), shape.item, source, stated)
    elif stated and shape.is_months and isinstance(value, int):
        yield path, Num(float(value), "month"), source, stated
    elif stated and shape.takes == "a number" and isinstance(value, float | int):
        yield path, Num(float(value), "1"), source, stated


def _schedule(
    plan: Schedule, path: Path, source: str | None, stated: bool
) -> Iterator[tuple[Path, Num, str | None, bool]]:
    for period, num in plan.entries:
        yield (path if _always(period) else (*path, str(period))), num, source, stated


def _always(period: Period) -> bool:
    return period.year == 1


def written_of(value: object) -> str:
    """What the user wrote: of names and entries that hold more, the names."""
    if isinstance(value, Num):
        return value.written
    if isinstance(value, Schedule):
        return ", ".join(n.written for _, n in value.entries)
    if isinstance(value, Mapping | list):
        return ", ".join(written_of(k) for k in value)
    if isinstance(value, BaseModel):
        return ", ".join(sorted(value.model_fields_set))
    return str(value).lower() if isinstance(value, bool) else str(value)
