"""Ask an HTTP endpoint once: its own origin only, until one moment, up to a number of bytes.

The connection is made here, directly: no redirect is followed, and no proxy that the environment
names gets the text or the key.
"""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from outlay.core.errors import DocumentError
from outlay.core.ingest.names import hidden

__all__ = ["Endpoint", "configured", "posted"]

MOST_ANSWER = 2_000_000
_PIECE = 1 << 16
_SECURE = "https, or http on this machine"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the second reader answers: base address, model, key, seconds for a whole answer, and
    how many characters are sent to it at once."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_s: float = 60.0
    most_characters: int = 12_000


def configured(environment: Mapping[str, str] | None = None) -> Endpoint | None:
    """The endpoint named by OUTLAY_READER_URL and OUTLAY_READER_MODEL, or None: off by default."""
    env = os.environ if environment is None else environment
    url, model = env.get("OUTLAY_READER_URL", ""), env.get("OUTLAY_READER_MODEL", "")
    return Endpoint(url, model, env.get("OUTLAY_READER_KEY", "").strip()) if url and model else None


def posted(endpoint: Endpoint, path: str, body: bytes) -> bytes:
    """What the endpoint answers to a body of JSON.

    Raises DocumentError for an address or a key that is refused, for an answer that sends elsewhere
    or is an error, is too long, or is not whole when the time is up.
    """
    address = _address(endpoint)
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    call = _Call(address, endpoint.timeout_s)
    # In a thread: looking a name up and shaking hands know no total time.
    thread = threading.Thread(
        target=call.run, args=(address.path.rstrip("/") + path, body, headers), daemon=True
    )
    thread.start()
    thread.join(endpoint.timeout_s)
    if thread.is_alive():
        call.stop()
        raise DocumentError(
            "the second reader did not answer in time", value=f"{endpoint.timeout_s:g} s"
        )
    if call.error is not None:
        raise call.error
    return call.answer


def _address(endpoint: Endpoint) -> SplitResult:
    """The parts of the address, where it is one that a text and a key may be sent to."""
    url = endpoint.url
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as err:
        raise _refused("is none", url, str(err)) from None
    if parts.scheme not in ("http", "https"):
        raise _refused("must be http or https", url)
    if not host or hidden(url) or any(c.isspace() for c in url):
        raise _refused("is none", url)
    if "@" in parts.netloc:
        raise DocumentError(
            "the second reader's address holds a name or a password",
            value=f"{parts.scheme}://…@{host}", hint="set OUTLAY_READER_KEY instead",
        )  # fmt: skip
    if "?" in url or "#" in url:
        raise _refused("may hold neither a query nor a fragment", url)
    _keep(endpoint, parts.scheme, host)
    return parts


def _keep(endpoint: Endpoint, scheme: str, host: str) -> None:
    """Refuse a key that somebody on the way could read, and one that is none."""
    if endpoint.key and scheme == "http" and not _is_here(host):
        raise _refused("would carry the key in the open", endpoint.url, _SECURE)
    if not endpoint.key.isascii() or not endpoint.key.isprintable():
        raise DocumentError("the second reader's key holds a character that no key has")


def _refused(what: str, url: str, allowed: str = "") -> DocumentError:
    return DocumentError(
        f"the second reader's address {what}", value=ascii(url)[1:201], allowed=allowed
    )


def _is_here(host: str) -> bool:
    """Whether a host is this machine by its name alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Call:
    """One question; `run` leaves an answer or an error."""

    def __init__(self, address: SplitResult, seconds: float) -> None:
        host, port = address.hostname or "", address.port
        self.answer = b""
        self.error: DocumentError | None = None
        self._connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection(
                host, port, timeout=seconds, context=ssl.create_default_context()
            )
            if address.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=seconds)
        )

    def run(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            self._connection.request("POST", path, body, dict(headers))
            self.answer = _read(self._connection.getresponse())
        except DocumentError as err:
            self.error = err
        except (http.client.HTTPException, OSError, ValueError) as err:
            said = " ".join(ascii(str(err) or type(err).__name__)[1:-1].split())[:200]
            self.error = DocumentError("the second reader did not answer", value=said)
        finally:
            self._connection.close()

    def stop(self) -> None:
        """End the call wherever it waits for bytes."""
        sock = self._connection.sock
        if isinstance(sock, socket.socket):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # it was closed meanwhile
                return


def _read(response: http.client.HTTPResponse) -> bytes:
    if 300 <= response.status < 400:
        to = ascii(response.getheader("Location") or "nowhere").strip("'\"")[:200]
        raise DocumentError(
            "the second reader's address sends elsewhere, which is not followed",
            value=f"{response.status} to {to}", hint="set OUTLAY_READER_URL to where it answers",
        )  # fmt: skip
    if response.status != 200:
        raise DocumentError(
            "the second reader answered with an error", value=f"HTTP {response.status}"
        )
    answer = bytearray()
    while len(answer) <= MOST_ANSWER and (piece := response.read(_PIECE)):
        answer += piece
    if len(answer) > MOST_ANSWER:
        raise DocumentError(
            "the second reader's answer is too long", allowed=f"{MOST_ANSWER:,} bytes"
        )
    if response.length:
        raise DocumentError(
            "the second reader's answer ended early", value=f"{response.length:,} bytes were left"
        )
    return bytes(answer)
