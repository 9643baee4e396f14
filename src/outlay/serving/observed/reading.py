"""The door of load tests' files: told by what is in them. A first reader, until all stand here."""

from __future__ import annotations

from pathlib import Path

from outlay.core.errors import Problem, TableError
from outlay.core.ingest.files import take
from outlay.core.ingest.json_text import strict_json
from outlay.serving.observed.readers.fields import Fields
from outlay.serving.observed.readers.vllm import is_vllm, read_vllm
from outlay.serving.observed.types import Observation

__all__ = ["read_observations"]

MOST_BYTES = 512 * 2**20


def read_observations(path: str | Path, data: bytes | None = None) -> tuple[Observation, ...]:
    """The runs of a file."""
    given = data
    if given is None:
        given = take(path, most=MOST_BYTES, what="result of a load test", error=TableError).data
    found = strict_json(given, str(path), TableError)
    if isinstance(found, dict) and is_vllm(fields := Fields(found, str(path))):
        return (read_vllm(fields),)
    raise TableError(Problem("a file of no tool that is known", str(path), "", "vllm bench serve"))
