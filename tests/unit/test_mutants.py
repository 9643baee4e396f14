"""The list of wrong numbers stays in step with the code, and the script judges as it says."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants", ROOT / "scripts" / "mutants.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module
    spec.loader.exec_module(module)
    return module


mutants = _script()


def test_every_change_can_be_made_and_its_tests_are_there() -> None:
    """Code that moves takes its changes along."""
    assert [line for m in mutants.read(ROOT) for line in m.problems(ROOT)] == []


ENTRY = """
[{name}]
file = "src/adding.py"
old = "{old}"
new = "{new}"
why = "a wrong sum"
tests = ["tests/test_adding.py"]
"""


def tree(folder: Path, *entries: tuple[str, str, str]) -> Path:
    (folder / "src").mkdir()
    (folder / "tests").mkdir()
    (folder / "src" / "adding.py").write_text(
        "def add(a, b):\n    c = a * 0\n    return a + b + c\n"
    )
    (folder / "tests" / "test_adding.py").write_text(
        "from adding import add\n\n\ndef test_sum():\n    assert add(2, 3) == 5\n"
    )
    text = "".join(ENTRY.format(name=n, old=o, new=w) for n, o, w in entries)
    (folder / "tests" / "mutants.toml").write_text(text)
    return folder


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """The script's own runs of pytest without plugins, most of whose start they are."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def test_a_change_is_caught_survives_or_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(
        tmp_path,
        ("caught", "a + b", "a - b"),
        ("same", "a * 0", "b * 0"),
        ("broken", "def add(", "def ad("),
    )
    assert mutants.main(["--jobs", "2"], root) == 1
    said = {line.split()[0]: line.split()[1] for line in capsys.readouterr().out.splitlines()
            if line.endswith(" s")}  # fmt: skip
    assert said == {"caught": "caught", "same": "SURVIVED", "broken": "invalid"}
    assert mutants.main(["caught"], root) == 0
    assert (root / "src" / "adding.py").read_text().count("a + b") == 1  # only copies change


def test_a_change_that_cannot_be_made_and_tests_that_are_red_anyway(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(tmp_path, ("twice", "a", "b"))
    assert mutants.main([], root) == 1
    assert "stands 4 times in src/adding.py" in capsys.readouterr().out
    (root / "src" / "adding.py").write_text("def add(a, b):\n    return 0\n")
    (root / "tests" / "mutants.toml").write_text(ENTRY.format(name="x", old="0", new="1"))
    assert mutants.main([], root) == 1
    assert "not green without a change" in capsys.readouterr().out
