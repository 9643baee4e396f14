"""A model opened by name or by path, and files that are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from outlay.catalogue import find_model, open_model
from outlay.core.errors import InputError, TooLargeError, UnknownNameError

LLAMA = {
    "model_type": "llama",
    "num_hidden_layers": 32,
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "intermediate_size": 11008,
    "vocab_size": 32000,
}


def test_by_name_by_file_and_by_folder(tmp_path: Path) -> None:
    folder = tmp_path / "my-llama"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(LLAMA), encoding="utf-8")
    assert open_model("deepseek-v3") is find_model("deepseek-v3")
    assert open_model(str(folder / "config.json")).id == "my-llama"
    assert open_model(str(folder)) == open_model(str(folder / "config.json"))
    with pytest.raises(UnknownNameError):
        open_model("no-such-model")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "not JSON"),
        ("[]", "not a config.json"),
        ('{"hidden_size": NaN}', "not a finite number"),
        ('{"hidden_size": 1, "hidden_size": 2}', "a key twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"hidden_size": ' + "9" * 10_000 + "}", "a number out of range"),
        ("{}", "missing field"),
    ],
)
def test_broken_files_are_input_errors(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=what):
        open_model(str(path))


def test_missing_binary_and_huge_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        open_model(str(tmp_path / "absent.json"))
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00\x9f")
    with pytest.raises(InputError, match="UTF-16"):
        open_model(str(tmp_path / "binary.json"))
    (tmp_path / "huge.json").write_bytes(b" " * 10_000_001)
    with pytest.raises(TooLargeError, match="too large"):
        open_model(str(tmp_path / "huge.json"))


def test_what_is_no_regular_file_is_never_read(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    (tmp_path / "folder.json").mkdir()
    for name, what in (("pipe", "a pipe"), ("zero", "a device"), ("folder", "a folder")):
        path = str(tmp_path / f"{name}.json")
        with pytest.raises(InputError) as caught:
            open_model(path)
        assert str(caught.value) == f"{path}: {what}, not a file; allowed: a config.json"


def test_a_fault_is_said_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{\n "hidden_size": 1,\n "hidden_size": 2\n}', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        open_model(str(path))
    assert str(caught.value) == (
        f"{path}:3: a key twice (found 'hidden_size'); allowed: each key once"
    )
