"""Every address of the server with who may ask it and what it takes. What is not here is refused.

The table stands apart from the routes so that a route that somebody adds is closed until it is
written down here; a test walks the router and holds both against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from outlay.results.kept.workbench import Role

__all__ = ["API", "RULES", "Rule", "found", "methods_of"]

API = "/api/v1"
Takes = Literal["", "json", "upload", "form"]
"""Of a body: none, a JSON document, the bytes of a file, a form of a page."""
Sort = Literal["data", "page", "static", "file", "open"]
"""data: for programs and our page. page: a browser may come to it from elsewhere. static: the same
for everybody, may be kept. file: somebody's file, never shown as a page. open: without who."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One method of one address.

    large: whether the body holds files. `{x}` in the path is one part, `{x:path}` all that follow.
    """

    method: str
    path: str
    role: Role
    takes: Takes = ""
    sort: Sort = "data"
    large: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The path, part by part."""
        return tuple(self.path.split("/")[1:])


def _api(role: Role, words: str, takes: Takes = "", *, large: bool = False) -> tuple[Rule, ...]:
    """Rules of the lines `METHOD[,METHOD] path` below the interface's address."""
    out = []
    for line in words.strip().splitlines():
        methods, path = line.split()
        out += [Rule(m, API + path, role, takes, large=large) for m in methods.split(",")]
    return tuple(out)


_READ = _api(
    "viewer",
    """
    GET /openapi.json
    GET /me
    GET /studies
    GET /studies/{id}
    GET /studies/{id}/versions
    GET /studies/{id}/check
    GET /studies/{id}/inputs
    GET /studies/{id}/live
    GET /studies/{id}/first
    GET /studies/{id}/evidence
    GET /studies/{id}/evidence/part
    GET /studies/{id}/scenarios
    GET /studies/{id}/scenarios/{name}
    GET /works
    GET /works/{id}
    GET /works/{id}/events
    GET /runs
    GET /runs/compare
    GET /runs/compare/part
    GET /runs/{id}
    GET /runs/{id}/files
    GET /runs/{id}/parts/{part}
    GET /runs/{id}/explain
    GET /readings
    GET /readings/{id}
    GET /readings/{id}/part
    GET /sweeps
    GET /sweeps/{id}
    GET /sweeps/{id}/parts/{part}
    GET /catalogue/{table}
    GET /templates/{door}
    GET /catalogue/{table}/part
    """,
)
_FILES = (
    Rule("GET", f"{API}/runs/{{id}}/files/{{path:path}}", "viewer", sort="file"),
    Rule("GET", f"{API}/runs/{{id}}/export", "viewer", sort="file"),
    Rule("GET", f"{API}/sweeps/{{id}}/rows.parquet", "viewer", sort="file"),
)
_WRITE = (
    *_api("viewer", "POST /rate", "json"),
    *_api("editor", "POST /studies\nPUT /studies/{id}", "json", large=True),
    *_api(
        "editor",
        """
        POST /studies/{id}/plans
        POST /studies/{id}/sweeps
        PUT /studies/{id}/scenarios/{name}
        PATCH /runs/{id}
        """,
        "json",
    ),
    *_api("editor", "POST /documents\nPOST /runs/import", "upload", large=True),
    *_api(
        "editor",
        """
        DELETE /studies/{id}
        DELETE /studies/{id}/scenarios/{name}
        DELETE /works/{id}
        DELETE /runs/{id}
        DELETE /readings/{id}
        """,
    ),
)
_ADMIN = (
    *_api("admin", "GET /trail\nGET /people\nGET /tokens"),
    *_api("admin", "POST /people\nPOST /tokens", "json"),
    *_api("admin", "DELETE /people/{id}\nDELETE /tokens/{id}"),
)
_PAGES = (
    Rule("GET", "/", "viewer", sort="page"),
    Rule("GET", "/s/{path:path}", "viewer", sort="page"),
    Rule("GET", "/static/{path:path}", "viewer", sort="static"),
    Rule("GET", "/enter", "viewer", sort="open"),
    Rule("POST", "/enter", "viewer", "form", sort="open"),
    Rule("POST", "/leave", "viewer", "form", sort="open"),
    Rule("GET", "/health", "viewer", sort="open"),
)
RULES: tuple[Rule, ...] = (*_READ, *_FILES, *_WRITE, *_ADMIN, *_PAGES)
"""All of them."""


def _by_path(rules: Iterable[Rule]) -> Mapping[tuple[str, ...], Mapping[str, Rule]]:
    out: dict[tuple[str, ...], dict[str, Rule]] = {}
    for rule in rules:
        out.setdefault(rule.parts, {})[rule.method] = rule
    return MappingProxyType(out)


_TABLE = _by_path(RULES)


def _fits(parts: tuple[str, ...], given: tuple[str, ...]) -> bool:
    rest = bool(parts) and parts[-1].endswith(":path}")
    own = parts[:-1] if rest else parts
    if len(given) < len(parts) if rest else len(given) != len(parts):
        return False
    return all((p.startswith("{") and g != "") or p == g for p, g in zip(own, given, strict=False))


def _found(path: str) -> Mapping[str, Rule]:
    """The rules of an address by method: those of a path without `{}` come first."""
    given = tuple(path.split("/")[1:])
    if given in _TABLE:
        return _TABLE[given]
    fitting = [parts for parts in _TABLE if _fits(parts, given)]
    if not fitting:
        return {}
    return _TABLE[min(fitting, key=lambda parts: sum(p.startswith("{") for p in parts))]


def found(method: str, path: str) -> Rule | None:
    """The rule of a request, whose path is decoded; None: there is none."""
    return _found(path).get("GET" if method == "HEAD" else method)


def methods_of(path: str) -> tuple[str, ...]:
    """The methods that an address takes; none where it is unknown."""
    methods = [*_found(path)]
    return (*methods, "HEAD") if "GET" in methods else tuple(methods)
