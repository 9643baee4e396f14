"""The second reader against a server of our own: only verbatim, verified claims enter."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import itertools
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.core.errors import DocumentError
from outlay.evidence import read_text
from outlay.evidence.second_reader import Endpoint, configured, pieces, with_second_reader
from outlay.results.claims import Grounds

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


def claim(quote, value, unit, unit_span="", **more):
    fields = {k: {"value": said, "span": words} for k, (said, words) in more.items()}
    return {"quote": quote, "value": value, "unit": unit, "unit_span": unit_span, **fields}


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
    assert with_second_reader(reading, endpoint).claims == reading.claims


def test_it_corrects_a_field_and_both_claims_are_kept(server):
    handler, endpoint = server
    text = "Revenue at Acme Corp was $5 billion in 2025, and Beta Holdings bought the chips."
    reading = read_text(text, "t", "2025-12-01")
    (first,) = reading.claims
    handler.answer = {
        "claims": [
            claim(
                "$5 billion in 2025", 5e9, "USD", subject=("Beta Holdings", "and Beta Holdings"),
                metric=("chips", "the chips"), period=("2025", "in 2025"), kind=("bound", "was"),
            )
        ]
    }  # fmt: skip
    old, new = with_second_reader(reading, endpoint).claims
    assert (old.id, old.subject, old.status, old.replaced_by) == (
        first.id, first.subject, "earlier", new.id,
    )  # fmt: skip
    assert (new.subject, new.metric, new.period, new.quantity) == (
        "Beta Holdings", "chips", "2025", "bound",
    )  # fmt: skip
    assert (new.reader, new.status, new.value) == ("second", "current", 5e9)
    assert (new.grounds.subject, new.grounds.period) == ("scope", "sentence")


def test_a_field_is_left_out_where_its_words_are_not_in_the_text_or_say_something_else(server):
    handler, endpoint = server
    text = "Last year it all came to 3 billion dollars, the owner of Acme Corp wrote."
    reading = read_text(text, "t", "2026-03-01")
    kept = type(reading)(reading.documents, (), (), ())
    quote = "came to 3 billion dollars"
    for more, want in (
        ({"period": ("2025", "Last year")}, ("period", "2025")),
        ({"period": ("2024", "Last year")}, ("period", "")),
        ({"subject": ("Acme Corp", "owner of Acme Corp")}, ("subject", "Acme Corp")),
        ({"subject": ("Beta", "owner of Acme Corp")}, ("subject", "")),
        ({"subject": ("Beta", "Beta")}, ("subject", "")),
        ({"kind": ("nonsense", "came")}, ("quantity", "level")),
    ):
        handler.answer = {"claims": [claim(quote, 3e9, "USD", **more)]}
        (c,) = with_second_reader(kept, endpoint).claims
        assert getattr(c, want[0]) == want[1], more


def test_a_value_is_digits_times_words_times_the_declared_scale(server):
    handler, endpoint = server
    text = "All figures are in millions of dollars. The vault of Acme Corp held 412 at its peak."
    reading = read_text(text, "t", "2026-03-01")
    kept = type(reading)(reading.documents, (), (), ())
    declared = {"unit_span": "millions of dollars"}
    handler.answer = {
        "claims": [
            claim("held 412 at its peak", 4.12e8, "USD", **declared),
            claim("held 412 at its peak", 4.12e9, "USD", **declared),
            claim("held 412 at its peak", 4.12e8, "USD"),
            claim("held 412 at its peak", 4.12e8, "EUR", **declared),
            claim("held 412 at its peak", 4.12e8, "USD", unit_span="millions of yen"),
        ]
    }
    out = with_second_reader(kept, endpoint)
    (c,) = out.claims
    assert (c.value, c.unit, text[slice(*c.value_span)]) == (4.12e8, "USD", "412")
    assert c.grounds.unit == "scope"
    assert "4 claims refused" in out.documents[0].notes[-1].what


def test_the_whole_text_is_asked_for_and_a_claim_at_a_seam_is_found_once(server):
    handler, endpoint = server
    sentence = "In all 3 billion dollars had gone to Acme Corp."
    text = "Nothing was said. " * 52 + sentence + " Nothing was said." * 52
    small = Endpoint(endpoint.url, "stub", timeout_s=5, most_characters=1_000)
    handler.answer = {"claims": [claim("3 billion dollars had gone", 3e9, "USD")]}
    handler.seen.clear()
    reading = read_text(text, "t", "2026-03-01")
    out = with_second_reader(type(reading)(reading.documents, (), (), ()), small)
    asked = [b["messages"][1]["content"] for b in handler.seen]
    assert len(asked) == 3
    assert len(out.claims) == 1
    assert text[slice(*out.claims[0].span)] == "3 billion dollars had gone"


@given(st.text(alphabet="ab \n", min_size=1, max_size=400), st.integers(20, 90))
def test_pieces_cover_the_text_and_repeat_what_stands_at_a_seam(text, most):
    found = list(pieces(text, most))
    assert found[0][0] == 0
    assert found[-1][0] + len(found[-1][1]) == len(text)
    for start, piece in found:
        assert 0 < len(piece) <= most
        assert text[start : start + len(piece)] == piece
    for (a, first), (b, _) in itertools.pairwise(found):
        assert a < b <= a + len(first) - most // 10


def test_a_tagged_field_is_not_corrected(server):
    handler, endpoint = server
    reading = read_text("Acme Corp said revenue was $5 billion in 2025.", "t", "2025-12-01")
    (c,) = reading.claims
    tagged = replace(c, grounds=Grounds("tag", "tag", "tag", "tag"))
    reading = replace(reading, claims=(tagged,))
    more = {"subject": ("revenue", "revenue"), "metric": ("said", "said")}
    handler.answer = {"claims": [claim("revenue was $5 billion", 5e9, "USD", **more)]}
    assert with_second_reader(reading, endpoint).claims == (tagged,)


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
