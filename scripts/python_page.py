"""Writes the reference of the Python functions, docs/reference/python.md (`make docs`)."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Iterator

import outlay
from outlay.api import studies
from outlay.api.says import Says

_INTRO = """# Python

<!-- Written by `make docs`; change the docstrings, not this. -->

Every verb of the command line is a function of `outlay`. Its answer is typed: it shows itself in a
notebook, gives its rows as [polars](https://pola.rs) frames (`.to_polars("orders")`), its
[document](documents.md) (`.to_json()`) and its files (`.save(folder)`). A study is a path, a
mapping with the file's content, or what `outlay.load` gave. `import outlay` loads nothing heavy;
the examples run as they stand beside `examples/`.
"""


LINES = {"progress": "Called with each line that the terminal would show while it works."}
"""What several docstrings leave unsaid."""


def markdown() -> str:
    """Every public function."""
    verbs = [name for name in outlay.__all__ if not name.startswith("__")]
    lines = [_INTRO, "| function | what it does |", "|---|---|"]
    for name in verbs:
        said = (inspect.getdoc(getattr(outlay, name)) or "").split("\n\n")[0]
        lines.append(f"| [`{name}`](#outlay{name}) | {' '.join(said.split())} |")
    for name in verbs:
        lines += _section(name)
    lines.append(
        "\n## What answers can do\n\nBeside their fields, which are those of their documents."
    )
    for said, kind in answers():
        lines += _members(said, kind)
    return "\n".join(lines)


def answers() -> Iterator[tuple[str, type]]:
    """Answers that can do something, and what they are called here."""
    from outlay.api.plans.compare import ComparisonAnswer
    from outlay.api.plans.plan import Planned
    from outlay.api.plans.session import Session
    from outlay.results.document import Document
    from outlay.study.reading.loader import LoadedStudy

    yield "Every answer", Document
    yield "A plan", Planned
    yield "A comparison", ComparisonAnswer
    yield "A session", Session
    yield "A loaded study", LoadedStudy


def _members(said: str, kind: type) -> Iterator[str]:
    """Methods and properties of a kind of answer that every answer does not have."""
    from outlay.results.document import Document

    shared = set(dir(Document)) if kind is not Document else set()
    yield f"\n### {said}\n"
    yield "| name | what it does |"
    yield "|---|---|"
    for name, member in inspect.getmembers(kind):
        is_property = isinstance(member, property)
        if name.startswith("_") or not (is_property or inspect.isroutine(member)):
            continue
        if name in shared and getattr(Document, name) is member:
            continue
        text = (inspect.getdoc(member) or "").split("\n\n")[0]
        call = (
            "" if is_property else f"({', '.join(list(inspect.signature(member).parameters)[1:])})"
        )
        yield f"| `{name}{call}` | {_cell(text)} |"


def _section(name: str) -> Iterator[str]:
    verb = outlay.__getattr__(name)  # not the package of that name
    signature = inspect.signature(verb)
    yield f"\n## outlay.{name}\n"
    said, _, example = (inspect.getdoc(verb) or "").partition(">>>")
    yield said.strip()
    if signature.parameters:
        yield "\n| parameter | default | meaning |"
        yield "|---|---|---|"
    for p in signature.parameters.values():
        default = "**required**" if p.default is p.empty else _default(p.default)
        word = f"`{p.name}`" if p.kind is not p.KEYWORD_ONLY else f"`{p.name}=`"
        yield f"| {word} | {default} | {_cell(_meaning(verb, p, said)) or '–'} |"
    if example:
        yield f"\n```pycon\n>>> {example.strip()}\n```"


def _meaning(verb: object, p: inspect.Parameter, said: str) -> str:
    """What its annotation says of a parameter, else what the docstring says after its name."""
    text = str(p.annotation)
    module = sys.modules[verb.__module__]
    shared = getattr(module, text, None) or getattr(studies, text, None)
    marks = typing.get_args(shared) if shared is not None else ()
    found = next((m.text for m in marks if isinstance(m, Says)), "")
    if found:
        return found
    if "Says(" in text:  # names for types alone cannot be looked up at run time
        return str(eval(text[text.index("Says(") : text.rindex(")") + 1], vars(module)).text)
    _, here, rest = said.partition(f"{p.name}: ")
    if not here:
        return LINES.get(p.name, "")
    return rest.partition(". ")[0].partition("\n\n")[0].removesuffix(".") + "."


def _default(value: object) -> str:
    return "nothing is done" if callable(value) else f"`{value!r}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    print(markdown())
