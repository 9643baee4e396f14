"""The schema as a tree that can be walked: which names may stand where, and what they take."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from outlay.core.periods import Period
from outlay.study.model.fields import Months, NumberOf

__all__ = ["Shape", "field_of", "is_leaf", "members", "study_shape"]

Kind = Literal["model", "names", "list", "free", "leaf"]


@dataclass(frozen=True)
class Shape:
    """One place in a study: a model with fields, names → item, a list of items, or a leaf.

    `takes` says in words what a leaf takes; `number` is set where it is a number; `choices`
    where only some words are allowed. `free`: a mapping whose keys the schema does not know.
    """

    kind: Kind
    takes: str = ""
    doc: str = ""
    title: str = ""
    required: bool = False
    default: object = None
    number: NumberOf | None = None
    choices: tuple[str, ...] = ()
    is_months: bool = False
    fields: Mapping[str, Shape] = field(default_factory=dict)
    inner: Shape | None = None

    @property
    def item(self) -> Shape:
        """The shape of an entry under a name that the schema does not fix."""
        return self.inner or _FREE

    @property
    def open_keys(self) -> bool:
        """Whether a key that is not there yet may be set: a period, a year, a free mapping."""
        return self.kind == "free" or (self.number is not None and self.number.by != "once")


_FREE = Shape("free", "anything")


def is_leaf(shape: Shape) -> bool:
    """Whether an overlay replaces what stands here as a whole."""
    return shape.kind in ("leaf", "list", "free")


def members(shape: Shape) -> Mapping[str, Shape]:
    """The names that the schema fixes at this place."""
    return shape.fields


@cache
def study_shape() -> Shape:
    """The tree of the whole study."""
    from outlay.study.model.study import Study

    return _model(Study)


def field_of(path: Sequence[str | int]) -> Shape:
    """The field at `path`, whose last parts may be periods or years of its number."""
    shape = study_shape()
    for part in path:
        if shape.number is not None:
            break
        shape = members(shape).get(str(part)) or shape.item
    return shape


@cache
def _model(model: type[BaseModel]) -> Shape:
    fields = {f.alias or name: _field(f) for name, f in model.model_fields.items()}
    doc = " ".join((model.__doc__ or "").split())
    return Shape("model", "a mapping", doc, model.__name__, fields=fields)


def _field(info: FieldInfo) -> Shape:
    shape = _type(info.annotation, tuple(info.metadata))
    default: object = info.default
    return replace(
        shape,
        doc=info.description or shape.doc,
        required=info.is_required(),
        default=None if default is PydanticUndefined else default,
    )


def _type(hint: object, metadata: tuple[object, ...] = ()) -> Shape:
    """The shape of a type hint; the first of a union's members that says most wins."""
    if get_origin(hint) is Annotated:
        inner, *more = get_args(hint)
        return _type(inner, (*metadata, *more))
    numbers = [m for m in metadata if isinstance(m, NumberOf)]
    if numbers:
        return Shape("leaf", _number_words(numbers[0]), number=numbers[0])
    if get_args(Months)[0] is hint and "months" in metadata:
        return Shape("leaf", "a span: `2 months`, `1 quarter`, `3 years`", is_months=True)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _union([_type(a) for a in get_args(hint) if a is not type(None)])
    if origin is dict:
        key, value = get_args(hint)
        inner = _type(value)
        if inner.kind == "free":
            return Shape("free", "a mapping")
        return Shape("names", "names → entries", inner=inner, choices=_literals(key))
    if origin is list:
        return Shape("list", "a list", inner=_type(get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _model(hint)
    return _plain(hint)


def _plain(hint: object) -> Shape:
    choices = _literals(hint)
    if choices:
        return Shape("leaf", " or ".join(choices), choices=choices)
    words: dict[object, str] = {
        str: "text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
    }
    if hint is Period:
        return Shape("leaf", "a period: `2026-Q1`, `2026-01`, `2026`")
    if hint is Any:
        return _FREE
    return Shape("leaf", words.get(hint, "a date: `2025-12-31`"))


def _literals(hint: object) -> tuple[str, ...]:
    if get_origin(hint) is not Literal:
        return ()
    return tuple(str(a) for a in get_args(hint))


def _union(shapes: list[Shape]) -> Shape:
    """A union: its models' fields together; else its leaves, in words."""
    if len(shapes) == 1:
        return shapes[0]
    takes = "; or ".join(dict.fromkeys(s.title or s.takes for s in shapes))
    fields = {name: sub for s in shapes for name, sub in s.fields.items()}
    choices = tuple(c for s in shapes for c in s.choices)
    numbers = next((s.number for s in shapes if s.number), None)
    kind: Kind = "model" if fields and numbers is None else "leaf"
    inner = next((s.inner for s in shapes if s.inner), None)
    doc = " Or: ".join(s.doc for s in shapes if s.doc)
    return Shape(kind, takes, doc, fields=fields, choices=choices, number=numbers, inner=inner)


def _number_words(of: NumberOf) -> str:
    from outlay.core.quantities.quantity import DIMENSIONS
    from outlay.study.model.fields import bounds_words

    by = {"once": "", "period": ", constant or by period", "year": ", by fiscal year"}[of.by]
    bounds = ", ".join(
        x for x in ("a whole number" if of.whole else "", bounds_words(of.rule)) if x
    )
    example = DIMENSIONS[of.dimension].example.split(", ")[0]
    return f"{of.dimension.replace('_', ' ')} (`{example}`{', ' + bounds if bounds else ''}){by}"
