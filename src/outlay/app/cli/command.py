"""A command of the command line from a verb: its options are the verb's own parameters."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperOption

from outlay.api.asked import (
    Asked,
    asked_of,
    number_of,
    path_of,
    refuse_places,
    refuse_values,
    spoken,
    text_of,
)
from outlay.core.errors import InputError, Problem
from outlay.results.document import Document

__all__ = ["Once", "command", "plain"]

D = TypeVar("D", bound=Document)
PYTHON = ("Raises", "Returns", ">>>")
"""How the paragraphs of a docstring begin that are for Python alone."""
JSON = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
FORM = Annotated[
    str | None,
    typer.Option(
        "--format", help="table for people, csv rows, or one json document on stdout.",
        show_default=False,
    ),
]  # fmt: skip


def _parameter(p: inspect.Parameter, asked: Asked) -> inspect.Parameter:
    """A parameter of a verb as typer takes it."""
    said = asked.says
    kind: type = next(k for k in (bool, int, float, Path, str) if k in asked.kinds)
    flags = (said.flag,) if said.flag else ((asked.option,) if kind is bool else ())
    more: dict[str, Any] = {}
    if kind is not bool:
        more = {"parser": partial(READ[kind], asked), "metavar": f"<{NAMED[kind]}>"}
    if said.argument:
        more = {k: v for k, v in more.items() if k != "metavar"}
        option = typer.Argument(help=said.text, show_default=False, **more)
    else:
        bounds = spoken(said)
        option = typer.Option(
            *flags, help=f"{said.text} [{bounds}]" if bounds else said.text, **more
        )
    held = list[kind] if asked.many else kind  # type: ignore[valid-type]
    taken = held | None if asked.may_miss else held
    return p.replace(
        annotation=Annotated[taken, option], kind=inspect.Parameter.KEYWORD_ONLY
    )  # fmt: skip


READ: dict[type, Callable[[Asked, object], object]] = {
    int: number_of, float: number_of, Path: path_of, str: text_of,
}  # fmt: skip
NAMED = {int: "int", float: "float", Path: "path", str: "str"}


class Once(TyperCommand):
    """A command that takes an option once, unless it may be repeated, and none for a value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words. Raises UsageError."""
        own = args[: args.index("--")] if "--" in args else args
        self._refuse_twice_or_for_a_value(ctx, own)
        return super().parse_args(ctx, args)

    def _refuse_twice_or_for_a_value(self, ctx: Any, words: list[str]) -> None:
        names = self._by_name()
        takes = {name: p for name, p in names.items() if not p.is_flag}
        seen: set[str] = set()
        after = ""
        for word in words:
            name, given, value = word.partition("=")
            option = takes.get(name)
            if after and name in names:
                raise typer.BadParameter(
                    f"needs a value, not the option '{name}'", ctx, takes[after]
                )
            if after:
                self._refuse_empty(takes[after], word)
            elif option is not None and given:
                self._refuse_empty(option, value)
            after = "" if option is None or given or after else name
            if option is None or option.multiple:
                continue
            if option.name in seen:
                raise typer.BadParameter("given twice; it is taken once", ctx, option)
            seen.add(option.name)

    def _refuse_empty(self, option: TyperOption, value: str) -> None:
        """Refuse a text without a letter, which would be taken as if nothing was said."""
        run = self.callback
        said: Mapping[str, Asked] = getattr(getattr(run, "__wrapped__", run), "asked", {})
        asked = said.get(str(option.name))
        if value.strip() or asked is None or asked.says.empty:
            return
        if str in asked.kinds and Path not in asked.kinds:
            allowed = "a text, or leave the option out"
            raise InputError(Problem("nothing is said", asked.option, repr(value), allowed))

    def _by_name(self) -> dict[str, TyperOption]:
        options = [p for p in self.params if isinstance(p, TyperOption)]
        return {name: p for p in options for name in (*p.opts, *p.secondary_opts)}


def _help(verb: Callable[..., object]) -> str:
    """A verb's docstring as the command line shows it: paragraphs for Python alone are cut."""
    parts = (inspect.getdoc(verb) or "").split("\n\n")
    return "\n\n".join(p for p in parts if not p.startswith(PYTHON))


