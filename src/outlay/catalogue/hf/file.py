"""Opens a model by catalogue name or by the path of a Hugging Face `config.json`, strictly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from outlay.catalogue.model_rows import find_model
from outlay.core.errors import InputError, Problem, UnknownNameError
from outlay.core.ingest.files import take
from outlay.core.ingest.json_text import strict_json
from outlay.results.chips_models import Model

__all__ = ["open_model", "read_hf_config"]

_MOST_BYTES = 10_000_000
_OTHER_FILES = (".yaml", ".yml", ".toml", ".txt", ".gguf", ".safetensors", ".bin", ".pt", ".pth")
"""Endings of what is written where a config.json was meant; no name of a model ends so."""


def open_model(name_or_path: str) -> Model:
    """The catalogue's model of this name, or the one that a config.json (or its folder) describes.

    A text that ends in `.json`, starts like a path (`/`, `./`, `../`, `~`) or names a folder is a
    path and never a name: a config is not answered for by a catalogue model of a like name.
    Raises UnknownNameError, or InputError with every problem of the file.
    """
    try:
        path = Path(name_or_path).expanduser()
    except RuntimeError:
        raise InputError(Problem("no such home folder", "", name_or_path)) from None
    if name_or_path.endswith(".json"):
        return read_hf_config(path)
    like_a_path = name_or_path.startswith(("/", "./", "../", "~"))
    # of `os.path`: a name that no file system takes is that of no file, and no error
    folder = os.path.isdir(path) and "/" in name_or_path
    if like_a_path or folder or os.path.isfile(path / "config.json"):
        return read_hf_config(path / "config.json")
    try:
        return find_model(name_or_path)
    except UnknownNameError:
        if not os.path.isfile(path) and path.suffix.lower() not in _OTHER_FILES:
            raise
    raise InputError(
        Problem("a file that is no config.json", str(path), path.suffix,
                "a config.json, the folder of one, or a model of the catalogue",
                "take the config.json beside it, or write its fields as JSON")
    )  # fmt: skip


def read_hf_config(path: Path) -> Model:
    """The model that the file describes, named after its folder. Raises InputError.

    Formats of weights that `hf_quant_config.json` beside it says are taken where the file itself
    says none.
    """
    # a name of the catalogue needs no reader of configs
    from outlay.catalogue.hf.config import from_hf_config
    from outlay.catalogue.hf.formats import beside_config

    found = _json(path, "config.json")
    name = path.parent.resolve().name if path.name == "config.json" else path.stem
    beside = path.with_name("hf_quant_config.json")
    if isinstance(found, Mapping) and path.name == "config.json" and beside.is_file():
        formats = _json(beside, "hf_quant_config.json")
        other = beside_config(formats) if isinstance(formats, Mapping) else {}
        if not found.get("quantization_config"):
            found = {**found, "quantization_config": other}
        elif other:
            model = from_hf_config(found, name or "model", str(path))
            return _compared(model, {**found, "quantization_config": other}, path)
    return from_hf_config(found, name or "model", str(path))


def _compared(model: Model, other: Mapping[str, object], path: Path) -> Model:
    """The model as its config says it, with a note where the file beside it says another format."""
    from outlay.catalogue.hf.config import from_hf_config

    try:
        beside = from_hf_config(other, model.id, str(path))
    except InputError as err:
        said = f"cannot be read ({err.problems()[0].what})"
    else:
        if beside.weight_dtype == model.weight_dtype:
            return model
        said = f"says {beside.weight_dtype}"
    note = (
        f"hf_quant_config.json {said}, quantization_config in config.json "
        f"{model.weight_dtype}, which was taken"
    )
    return replace(model, note=f"{model.note}\n{note}")


def _json(path: Path, what: str) -> object:
    return strict_json(take(path, most=_MOST_BYTES, what=what).data, str(path))
