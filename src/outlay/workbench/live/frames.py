"""Messages between the server and its processes: JSON with its length before it."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Mapping
from typing import IO

__all__ = ["Message", "packed", "read_message", "texts", "unpacked"]

Message = Mapping[str, object]
LENGTH = struct.Struct(">Q")
MOST = 1 << 30
"""Bytes of a message: what is longer is none of ours."""


def packed(message: Message) -> bytes:
    """The message as it goes through a pipe."""
    body = json.dumps(message, ensure_ascii=False).encode()
    return LENGTH.pack(len(body)) + body


def read_message(stream: IO[bytes], most: int = MOST) -> dict[str, object] | None:
    """The next message; None where the other side is gone, or says more than `most` bytes."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    body = stream.read(size) if size <= most else b""
    if len(body) < size or not size:
        return None
    found: object = json.loads(body)
    return found if isinstance(found, dict) else None


def texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """Files as a message carries them."""
    return {name: base64.b64encode(data).decode("ascii") for name, data in files.items()}


def unpacked(found: object) -> dict[str, bytes]:
    """The files of a message."""
    assert isinstance(found, dict)
    return {str(name): base64.b64decode(str(data)) for name, data in found.items()}
