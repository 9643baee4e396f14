"""The workbench's interface over a real server: studies in versions, live what-ifs, runs."""

from __future__ import annotations

import io
import os
import signal
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.api.plans.plan import plan
from outlay.api.plans.session import session
from outlay.results.plans.what_if import WhatIf
from outlay.study.reading.loader import load
from outlay.sweeps.cases import row_of
from outlay.sweeps.spec import spec_of
from outlay.sweeps.table import frame_of, parquet_of
from outlay.workbench.live import worker
from outlay.workbench.live.lanes import LATE
from outlay.workbench.live.solver import Asked, Solver
from outlay.workbench.live.worker import READINGS, do_next
from outlay.workbench.parts import fragment
from outlay.workbench.routes.means.described import DOCUMENTS
from outlay.workbench.routes.means.zipped import zipped
from support.small import SMALL
from support.stores import run_files
from support.workbench_api import Api, Told, serving

RATES = ("12 %/year", "8 %/year", "10.5 %/year")
CHANGE = "discount_rate=12 %/year"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with serving(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="module")
def study(api: Api) -> str:
    return api.add(SMALL)


@cache
def _alone(*changes: str) -> tuple[WhatIf, ...]:
    """The answers of a session that nobody else asks."""
    return tuple(_session().ask(changes))


@cache
def _session():  # type: ignore[no-untyped-def]
    return session(SMALL)


def _numbers(events: list[Told]) -> list[tuple[object, ...]]:
    return [
        (e.name, e.data["objective"], e.data["least"], e.data["first_orders"], e.data["kept"])
        for e in events
        if e.name in ("coarse", "exact")
    ]


def _expected(*changes: str) -> list[tuple[object, ...]]:
    return [
        ("exact" if a.stage == "exact" else "coarse", a.objective, a.least,
         dict(a.first_orders), a.kept)
        for a in _alone(*changes)
    ]  # fmt: skip


# studies ---------------------------------------------------------------------------------


