"""The whole server as strangers and colleagues meet it: refused with a reason, and nothing kept."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from outlay.results.kept.workbench import Assumed, Who
from outlay.store.opened import Store, open_store
from outlay.workbench.application import create_app
from outlay.workbench.guard.table import API, RULES, Rule
from outlay.workbench.routes.means import zipped
from outlay.workbench.settings import Settings
from support.guarded import Answer, Serving, served
from support.shared import ROOT

STUDY = (ROOT / "examples" / "lab-training" / "study.yaml").read_text(encoding="utf-8")
SWEEPS = True
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"


@dataclass
class Place:
    """A server with two workspaces. mine, theirs: their admins; study: one of each."""

    server: Serving
    store: Store
    mine: Who
    theirs: Who
    tokens: Mapping[str, str]
    study: str
    others: Mapping[str, str]

    def ask(self, method: str, path: str, body: Any = b"", **headers: str | None) -> Answer:
        """As the admin of the first workspace, unless `Authorization` says otherwise."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        said: dict[str, str | None] = {"Authorization": f"Bearer {self.tokens['mine']}", **headers}
        return self.server.ask(method, path if path.startswith("/s") and "/api" in path else
                               API + path, data, **said)  # fmt: skip

    @property
    def kept(self) -> tuple[int, int]:
        """How much was ever done in each workspace."""
        return tuple(len(self.store.trail(w)) for w in (self.mine, self.theirs))  # type: ignore[return-value]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/s.db"
    store = open_store(url)
    mine = store.first_admin("Ada")
    theirs = store.add_person(mine, "Bo", "admin", "elsewhere")
    settings = Settings(store=url, workers=0, max_body=3_000_000)
    others = {
        "study": store.add_study(theirs, "theirs", STUDY, {}).id,
        "work": (work := store.ask(theirs, "plan", "", {})).id,
        "person": theirs.id,
        "token": "",
    }
    store.save_scenario(theirs, others["study"], "base", 0, "", ())
    secret = store.make_token(theirs, theirs.id, "admin", 1.0)
    others["token"] = store.tokens(theirs)[0].id
    others["sweep"] = store.begin_sweep(theirs, "a" * 64, "{}", 2)
    assert work.state == "queued"
    tokens = {"mine": store.make_token(mine, mine.id, "admin", 1.0), "theirs": secret}
    study = store.add_study(mine, "mine", STUDY, {}).id
    with served(settings, create_app(settings, store), store) as server:
        yield Place(server, store, mine, theirs, tokens, study, others)
    store.close()


def refused(place: Place, answer: Answer, *status: int) -> list[dict[str, str]]:
    """What is said of a refusal: a document of errors, without a word of where in our code."""
    assert answer.status in status, answer
    found = json.loads(answer.body)
    assert found["kind"] == "error"
    assert found["errors"]
    assert b"Traceback" not in answer.body
    assert b"site-packages" not in answer.body
    return list(found["errors"])


def addressed(rule: Rule, others: Mapping[str, str]) -> str:
    """An address of somebody else's thing; empty where it names none."""
    kind = {"studies": "study", "works": "work", "sweeps": "sweep", "people": "person",
            "tokens": "token", "runs": "run"}  # fmt: skip
    part = rule.path.removeprefix(f"{API}/").partition("/")[0]
    if "{id}" not in rule.path or part not in kind:
        return ""
    id = others.get(kind[part], "f" * 64)
    path = rule.path.replace("{id}", id).replace("{name}", "base")
    path = path.replace("{path:path}", "result.json")
    path = path.replace("{part}", "drivers" if part == "sweeps" else "first")
    return path.removeprefix(API)


BODIES: dict[tuple[str, str], Any] = {
    ("PUT", "/studies/{id}"): {"text": STUDY},
    ("PUT", "/studies/{id}/scenarios/{name}"): {"note": "", "values": []},
    ("POST", "/studies/{id}/plans"): {"set": []},
    ("POST", "/studies/{id}/sweeps"): {"vary": ["discount_rate=5 %/year..9 %/year:2"], "seed": 1,
                                       "sample": 0},
    ("PATCH", "/runs/{id}"): {"name": "x"},
}  # fmt: skip
QUERIES = {"explain": "?path=balance.cash.2026", "live": "?tab=t", "part": ""}


