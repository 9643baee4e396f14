"""A study through every door: files, pipes, devices; refused soon and cheaply, or taken whole."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from outlay.core.errors import InputError
from outlay.study.reading.loader import load
from support.small import SMALL

TEXT = SMALL.read_text(encoding="utf-8")
CPU_S, MEMORY = 2.0, 200_000_000
"""What a refusal may cost over the check of a good study."""
OUTLAY = "import sys; from outlay.app.cli.main import main; main(sys.argv[1:])"


def asked(*args: object, given: bytes | int = b"", cwd: Path | None = None) -> tuple[int, str, str]:
    """Exit code and what is said, by a process of its own with ends to its time and memory."""

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
        resource.setrlimit(resource.RLIMIT_AS, (6_000_000_000, 6_000_000_000))

    done = subprocess.run(
        [sys.executable, "-c", OUTLAY, *map(str, args)], cwd=cwd, preexec_fn=limits,
        capture_output=True, check=False, timeout=300,
        **({"input": given} if isinstance(given, bytes) else {"stdin": given}),  # type: ignore[call-overload]
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


Cost = Callable[[Path], tuple[int, float, int]]


@pytest.fixture(scope="module")
def cost() -> Iterator[Cost]:
    """Exit code, seconds of processor and bytes of memory of a check, without what is loaded."""
    tests = str(Path(__file__).parents[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "support.forked", str(SMALL)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([tests, *sys.path])},
    )  # fmt: skip
    stdin, stdout = process.stdin, process.stdout
    assert stdin
    assert stdout

    def of(path: Path) -> tuple[int, float, int]:
        print(path, file=stdin, flush=True)
        code, seconds, memory = stdout.readline().split()
        return int(code), float(seconds), int(memory)

    with process:
        yield of


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10_000_000_000)


def trace_and_typo(path: Path) -> None:
    """A trace of the largest size that is allowed, and a mistake elsewhere: it is not read."""
    with (path.parent / "trace.csv").open("wb") as file:
        file.truncate(256_000_000)
    text = TEXT.replace("output: 1100 tokens}", "output: 1100 tokens, trace: trace.csv}")
    path.write_text(text.replace("h20-96g, quantity", "h20-97h, quantity"), encoding="utf-8")


COSTLY: dict[str, Callable[[Path], object]] = {
    "sparse": sparse,
    "one line": lambda p: p.write_text("a: " + "x" * 2_990_000),
    "plain": lambda p: p.write_text("a: x\n" + f"  {'x' * 40}\n" * 69_000),
    "block": lambda p: p.write_text("a: |\n" + f"  {'x' * 40}\n" * 69_000),
    "comments": lambda p: p.write_text(f"#{'x' * 60}\n" * 48_000),
    "escapes": lambda p: p.write_text('a: "' + r"\n" * 400_000 + '"\n'),
    "keys": lambda p: p.write_text("".join(f"k{i}: 1\n" for i in range(30_000))),
    "not finite": lambda p: p.write_text("".join(f"k{i}: .nan\n" for i in range(19_000))),
    "services": lambda p: p.write_text(
        TEXT.replace("services:\n", "services:\n" + "".join(f"  s{i}: 1\n" for i in range(15_000)))
    ),
    "states": lambda p: p.write_text(
        TEXT + "scenarios:\n" + "".join(f"  s{i}: {{discount_rate: x}}\n" for i in range(5_000))
    ),
    "documents": lambda p: p.write_text(
        TEXT + "sources:\n" + "".join(f"  s{i}: {{document: d{i}.md}}\n" for i in range(6_000))
    ),
    "a trace and a typo": trace_and_typo,
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_refusal_costs_little_more_than_a_check(name: str, tmp_path: Path, cost: Cost) -> None:
    path = tmp_path / "study.yaml"
    COSTLY[name](path)
    code, seconds, memory = cost(path)
    good, usual, space = cost(SMALL)
    assert (code, good) == (2, 0)
    # the machine may be busy: the bound holds in the better of two tries
    if seconds - usual > CPU_S:
        _, seconds, _ = cost(path)
    assert seconds - usual <= CPU_S
    assert memory - space <= MEMORY


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "study.yaml: the file is empty"),
        (TEXT.encode("utf-16"), "study.yaml: the text is UTF-16"),
        (TEXT.replace("small", "caf\u00e9").encode("cp1252"), "study.yaml:2: not UTF-8 text"),
        (TEXT.encode().replace(b"small", b"sm\0ll"), "study.yaml:2: not a text file"),
        (TEXT.encode() + b"# \x07\n", "study.yaml:32: not YAML: a control character"),
        (TEXT.encode().replace(b"  chat", b"\tchat"), "study.yaml:8: not YAML: found character"),
        (TEXT.encode() + b"title: again\n", "study.yaml:32: a key stands twice"),
        (TEXT.encode() + b"x: !!python/object:os.system 1\n", "study.yaml:32: an object tag"),
        (TEXT.replace("1.7", "1e400").encode(), "study.yaml:15: not a finite number"),
        (b"- " * 20_000, "study.yaml:1: nested too deeply"),
        (b"\r" * 300_000, "study.yaml: too many lines"),
        ("\x85".encode() * 300_000, "study.yaml: too many lines"),
        (b'a: "' + b"\\n" * 300_000 + b'"', "study.yaml: too many escapes"),
        (b"a" * 3_000_001, "too large for a study file"),
        (b"a" * 2_000_000, "study.yaml:1: line too long"),
    ],
)
def test_what_no_study_may_hold_is_said_with_its_line(
    data: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "study.yaml"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        load(path)
    assert caught.value.exit_code == 2
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("encode"),
    [
        lambda t: b"\xef\xbb\xbf" + t.encode(),
        lambda t: t.replace("\n", "\r\n").encode(),
        lambda t: t.rstrip("\n").encode(),
    ],
)
def test_a_mark_and_line_ends_of_other_systems_change_nothing(
    encode: Callable[[str], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "study.yaml"
    path.write_bytes(encode(TEXT))
    loaded = load(path)
    assert loaded.hash == load(SMALL).hash
    assert loaded.inputs["study.yaml"] == path.read_bytes()


def test_what_is_no_file_is_never_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in (("/dev/zero", "a device, not a file"), (tmp_path / "pipe", "a pipe"),
                       (tmp_path, "a folder, not a file")):  # fmt: skip
        code, out, err = asked("check", path)
        assert (code, out) == (2, "")
        assert f"{path}: {said}" in err
        assert "allowed: a study file" in err


@pytest.mark.parametrize("name", ["/dev/stdin", "-"])
def test_a_study_through_a_pipe_is_planned_and_kept_whole(name: str, tmp_path: Path) -> None:
    raw = TEXT.encode()
    code, _, err = asked("plan", name, "--quick", "--out", "x", given=raw, cwd=tmp_path)
    assert code == 0, err
    kept = list((tmp_path / "x").rglob("study.yaml"))
    assert [p.read_bytes() for p in kept] == [raw]
    if name == "-":
        assert asked("replay", tmp_path / "x")[0] == 0


def test_a_pipe_is_read_once_and_its_files_lie_in_the_working_folder(tmp_path: Path) -> None:
    code, out, _ = asked("diff", "-", "--set", "discount_rate=11 %/year", given=TEXT.encode())
    assert code == 0
    assert "discount_rate" in out
    (tmp_path / "note.md").write_text("Tokens.\n", encoding="utf-8")
    text = TEXT + "sources:\n  mine: {document: note.md}\n"
    assert asked("check", "-", given=text.encode(), cwd=tmp_path)[0] == 0
    code, _, err = asked("check", "-", given=text.encode(), cwd=tmp_path.parent)
    assert code == 2
    assert "<stdin>:33: sources.mine.document: no such file beside the study" in err


def test_a_refusal_is_a_document_too(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(TEXT + "sources:\n  mine: {document: ../x}\n", "utf-8")
    code, out, err = asked("check", tmp_path / "study.yaml", "--json")
    assert code == 2
    problem = json.loads(out or err)["errors"][0]
    assert problem["where"] == "study.yaml:33: sources.mine.document"
    assert problem["what"] == "a file outside the study's folder"


def test_the_flag_lifts_it(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("Tokens.\n", encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    study = home / "study.yaml"
    study.write_text(TEXT + "sources:\n  mine: {document: ../x.md}\n", encoding="utf-8")
    assert asked("check", study)[0] == 2
    assert asked("check", study, "--allow-outside")[0] == 0
    out = tmp_path / "run"
    assert asked("plan", study, "--quick", "--out", out, "--allow-outside")[0] == 0
    (tmp_path / "x.md").unlink()
    assert asked("replay", out)[0] == 0
