"""What is said of a server that begins and ends."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.report.words.language import Words

__all__ = ["begun", "ended"]


def begun(address: str, link: str, store: str, say: Words) -> Iterator[str]:
    """Where it is, how one comes in, how it is stopped. link: empty where people have tokens."""
    if link:
        yield say("serve.link", link=link)
        yield say("serve.once")
    else:
        yield say("serve.tokens", address=address)
    yield say("serve.store", store=store)
    yield say("serve.stop")


def ended(say: Words) -> str:
    """That it was stopped, and that nothing is lost by it."""
    return say("serve.stopped")