def test_nobody_meets_what_another_workspace_holds(place: Place) -> None:
    before, seen = place.kept, []
    for rule in RULES:
        path = addressed(rule, place.others)
        if not path:
            continue
        body = BODIES.get((rule.method, rule.path.removeprefix(API)), b"")
        said = {"If_Match": '"1"', "Content_Type": "application/json" if body else None}
        answer = place.ask(rule.method, path + QUERIES.get(path.rpartition("/")[2], ""), body,
                           **said)  # fmt: skip
        if rule.path.endswith("/live"):
            assert b"event: problem" in answer.body or answer.status == 404, (rule, answer)
        else:
            refused(place, answer, 404)
        seen.append(rule.path)
    assert len(seen) > 25
    assert place.kept == before
    for listed in ("/studies", "/works", "/runs", "/people", "/tokens", "/sweeps"):
        body = place.ask("GET", listed).body
        assert not [o for o in place.others.values() if o.encode() in body], listed
    assert place.ask("GET", f"/runs/compare?a={'e' * 64}&b={'f' * 64}").status == 404
    own = place.ask("GET", f"/studies/{place.others['study']}",
                    Authorization=f"Bearer {place.tokens['theirs']}")  # fmt: skip
    assert own.status == 200


def test_an_older_version_is_not_saved_over_a_newer(place: Place) -> None:
    one = place.store.add_study(place.mine, "twice", STUDY, {})
    path, body = f"/studies/{one.id}", {"text": f"# new\n{STUDY}"}
    assert place.ask("PUT", path, body, If_Match='"1"').status == 200
    before = place.kept
    answer = place.ask("PUT", path, {"text": f"# newer\n{STUDY}"}, If_Match='"1"')
    refused(place, answer, 412)
    found = json.loads(answer.body)
    assert found["current"]["version"] == 2
    assert "# new" in json.dumps(found["diff"])
    for tag, status in ((None, 428), ("*", 422), ('"x"', 422), ('"-1"', 422), ('"1", "2"', 422),
                        ('"99"', 412), ("", 422), ("9" * 400, 422)):  # fmt: skip
        refused(place, place.ask("DELETE", path, If_Match=tag), status)
    for late, status in ((None, 428), ('"x"', 422), ('"99"', 412)):
        refused(place, place.ask("PUT", path, body, If_Match=late), status)
    scenario = f"{path}/scenarios/late"
    assert place.ask("PUT", scenario, {"note": "", "values": []}, If_Match='"0"').status in (
        200,
        201,
    )
    refused(place, place.ask("PUT", scenario, {"note": "", "values": []}, If_Match='"0"'), 412)
    refused(place, place.ask("DELETE", scenario, If_Match='"7"'), 412)
    assert len(place.store.trail(place.mine)) == before[0] + 1  # the scenario alone


