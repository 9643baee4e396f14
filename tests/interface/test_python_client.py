"""The Python client: generated from today's interface, and at work on a real server."""

from __future__ import annotations

import importlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from support.shared import ROOT
from support.small import SMALL

CLIENT = ROOT / "clients" / "python"


def test_the_client_is_that_of_the_interface(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make client` has been run since the interface changed, and nobody changed it by hand."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    made = importlib.import_module("client")
    text = made.interface()
    assert made.INTERFACE.read_text("utf-8") == text, "run: make client"
    assert made.MADE_OF.read_text("utf-8") == made.digest(made.CLIENT, text), "run: make client"


def test_names_that_the_generator_would_give_twice_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    made = importlib.import_module("client")
    body = {
        "components": {"schemas": {
            "Input": {"title": "Row", "properties": {"group": {"title": "Group", "enum": ["a"]}}},
            "InputGroup": {"title": "Row"},
        }},
        "paths": {"/live": {"get": {"responses": {"200": {"content": {
            "application/json": {"schema": {}}, "text/event-stream": {"schema": {"$ref": "x"}},
        }}}}}},
    }  # fmt: skip
    found = made.prepared(json.dumps(body))
    schemas = found["components"]["schemas"]
    assert [s["title"] for s in schemas.values()] == ["Input", "InputGroup"]
    assert schemas["Input"]["properties"]["group"]["title"] == "group name"
    (content,) = (r["content"] for r in found["paths"]["/live"]["get"]["responses"].values())
    assert content == {"text/event-stream": {"schema": {"type": "string"}}}


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The link that a server of its own shows to whoever started it."""
    from outlay.store.opened import open_store
    from outlay.workbench.application import create_app
    from outlay.workbench.guard.door import Door
    from outlay.workbench.guard.running import bound, server_of
    from outlay.workbench.settings import Settings

    url = f"sqlite:///{tmp_path_factory.mktemp('served') / 'store.db'}"
    store = open_store(url)
    sock = bound("127.0.0.1", 0)
    settings = replace(Settings(store=url), port=sock.getsockname()[1])
    door = Door(create_app(settings, store), settings, store, store.first_admin("Ada"))
    server = server_of(door, settings)
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield door.entrance.link()
    finally:
        server.should_exit = True
        thread.join(30)
        store.close()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(CLIENT))
    yield importlib.import_module("outlay_client.helpers")
    for name in [n for n in sys.modules if n.split(".")[0] == "outlay_client"]:
        del sys.modules[name]


def test_a_script_adds_a_study_asks_what_if_plans_and_takes_the_files(
    link: str, client: ModuleType, tmp_path: Path
) -> None:
    from outlay_client.api.runs import runs_explain, runs_file, runs_files, runs_run
    from outlay_client.api.studies import studies_add, studies_check, studies_save, studies_studies
    from outlay_client.api.works import works_plan
    from outlay_client.models import Error, HeldStudy, NewPlan, NewStudy, SavedStudy
    from outlay_client.types import File

    mine = client.enter(link)
    with pytest.raises(client.RefusedError):
        client.enter(link)  # it lets in once

    text = SMALL.read_text("utf-8")
    study = studies_add.sync(client=mine, body=NewStudy(text=text))
    assert isinstance(study, HeldStudy)
    assert [s.id for s in studies_studies.sync(client=mine)] == [study.id]
    saved = SavedStudy(text=f"{text}# mine\n")
    assert studies_save.sync(study.id, client=mine, body=saved, if_match='"1"').version == 2
    late = studies_save.sync_detailed(study.id, client=mine, body=saved, if_match='"1"')
    assert late.status_code == 412
    wrong = studies_check.sync(study.id, client=mine, set_=["discount_rat=1"])
    assert isinstance(wrong, Error)
    assert "discount_rate" in wrong.errors[0].hint

    told = list(client.what_if(mine, study.id, ["discount_rate=12 %/year"]))
    exact = next(e for e in told if e.name == "exact")
    assert exact.data["objective"] != exact.data["base"]
    assert told[-1].name == "end"

    work = works_plan.sync(study.id, client=mine, body=NewPlan(quick=True))
    done = client.ended(mine, work)
    assert (done.state, done.why) == ("done", "")
    run = runs_run.sync(done.result, client=mine)
    names = runs_files.sync(run.id, client=mine).to_dict()
    assert {"result.json", "report.html", "tables/orders.csv"} <= set(names)
    for name in ("result.json", "tables/orders.csv"):
        file = runs_file.sync(run.id, name, client=mine)
        assert isinstance(file, File)
        data = file.payload.read()
        assert len(data) == names[name]
        (tmp_path / Path(name).name).write_bytes(data)
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert result["objective"] == run.objective
    why = runs_explain.sync(run.id, client=mine, path="expected_cost")
    assert why.value == pytest.approx(result["expected_cost"])
    with pytest.raises(client.RefusedError, match="404"):
        list(client.what_if(mine, "0" * 32, []))