def _options(
    function: Callable[..., object], skip: Callable[[inspect.Parameter], bool]
) -> Iterator[inspect.Parameter]:
    said = asked_of(function)
    for p in inspect.signature(function).parameters.values():
        if not skip(p):
            yield _parameter(p, said[p.name])


def plain(function: Callable[..., None]) -> Callable[..., None]:
    """A typer command of a function that prints by itself; its parameters are the options."""
    given = list(_options(function, lambda _: False))

    def run(**asked: object) -> None:
        function(**asked)

    return _told(run, function, given, {p.name: asked_of(function)[p.name] for p in given})


def _told(
    run: Callable[..., None],
    of: Callable[..., object],
    given: list[inspect.Parameter],
    said: Mapping[str, Asked],
) -> Callable[..., None]:
    """What typer reads of a command: its options, its help, its name."""
    run.__signature__ = inspect.Signature(given)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in given}
    run.__doc__ = _help(of)
    run.__name__ = of.__name__
    run.asked = said  # type: ignore[attr-defined]
    return run


def _nothing(_: D) -> None:
    """What `keep` is where a command writes no file."""


def command(
    verb: Callable[..., D],
    show: Callable[..., None],
    *,
    keep: Callable[..., None] = _nothing,
    last: Callable[[D], None] = _nothing,
    failed: Callable[[D], bool | str] = lambda _: False,
    rows: str | Callable[[D], str] = "",
    leave_out: tuple[str, ...] = (),
    fixed: Mapping[str, object] = MappingProxyType({}),
) -> Callable[..., None]:
    """A typer command that asks `verb` and shows its answer, or prints it as JSON or CSV.

    keep: writes files of the answer, before anything is printed. Keyword parameters of `show` and
    `keep` are options that the terminal alone has. A verb with a parameter `ready` has its answer
    shown as soon as it calls it, before its files; last: what is shown when these are written.
    For programs the document or its rows come at the end, as an error may come instead. rows: name
    of the document's rows that are printed as CSV, or what tells it of a document. failed: whether
    the answer ends the command with exit code 1; a text says why, on stderr. leave_out: parameters
    that only Python has; one called `progress` is given the lines for people on stderr. fixed:
    parameters that the command line has one value for.
    """
    takes = inspect.signature(verb).parameters
    tells = "progress" in takes and "progress" not in leave_out
    own = {
        function: list(_options(function, skip))
        for function, skip in (
            (verb, lambda p: p.name in (*leave_out, *fixed, "progress", "ready")),
            (show, lambda p: p.kind is not p.KEYWORD_ONLY),
            (keep, lambda p: p.kind is not p.KEYWORD_ONLY),
        )
    }

    said = {p.name: asked_of(f)[p.name] for f, ps in own.items() for p in ps}

    def run(*, format_: str | None, json_: bool, **asked: object) -> None:
        from outlay.app.cli.output import chosen, print_document, print_rows, say
        from outlay.app.cli.progress import Shown
        from outlay.app.cli.stopped import stopped

        form = chosen(format_, as_json=json_, rows=bool(rows))
        mine = {f: {p.name: asked[p.name] for p in ps} for f, ps in own.items()}
        for function in (show, keep):
            refuse_values(function, mine[function])
        refuse_places(said, asked)
        told = dict(fixed)
        with Shown() as shown:

            def answer(found: D) -> None:
                if form == "table":
                    shown.pause()
                    show(found, **mine[show])
                    sys.stdout.flush()

            if tells:
                told["progress"] = shown
            if early := "ready" in takes:
                told["ready"] = answer
            try:
                found = verb(**mine[verb], **told)
                keep(found, **mine[keep])
                if not early:
                    answer(found)
                shown.pause()
                if form == "json":
                    print_document(found)
                elif form == "csv":
                    print_rows(found, rows if isinstance(rows, str) else rows(found))
                else:
                    last(found)
            except KeyboardInterrupt:
                raise stopped(shown, asked.get("out")) from None
        if why := failed(found):
            if isinstance(why, str):
                say(why)
            raise typer.Exit(1)

    keyword = inspect.Parameter.KEYWORD_ONLY
    form = inspect.Parameter("format_", keyword, default=None, annotation=FORM)
    json_ = inspect.Parameter("json_", keyword, default=False, annotation=JSON)
    given = [*(p for ps in own.values() for p in ps), form, json_]
    return _told(run, verb, given, said)