def bomb(depth: int = 9, width: int = 9) -> str:
    """YAML that grows by its aliases."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, depth)]
    return "\n".join(lines)


TEXTS = {
    "grows by aliases": bomb(), "builds an object": "title: !!python/object/apply:os.system [id]",
    "deep": "a: " + "[" * 500 + "]" * 500,
    "deep, in lines": "\n".join(" " * n + "a:" for n in range(300)),
    "no study": "x", "nothing": " ", "a key twice": f"{STUDY}\ntitle: again\n",
    "no end": "a: [" * 10_000, "a circle": "a: &a [*a]",
    "another file": STUDY.replace("title:", "extends: ../../etc/passwd\ntitle:", 1),
    "turning marks": STUDY.replace("title: ", 'title: "\u202e"  # ', 1),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_no_study_is_refused_soon(name: str, place: Place) -> None:
    before = place.kept
    refused(place, place.ask("POST", "/studies", {"text": TEXTS[name]}), 422)
    refused(place, place.ask("PUT", f"/studies/{place.study}", {"text": TEXTS[name]},
                             If_Match='"1"'), 422)  # fmt: skip
    assert place.kept == before


@pytest.mark.parametrize(
    "name", ["../x.csv", "/etc/passwd", "a/../../x", "a\\b", "a\0b", "", ".", "C:x", "a//b",
             "x" * 5000, "study.yaml", "a\nb"],
)  # fmt: skip
def test_a_file_beside_a_study_stays_beside_it(name: str, place: Place) -> None:
    before = place.kept
    files = {name: base64.b64encode(b"x").decode()}
    answer = place.ask("POST", "/studies", {"text": STUDY, "files": files})
    if answer.status == 201:  # an ordinary name to the store, kept as bytes under an id
        assert name in ("C:x", "study.yaml")  # the text goes before a file of its name
        return
    refused(place, answer, 400, 422)
    assert place.kept == before


@pytest.mark.parametrize("body", [
    {}, {"text": 1}, {"text": None}, {"text": STUDY, "more": 1}, {"text": STUDY, "files": []},
    {"text": STUDY, "files": {"a": "%%"}}, {"text": STUDY, "files": {"a": 1}}, [], "x", 1, None,
    {"text": ["x"]}, {"text": STUDY, "files": {f"{n}": "" for n in range(300)}},
])  # fmt: skip
def test_a_body_of_another_shape_is_refused(body: object, place: Place) -> None:
    before = place.kept
    refused(place, place.ask("POST", "/studies", body), 400, 422)
    assert place.kept == before


def packed(*entries: tuple[str, bytes], link: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o120777 if link else 0o644) << 16
            made.writestr(info, data)
    return out.getvalue()


def torn(data: bytes) -> bytes:
    """The same with other bytes in the middle of what is packed."""
    at = 60
    return data[:at] + bytes(b ^ 0xFF for b in data[at : at + 40]) + data[at + 40 :]


def nameless(data: bytes) -> bytes:
    """The same, whose one entry has no name in the list at its end."""
    at, end = data.find(b"PK\x01\x02"), data.find(b"PK\x05\x06")
    size = (end - at - 1).to_bytes(4, "little")
    entry = data[at : at + 28] + b"\0\0" + data[at + 30 : at + 46] + data[at + 47 : end]
    return data[:at] + entry + data[end : end + 12] + size + data[end + 16 :]


ZIPS: dict[str, bytes] = {
    "no zip": b"PK hello", "nothing": b"x", "empty": packed(), "leads out": packed(("../x", b"1")),
    "leads to the root": packed(("/etc/x", b"1")), "of another system": packed(("a\\b", b"1")),
    "a drive": packed(("C:/x", b"1")), "a link": packed(("run/a", b"/etc/passwd"), link=True),
    "twice": packed(("run/a", b"1"), ("run/A", b"2")), "no run": packed(("run/result.json", b"{}")),
    "a bomb": packed(*((f"run/{n}", b"\0" * 900_000) for n in range(9))),
    "many": packed(*((f"run/{n}", b"") for n in range(2_000))),
    "torn": torn(packed(("run/manifest.json", json.dumps(list(range(3_000))).encode()))),
    "no name": nameless(packed(("x", b"1"))),
    "cut": packed(("run/manifest.json", b"{}" * 500))[:-60],
    "of another manifest": packed(("run/manifest.json", b'{"files": {"../../x": {}}}')),
    "deep": packed(("run/" + "a/" * 200 + "x", b"1")),
}  # fmt: skip


@pytest.mark.parametrize("name", ZIPS)
def test_a_zip_file_that_is_no_run_is_refused(
    name: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipped, "MOST_BYTES", 5_000_000)
    before = place.kept
    answer = place.ask("POST", "/runs/import", ZIPS[name], Content_Type="application/zip")
    refused(place, answer, 400, 413, 422)
    assert place.kept == before
    assert place.store.runs(place.mine) == ()


def test_script_in_every_name_comes_back_as_text(place: Place) -> None:
    text = STUDY.replace("title: A laboratory's training run", f"title: {json.dumps(SCRIPT)}", 1)
    made = place.ask("POST", "/studies", {"text": text, "files": {}})
    assert made.status == 201, made
    study = json.loads(made.body)["id"]
    value = Assumed("discount_rate", "9 %/year", SCRIPT, "2026-01-01", SCRIPT)
    place.store.save_scenario(place.mine, study, "x", 0, SCRIPT, (value,))
    name = quote("<script>alert(1)<script>", safe="")
    body = {"note": SCRIPT, "values": []}
    put = place.ask("PUT", f"/studies/{study}/scenarios/{name}", body, If_Match='"0"')
    assert put.status in (200, 201), put
    place.ask("POST", "/people", {"name": SCRIPT, "role": "viewer"})
    asked = [
        f"/studies/{study}", "/studies", f"/studies/{study}/versions", f"/studies/{study}/check",
        f"/studies/{study}/inputs", f"/studies/{study}/scenarios",
        f"/studies/{study}/scenarios/{name}", "/people", "/trail",
        f"/catalogue/chips?name={quote(SCRIPT)}",
        f"/studies/{study}/check?set={quote(SCRIPT)}=1", f"/runs/{name}",
    ]  # fmt: skip
    for path in asked:
        answer = place.ask("GET", path)
        assert answer.headers["content-type"].startswith("application/json"), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.status < 500, (path, answer)
        json.loads(answer.body)


def test_the_table_names_every_route_and_no_route_is_left_out(place: Place) -> None:
    own = {(r.method, shape(r.path)) for r in RULES if r.sort != "open" or r.path == "/health"}
    have = set(routes(place.server.door._app.routes))  # type: ignore[attr-defined]
    assert have - own == set(), "a route that the door does not know is closed: write it down"
    left = {x for x in own - have if "sweeps" not in x[1] or SWEEPS}
    assert left == set(), "nobody answers to this"


def shape(path: str) -> str:
    """A path whose names of parts do not matter; what anybody may keep stands in one place."""
    if path.startswith("/static/"):
        return "/static/{:path}"
    return re.sub(r"\{\w+(:path)?\}", r"{\1}", path)


def routes(found: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route, whatever it is held in."""
    for route in found:
        if (inner := getattr(route, "original_router", None)) is not None:
            yield from routes(inner.routes, before + route.include_context.prefix)
        elif methods := getattr(route, "methods", None):
            for method in methods - {"HEAD"}:
                yield method, shape(before + route.path)
        else:  # files, mounted
            assert route.path == "/static"
            yield "GET", "/static/{:path}"