def test_a_study_is_kept_in_versions_and_nobody_loses_a_change(api: Api) -> None:
    id = api.add(SMALL)
    held = api.ask("GET", f"/studies/{id}")
    assert held.headers["etag"] == '"1"'
    text = held.json()["text"]
    assert text == SMALL.read_text("utf-8")
    mine = text.replace("discount_rate: 9 %/year", "discount_rate: 11 %/year")
    assert mine != text
    assert api.ask("PUT", f"/studies/{id}", json={"text": mine}).status_code == 428
    bobs = api.ask("PUT", f"/studies/{id}", who="bob", json={"text": f"{text}# bob\n"},
                   headers={"If-Match": '"1"'})  # fmt: skip
    assert (bobs.status_code, bobs.headers["etag"]) == (200, '"2"')
    late = api.ask("PUT", f"/studies/{id}", json={"text": mine}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    told = late.json()
    assert told["kind"] == "error"
    assert "bob" in told["errors"][0]["what"]
    assert (told["current"]["version"], told["current"]["updated_by"]) == (2, "bob")
    assert "+discount_rate: 11 %/year" in told["diff"]
    assert "-# bob" in told["diff"]
    assert [(f["path"], f["kind"]) for f in told["fields"]] == [("discount_rate", "changed")]
    merged = api.ask("PUT", f"/studies/{id}", json={"text": f"{mine}# bob\n"},
                     headers={"If-Match": '"2"'})  # fmt: skip
    assert merged.json()["version"] == 3
    assert [v["version"] for v in api.ask("GET", f"/studies/{id}/versions").json()] == [3, 2, 1]
    assert api.ask("GET", f"/studies/{id}?version=1").json()["text"] == text
    assert api.ask("DELETE", f"/studies/{id}", headers={"If-Match": '"2"'}).status_code == 412
    assert api.ask("DELETE", f"/studies/{id}", headers={"If-Match": '"3"'}).status_code == 204
    assert api.ask("GET", f"/studies/{id}").status_code == 404


def test_files_that_a_study_does_not_name_are_named_and_refused(api: Api) -> None:
    text = SMALL.read_text("utf-8")
    told = api.ask("POST", "/studies", json={"text": text, "files": {"notes.md": "eA=="}})
    assert told.status_code == 422
    (error,) = told.json()["errors"]
    assert (error["where"], error["what"]) == (
        "files.notes.md", "a file that the study does not name")  # fmt: skip
    files = run_files()
    more = api.ask("POST", "/runs/import", content=zipped("a run", {**files, "my.txt": b"mine"}))
    assert more.status_code == 422
    assert "my.txt" in more.text


def test_scenarios_are_saved_on_top_of_what_stands_there(api: Api, study: str) -> None:
    place = f"/studies/{study}/scenarios/dear money"
    value = {"path": "discount_rate", "value": "12 %/year", "source": "the bank", "date": "",
             "approver": "Ada"}  # fmt: skip
    body = {"note": "if rates rise", "values": [value]}
    assert api.ask("PUT", place, json=body).status_code == 428
    made = api.ask("PUT", place, json=body, headers={"If-Match": '"0"'})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert api.ask("GET", place).json()["values"] == [value]
    late = api.ask("PUT", place, who="bob", json={"values": []}, headers={"If-Match": '"0"'})
    assert late.status_code == 412
    assert late.json()["current"]["name"] == "dear money"
    assert any("the bank" in line for line in late.json()["diff"])
    found = list(api.events(f"/studies/{study}/live", tab="s", scenario="dear money"))
    assert _numbers(found) == _expected(CHANGE)
    over = list(api.events(f"/studies/{study}/live", tab="s", scenario="dear money",
                           set=["discount_rate=8 %/year"]))  # fmt: skip
    assert _numbers(over)[-1] == _expected("discount_rate=8 %/year")[-1]
    assert api.ask("DELETE", place, headers={"If-Match": '"1"'}).status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "given", "status"),
    [
        ("GET", "/studies/nobody", {}, 404),
        ("GET", "/studies/{s}?version=7", {}, 404),
        ("GET", "/studies/{s}?version=x", {}, 422),
        ("GET", "/studies/..%2f..", {}, 404),
        ("POST", "/studies", {"json": {"text": "title: x\n"}}, 422),
        ("POST", "/studies", {"json": {"text": "a: [", "more": 1}}, 422),
        ("POST", "/studies", {"json": {"text": "x", "files": {"a": "%%"}}}, 422),
        ("POST", "/studies", {"json": {"text": "x", "files": {"study.yaml": "eA=="}}}, 422),
        ("POST", "/studies", {"content": b"{", "headers": {"content-type": "application/json"}},
         400),
        ("PUT", "/studies/{s}", {"json": {"text": "x"}, "headers": {"If-Match": "new"}}, 422),
        ("GET", "/studies/{s}/check?set=nothing", {}, 422),
        ("GET", "/studies/{s}/check?sett=discount_rate=1", {}, 422),
        ("GET", "/studies/{s}/live", {}, 422),
        ("POST", "/studies/{s}/plans", {"json": {"set": "discount_rate=1"}}, 422),
        ("GET", "/works/none", {}, 404),
        ("GET", "/runs/none/explain?path=x", {}, 404),
        ("GET", "/runs/compare?a=x&b=y", {}, 404),
        ("POST", "/runs/import", {"content": b"PK no"}, 422),
        ("GET", "/catalogue/nothing", {}, 404),
        ("POST", "/rate", {"json": {"model": "../etc", "chip": "h100-sxm"}}, 422),
        ("POST", "/rate", {"json": {"model": "nobody", "chip": "h100-sxm"}}, 422),
        ("POST", "/documents?name=a.pdf", {"content": b""}, 422),
        ("GET", "/readings/none", {}, 404),
        ("PATCH", "/me", {}, 405),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_document_with_its_place(
    api: Api, study: str, method: str, path: str, given: dict[str, object], status: int
) -> None:
    answer = api.ask(method, path.replace("{s}", study), **given)
    assert answer.status_code == status, answer.text
    found = answer.json()
    assert found["kind"] == "error"
    assert found["errors"]
    assert all(e["what"] for e in found["errors"])


# live ------------------------------------------------------------------------------------


def test_a_question_of_an_older_version_is_answered_for_that_one(api: Api) -> None:
    """Somebody saves the study while a page shows what it was: its sliders move what it shows."""
    id = api.add(SMALL)
    dear = SMALL.read_text("utf-8").replace("discount_rate: 9 %/year", "discount_rate: 8 %/year")
    saved = api.ask("PUT", f"/studies/{id}", json={"text": dear}, headers={"If-Match": '"1"'})
    assert saved.json()["version"] == 2
    (old,) = _numbers(list(api.events(f"/studies/{id}/live", tab="v", version=1)))[-1:]
    assert old == _expected()[-1]
    page = api.ask("GET", f"/studies/{id}/first?version=9")
    assert page.status_code == 404


def test_a_question_is_answered_at_once_and_then_exactly(api: Api, study: str) -> None:
    found = api.live(study, "a", CHANGE)
    assert [e.name for e in found if e.name != "progress"] == ["begun", "coarse", "exact", "end"]
    assert _numbers(found) == _expected(CHANGE)
    seq = found[0].data["seq"]
    assert all(e.data["seq"] == seq for e in found if e.name in ("coarse", "exact"))
    wrong = api.live(study, "a", "discont_rate=12 %/year")
    assert [e.name for e in wrong] == ["begun", "problem", "end"]
    assert "discount_rate" in wrong[1].data["errors"][0]["hint"]


def test_a_change_of_the_programmes_form_says_that_it_has_no_first_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that the second lane goes on with it; a slider's first answer comes at once."""
    monkeypatch.setattr(Solver, "_solved", lambda *_: _session()._base)
    found = Solver(lambda *_: None)
    for change, first in (("horizon.periods=3", LATE), (CHANGE, "coarse")):
        asked = Asked(1, 1, "live", (change,), "", "en", "")
        assert next(found._steps(asked, threading.Event()))[0] == first


def test_the_newest_of_a_tab_wins_and_other_tabs_and_people_get_theirs(
    api: Api, study: str
) -> None:
    begun, going = threading.Event(), threading.Event()

    def older() -> list[str]:
        names = []
        for event in api.events(f"/studies/{study}/live", tab="a", set=[CHANGE]):
            names.append(event.name)
            if event.name == "coarse":
                begun.set()
                assert going.wait(60)
        return names

    with ThreadPoolExecutor(8) as pool:
        old = pool.submit(older)
        assert begun.wait(60)
        others = [pool.submit(api.live, study, "a", f"discount_rate={r}", who=who)
                  for r, who in ((RATES[1], "ada"), (RATES[2], "bob"))]  # fmt: skip
        beside = pool.submit(api.live, study, "b", CHANGE)
        found = [_numbers(o.result(60)) for o in others]
        assert found == [_expected(f"discount_rate={r}") for r in RATES[1:]]
        assert _numbers(beside.result(60)) == _expected(CHANGE)
        going.set()
        assert old.result(60)[-1] in ("superseded", "end")


def test_a_killed_solver_is_begun_anew_and_the_question_answered(api: Api, study: str) -> None:
    api.live(study, "a", CHANGE)
    killed = []
    names = []
    for event in api.events(f"/studies/{study}/live", tab="k", set=[CHANGE]):
        names.append(event.name)
        if event.name == "coarse" and not killed:
            killed = list(api.solvers())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
    assert names[-2:] == ["exact", "end"]
    assert "progress" in names
    assert not set(killed) & api.solvers()


def test_who_hangs_up_leaves_nothing_in_flight(api: Api, study: str) -> None:
    for event in api.events(f"/studies/{study}/live", tab="gone", set=[CHANGE]):
        if event.name == "coarse":
            break
    assert _numbers(api.live(study, "b", CHANGE)) == _expected(CHANGE)
    studio = api.floor._studios[api.people["ada"].workspace, study]
    assert not studio.busy


def test_a_saved_version_is_solved_anew(api: Api, study: str) -> None:
    held = api.ask("GET", f"/studies/{study}")
    dearer = held.json()["text"].replace("discount_rate: 9 %/year", "discount_rate: 12 %/year")

    def saved(text: str, tag: str) -> str:
        answer = api.ask("PUT", f"/studies/{study}", json={"text": text}, headers={"If-Match": tag})
        assert answer.status_code == 200, answer.text
        return str(answer.headers["etag"])

    tag = saved(dearer, held.headers["etag"])
    after = next(e for e in api.live(study, "a") if e.name == "exact").data
    assert after["objective"] == pytest.approx(float(str(_expected(CHANGE)[-1][1])))
    assert after["difference"] == pytest.approx(0, abs=1)
    saved(held.json()["text"], tag)
    assert _numbers(api.live(study, "a", CHANGE))[-1][1] == pytest.approx(after["objective"])


@settings(max_examples=2, deadline=None)
@given(st.lists(st.sampled_from(RATES), min_size=1, max_size=2))
def test_a_way_there_and_back_is_answered_as_if_asked_anew(
    api: Api, study: str, rates: list[str]
) -> None:
    """Undo: no answer depends on those before it, the study as it stands included."""
    way = [*((f"discount_rate={r}",) for r in rates), ()]
    assert [_numbers(api.live(study, "u", *changes)) for changes in way] == [
        _expected(*changes) for changes in way
    ]


def test_the_first_screen_is_of_the_exact_plan_with_the_changes(api: Api, study: str) -> None:
    shown = api.ask("GET", f"/studies/{study}/first", params={"set": [CHANGE], "tab": "p"})
    assert shown.status_code == 200, shown.text
    assert shown.headers["content-type"].startswith("text/html")
    made = plan(SMALL, overrides=[CHANGE], quick=True)
    assert shown.text == fragment(made, made.run.loaded, "first", "en")
    assert " style=" not in shown.text
    wrong = api.ask("GET", f"/studies/{study}/first", params={"set": ["nothing=1"]})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["what"] == "no such path in the study"


# what is known -----------------------------------------------------------------------------


def test_the_interface_says_all_of_itself(api: Api) -> None:
    said = api.ask("GET", "/openapi.json").json()
    ids = [o["operationId"] for p in said["paths"].values() for o in p.values()]
    assert len(set(ids)) == len(ids)
    refs = _refs(said)
    assert refs <= {f"#/components/schemas/{n}" for n in said["components"]["schemas"]}
    assert {"Headline", "Inputs", "HeldStudy", "Work", "Check"} <= set(
        said["components"]["schemas"]
    )
    for path in said["paths"].values():
        for operation in path.values():
            good = [s for s in operation["responses"] if s.startswith("2")]
            assert good
            assert "422" in operation["responses"]
    assert len(DOCUMENTS) > 5


def _refs(found: object) -> set[str]:
    if isinstance(found, dict):
        own = {str(found["$ref"])} if isinstance(found.get("$ref"), str) else set()
        return own.union(*map(_refs, found.values()))
    if isinstance(found, list):
        return set().union(*map(_refs, found))
    return set()


TEXT = b"Acme said on 3 March 2025 that it would spend $75 billion on capital in 2025."


def test_a_document_is_read_as_work_whose_worker_may_be_killed(api: Api) -> None:
    """Handed in it is acknowledged; after a worker that was lost another reads it; what cannot be
    read says why; what is taken away is gone."""
    asked = api.ask("POST", "/documents?name=a.txt", content=TEXT)
    assert asked.status_code == 202
    work = asked.json()
    assert (work["kind"], work["state"]) == ("read", "queued")
    (held,) = api.ask("GET", "/readings").json()
    assert (held["name"], held["bytes"], held["read"], held["work"]) == (
        "a.txt", len(TEXT), False, work["id"])  # fmt: skip
    place = f"/readings/{held['id']}"
    assert api.ask("GET", place).status_code == 404, "not read yet"
    assert api.store.take("killed", READINGS, 0.0) is not None
    said: list[str] = []
    beat = api.store.beat

    def heard(id: str, worker: str, lease_s: float, share: float | None, line: str) -> bool:
        said.append(line)
        return beat(id, worker, lease_s, share, line)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(api.store, "beat", heard)
        patched.setattr(worker, "BEAT_S", 0.005)
        assert do_next(api.store, "another", 15.0, READINGS)
    assert any("looking for what a.txt claims" in line for line in said)
    done = api.ask("GET", f"/works/{work['id']}").json()
    assert (done["state"], done["tries"], done["result"]) == ("done", 2, held["id"])
    claims = api.ask("GET", place).json()
    assert (claims["kind"], claims["claims"][0]["value_low"]) == ("claims", 75e9)
    assert "$75 billion" in api.ask("GET", f"{place}/part").text
    assert api.ask("DELETE", place).status_code == 204
    assert api.ask("GET", place).status_code == 404

    torn = api.ask("POST", "/documents?name=a.pdf", content=b"%PDF-1.4 no").json()
    assert do_next(api.store, "w", 15.0, READINGS)
    failed = api.ask("GET", f"/works/{torn['id']}").json()
    assert failed["state"] == "failed"
    assert "a.pdf" in failed["why"]
    assert not do_next(api.store, "w", 15.0, READINGS)


def test_the_catalogue_is_read_elsewhere(api: Api, study: str) -> None:
    chips = api.ask("GET", "/catalogue/chips?name=h100-sxm").json()
    assert chips["kind"] == "catalogue"
    check = api.ask("GET", f"/studies/{study}/check").json()
    assert check["title"] == api.ask("GET", f"/studies/{study}").json()["title"]
    inputs = api.ask("GET", f"/studies/{study}/inputs").json()
    held = api.ask("GET", f"/studies/{study}").json()
    assert (inputs["study"], inputs["version"]) == (study, held["version"])


def test_no_file_of_the_machine_is_read(api: Api, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("nothing of yours", "utf-8")
    text = SMALL.read_text("utf-8") + (
        f"\nsources:\n  x: {{document: {tmp_path / 'secret.md'}, date: 2025-01-01}}\n"
    )
    answer = api.ask("POST", "/studies", json={"text": text})
    assert answer.status_code == 422
    assert "nothing of yours" not in answer.text


# work and sweeps ---------------------------------------------------------------------------


def test_a_plan_is_asked_for_followed_and_cancelled(api: Api, study: str) -> None:
    asked = api.ask("POST", f"/studies/{study}/plans", json={"set": [CHANGE], "name": "dear"})
    assert asked.status_code == 202
    work = asked.json()
    assert (work["kind"], work["state"], work["study"]) == ("plan", "queued", study)
    seen: list[str] = []
    for event in api.events(f"/works/{work['id']}/events"):
        seen.append(str(event.data and event.data["state"]))
        if len(seen) == 1:
            assert api.ask("DELETE", f"/works/{work['id']}").json()["state"] == "cancelled"
    assert seen == ["queued", "cancelled", "None"]
    assert work["id"] in {w["id"] for w in api.ask("GET", "/works").json()}


def test_lists_are_read_page_by_page_to_their_end(api: Api, study: str) -> None:
    """Each row once, the newest first; `Link` has the address of the next page, and of none after
    the last."""
    who = api.people["ada"]
    asked = [api.store.ask(who, "plan", study, {"n": n}).id for n in range(5)]
    for n in range(5):
        made = run_files("en" if n % 2 else f"en{n}")
        api.store.keep_run(who, made, study, 1, changes=(f"a={n}",))
    for path, wanted in (
        (f"/works?kind=plan&study={study}", [*reversed(asked)]),
        (f"/runs?study={study}", [r.id for r in api.store.runs(who, study)]),
    ):
        found: list[str] = []
        at = f"{path}&limit=2"
        while at:
            answer = api.ask("GET", at)
            assert len(answer.json()) <= 2
            found += [row["id"] for row in answer.json()]
            at = answer.links["next"]["url"].removeprefix("/api/v1") if answer.links else ""
        assert found[: len(wanted)] == wanted
        assert len(found) == len(set(found)) == len(api.ask("GET", path).json())
    assert api.ask("GET", "/runs?after=none").status_code == 404
    assert api.ask("GET", "/works?limit=0").status_code == 422
    for id in asked:
        api.store.cancel(who, id)
    for run in api.store.runs(who, study):
        api.store.remove_run(who, run.id)


def test_a_part_of_a_file_that_there_is_not_is_refused_by_a_document(api: Api) -> None:
    home = f"{api.address}/static/app.js"
    assert httpx.get(home, headers={"Range": "bytes=0-9"}).status_code == 206
    for asked, status in (("lines=1", 400), ("bytes=9-1", 400), ("bytes=99999999-", 416)):
        told = httpx.get(home, headers={"Range": asked})
        assert told.status_code == status
        (error,) = told.json()["errors"]
        assert (error["where"], error["value"]) == ("Range", asked)


def test_a_sweep_is_refused_before_it_is_work_and_read_from_its_journal(
    api: Api, study: str
) -> None:
    place = f"/studies/{study}/sweeps"
    wrong = api.ask("POST", place, json={"vary": ["discount_rat=8..12 %/year:2"]})
    assert wrong.status_code == 422
    assert "discount_rate" in wrong.json()["errors"][0]["hint"]
    vary = ["discount_rate=8..12 %/year:2", "supply.ascend-910c.price=90_000|110_000"]
    work = api.ask("POST", place, json={"vary": vary}).json()
    assert (work["kind"], work["state"]) == ("sweep", "queued")
    api.store.cancel(api.people["ada"], work["id"])

    spec = spec_of(load(SMALL), vary, 0)
    who = api.people["ada"]
    id = api.store.begin_sweep(who, spec.study, spec.to_json(), spec.design.cases)
    rows = [
        (n, row_of(n, spec.design.case(n).values, "optimal", "",
                   {"objective": 1e9 + 1e7 * n, "order_now": 1e8 * n}))
        for n in range(3)
    ]  # fmt: skip
    api.store.put_rows(who, id, rows)
    held = next(s for s in api.ask("GET", "/sweeps").json() if s["id"] == id)
    assert (held["cases"], held["done"]) == (4, 3)
    found = api.ask("GET", f"/sweeps/{id}").json()
    assert (found["kind"], found["cases"], found["optimal"]) == ("sweep", 4, 3)
    table = api.ask("GET", f"/sweeps/{id}/rows.parquet")
    assert table.headers["content-disposition"].startswith("attachment")
    assert table.content == parquet_of(frame_of(spec.axes, rows))
    drivers = api.ask("GET", f"/sweeps/{id}/parts/drivers?of=objective")
    assert drivers.headers["content-type"].startswith("text/html")
    assert "<svg" in drivers.text
    assert "<table" in drivers.text
    surface = api.ask("GET", f"/sweeps/{id}/parts/surface?of=objective&language=zh")
    assert "<table" in surface.text
    assert api.ask("GET", f"/sweeps/{id}/parts/surface?x=nothing").status_code == 422
    assert api.ask("GET", "/sweeps/none").status_code == 404


def test_a_run_goes_out_and_comes_in_as_one_file(api: Api) -> None:
    files = run_files()
    brought = api.ask("POST", "/runs/import", content=zipped("a run", files))
    assert brought.status_code == 201, brought.text
    id = brought.json()["id"]
    called = api.ask("PATCH", f"/runs/{id}", json={"name": "<b>base</b>"}).json()
    assert (called["id"], called["name"]) == (id, "<b>base</b>")
    assert [r["id"] for r in api.ask("GET", "/runs").json()] == [id]
    sizes = api.ask("GET", f"/runs/{id}/files").json()
    assert sizes == {n: len(data) for n, data in files.items()}
    one = api.ask("GET", f"/runs/{id}/files/inputs/study.yaml")
    assert one.content == files["inputs/study.yaml"]
    assert one.headers["content-disposition"] == 'attachment; filename="study.yaml"'
    assert one.headers["x-content-type-options"] == "nosniff"
    taken = api.ask("GET", f"/runs/{id}/export")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("outlay.workbench.routes.runs.zipped", None)  # it is kept
        assert api.ask("GET", f"/runs/{id}/export").content == taken.content
    with zipfile.ZipFile(io.BytesIO(taken.content)) as out:
        assert {n.partition("/")[2]: out.read(n) for n in out.namelist()} == files
    why = api.ask("GET", f"/runs/{id}/explain?path=expected_cost")
    assert why.status_code == 422, "its study was written by hand"
    assert "study.yaml" in why.text
    same = api.ask("GET", f"/runs/compare?a={id}&b={id}").json()
    assert same["kind"] == "run"
    torn = {**files, "result.json": files["result.json"].replace(b"valid", b"vaild", 1)}
    refused = api.ask("POST", "/runs/import", content=zipped("a run", torn))
    assert refused.status_code == 422
    assert "result.json" in refused.text
    assert api.ask("DELETE", f"/runs/{id}").status_code == 204
    assert api.ask("GET", f"/runs/{id}/explain?path=expected_cost").status_code == 404
