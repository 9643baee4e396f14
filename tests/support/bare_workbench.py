"""The workbench over a store in memory and without a door, for work on the page alone.

    PYTHONPATH=src:tests python -m support.bare_workbench [--port 8765] [STUDY ...]

It goes once the real store and `outlay serve` stand.
"""

from __future__ import annotations

import argparse
import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from outlay.core.errors import InputError, Problem
from outlay.results.kept.workbench import HeldScenario, HeldStudy, Who

ME = Who("p1", "you", "w1", "admin")


class NotThere(InputError):  # noqa: N818
    pass


class Stale(InputError):  # noqa: N818
    def __init__(self, current):
        super().__init__(Problem("somebody saved another version since"))
        self.current = current


@dataclass(frozen=True)
class Settings:
    store: str = ""
    max_sessions: int = 3
    workers: int = 0
    idle_s: float = 900.0
    session_memory: int = 6 << 30


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class MemoryStore:
    def __init__(self):
        self._studies, self._files, self._scenarios = {}, {}, {}
        self._ids = itertools.count(1)

    def studies(self, who):
        return tuple(replace(v[-1], text="") for v in self._studies.values())

    def study(self, who, id, version=None):
        if id not in self._studies or not 0 < (version or 1) <= len(self._studies[id]):
            raise NotThere(Problem("no such study", value=id))
        return self._studies[id][-1 if version is None else version - 1]

    def study_files(self, who, id, version=None):
        return self._files[id, self.study(who, id, version).version]

    def versions(self, who, id):
        self.study(who, id)
        return tuple(replace(v, text="") for v in self._studies[id])

    def add_study(self, who, title, text, files=MappingProxyType({})):
        id = f"s{next(self._ids)}"
        self._studies[id] = []
        return self._save(id, title, text, files)

    def save_study(self, who, id, version, title, text, files=None):
        held = self.study(who, id)
        if held.version != version:
            raise Stale(held)
        return self._save(id, title, text, self._files[id, version] if files is None else files)

    def _save(self, id, title, text, files):
        n = len(self._studies[id]) + 1
        self._studies[id].append(HeldStudy(id, title, n, text, tuple(files), now(), ME.name))
        self._files[id, n] = dict(files)
        return self._studies[id][-1]

    def remove_study(self, who, id, version):
        self.study(who, id)
        del self._studies[id]

    def scenarios(self, who, study):
        self.study(who, study)
        return tuple(s for (i, _), s in self._scenarios.items() if i == study)

    def scenario(self, who, study, name):
        if (study, name) not in self._scenarios:
            raise NotThere(Problem("no such scenario", value=name))
        return self._scenarios[study, name]

    def save_scenario(self, who, study, name, version, note, values):
        held = self._scenarios.get((study, name))
        if (held.version if held else 0) != version:
            raise Stale(held or HeldScenario(study, name, "", 0, (), "", ""))
        new = HeldScenario(study, name, note, version + 1, tuple(values), now(), ME.name)
        self._scenarios[study, name] = new
        return new

    def remove_scenario(self, who, study, name, version):
        self.scenario(who, study, name)
        del self._scenarios[study, name]


def let_in(app):
    """The application with somebody who is let in."""

    async def open_door(scope, receive, send):
        if scope["type"] != "lifespan":
            scope.setdefault("state", {})["who"] = ME
        await app(scope, receive, send)

    return open_door


def main() -> None:
    import uvicorn

    from outlay.workbench.application import create_app

    parser = argparse.ArgumentParser()
    parser.add_argument("studies", nargs="*", default=["examples/lab-training/study.yaml"])
    parser.add_argument("--port", type=int, default=8765)
    args = parser.parse_args()
    store = MemoryStore()
    for path in map(Path, args.studies):
        text = path.read_text(encoding="utf-8")
        beside = [p for p in path.parent.iterdir() if p.suffix in (".md", ".csv")]
        store.add_study(ME, path.parent.name, text, {p.name: p.read_bytes() for p in beside})
    uvicorn.run(let_in(create_app(Settings(), store)), port=args.port, log_level="warning")


if __name__ == "__main__":
    main()
