"""Requests drawn from the interface's own description: none makes the server fail."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from outlay.store.opened import open_store
from outlay.workbench.application import create_app
from outlay.workbench.settings import Settings
from support.guarded import Serving, served
from support.shared import ROOT

if TYPE_CHECKING:
    from schemathesis import Case

EXAMPLES = int(os.environ.get("OUTLAY_REQUESTS", "1"))
"""Of each operation; the searches that found something used 200."""
STUDY = (ROOT / "examples" / "lab-training" / "study.yaml").read_text(encoding="utf-8")
SOLVES = ("/live", "/first", "/events")
"""What would begin a solver, or waits for news, where the thing is there."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, str, str]]:
    """A server, a token of its admin, and the id of a study."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/s.db"
    store = open_store(url)
    who = store.first_admin("Ada")
    study = store.add_study(who, "a study", STUDY, {}).id
    chosen = Settings(store=url, workers=0, burst=100_000)
    with served(chosen, create_app(chosen, store), store) as server:
        yield server, store.make_token(who, who.id, "admin", 1.0), study
    store.close()


def test_no_request_makes_the_server_fail(place: tuple[Serving, str, str]) -> None:
    import schemathesis  # here, as it takes a second and other tests need it not

    schemathesis.serializer.alias("application/zip", "application/octet-stream")
    server, token, study = place
    app = server.door._app
    schema = schemathesis.openapi.from_dict(app.openapi())  # type: ignore[attr-defined]
    said: Counter[int] = Counter()
    failed: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
                  phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: Case) -> None:
            if "/studies/{id}" in case.path and not case.path.endswith(SOLVES) and said.total() % 2:
                case.path_parameters = {**(case.path_parameters or {}), "id": study}
            headers = {"Authorization": f"Bearer {token}"}
            if case.method in ("PUT", "DELETE") and said.total() % 3:
                headers["If-Match"] = '"1"'
            answer = case.call(base_url=f"http://{server.host}", headers=headers, timeout=30)
            said[answer.status_code] += 1
            if answer.status_code >= 500 or answer.status_code == 429:
                failed.append(f"{answer.status_code} {answer.text[:300]} {case.as_curl_command()}")

        ask()
    assert failed == []
    assert said[200] + said[201] > 3, said
    assert said.total() > 40, said
