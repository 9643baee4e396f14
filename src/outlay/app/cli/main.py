"""The `outlay` command: registers what is asked for, turns errors into messages and exit codes."""

from __future__ import annotations

import functools
import gc
import importlib
import inspect
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Annotated, Any, get_args

import typer

from outlay.app.cli.command import Once
from outlay.app.cli.output import begin, failure, print_error, say, tell
from outlay.app.cli.shelves import SHELVES, Shelved
from outlay.core.errors import OutlayError, Problem, nearest
from outlay.core.version import __version__

__all__ = ["main"]

COMMANDS: tuple[tuple[str, str, str], ...] = (
    # (words on the command line, module under outlay.app.cli, function)
    ("init", "init", "init_command"),
    ("read", "read", "read_command"),
    ("check", "plans.check", "check_command"),
    ("plan", "plans.plan", "plan_command"),
    ("what-if", "plans.what_if", "what_if_command"),
    ("sweep", "sweeps.sweep", "sweep_command"),
    ("explain", "plans.explain", "explain_command"),
    ("diff", "plans.diff", "diff_command"),
    ("compare", "plans.compare", "compare_command"),
    ("rate", "models.rate", "rate_command"),
    ("train", "models.train", "train_command"),
    ("simulate", "models.simulate", "simulate_command"),
    ("size", "models.size", "size_command"),
    ("pool", "models.pool", "pool_command"),
    ("observe", "validation.observe", "observe_command"),
    ("forecast", "models.forecast", "forecast_command"),
    ("catalogue", "catalogue", "catalogue_command"),
    ("calibrate", "models.calibrate", "calibrate_command"),
    ("validate performance", "validation.performance", "validate_performance_command"),
    ("validate simulator", "validation.simulator", "validate_simulator_command"),
    ("validate forecast", "validation.forecast", "validate_forecast_command"),
    ("validate plan", "validation.plan", "validate_plan_command"),
    ("serve", "serve", "serve_command"),
    ("schema", "schema", "schema_command"),
    ("replay", "plans.replay", "replay_command"),
    ("solve-for", "plans.solve_for", "solve_for_command"),
    ("export mps", "plans.export", "export_mps_command"),
    ("mcp", "machine.mcp", "mcp_command"),
    ("doctor", "machine.doctor", "doctor_command"),
    ("cache", "machine.cache", "cache_command"),
    ("store", "machine.store", "store_command"),
)
GROUPS = {
    "validate": "Score a model against measurements.",
    "export": "Write what Outlay solves for other programs.",
}

STOPPED = 130
"""The shell's exit code of an interruption, which typer gives without a word."""
CODES = (0, 1, 2, STOPPED)
"""What a command ends with: done, failed, bad input, interrupted."""
NAMED = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError, FileExistsError)
"""Errors of a path that the user gave."""

# Typer carries its own copy of click or uses the installed one; either way this is the root of
# what the user can type wrong.
UsageError: type[Exception] = next(
    c for c in typer.BadParameter.__mro__ if c.__name__ == "UsageError"
)


