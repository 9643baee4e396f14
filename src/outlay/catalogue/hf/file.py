"""Opens a model by catalogue name or by the path of a Hugging Face `config.json`, strictly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

from outlay.catalogue.hf.config import from_hf_config
from outlay.catalogue.model_rows import find_model
from outlay.core.errors import InputError, Problem, TooLargeError
from outlay.results.chips_models import Model

__all__ = ["open_model", "read_hf_config"]

_MOST_BYTES = 10_000_000


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
    if like_a_path or (path.is_dir() and "/" in name_or_path) or (path / "config.json").is_file():
        return read_hf_config(path / "config.json")
    return find_model(name_or_path)


def read_hf_config(path: Path) -> Model:
    """The model that the file describes, named after its folder. Raises InputError."""
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            limit = f"up to {_MOST_BYTES} bytes"
            raise TooLargeError(Problem("file too large", str(path), f"{size} bytes", limit))
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as err:
        raise InputError(Problem("not UTF-8 text", str(path), f"byte {err.start}")) from None
    except OSError as err:
        what = (err.strerror or "cannot be read").lower()
        raise InputError(Problem(what, str(path))) from None
    name = path.parent.resolve().name if path.name == "config.json" else path.stem
    return from_hf_config(_strict_json(text, str(path)), name or "model", str(path))


def _strict_json(text: str, where: str) -> object:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            names = [k for k, _ in items]
            twice = next(k for k in names if names.count(k) > 1)
            raise InputError(Problem("duplicate key", where, twice))
        return found

    def constant(word: str) -> NoReturn:
        raise InputError(Problem("not a finite number", where, word))

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as err:
        raise InputError(Problem(f"not JSON: {err.msg.lower()}", f"{where}:{err.lineno}")) from None
    except (RecursionError, ValueError):  # nested too deeply; a number of too many digits
        raise InputError(Problem("not a config.json", where)) from None
