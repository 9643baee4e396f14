"""What an assistant's tools may read: regular files of one folder, and no way out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.core.errors import InputError
from outlay.workbench.assistant.places import folder_in, inside, model_in, name_in, root_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a study and a run, and links out of it; beside it what nobody may read."""
    home = tmp_path / "home"
    (home / "deep" / "run").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("secret: 1")
    (home / "study.yaml").write_text("title: a")
    (home / "deep" / "run" / "result.json").write_text("{}")
    (home / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (home / "inner.yaml").symlink_to(home / "study.yaml")
    (home / "out").symlink_to(tmp_path)
    (home / "linked").mkdir()
    (home / "linked" / "result.json").symlink_to(tmp_path / "secret.yaml")
    os.mkfifo(home / "pipe.yaml")
    return home


def test_a_file_of_the_folder_and_below_is_found(root: Path) -> None:
    assert inside(root, "study.yaml", "study") == Path("study.yaml")
    assert inside(root, "./deep/run/result.json", "study") == Path("deep/run/result.json")
    assert folder_in(root, "deep/run", "run") == Path("deep/run")


@pytest.mark.parametrize(
    ("given_path", "what"),
    [
        ("../secret.yaml", "leads out"),
        ("deep/../../secret.yaml", "leads out"),
        ("deep/..", "leads out"),
        ("/etc/passwd", "begins elsewhere"),
        ("~/study.yaml", "begins elsewhere"),
        ("C:\\study.yaml", "begins elsewhere"),
        ("file:///etc/passwd", "begins elsewhere"),
        ("https://example.org/study.yaml", "begins elsewhere"),
        ("..\\secret.yaml", "backslashes"),
        ("link.yaml", "a link"),
        ("inner.yaml", "a link"),
        ("out/secret.yaml", "a link"),
        ("pipe.yaml", "not a file"),
        ("deep", "not a file"),
        ("study.yaml/x", "not a folder"),
        ("", "no path"),
        (".", "empty part"),
        ("deep//run", "empty part"),
        ("study.yaml\0.md", "cannot be shown"),
        ("study.yaml\n", "cannot be shown"),
        ("\u202eymal.yduts", "cannot be shown"),
        ("a" * 2000, "longer than any"),
        ("a" * 300, "too long"),
        ("nope.yaml", "no such file"),
    ],
)
def test_what_is_no_file_of_the_folder_is_refused(root: Path, given_path: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as refused:
        inside(root, given_path, "study")
    assert refused.value.problems()[0].where == "study"
    assert "secret: 1" not in str(refused.value)


def test_a_name_that_is_nearly_one_of_the_folder_says_which(root: Path) -> None:
    with pytest.raises(InputError, match=r"did you mean 'study\.yaml'"):
        inside(root, "studdy.yaml", "study")


def test_a_run_with_a_link_among_its_files_is_refused(root: Path) -> None:
    with pytest.raises(InputError, match="a link"):
        folder_in(root, "linked", "run")


def test_a_model_is_a_name_or_a_file_of_the_folder(root: Path) -> None:
    (root / "config.json").write_text("{}")
    assert model_in(root, "llama-3.1-8b", "model") == "llama-3.1-8b"
    assert model_in(root, "config.json", "model") == str(root / "config.json")
    for elsewhere in ("/etc/passwd", "../config.json", "..\\config.json", "~/config.json"):
        with pytest.raises(InputError):
            model_in(root, elsewhere, "model")


def test_a_plan_is_written_under_a_name_alone(root: Path) -> None:
    assert name_in(root, "plan-1", "save_as") == root / "plan-1"
    for odd in ("../x", "a/b", ".hidden", "", "a" * 65, "a\n", "ä", "-x"):
        with pytest.raises(InputError):
            name_in(root, odd, "save_as")
    with pytest.raises(InputError, match="a link"):
        name_in(root, "out", "save_as")


def test_the_folder_itself_is_there(root: Path) -> None:
    assert root_of(root / "deep" / ".." / "deep", "--folder") == root / "deep"
    with pytest.raises(InputError, match="no such folder"):
        root_of(root / "nope", "--folder")
    with pytest.raises(InputError, match="not a folder"):
        root_of(root / "study.yaml", "--folder")


PARTS = st.lists(
    st.one_of(
        st.sampled_from(["..", ".", "", "~", "deep", "run", "link.yaml", "out", "study.yaml", "/"]),
        st.text(max_size=5),
    ),
    max_size=5,
)


@given(parts=PARTS)
def test_no_text_leads_out_of_the_folder(
    parts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.getbasetemp() / "home-of-any-path"
    if not home.exists():
        (home / "deep" / "run").mkdir(parents=True)
        (home / "study.yaml").write_text("title: a")
        (home / "out").symlink_to(home.parent)
        (home / "link.yaml").symlink_to("/etc/passwd")
    try:
        found = inside(home, "/".join(parts), "study")
    except InputError:
        return
    assert (home / found).resolve() == home / found
    assert (home / found).is_relative_to(home)
    assert (home / found).is_file()
