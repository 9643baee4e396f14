"""The second reader's endpoint, served here: the key stays at its origin, the time is ours."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from outlay.core.errors import DocumentError
from outlay.evidence import read_text
from outlay.evidence.endpoint import MOST_ANSWER, Endpoint, posted
from outlay.evidence.second_reader import with_second_reader

Answer = Callable[[socket.socket], None]


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """A server on this machine: its address, and the heads of what it was asked."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(client,), daemon=True).start()

        def one(client: socket.socket) -> None:
            with client:
                head = b""
                while b"\r\n\r\n" not in head and (piece := client.recv(1)):
                    head += piece
                seen.append(head)
                size = next(
                    int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                )  # fmt: skip
                while size > 0 and (piece := client.recv(size)):
                    size -= len(piece)
                try:
                    answer(client)
                    client.shutdown(socket.SHUT_WR)
                    client.recv(1)
                except OSError:  # whoever asked has gone
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1", seen


def says(body: bytes, head: bytes = b"HTTP/1.1 200 OK", *more: bytes) -> Answer:
    lines = [head, b"Content-Length: %d" % len(body), *more, b"", body]
    return lambda client: client.sendall(b"\r\n".join(lines))


def message(content: object) -> Answer:
    return says(json.dumps({"choices": [{"message": {"content": content}}]}).encode())


def asked(url: str, key: str = "", timeout_s: float = 20.0) -> bytes:
    return posted(Endpoint(url, "m", key, timeout_s), "/chat/completions", b"{}")


