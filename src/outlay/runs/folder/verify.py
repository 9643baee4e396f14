"""Whether a run's folder is as the run left it, and which part of it is not."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.files import take
from outlay.core.ingest.json_text import strict_json
from outlay.core.ingest.names import path_problem
from outlay.results.kept.manifest import Manifest
from outlay.runs.folder.aside import listed, strangers
from outlay.runs.folder.lock import locked
from outlay.runs.folder.manifest import (
    AS_WRITTEN,
    begins_as_ours,
    digest_of,
    parts_of,
    read_manifest,
)
from outlay.runs.folder.names import AGAIN, INPUTS, MANIFEST, OLD, RESULT, beside
from outlay.runs.folder.swap import recover
from outlay.runs.folder.waiting import newer_answer
from outlay.runs.pipeline.record import result_hash

__all__ = [
    "Verified",
    "check_hash",
    "folder_of",
    "kept_inputs",
    "means_run",
    "result_bytes",
    "verify",
]

LARGEST = 512 * 2**20
"""Bytes of a file that a run kept."""
LARGEST_RESULT, MODEST = 128 * 2**20, 16 * 2**20
"""Bytes of a result, and of one that is read whatever it begins with."""
TRIES = 3
"""A folder that is replaced while it is read is read again."""
PATIENCE_S = 2.0
"""Seconds for which a reader waits for who is putting a run in place of another."""
MOST_PARTS = 8
GONE = "a file of the run that is not there"


@dataclass(frozen=True)
class Verified:
    """A folder in which every file is as the run left it. extra: files that are not the run's."""

    folder: Path
    manifest: Manifest
    extra: tuple[str, ...]


def folder_of(path: Path) -> Path | None:
    """The folder of a run that a path means: itself, or the one of its result.json; else None.

    Raises InputError for what is no path.
    """
    _refuse_unmeant(path)
    _mended(path.absolute())
    if path.is_dir():
        return path
    return path.parent if (path.parent / MANIFEST).exists() and path.name == RESULT else None


def means_run(path: Path) -> bool:
    """Whether a path means a run's folder or a document of one, and no study. Raises InputError
    for what is no path."""
    _refuse_unmeant(path)
    return path.is_dir() or path.name == RESULT or (path.is_file() and begins_as_ours(path))


def _refuse_unmeant(path: Path) -> None:
    if not os.path.lexists(path) and (problem := path_problem(path)):
        raise InputError(problem)


def _mended(home: Path) -> None:
    """Where two steps were stopped between, make the second; where they are being made, wait."""
    until = time.monotonic() + PATIENCE_S
    while not home.exists() and beside(home, OLD).is_dir() and time.monotonic() < until:
        with suppress(InputError, OSError), locked(home, home):  # whoever writes holds the lock
            recover(home)
        time.sleep(0.01)


def verify(folder: Path, say: Callable[[str], None] = lambda _: None) -> Verified:
    """Read every file of a run's folder again. say: told of files that are not the
    run's, and of those that could not be made.

    Raises InputError with each file that was changed or is not there; of result.json the fields
    are named.
    """
    for more in reversed(range(TRIES)):
        manifest = _manifest(folder)
        wrong = [p for name in manifest.files for p in _wrong(folder, name, manifest)]
        if not wrong:
            break
        if not more or read_manifest(folder) == manifest:
            raise InputError(_gathered(folder, wrong))
    extra = tuple(f.name for f in strangers(folder, manifest.files) if not f.changed)
    if manifest.missing:
        say(f"{folder}: made without {listed(list(manifest.missing))}; manifest.json says why")
    if newer := newer_answer(folder.resolve()):
        near = folder.with_name(newer.name)
        shown = near if near.exists() and near.samefile(newer) else newer
        say(f"{folder}: a newer answer, whose report was not made, lies in {shown}")
    if extra:
        say(f"{folder}: holds files that are not the run's: {listed(list(extra))}")
    return Verified(folder, manifest, extra)


def _manifest(folder: Path) -> Manifest:
    if (folder / MANIFEST).exists():
        return read_manifest(folder)
    if not (folder / RESULT).exists():
        raise InputError(
            Problem("no result here", str(folder), allowed="a folder written by `plan --out`, or "
                    "its result.json")
        )  # fmt: skip
    raise InputError(
        Problem("no manifest.json beside the result, so that nothing says whether it was changed",
                str(folder), allowed=AS_WRITTEN, hint=AGAIN)
    )  # fmt: skip


