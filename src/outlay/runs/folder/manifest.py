"""The manifest of a run's folder: made, sealed, and read again byte for byte."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.files import opened, take
from outlay.core.ingest.json_text import strict_json
from outlay.results.kept.manifest import Held, Manifest
from outlay.results.schema import from_json, to_json
from outlay.runs.folder.names import AGAIN, MANIFEST, RESULT
from outlay.runs.pipeline.record import content_hash

__all__ = [
    "AS_WRITTEN",
    "begins_as_ours",
    "digest_of",
    "files_of",
    "is_inside",
    "made_of",
    "manifest_in",
    "parts_of",
    "read_manifest",
    "sealed_bytes",
]

LARGEST = 16 * 2**20
"""Bytes of a manifest."""
MOST = 10_000
"""Files of a folder."""
DIGITS = 16
"""Of the digest of one field; the file's own hash has all."""
AS_WRITTEN = "the folder as one `outlay plan --out` wrote it"
_PIECE = 1 << 20
_HEAD = re.compile(rb'\A\s*\{\s*"outlay":\s*\{[^{}]{0,200}\},\s*"kind":\s*"(plan|manifest)"')
_HEAD_BYTES = 512
_ANY = 2**62


def made_of(files: Mapping[str, bytes], missing: Mapping[str, str]) -> Manifest:
    """The manifest of files that are to be written. files: result.json among them."""
    result = json.loads(files[RESULT])
    held = {k: Held(hashlib.sha256(files[k]).hexdigest(), len(files[k])) for k in sorted(files)}
    parts = {k: content_hash(v)[:DIGITS] for k, v in sorted(result.items())}
    ordered = {k: missing[k] for k in sorted(missing)}
    return Manifest(result["record"]["result_hash"], held, ordered, parts, "")


def parts_of(result: object) -> dict[str, str]:
    """Field of a result's document → digest of what it holds."""
    fields = result if isinstance(result, Mapping) else {}
    return {k: content_hash(v)[:DIGITS] for k, v in fields.items()}


def sealed_bytes(manifest: Manifest) -> bytes:
    """The file: its one spelling, with its seal."""
    document = to_json(replace(manifest, seal=""))
    return _text({**document, "seal": _seal(document)})


def _text(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def _seal(document: Mapping[str, object]) -> str:
    return content_hash({k: v for k, v in document.items() if k != "seal"})


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder.

    Raises InputError where there is none, and where a byte of it was changed: each document has
    one spelling, and its seal is of what it says.
    """
    path = folder / MANIFEST
    return manifest_in(take(path, most=LARGEST, what="manifest of a run").data, path)


def manifest_in(data: bytes, path: Path) -> Manifest:
    """The manifest that bytes hold; raises InputError as `read_manifest` does. path: to be told."""
    try:
        found = strict_json(data, str(path))
    except InputError as err:  # cut off, most often
        raise InputError(
            [replace(p, allowed=AS_WRITTEN, hint=AGAIN) for p in err.problems()]
        ) from None
    spelt = isinstance(found, dict) and _text(found) == data
    if not spelt or not isinstance(found, dict) or found.get("seal") != _seal(found):
        raise _changed(path)
    manifest = from_json(data, "manifest", path)
    assert isinstance(manifest, Manifest)
    if len(manifest.files) > MOST or not all(map(is_inside, manifest.files)):
        raise InputError(Problem("names files that are not in its folder", str(path), hint=AGAIN))
    return manifest


def _changed(path: Path) -> InputError:
    return InputError(
        Problem("was changed after the run", str(path), allowed=AS_WRITTEN, hint=AGAIN)
    )  # fmt: skip


def is_inside(name: str) -> bool:
    """Whether a path, parted by slashes, names a file in the folder and not the manifest."""
    path = Path(name)
    up = path.is_absolute() or bool(path.drive) or ".." in path.parts
    return not up and path.as_posix() == name and name not in (".", MANIFEST) and "\0" not in name


def digest_of(path: Path, most: int) -> Held | None:
    """Hash and size of a regular file; None where it is longer than `most`, or no file at all."""
    sha256, size = hashlib.sha256(), 0
    try:
        with opened(path, most=most) as file:
            while piece := file.read(_PIECE):
                sha256.update(piece)
                size += len(piece)
                if size > most:
                    return None
    except (InputError, OSError):
        return None
    return Held(sha256.hexdigest(), size)


def files_of(folder: Path) -> dict[str, Held]:
    """The files that a run's folder says it holds; none where it does not say, or not any more."""
    try:
        return dict(read_manifest(folder).files)
    except (InputError, OSError):
        return {}


def begins_as_ours(path: Path) -> bool:
    """Whether a file begins as our manifest or result does, of this version or an older one."""
    try:
        with opened(path, most=_ANY) as file:
            return _HEAD.match(file.read(_HEAD_BYTES)) is not None
    except (InputError, OSError):
        return False