def test_a_whole_answer_is_given_back_and_its_origin_alone_has_the_key() -> None:
    with serving(says(b"{}")) as (url, seen):
        assert asked(url, "secret") == b"{}"
    assert seen[0].startswith(b"POST /v1/chat/completions HTTP/1.1\r\n")
    assert b"Authorization: Bearer secret\r\n" in seen[0]
    assert "secret" not in repr(Endpoint(url, "m", "secret"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("elsewhere", [True, False], ids=["another origin", "the same origin"])
def test_no_redirect_is_followed(status: int, elsewhere: bool) -> None:
    with serving(says(b"{}")) as (other, other_seen):
        target = f"{other}/chat/completions" if elsewhere else "/v2/chat/completions"
        head = b"HTTP/1.1 %d Moved" % status
        with serving(says(b"", head, b"Location: " + target.encode())) as (url, seen):
            with pytest.raises(DocumentError, match=f"{status} to .*chat/completions") as caught:
                asked(url, "secret")
            assert "sends elsewhere, which is not followed" in str(caught.value)
            assert len(seen) == 1
    assert other_seen == []


def drip(head: bool) -> Answer:
    """A byte in a tenth of a second, for ever."""

    def answer(client: socket.socket) -> None:
        if not head:
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            client.sendall(b"H")
            time.sleep(0.1)

    return answer


@pytest.mark.parametrize("head", [True, False], ids=["head", "body"])
def test_one_moment_ends_it_however_slowly_bytes_come(head: bool) -> None:
    with serving(drip(head)) as (url, _), pytest.raises(DocumentError, match=r"in time .*0\.7 s"):
        asked(url, timeout_s=0.7)


def test_a_silent_server_and_one_that_says_wait_are_ended_too() -> None:
    def wait(client: socket.socket) -> None:
        while True:
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.05)

    for answer in (wait, lambda _: time.sleep(3)):
        with serving(answer) as (url, _), pytest.raises(DocumentError, match=r"in time|timed out"):
            asked(url, timeout_s=0.5)


def test_an_answer_over_its_size_is_refused_however_it_comes() -> None:
    def endless(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            client.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")

    for answer in (says(b"x" * (MOST_ANSWER + 1)), endless):
        with serving(answer) as (url, _), pytest.raises(DocumentError, match="too long"):
            asked(url)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (says(b"{}", b"HTTP/1.1 500 Oops"), "answered with an error .found HTTP 500"),
        (says(b"{}", b"HTTP/1.1 401 No"), "HTTP 401"),
        (lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"),
         "8 bytes were left"),
        (lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
         "did not answer"),
        (lambda c: c.close(), "did not answer"),
        (lambda c: c.sendall(b"\x00\xff nonsense\r\n\r\n"), "did not answer"),
    ],
    ids=["500", "401", "short", "chunk", "closed", "no HTTP"],
)  # fmt: skip
def test_what_is_no_answer_is_said_in_words(answer: Answer, said: str) -> None:
    with serving(answer) as (url, _), pytest.raises(DocumentError, match=said):
        asked(url)


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        ("ftp://a/v1", "", "must be http or https"),
        ("http://", "", "is none"),
        ("http://a:99999/v1", "", "is none"),
        ("http://a b/v1", "", "is none"),
        ("http://a\r\nX: y/v1", "", "is none"),
        ("https://me:word@a/v1", "", "holds a name or a password"),
        ("https://a/v1?key=1", "", "neither a query nor a fragment"),
        ("https://a/v1#x", "", "neither a query nor a fragment"),
        ("http://example.org/v1", "secret", "would carry the key in the open"),
        ("http://127.0.0.1.example.org/v1", "secret", "would carry the key in the open"),
        ("https://a/v1", "sec\nret", "holds a character that no key has"),
    ],
)
def test_addresses_and_keys_that_are_refused(url: str, key: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as caught:
        asked(url, key)
    assert "word" not in str(caught.value).replace("password", "")
    assert "secret" not in str(caught.value)


def test_a_proxy_of_the_environment_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says(b"{}")) as (proxy, proxy_seen), serving(says(b"{}")) as (url, _):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy)
        assert asked(url, "secret") == b"{}"
    assert proxy_seen == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (says(b"not json"), "not JSON"),
        (says(b"\xff\xfe{}"), "UTF-16"),
        (says(b"[" * 100_000), "nested too deeply"),
        (says(b"[]"), "not the JSON asked for"),
        (says(b'{"choices": []}'), "not the JSON asked for"),
        (says(b'{"choices": [{"message": {"content": 5}}]}'), "not the JSON asked for"),
        (says(b'{"choices": [], "choices": []}'), "a key twice"),
        (message('{"claims": 5}'), "no list of claims"),
        (message('{"claims": [{"value": NaN}]}'), "not a finite number"),
        (message("[" * 100_000), "nested too deeply"),
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_an_error_in_words(answer: Answer, said: str) -> None:
    reading = read_text("Acme Corp spent money.", "t", "2025-12-01")
    with serving(answer) as (url, _), pytest.raises(DocumentError, match=said):
        with_second_reader(reading, Endpoint(url, "m", timeout_s=20.0))


def test_what_it_says_of_a_claim_can_be_shown() -> None:
    """Names of the endpoint reach the page: in one line, without marks that turn the text."""
    odd = "A\u202ecme\x07 Corp"
    text = f"{odd} wrote that, all told, 3 billion dollars had gone."
    reading = read_text(text, "t", "2025-12-01")
    reading = type(reading)(reading.documents, (), (), ())
    claim = {"quote": "3 billion dollars had gone", "value": 3e9, "unit": "USD", "metric": ["m"],
             "subject": {"value": odd, "span": odd}, "period": 2025}  # fmt: skip
    more = ({"quote": "x"} for _ in range(2_100))
    many = [claim, *more, {"quote": 10**200, "value": 10**250}]
    with serving(message(json.dumps({"claims": many}))) as (url, _):
        out = with_second_reader(reading, Endpoint(url, "m", timeout_s=20.0))
    assert [(c.subject, c.period) for c in out.claims] == [("Acme Corp", "")]
    assert [n.what for n in out.documents[0].notes] == [
        "second reader m: only the first 2,000 of its claims were looked at",
        "second reader m: 1999 claims refused, not verbatim in the text or not proven",
    ]