def _version(show: bool) -> None:
    if show:
        tell(f"outlay {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options of `outlay` itself."""


def _app(args: Sequence[str]) -> typer.Typer:
    """The program with the command that `args` name; with all of them where they name none.

    A command brings the types of its answer with it: only those asked for are loaded.
    """
    app = typer.Typer(
        name="outlay",
        cls=Shelved,
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help answers in half the time
        help="Plan AI compute: tokens → models → chips → sites and megawatts → money → a decision.",
        epilog="Begin: outlay init founder study.yaml; then outlay plan study.yaml --out plan. "
        "COMMAND --help says more.",
    )
    app.callback()(_root)
    groups = {"": app} | {
        name: typer.Typer(no_args_is_help=True, help=help_) for name, help_ in GROUPS.items()
    }
    asked = {" ".join(args[:n]) for n in (1, 2)}
    named = [c for c in COMMANDS if c[0] in asked]
    for words, module, function in named or COMMANDS:
        command: Callable[..., Any] = getattr(
            importlib.import_module(f"outlay.app.cli.{module}"), function
        )
        group, _, leaf = words.rpartition(" ")
        groups[group].command(leaf, cls=Once, help=_told(words, command))(command)
    for name in GROUPS:
        app.add_typer(groups[name], name=name)
    return app


def _told(words: str, command: Callable[..., Any]) -> str:
    """The help of a command: first the question that it answers."""
    question = next((shelf[words] for shelf in SHELVES.values() if words in shelf), "")
    return "\n\n".join(part for part in (question, inspect.getdoc(command)) if part)


def _usage_problem(err: Any, args: Sequence[str]) -> Problem:
    where = err.ctx.command_path if err.ctx is not None else "outlay"
    said = str(err.format_message()).partition(" Did you mean")[0]
    hint = f"see `{where} --help`"
    if where.endswith(" compare") and any(a.endswith((".yaml", ".yml")) for a in args):
        hint = f"`outlay diff` compares studies; {hint}"
    possible = sorted(getattr(err, "possibilities", None) or ())
    if possible:
        near = nearest(str(getattr(err, "option_name", "")), possible)
        hint = f"{near or nearest(possible[0], possible)} {hint}"
    elif "No such command" in said:
        name = said.split("'")[1]
        inside = f"{group} " if (group := where.rpartition(" ")[2]) in GROUPS else ""
        leaves = [c[0].removeprefix(inside) for c in COMMANDS if c[0].startswith(inside)]
        near = ("" if inside else _table(name)) or nearest(name, leaves)
        hint = f"{near} {hint}".strip()
        return Problem(said, where=where, allowed=", ".join(leaves), hint=hint)
    return Problem(said, where=where, value=_given(err, args), hint=hint)


def _table(name: str) -> str:
    """What shows a table of the catalogue whose name was given as a command."""
    from outlay.results.catalogue import Table

    return f"`outlay catalogue {name}` shows them;" if name in get_args(Table) else ""


def _given(err: Any, args: Sequence[str]) -> str:
    """What stands on the command line for the option that an error is about."""
    for name in getattr(getattr(err, "param", None), "opts", ()):
        for i, arg in enumerate(args):
            if arg.startswith(f"{name}="):
                return arg.partition("=")[2]
            if arg == name and i + 1 < len(args):
                return args[i + 1]
    return ""


def _as_json(args: Sequence[str]) -> bool:
    """Whether errors too are to be a document."""
    after = pairwise(args)
    return "--json" in args or "--format=json" in args or ("--format", "json") in list(after)


def _undecoded(args: Sequence[str]) -> list[Problem]:
    """Arguments that hold bytes which are no letters here: no message and no file could repeat
    them."""
    return [
        Problem("not text in the system's character set", where="outlay", value=ascii(arg)[:80],
                allowed="UTF-8")
        for arg in args
        if any("\ud800" <= c <= "\udfff" for c in arg)
    ]  # fmt: skip


NONE = ("off", "0", "no", "none", "false", "null", "disabled")
"""What people write for a cache that is to keep nothing."""


def _misplaced() -> list[Problem]:
    """A cache folder that was hardly meant: one that can keep nothing, or would be made here."""
    named = os.environ.get("OUTLAY_CACHE", "")
    said = functools.partial(Problem, where="OUTLAY_CACHE", value=repr(named)[:80])
    allowed = "a folder, or off, which keeps nothing"
    if named in ("", "off"):
        return []
    if named.casefold() in NONE:
        return [said("not a folder", allowed=allowed, hint="OUTLAY_CACHE=off")]
    if named.startswith("~"):
        whole = f"OUTLAY_CACHE={os.path.expanduser(named)}"
        return [said("a folder under `~`, which only a shell reads", allowed=allowed, hint=whole)]
    if os.path.exists(named) and not os.path.isdir(named):
        return [said("a file, not a folder", allowed=allowed)]
    return []


def _meaning(err: BaseException, args: Sequence[str]) -> tuple[int, list[Problem]]:
    """The exit code of what ended a command, and what is said of it."""
    if isinstance(err, typer.Exit):
        return err.exit_code, []
    if isinstance(err, SystemExit):  # of a library, which has printed what it had to say
        return (err.code or 0, []) if err.code in (None, *CODES) else (1, [Problem(str(err.code))])
    if isinstance(err, UsageError):
        return 2, [_usage_problem(err, args)]
    if isinstance(err, OutlayError):
        return err.exit_code, err.problems()
    if isinstance(err, KeyboardInterrupt | typer.Abort):
        return STOPPED, [Problem("interrupted; nothing was written")]
    if isinstance(err, OSError):
        code = 2 if isinstance(err, NAMED) else 1
        what = (err.strerror or str(err) or type(err).__name__).lower()
        return code, [Problem(what, where=str(err.filename or ""))]
    return _defect(err)


def _defect(err: BaseException) -> tuple[int, list[Problem]]:
    """What no part of ours raises on purpose."""
    if isinstance(err, MemoryError):
        return 1, [Problem("out of memory", hint="give it more, or plan with --quick")]
    if isinstance(err, ImportError):
        hint = "`outlay doctor` says what is missing"
        return 1, [Problem("a library of Outlay cannot be loaded", value=str(err), hint=hint)]
    if isinstance(err, RecursionError):
        return 2, [Problem("input is nested too deeply")]
    if isinstance(err, UnicodeEncodeError):
        hint = "set PYTHONUTF8=1 in the environment"
        name = ascii(err.object[err.start : err.end])
        return 1, [Problem("a name that the system's character set lacks", value=name, hint=hint)]
    hint = "this is a defect; set OUTLAY_DEBUG=1 to see where, and please report it"
    return 1, [Problem(f"internal error: {type(err).__name__}: {err}"[:500], hint=hint)]


def _code(args: Sequence[str], as_json: bool) -> int:
    """Run the command that `args` name, tell what went wrong, and return the exit code."""
    try:
        about = {"--help", "--version"}.intersection(args) or list(args[:1]) == ["doctor"]
        if found := _undecoded(args) or ([] if about else _misplaced()):
            print_error(found, as_json=as_json)
            return 2
        result = _app(args)(args, standalone_mode=False)
        code = result if isinstance(result, int) else 0
        if code == STOPPED:
            raise KeyboardInterrupt
    except BaseException as err:  # panics of Rust are no exceptions
        code, told = _meaning(err, args)
        if os.environ.get("OUTLAY_DEBUG") and told[:1] and told[0].hint.startswith("this is a de"):
            raise
        print_error(told, as_json=as_json)
    if (lost := failure()) and code == 0:
        say(f"error: standard output could not be written: {lost}")
        return 1
    return code


def _quiet() -> None:
    """Signals that end a process stop a command as Ctrl-C does; libraries keep their warnings to
    themselves, unless Python is asked for them."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, stop)
    if not sys.warnoptions and not os.environ.get("OUTLAY_DEBUG"):
        warnings.simplefilter("ignore")
        sys.warnoptions.append("ignore")  # for the processes that work for this one


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 1 failed, 2 bad input, 130
    interrupted."""
    # A run holds what it makes until it ends: looking for garbage often finds none.
    gc.set_threshold(250_000, 50, 100)
    begin()
    _quiet()
    args = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    try:
        code = _code(args, _as_json(args))
    except KeyboardInterrupt:  # a second one, while the first was told
        code = STOPPED
    raise SystemExit(code)
