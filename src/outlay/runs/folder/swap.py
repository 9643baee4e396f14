"""Two folders change places in one step, so that a name holds the one or the other, whole.

Linux and macOS can; elsewhere, and on file systems that cannot, two steps are made, and who comes
next mends what was stopped between them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from outlay.core.written import sync_folder
from outlay.runs.folder.names import OLD, beside

__all__ = ["exchange", "liken", "put_in_place", "recover"]

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


def liken(new: Path, old: Path) -> None:
    """Give a file or folder the owner, group and mode of the one that it takes the place of.

    As far as we may: a group that we cannot give has no right to what another group could do.
    """
    with suppress(OSError):
        was = os.lstat(old)
        mode, ours = stat.S_IMODE(was.st_mode) | stat.S_IRUSR, os.lstat(new)
        if stat.S_IFMT(was.st_mode) != stat.S_IFMT(ours.st_mode):
            return
        if stat.S_ISDIR(was.st_mode):
            mode |= stat.S_IRWXU
        if (was.st_uid, was.st_gid) != (ours.st_uid, ours.st_gid) and not _given(new, was):
            mode &= ~(stat.S_IRWXG | stat.S_ISGID)
        os.chmod(new, mode)


def _given(new: Path, was: os.stat_result) -> bool:
    """Whether it has the group now; the owner too where we may say so."""
    for owner in (was.st_uid, -1):
        with suppress(OSError, AttributeError):  # a system without owners
            os.chown(new, owner, was.st_gid)
            return True
    return os.lstat(new).st_gid == was.st_gid
