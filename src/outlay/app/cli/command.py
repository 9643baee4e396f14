"""A command of the command line from a verb: its options are the verb's own parameters."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from outlay.api.says import Says
from outlay.results.base import Document

__all__ = ["command"]

D = TypeVar("D", bound=Document)
PYTHON = ("Raises", "Returns", ">>>")
"""How the paragraphs of a docstring begin that are for Python alone."""
JSON = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def _parameter(p: inspect.Parameter, hint: object) -> inspect.Parameter:
    """A parameter of a verb as typer takes it."""
    kind, *marks = typing.get_args(hint)
    said = next(m for m in marks if isinstance(m, Says))
    flags = (
        (said.flag,) if said.flag else ((f"--{p.name.replace('_', '-')}",) if kind is bool else ())
    )
    least, most = said.least, said.most
    if kind is int or int in typing.get_args(kind):
        least, most = (None if x is None else int(x) for x in (least, most))
    option = (
        typer.Argument(help=said.text, show_default=False)
        if said.argument
        else typer.Option(*flags, help=said.text, min=least, max=most)
    )
    return p.replace(
        annotation=Annotated[kind, option], kind=inspect.Parameter.KEYWORD_ONLY
    )  # fmt: skip


def _help(verb: Callable[..., D]) -> str:
    """A verb's docstring as the command line shows it: paragraphs for Python alone are cut."""
    parts = (inspect.getdoc(verb) or "").split("\n\n")
    return "\n\n".join(p for p in parts if not p.startswith(PYTHON))


def command(
    verb: Callable[..., D],
    show: Callable[[D], None],
    *,
    failed: Callable[[D], bool] = lambda _: False,
    leave_out: tuple[str, ...] = (),
) -> Callable[..., None]:
    """A typer command that asks `verb` and shows its answer, or prints it as JSON.

    failed: whether the answer ends the command with exit code 1. leave_out: parameters that only
    Python has; one called `progress` is given the lines for people on stderr.
    """
    from outlay.app.cli.output import progress

    told = {"progress": progress} if "progress" in inspect.signature(verb).parameters else {}

    def run(*, json_: bool, **asked: object) -> None:
        from outlay.app.cli.output import print_document

        found = verb(**asked, **told)
        if json_:
            print_document(found)
        else:
            show(found)
        if failed(found):
            raise typer.Exit(1)

    hints = typing.get_type_hints(verb, include_extras=True)
    own = [
        _parameter(p, hints[p.name])
        for p in inspect.signature(verb).parameters.values()
        if p.name not in (*leave_out, "progress")
    ]
    json_ = inspect.Parameter(
        "json_", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JSON
    )
    run.__signature__ = inspect.Signature([*own, json_])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in [*own, json_]}
    run.__doc__ = _help(verb)
    run.__name__ = verb.__name__
    return run
