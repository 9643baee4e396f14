"""Writes the glossary, docs/glossary.md, from docs/glossary.yaml (`make docs`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

SOURCE = Path(__file__).resolve().parents[1] / "docs" / "glossary.yaml"

_INTRO = """# Glossary

<!-- Written by `make docs`; change glossary.yaml, not this. -->

The words of the subject, as the study file, the report and these pages use them.
"""


def terms() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Topic → term → what the file says of it."""
    found: Mapping[str, Mapping[str, Mapping[str, Any]]] = YAML(typ="safe").load(SOURCE)
    return found


def markdown() -> str:
    """Every term by topic."""
    return "\n".join([_INTRO, *_topics()])


def _topics() -> Iterator[str]:
    for topic, rows in terms().items():
        yield f"## {topic}\n"
        yield "| word | unit | meaning |"
        yield "|---|---|---|"
        for term, said in rows.items():
            also = f" ({', '.join(said['also'])})" if "also" in said else ""
            yield f"| **{term}**{also} | {said.get('unit', '–')} | {said['means']} |"
        yield ""


if __name__ == "__main__":
    print(markdown())
