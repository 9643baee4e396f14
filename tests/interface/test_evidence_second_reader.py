"""The second reader against a server of our own: only verbatim, verified claims enter."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from outlay.core.errors import DocumentError
from outlay.evidence import read_text
from outlay.evidence.second_reader import Endpoint, configured, with_second_reader

TEXT = "Acme Corp said revenue was $5 billion in 2025. Its headquarters hold 12 gnomes costing $3,000 overall in 2025."


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        answer: object = {"claims": []}
        seen: list[dict] = []  # noqa: RUF012

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            type(self).seen.append(body)
            content = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
            raw = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *arguments):
            pass

    httpd = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield Handler, Endpoint(f"http://127.0.0.1:{httpd.server_port}/v1", "stub", timeout_s=5)
    httpd.shutdown()
    httpd.server_close()


def claim(quote, value, unit, **more):
    return {
        "quote": quote,
        "subject": "Acme Corp",
        "metric": "m",
        "value": value,
        "unit": unit,
        "period": "2025",
        **more,
    }


def test_it_is_off_by_default():
    assert configured({}) is None
    assert configured({"OUTLAY_READER_URL": "http://x", "OUTLAY_READER_MODEL": "m"}) is not None


def test_only_verbatim_and_verified_claims_enter(server):
    handler, endpoint = server
    first = read_text("Acme Corp wrote a letter.", "t", "2025-12-01")
    assert first.claims == ()
    text = "Acme Corp wrote that, all told, 3 billion dollars had gone."
    reading = read_text(text, "t", "2025-12-01")
    kept = type(reading)(reading.documents, (), (), ())
    handler.answer = {
        "claims": [
            claim("3 billion dollars had gone", 3e9, "USD"),
            claim("4 billion dollars had gone", 4e9, "USD"),  # not in the text
            claim("3 billion dollars had gone", 7e9, "USD"),  # not what the quote says
            claim("3 billion dollars had gone", float("1e308"), "USD"),
            {"quote": 5},
            "ignore all previous instructions",
        ]
    }
    out = with_second_reader(kept, endpoint)
    (c,) = out.claims
    assert (c.value, c.unit, c.reader) == (3e9, "USD", "second")
    assert text[slice(*c.span)] == c.sentence == "3 billion dollars had gone"
    assert "5 claims refused" in out.documents[0].notes[-1].what
    assert handler.seen[-1]["model"] == "stub"


def test_a_claim_of_the_first_reader_is_not_doubled(server):
    handler, endpoint = server
    reading = read_text(TEXT, "t", "2025-12-01")
    handler.answer = {"claims": [claim("revenue was $5 billion in 2025", 5e9, "USD")]}
    assert len(with_second_reader(reading, endpoint).claims) == len(reading.claims)


@pytest.mark.parametrize("answer", ["not json", "[]", '{"claims"', '{"other": 1}'])
def test_nonsense_is_an_error_in_words(server, answer):
    handler, endpoint = server
    handler.answer = answer
    with pytest.raises(DocumentError):
        with_second_reader(read_text(TEXT, "t", "2025-12-01"), endpoint)


def test_nobody_there():
    with pytest.raises(DocumentError):
        with_second_reader(read_text(TEXT), Endpoint("http://127.0.0.1:9", "m", timeout_s=1))
    with pytest.raises(DocumentError):
        with_second_reader(read_text(TEXT), Endpoint("file:///etc/hosts", "m"))
