"""What every answer carries: what a browser may do with it, and who may keep it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from outlay.workbench.guard.table import Rule

__all__ = ["PAGE_RULE", "Header", "fit_headers", "safe_headers"]

Header = tuple[bytes, bytes]

PAGE_RULE = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
FILE_RULE = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""Of somebody's file: opened in a window, it is nobody's page and loads nothing."""
ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
NEVER = (b"server", b"x-powered-by", b"access-control-allow-origin",
         b"access-control-allow-credentials", b"strict-transport-security")  # fmt: skip
"""What no answer of ours carries, whoever put it there."""


def safe_headers(rule: Rule | None, *, secure: bool) -> Mapping[str, str]:
    """The headers of an answer to what that rule let in; None: of a refusal."""
    sort = rule.sort if rule is not None else "data"
    out = dict(ALWAYS)
    out["content-security-policy"] = FILE_RULE if sort == "file" else PAGE_RULE
    out["cache-control"] = "no-cache" if sort == "static" else "no-store"
    if secure:
        out["strict-transport-security"] = "max-age=31536000"
    return out


def fit_headers(given: Iterable[Header], safe: Mapping[str, str]) -> list[Header]:
    """The headers of an answer with ours in the place of its own."""
    ours = {name.encode(): value.encode("latin-1") for name, value in safe.items()}
    kept = [(n, v) for n, v in given if n.lower() not in ours and n.lower() not in NEVER]
    return [*kept, *ours.items()]
