"""Writes the reference of the command line, docs/reference/commands.md (`make docs`)."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from outlay.app.cli.main import COMMANDS, _app

_INTRO = """# The command line

<!-- Written by `make docs`; change the verbs, not this. -->

`outlay COMMAND --help` says the same as this page. Options come from the functions of the same
name in Python ([their page](python.md)). Most commands take `--json`: they print one document on
stdout and nothing else ([its fields](documents.md)).

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | infeasible, or failed |
| 2 | bad input: every problem is said at once, with file and line, and nothing is written |
| 130 | interrupted |

Where a command is to write is looked at before it works: the folder is there and can be written
to, the file ends as its form does, and it is none that the same command reads, by whatever name. A
file that is there is written over where Outlay made one of the same kind (a schema, a chart, a
table of requests, a programme, a calibration) and it is refused where somebody else did. A study, a
draft and a ledger are what people go on writing: they are written over with `--force` alone, and
what `plan --save` names never. The folder of `plan --out` [has rules of its own](folder.md).
"""


def markdown() -> str:
    """Every command with its arguments and options."""
    import typer

    root: Any = typer.main.get_command(_app([]))
    lines = [_INTRO, "| command | what it does |", "|---|---|"]
    commands = [(words, _found(root, words)) for words, _, _ in COMMANDS]
    for words, command in commands:
        anchor = f"outlay-{words.replace(' ', '-')}"
        lines.append(f"| [`{words}`](#{anchor}) | {_first(command)} |")
    for words, command in commands:
        lines += _section(words, command)
    return "\n".join(lines)


def _found(root: Any, words: str) -> Any:
    command = root
    for word in words.split():
        command = command.commands[word]
    return command


def _first(command: Any) -> str:
    return " ".join((command.help or "").split("\n\n")[0].split())


def _section(words: str, command: Any) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    usage = " ".join(["outlay", words, *(_said(p) for p in arguments)])
    yield f"\n## `outlay {words}`\n"
    yield (command.help or "").strip()
    yield f"\n    {usage}{' [OPTIONS]' if options else ''}\n"
    if options:
        yield "| option | takes | default | meaning |"
        yield "|---|---|---|---|"
    for p in options:
        names = ", ".join(f"`{name}`" for name in (*p.opts, *p.secondary_opts))
        needed = "**required**" if p.required else _default(p)
        yield f"| {names} | {_takes(p)} | {needed} | {_cell(p.help or '')} |"


def _said(p: Any) -> str:
    name = f"{p.name.upper().replace('_', '-')}{' …' if p.nargs == -1 else ''}"
    return name if p.required else f"[{name}]"


def _takes(p: Any) -> str:
    if p.is_flag:
        return "–"
    hint = p.type_descriptor.annotation
    words = {int: "a whole number", float: "a number", Path: "a path"}
    said = next((word for kind, word in words.items() if _holds(hint, kind)), "text")
    least, most = p.min, p.max
    if least is not None and most is not None:
        said += f", {least:g} to {most:g}"
    elif least is not None or most is not None:
        said += f", {least:g} or more" if least is not None else f", {most:g} or less"
    return said + ("; may be repeated" if p.multiple else "")


def _holds(hint: object, kind: type) -> bool:
    return hint is kind or any(_holds(part, kind) for part in typing.get_args(hint))


def _default(p: Any) -> str:
    value = p.default
    if p.is_flag or value is None or value in ((), [], ""):
        return "–"
    return f"`{value}`" if isinstance(value, str | int | float) else f"`{value!s}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    print(markdown())
