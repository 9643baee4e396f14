"""Processes of `multiprocessing`: no module of the current folder, no life after their parent."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["end_with_parent", "safe_path"]

_SAFE = "PYTHONSAFEPATH"


@contextmanager
def safe_path() -> Iterator[None]:
    """Interpreters begun meanwhile do not look for modules in the folder they are begun in.

    Those of `multiprocessing` would look there first, before they are told this process's path.
    """
    before = os.environ.get(_SAFE)
    os.environ[_SAFE] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_SAFE, None)
        else:
            os.environ[_SAFE] = before


def end_with_parent() -> None:
    """Called in a process of `multiprocessing`: it ends when the one that began it is gone."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is None:
        return

    def gone() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=gone, daemon=True).start()
