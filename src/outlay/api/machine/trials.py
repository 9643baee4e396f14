"""A plan's work in small, in a process apart: what ends that process ends no diagnosis.

As a program it does what it is told by name, and says of each when it begins and how it went.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from outlay.core.apart import Apart, ApartError, Limits, run_apart

__all__ = ["APART", "FONTS", "LOAD", "NAMES", "Tried", "try_all"]

COST = 2 * 2.0 * ((90 + 91) * 24 + 365.25 * 24 / 2)
"""What the small study costs, USD: two chips at 2 USD an hour do the run's 31,276,800 s × 800
TFLOP/s in two quarters; of the year that they are taken for, half is still owed at the end."""
Name = Literal["apart", "study", "plan", "picture", "memo", "folder"]
NAMES: tuple[Name, ...] = ("study", "plan", "picture", "memo", "folder")
APART: Name = "apart"
"""That a process begins at all."""
LOAD, FONTS = "load:", "fonts"
"""That a module loads; which fonts there are."""
LONGEST = 200
LIMITS = Limits(wall_s=60.0, memory=1 << 60, output=1_000_000, cpu_s=120)
"""Of memory what there is: the engine that draws reserves more addresses than a limit leaves."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How one went. said: what went wrong. found: what it brought."""

    name: str
    seconds: float
    said: str = ""
    found: tuple[str, ...] = field(default=())


def try_all(names: Sequence[str]) -> Iterator[Tried]:
    """Try each in a process apart; one that ends the process is said to, and the others go on."""
    left = list(names)
    while left:
        started = time.monotonic()
        try:
            done = run_apart(
                __name__, left, limits=LIMITS, environment={"OUTLAY_CACHE": "off"}
            )  # fmt: skip
        except (ApartError, OSError) as err:
            said = getattr(err, "strerror", "") or str(err)
            yield from (Tried(name, time.monotonic() - started, said.lower()) for name in left)
            return
        told, begun = _told(done.output)
        yield from told
        left = left[len(told) :]
        if left:  # the process ended before its end
            said = _ended(done) if begun == left[0] else f"not begun: {_ended(done)}"
            yield Tried(left.pop(0), time.monotonic() - started, said)


def _told(output: bytes) -> tuple[list[Tried], str]:
    """What a process said of its trials, and the one that it began last."""
    told, begun = [], ""
    for line in output.splitlines():
        try:
            held: object = json.loads(line)
        except ValueError:  # half a line, or what a library prints
            continue
        match held:
            case {"begins": str(begun)}:
                pass
            case {"name": str(name), "seconds": float(s), "said": str(said), "found": [*found]}:
                told.append(Tried(name, s, said, tuple(map(str, found))))
            case _:  # what a library prints
                pass
    return told, begun


def _ended(done: Apart) -> str:
    """How a process ended that was to go on."""
    last = next((x for x in reversed(done.said.splitlines()) if x.strip()), "")
    return f"its process ended with {done.ended}: {last[:LONGEST]}".removesuffix(": ")


# --- in the process apart ------------------------------------------------------------------------


def _study() -> None:
    with as_file(files("outlay.api.machine") / "data/tiny.yaml") as path:
        from outlay.api.plans.load import load

        load(path)


def _plan() -> None:
    from outlay.api.plans.plan import plan

    with as_file(files("outlay.api.machine") / "data/tiny.yaml") as path:
        found = plan(path, quick=True)
    broken = [i.name for i in found.invariants if i.status == "broken"]
    if broken or found.verdict != "valid":
        raise ValueError(f"identities are broken: {', '.join(broken) or found.verdict}")
    if abs(found.expected_cost - COST) > 1e-6 * COST:
        raise ValueError(f"it costs {found.expected_cost!r}, where {COST!r} is right")


def _picture() -> None:
    from outlay.report.theme import Spec, picture, png_of, to_svg

    body: Spec = {
        "data": {"values": [{"a": 1, "b": 2}]},
        "mark": "bar",
        "encoding": {
            "x": {"field": "a", "type": "quantitative"},
            "y": {"field": "b", "type": "quantitative"},
        },
    }
    drawn = to_svg(picture("a bar", body))
    if "<svg" not in drawn or not png_of(drawn).startswith(b"\x89PNG"):
        raise ValueError("what was drawn is no picture")


def _memo() -> None:
    from outlay.report.memo import Memo, memo_pdf

    if not memo_pdf(Memo("Outlay", "A page to try this machine with")).startswith(b"%PDF"):
        raise ValueError("what was set is no page")


def _folder() -> None:
    from outlay.core.ingest.files import take
    from outlay.core.spawned import OwnFolder
    from outlay.core.written import sync_folder, write_synced

    data = bytes(range(256)) * 64
    with OwnFolder() as folder:
        beside, there = Path(folder, ".new"), Path(folder, "there")
        beside.mkdir()
        write_synced(beside / "file", data)
        sync_folder(beside)
        beside.rename(there)
        if take(there / "file", most=len(data)).data != data:
            raise ValueError("a file is not read as it was written")


def _fonts() -> list[str]:
    """A font of the memo and one for Chinese; empty where there is none."""
    from outlay.report.drawing import desk
    from outlay.report.memo import HAN_FONTS

    families = desk.families()
    memo = next((f for f in families if "Libertinus" in f), "")
    return [memo, next((f for f in families if HAN_FONTS.search(f)), "")]


_TRIALS: Mapping[str, Callable[[], list[str] | None]] = {
    APART: lambda: None, "study": _study, "plan": _plan, "picture": _picture, "memo": _memo,
    "folder": _folder, FONTS: _fonts,
}  # fmt: skip


def _tell(**what: object) -> None:
    sys.__stdout__.write(json.dumps(what) + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


def _main(names: Sequence[str]) -> int:
    for name in names:
        _tell(begins=name)
        started, said, found = time.monotonic(), "", []
        try:
            if name.startswith(LOAD):
                import_module(name.removeprefix(LOAD))
            else:
                found = _TRIALS[name]() or []
        except BaseException as err:  # whatever a library raises, its own kinds included
            said = f"{type(err).__name__}: {err}".splitlines()[0][:LONGEST]
        _tell(name=name, seconds=time.monotonic() - started, said=said, found=found)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