def _wrong(folder: Path, name: str, manifest: Manifest) -> list[Problem]:
    """What is wrong with one file."""
    path, held = folder / name, manifest.files[name]
    if digest_of(path, held.bytes) == held:
        return []
    if not path.exists():
        return [_problem(GONE, path)]
    fields = _changed_fields(path, manifest.parts) if name == RESULT else ()
    said = ", ".join(fields[:MOST_PARTS]) + (" …" if len(fields) > MOST_PARTS else "")
    what = f"{said} {'was' if len(fields) == 1 else 'were'} changed" if said else "was changed"
    return [_problem(f"{what} after the run", path)]


def _gathered(folder: Path, wrong: list[Problem]) -> list[Problem]:
    """What is missing as one; what would help is said once, at the end."""
    gone = [Path(p.where).relative_to(folder).as_posix() for p in wrong if p.what == GONE]
    if len(gone) > 1:
        changed = [p for p in wrong if p.what != GONE]
        wrong = [*changed, _problem(f"{len(gone)} files of the run that are not there: "
                                    f"{listed(gone)}", folder)]  # fmt: skip
    return [replace(p, allowed="", hint="") for p in wrong[:-1]] + wrong[-1:]


def _problem(what: str, path: Path) -> Problem:
    return Problem(what, str(path), allowed=AS_WRITTEN, hint=AGAIN)


def _changed_fields(path: Path, parts: Mapping[str, str]) -> tuple[str, ...]:
    """Fields of a result that are not those of the manifest; none where it is no document."""
    try:
        now = parts_of(strict_json(_result(path), str(path)))
    except InputError:
        return ()
    return tuple(k for k in {**parts, **now} if parts.get(k) != now.get(k))


def result_bytes(path: Path, say: Callable[[str], None] = lambda _: None) -> tuple[bytes, Path]:
    """A result as it was written, and its file: of a verified folder, or one that lies alone.

    Raises InputError where a file of the folder was changed, or where the numbers of a result are
    not those that its own hash is of.
    """
    folder = folder_of(path)
    file = path if folder is None else folder / RESULT
    if folder is not None:
        verified = verify(folder, say)
        data = _result(file)
        held = verified.manifest.files.get(RESULT)
        if held is None or hashlib.sha256(data).hexdigest() != held.sha256:
            raise InputError(_problem("was changed after the run", file))
        return data, file
    if not file.is_file():
        raise InputError(
            Problem("no result here", str(path), allowed="a folder written by `plan --out`, or "
                    "its result.json")
        )  # fmt: skip
    return _result(file), file


def _result(file: Path) -> bytes:
    """A result's bytes; what is large and does not begin as one is refused by its first bytes."""
    if file.stat().st_size > MODEST and not begins_as_ours(file):
        raise InputError(Problem("not a document of kind plan", str(file), allowed="kind `plan`"))
    return take(file, most=LARGEST_RESULT, what="result of a plan").data


def kept_inputs(folder: Path) -> dict[str, bytes]:
    """What a run read, by its name below `inputs/`, as its manifest has it; raises InputError."""
    found = {}
    for name, held in read_manifest(folder).files.items():
        if name.startswith(f"{INPUTS}/"):
            taken = take(folder / name, most=LARGEST, what="file that a run kept")
            if taken.sha256 != held.sha256:
                raise InputError(_problem("was changed after the run", taken.path))
            found[name.removeprefix(f"{INPUTS}/")] = taken.data
    return found


def check_hash(data: bytes, file: Path) -> None:
    """Raise InputError where the numbers of a result are not those that its hash is of."""
    found = strict_json(data, str(file))
    record = found.get("record") if isinstance(found, dict) else None
    said = record.get("result_hash") if isinstance(record, dict) else None
    if isinstance(found, dict) and said != result_hash(found):
        raise InputError(
            Problem("the result was changed after the run: its numbers are not those that its "
                    "result_hash is of", str(file), allowed="a result as the run wrote it",
                    hint=AGAIN)
        )  # fmt: skip
