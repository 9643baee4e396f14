"""A mapping as YAML that people go on writing: entries by line, their fields in braces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

__all__ = ["as_yaml"]

PLAIN = re.compile(r"[\w.%][\w.%/-]*(?: [\w.%/-]+)*", re.ASCII)
WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
BARE = {"value", "low", "high", "as_of", "date", "start", "first", "reveal"}
"""Keys whose values are numbers or days."""
WIDE = 96


def _scalar(value: object, bare: bool = False) -> str:
    text = "".join(c for c in " ".join(str(value).split()) if c.isprintable())
    plain = PLAIN.fullmatch(text) and text.casefold() not in WORDS
    if plain and (bare or isinstance(value, int) or not _number(text)):
        return text
    return json.dumps(text, ensure_ascii=False)


def _number(text: str) -> bool:
    """Whether a reader of YAML may take the text for a number."""
    return (text[0] in "0123456789." and " " not in text) or not any(c.isalpha() for c in text)


def _key(key: str) -> str:
    return _scalar(key, key[:1].isdigit())


def _flow(value: object, key: str = "") -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)}: {_flow(v, k)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value, key in BARE)


def _block(body: Mapping[str, object], depth: int) -> Iterator[str]:
    for key, value in body.items():
        line = f"{'  ' * depth}{_key(key)}: {_flow(value, key)}"
        deep = isinstance(value, Mapping) and any(isinstance(v, Mapping) for v in value.values())
        if isinstance(value, Mapping) and deep and (len(line) > WIDE or depth == 0):
            yield f"{'  ' * depth}{_key(key)}:"
            yield from _block(value, depth + 1)
        elif isinstance(value, list) and len(line) > WIDE:
            yield f"{'  ' * depth}{_key(key)}:"
            yield from (f"{'  ' * depth}  - {_flow(item)}" for item in value)
        else:
            yield line


def as_yaml(body: Mapping[str, object]) -> str:
    """The text of a mapping, a section after the other."""
    parts = ["\n".join(_block({k: v}, 0)) for k, v in body.items()]
    head = sum(
        not isinstance(v, Mapping) or k in ("horizon", "discount_rate")
        for k, v in body.items()
        if k != "cross_checks"
    )
    return "\n".join(parts[:head]) + "\n\n" + "\n\n".join(parts[head:]) + "\n"
