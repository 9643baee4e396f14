"""Readers of the command line: any words, and any value of any option; and what assistants ask."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

from support.reader import Reader, encoded, is_json, text_of

__all__ = ["WORDS"]


ARGUMENTS = (
    "check examples/gpu-cloud-founder/study.yaml --set discount_rate=9",
    "diff examples/gpu-cloud-founder/study.yaml --scenario cheap-money --format csv",
    "explain examples/gpu-cloud-founder/study.yaml discount_rate --level 2",
    "catalogue chips h100-sxm --columns memory --json",
    "rate --model llama-3.1-8b --chip h100-sxm --isl 1000 --osl 100 --tp 1 --top 3",
    "train --model llama-3.1-8b --chip h100-sxm --chips 64 --seq-len 4096 --batch 128",
    "simulate --model llama-3.1-8b --chip h100-sxm --rate 2 --requests 20 --seed 1 --tp 1",
    "size --model llama-3.1-8b --chip h100-sxm --rate 2 --ttft-p99 2 --tpot-p99 0.1",
    "forecast --series no.csv --until 2027",
    "init founder --chip h200-sxm --tokens 6bn/day --budget 2m --as-of 2025-12-31",
    "plan no.yaml --worlds 0 --seed 3 --language zh",
    "what-if no.yaml --set a=1",
    "solve-for no.yaml discount_rate --target cost=1",
    "sweep no.yaml --vary discount_rate=1..2:2 --sample 2",
    "compare a b --format json",
    "replay a",
    "calibrate --measured no.csv --out x",
    "validate forecast --series no.csv",
    "export mps no.yaml",
    "schema --kind plan",
    "read no.txt --date 2026-01-01",
)  # fmt: skip


def _command(data: bytes, folder: Path) -> None:
    """The command line with any words: one of four exit codes, and no defect told."""

    args = [w for w in text_of(data).split(" ") if w][:20]
    if any(w in ("--out", "--save", "--install-completion", "-o") or ("/" in w.strip("/")
           and not w.startswith("examples/")) for w in args):  # fmt: skip
        return  # what would be written, nobody looks at here
    _ended(args)


def _ended(args: Sequence[str]) -> None:
    """The command ends with one of four codes, and tells of no defect."""
    from outlay.app.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    code: object = None
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(args)
        except SystemExit as stop:
            code = stop.code
    assert code in (0, 1, 2, 130)
    said = out.getvalue() + err.getvalue()
    assert "internal error" not in said, said[:400]
    assert "Traceback" not in said


VERBS = (
    "check examples/gpu-cloud-founder/study.yaml",
    "diff examples/gpu-cloud-founder/study.yaml --set discount_rate=9",
    "explain examples/gpu-cloud-founder/study.yaml discount_rate",
    "catalogue chips",
    "catalogue quotes",
    "rate --model llama-3.1-8b --chip h100-sxm --tp 1",
    "train --model llama-3.1-8b --chip h100-sxm --chips 64",
    "simulate --model llama-3.1-8b --chip h100-sxm --tp 1 --requests 10",
    "size --model llama-3.1-8b --chip h100-sxm --tp 1 --rate 2 --requests 20",
    "forecast --series doubao_daily_tokens",
    "validate forecast --series doubao_daily_tokens",
    "init founder --as-of 2025-12-31",
    "read examples/bytedance-2026/article.md",
    "schema",
    "solve-for examples/gpu-cloud-founder/study.yaml",
)
AWAY = {"--out", "--draft", "--ledger", "--chart", "--charts", "--records", "--workers"}
"""Options that write where they are told to, or begin as many processes as they are told to."""


@cache
def _options() -> tuple[tuple[str, str], ...]:
    """Every verb with every option of it that takes a value."""
    import typer

    from outlay.app.cli.main import _app

    root: Any = typer.main.get_command(_app([]))
    found: list[tuple[str, str]] = []
    for words in VERBS:
        at = root
        for word in words.split():
            at = getattr(at, "commands", {}).get(word, at)
        takes = [p.opts[0] for p in at.params if not getattr(p, "is_flag", True)]
        found += [(words, o) for o in takes if o.startswith("--") and o not in AWAY]
    return tuple(found)


VALUES = (
    "1",
    "2026-Q1",
    "0.5",
    "2 s",
    "6bn/day",
    "5 USD",
    "CNY",
    "h100-sxm",
    "a=b",
    "zh",
    "a,b",
    "",
)


def _places() -> list[bytes]:
    return [
        i.to_bytes(2, "big") + VALUES[(i + k) % len(VALUES)].encode()
        for i in range(len(_options()))
        for k in (0, 5)
    ]


def _option(data: bytes, _: Path) -> None:
    """A value of an option that a verb has, last or in place of the one that stands there."""
    words, option = _options()[int.from_bytes(data[:2], "big") % len(_options())]
    value, args = text_of(data[2:]), words.split()
    if "/" in value:
        return
    if option in args:
        args[args.index(option) + 1] = value
    else:
        args += [option, value]
    _ended(args)


CALLS = (
    '{"check": {"text": "title: a", "changes": ["a=1"], "most": 3}}',
    '{"plan": {"study": "a.yaml", "quick": true, "worlds": 10, "language": "zh"}}',
    '{"rate": {"model": "m", "chip": "c", "isl": 1e3, "tpot": 0.05}}',
    '{"read": {"documents": ["a.md"], "texts": {"b.md": "x"}, "date": "2026"}}',
    '{"catalogue": {"table": "chips", "where": ["memory>=1 GB"]}}',
)
INSIDE = ("a.yaml", "b/a.yaml", "b/./a.yaml", "./a.yaml")


def _call(data: bytes, _: Path) -> None:
    """What an assistant asks a tool, before anything is done about it."""
    from outlay.workbench.assistant.asked import read_asked
    from outlay.workbench.assistant.tools import TOOLS

    if not is_json(data):
        return
    found = json.loads(data)
    for tool, given in found.items() if isinstance(found, dict) else ():
        if tool in TOOLS and isinstance(given, dict):
            read_asked(TOOLS[tool].asks, given)


def _inside(data: bytes, folder: Path) -> None:
    """A path that an assistant names leads to a file of the folder, or is refused."""
    from outlay.workbench.assistant.places import inside

    home = folder / "home"
    if not home.exists():
        (home / "b").mkdir(parents=True)
        (home / "a.yaml").write_text("a")
        (home / "b" / "a.yaml").write_text("a")
        (home / "link").symlink_to(folder)
    found = home / inside(home, text_of(data), "study")
    assert found.resolve() == found.absolute()
    assert found.resolve().is_relative_to(home.resolve())


WORDS: Mapping[str, Reader] = {
    "assistant's call": Reader(_call, encoded(CALLS), "tree", junk=False),
    "assistant's path": Reader(_inside, encoded(INSIDE)),
    "command line": Reader(_command, encoded(ARGUMENTS), share=0.2),
    "option": Reader(_option, _places, share=0.3, junk=False),
}
"""What is read → how."""
