"""A run's folder in memory and on a disk: what comes in is whole, what goes out the same bytes."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.files import take
from outlay.core.written import refuse_unmeant, sync_folder, write_synced
from outlay.results.plans.plan import Plan
from outlay.results.schema import from_json
from outlay.runs.folder.manifest import AS_WRITTEN, manifest_in
from outlay.runs.folder.names import AGAIN, MANIFEST, PART, RESULT, beside
from outlay.runs.folder.verify import LARGEST, check_hash, verify
from outlay.store.database.texts import Files, checked_files

__all__ = ["Whole", "read_folder", "whole_run", "write_folder"]


@dataclass(frozen=True, slots=True)
class Whole:
    """A run of which every file is as its manifest says. result: hash of its result."""

    result: str
    plan: Plan
    files: Files


def whole_run(files: Files) -> Whole:
    """The run that files make; raises InputError by name for what is missing, changed or extra."""
    checked_files(files, "run")
    if MANIFEST not in files:
        raise InputError(Problem("no such file", MANIFEST, allowed=AS_WRITTEN, hint=AGAIN))
    manifest = manifest_in(files[MANIFEST], Path(MANIFEST))
    wrong = [
        Problem("a file of the run that is not there", name, allowed=AS_WRITTEN, hint=AGAIN)
        if name not in files
        else Problem("was changed after the run", name, allowed=AS_WRITTEN, hint=AGAIN)
        for name, held in manifest.files.items()
        if name not in files or hashlib.sha256(files[name]).hexdigest() != held.sha256
    ]
    wrong += [
        Problem("a file that is not the run's", name, allowed="the files of manifest.json")
        for name in files
        if name not in manifest.files and name != MANIFEST
    ]
    if wrong:
        raise InputError(wrong[:20])
    if RESULT not in manifest.files:
        raise InputError(Problem("no such file", RESULT, allowed=AS_WRITTEN, hint=AGAIN))
    plan = from_json(files[RESULT], "plan", RESULT)
    assert isinstance(plan, Plan)
    check_hash(files[RESULT], Path(RESULT))
    if plan.record.result_hash != manifest.result:
        raise InputError(
            Problem("another result than its manifest's", RESULT, allowed=AS_WRITTEN, hint=AGAIN)
        )
    return Whole(manifest.result, plan, files)


def read_folder(folder: Path) -> Files:
    """The files of a run's folder, each looked at against its manifest; others are left there.

    Raises InputError.
    """
    verified = verify(folder)
    names = (MANIFEST, *verified.manifest.files)
    return {n: take(folder / n, most=LARGEST, what="file of a run").data for n in names}


def write_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write a folder that was not there, or was empty: whole, under its name at the end.

    Raises InputError where something is there, OSError with the path where it cannot be written.
    """
    refuse_unmeant(folder)
    home = folder.absolute()
    if os.path.lexists(home) and (not home.is_dir() or home.is_symlink() or any(home.iterdir())):
        raise InputError(
            Problem("something is there already", str(folder), allowed="a folder of its own")
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    part = beside(home, f"{PART}{secrets.token_hex(4)}")
    try:
        part.mkdir()
        folders = {part}
        for name, data in files:
            path = part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_synced(path, data)
            folders.add(path.parent)
        for each in sorted(folders, reverse=True):
            sync_folder(each)
        os.rename(part, home)
        sync_folder(home.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
