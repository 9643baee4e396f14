"""Two folders change places in one step, so that a name holds the one or the other, whole.

Linux and macOS can; elsewhere, and on file systems that cannot, two steps are made, and who comes
next mends what was stopped between them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

from outlay.core.written import sync_folder
from outlay.runs.folder.names import OLD, beside

__all__ = ["exchange", "put_in_place", "recover"]

_HERE = -100
"""Linux: paths are relative to the working folder."""
_EXCHANGE = 2
_NONE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM, errno.EXDEV)
"""Answers of systems that have no such step."""


def exchange(one: Path, other: Path) -> bool:
    """Whether the two have changed places; False where the system cannot do it in one step."""
    if not sys.platform.startswith(("linux", "darwin")):
        return False
    a, b = os.fsencode(one), os.fsencode(other)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            failed = libc.renamex_np(a, b, ctypes.c_uint(_EXCHANGE))
        else:
            failed = libc.renameat2(_HERE, a, _HERE, b, ctypes.c_uint(_EXCHANGE))
    except (AttributeError, OSError):  # a C library without it
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _NONE:
        return False
    raise OSError(code, os.strerror(code), str(other))


def put_in_place(new: Path, home: Path) -> Path | None:
    """Give a new folder its name; returns where the old one lies now, if there was one."""
    if not home.exists():
        os.rename(new, home)
        old = None
    elif exchange(new, home):
        old = new
    else:
        old = beside(home, OLD)
        os.rename(home, old)
        try:
            os.rename(new, home)
        except OSError:
            os.rename(old, home)
            raise
    sync_folder(home.parent)
    return old


def recover(home: Path) -> bool:
    """Give the old folder its name back where two steps were stopped after the first."""
    old = beside(home, OLD)
    if home.exists() or not old.is_dir():
        return False
    try:
        os.rename(old, home)
    except OSError:
        return home.exists()  # another was quicker
    return True
