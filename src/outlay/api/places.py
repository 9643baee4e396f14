"""Whether what a call is to write can be written: looked at before the work, and not after it.

An output is never an input of the same call, nor a file that somebody else made or goes on writing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from outlay.api.ours import ours
from outlay.api.says import Says
from outlay.core.errors import InputError, Problem, nearest

__all__ = ["Place", "place_problems", "places_of"]

MOST_NAMES = 2_000
FILES = (
    ".csv", ".html", ".jpg", ".json", ".jsonl", ".md", ".mps", ".parquet", ".pdf", ".png", ".svg",
    ".toml", ".txt", ".xlsx", ".yaml", ".yml",
)  # fmt: skip
"""How files end, which no new folder is called."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder that an option names."""

    option: str
    says: Says
    path: Path


def places_of(option: str, says: Says, value: object) -> Iterator[Place]:
    """The paths that a value holds, or may hold: a text may be the name of a file."""
    own = value if isinstance(value, str | os.PathLike) else getattr(value, "path", None)
    if isinstance(own, str | os.PathLike):
        text = os.fsdecode(own)
        if text and "\0" not in text:
            yield Place(option, says, Path(text))
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for item in value:
            yield from places_of(option, says, item)


def place_problems(places: Sequence[Place], given: Mapping[str, object]) -> Iterator[Problem]:
    """What is wrong with the outputs among `places`. given: what the call is asked, by name."""
    taken = [p for p in places if not p.says.writes and _there(p.path)]
    written: list[Place] = []
    force = given.get("force") is True if "force" in given else None
    for place in places:
        if not place.says.writes:
            continue
        try:
            found = list(_problems(place, taken, written, force))
        except (OSError, RuntimeError, ValueError) as err:  # the second: links in a circle
            reason = getattr(err, "strerror", None) or str(err)
            found = [Problem("cannot be written", place.option, f"{place.path}: {reason.lower()}",
                             f"a {_form(place.says)}")]  # fmt: skip
        yield from found
        written.append(place)


def _problems(
    place: Place, taken: Sequence[Place], written: Sequence[Place], force: bool | None
) -> Iterator[Problem]:
    if place.says.writes == "run":
        yield from _run_problems(place)
        return
    folder = place.says.writes == "folder"
    if other := next((w for w in written if not folder and _same(w.path, place.path)), None):
        yield _wrong(place, f"the file that {other.option} writes", "another name")
        return
    yield from _folder_problems(place) if folder else _file_problems(place)
    for path, made in _files(place):
        if not _there(path):
            continue
        if other := next((t for t in taken if _same(t.path, path)), None):
            hint = f"{other.option} reads it: it would be written over"
            yield _wrong(place, "an input of this command", "another name", hint, path)
        elif path.is_file() and not (force or ours(path, made)):
            yield _somebody_s(place, path, made, force)


def _somebody_s(place: Place, path: Path, made: str, force: bool | None) -> Problem:
    allowed = "another name" if force is None else "another name, or --force to write over it"
    if made:
        what, allowed = "a file is there that Outlay did not make", "another name"
    else:
        what = "a file is there"
    return _wrong(place, what, allowed, path=path)


def _files(place: Place) -> Iterator[tuple[Path, str]]:
    """What is written, and what a file of that name may be that is there already."""
    if place.says.writes == "file":
        yield place.path, place.says.made
        return
    for name in place.says.names:
        made = place.says.made or ("chart" if name.endswith((".svg", ".vl.json")) else
                                   name.removesuffix(".json"))  # fmt: skip
        yield place.path / name, made


def _file_problems(place: Place) -> Iterator[Problem]:
    path, says = place.path, place.says
    if path.is_dir():
        yield _wrong(place, "a folder, not a file", f"a {_form(says)}")
        return
    if path.exists() and not path.is_file():
        yield _wrong(place, "a device or a pipe, not a file", f"a {_form(says)}")
        return
    if path.suffix.lower() not in says.endings:
        what = f"ends in {path.suffix}" if path.suffix else "has no ending"
        yield _wrong(place, what, f"a name that ends in {' or '.join(says.endings)}",
                     _called(place, f"{path.stem or 'name'}{says.endings[0]}"))  # fmt: skip
        return
    home = path.resolve() if path.is_symlink() else path.absolute()
    if not home.parent.is_dir():
        what = "not a folder" if home.parent.exists() else "no such folder"
        shown = home.parent if path.is_symlink() else path.parent
        yield _wrong(place, what, "one that is there", _near(home.parent), shown)
        return
    yield from _unwritable(place, home.parent)


def _folder_problems(place: Place) -> Iterator[Problem]:
    path = place.path
    if path.exists() and not path.is_dir():
        yield _wrong(place, "a file, not a folder", "a folder")
    elif not path.exists() and path.suffix.lower() in FILES:
        yield _wrong(place, f"ends in {path.suffix}, as a file does", "a folder",
                     path.stem)  # fmt: skip
    else:
        there = next(p for p in (path.resolve(), *path.resolve().parents) if p.exists())
        if there.is_dir():
            yield from _unwritable(place, there)
        else:
            yield _wrong(place, "not a folder", "a folder", path=there)


def _run_problems(place: Place) -> Iterator[Problem]:
    from outlay.runs.folder.place import fit

    path = place.path
    if not path.exists() and path.suffix.lower() in FILES:
        yield _wrong(
            place, f"ends in {path.suffix}, as a file does", "a folder", _called(place, path.stem)
        )
        return
    try:
        home = fit(path)
    except InputError as err:
        yield from err.problems()
        return
    yield from _unwritable(place, next(p for p in (home.parent, *home.parents) if p.exists()))


def _unwritable(place: Place, folder: Path) -> Iterator[Problem]:
    """Whether nothing can be made in a folder, which systems tell no other way than by trying."""
    try:
        os.rmdir(tempfile.mkdtemp(prefix=".outlay-", dir=folder))
    except OSError as err:
        reason = (err.strerror or str(err)).lower()
        yield _wrong(place, "a folder that cannot be written to", "one that can", reason, folder)


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _same(path: Path, other: Path) -> bool:
    """Whether two names are one file, there or not, by whatever spelling."""
    try:
        if path.exists() and other.exists():
            return os.path.samefile(path, other)
        return path.resolve() == other.resolve()
    except (OSError, RuntimeError):
        return False


def _form(says: Says) -> str:
    if says.writes != "file":
        return "folder"
    return f"file that ends in {' or '.join(says.endings)}"


def _near(folder: Path) -> str:
    """The nearest name beside a folder that is not there."""
    try:
        with os.scandir(folder.parent) as entries:
            names = [e.name for e in islice(entries, MOST_NAMES) if Path(e).is_dir()]
    except OSError:
        return ""
    return nearest(folder.name, names)


def _called(place: Place, name: str) -> str:
    """What to write in place of what was written."""
    return name if place.says.argument else f"{place.option} {name}"


def _wrong(
    place: Place, what: str, allowed: str, hint: str = "", path: Path | None = None
) -> Problem:
    return Problem(what, place.option, str(path or place.path), allowed, hint)
