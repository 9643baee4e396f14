"""Models: long-format architecture rows joined to the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import get_type_hints

from outlay.catalogue.names import Names
from outlay.catalogue.tables import Row, made, rows
from outlay.results.chips_models import Model

__all__ = ["find_model", "model_names", "models"]

_COUNTS = {name for name, kind in get_type_hints(Model).items() if kind is int}
_SCALE = {"1e9 parameters": 1e9}


def _model(row: Row, figures: Mapping[str, float]) -> Model:
    numbers: dict[str, float] = {}
    extra: dict[str, float] = {}
    for name, value in figures.items():
        if name.startswith("extra:"):
            extra[name.removeprefix("extra:")] = value
        else:
            numbers[name] = int(value) if name in _COUNTS else value
    numbers.setdefault("total_params", 0.0)
    numbers.setdefault("active_params", 0.0)
    return made(Model, row, extra=extra, **numbers)


@cache
def models() -> Mapping[str, Model]:
    """Every model by id. One whose shapes are unpublished has `has_shapes` False and a `proxy`."""
    figures: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows("model_parameters"):
        figures[row["item"]][row["parameter"]] = float(row["value"]) * _SCALE.get(row["unit"], 1.0)
    return MappingProxyType({r["id"]: _model(r, figures[r["id"]]) for r in rows("models")})


_NOISE = (
    "instruct chat it hf base preview thinking reasoning fp8 nvfp4 mxfp4 fp4 fp16 bf16 int4 int8 "
    "awq gptq gguf w8a8 w4a16 kv dynamic turbo model 2507 2501 0528 0324 meta"
)
"""Words beside a name that do not tell one from another."""


@cache
def model_names() -> Names:
    """The index from written names to model ids."""
    entries = {
        m.id: (m.name, *([m.hf_repo] if m.hf_repo else []), *m.aliases) for m in models().values()
    }
    return Names("model", entries, noise=frozenset(_NOISE.split()))


def find_model(name: str) -> Model:
    """The model that `name` means: id, name, Hugging Face repository, alias, or a usual spelling.

    Raises UnknownNameError with the nearest name.
    """
    return models()[model_names().find(name)]
