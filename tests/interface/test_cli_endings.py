"""How a command ends: exit codes as README says, whatever happens to it and to its streams."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from outlay.app.cli import main as program
from outlay.app.cli.main import COMMANDS, main
from support.small import SMALL

FOUNDER = "examples/gpu-cloud-founder/study.yaml"
CHINESE = "数据中心 ¥ €"


def run(
    *args: str, shell: str = "", text: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A real process; `shell` is what stands behind the command there."""
    command = [sys.executable, "-m", "outlay", *args]
    if shell:
        command = ["bash", "-c", f'set -o pipefail; "$@" {shell}', "bash", *command]
    return subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, **(env or {})},
        input=text.encode(),
    )  # fmt: skip


def ended(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stop:
        main(args)
    found = capsys.readouterr()
    return int(stop.value.code or 0), found.out + found.err


@pytest.mark.parametrize("encoding", ["cp1252", "gbk", "ascii"])
def test_json_is_utf8_whatever_the_pipe_takes(encoding: str, tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    text = SMALL.read_text(encoding="utf-8")
    study.write_text(re.sub(r"(?m)^title:.*$", f"title: {CHINESE} 🙂", text), encoding="utf-8")
    env = {"PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    done = run("check", str(study), "--json", env=env)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.decode("utf-8"))
    assert f"{CHINESE} 🙂" in json.dumps(found, ensure_ascii=False)
    assert run("check", str(study), "--json").stdout == done.stdout
    people = run("check", str(study), env=env)
    assert people.returncode == 0, people.stderr
    assert people.stdout.decode(encoding).count("\n") > 20, "text ends with a letter it lacks"


def test_rows_and_studies_for_files_are_utf8_too() -> None:
    env = {"PYTHONIOENCODING": "ascii"}
    rows = ("read", "examples/bytedance-2026/article.md", "--format", "csv")
    for args in (rows, ("schema",), ("init", "founder")):
        found = run(*args).stdout
        assert run(*args, env=env).stdout == found
        assert not found.isascii() or args != rows


LOST = "error: standard output could not be written"
FULL = Path("/dev/full").exists()


@pytest.mark.parametrize(
    ("shell", "code", "said"),
    [
        ("| head -1", 0, ""),
        ("| true", 0, ""),
        (">&-", 1, f"{LOST}: it is closed\n"),
        ("2>&-", 0, ""),
        ("<&-", 0, ""),
        pytest.param(
            ">/dev/full", 1, f"{LOST}: no space left on device\n",
            marks=pytest.mark.skipif(not FULL, reason="no such device"),
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["table", "json"])
def test_streams_that_end_early(shell: str, code: int, said: str, form: str) -> None:
    done = run("check", FOUNDER, "--format", form, shell=shell)
    assert done.returncode == code, done.stderr
    assert done.stderr.decode() == said


def test_who_has_read_enough_gets_the_code_of_the_command() -> None:
    """No pipefail of a reader hides it: the command's own code is 2."""
    done = run("check", "no-such.yaml", "--json", shell="| true")
    assert done.returncode == 2
    assert run("check", "no-such.yaml", shell=">&- 2>&- <&-").returncode == 2


def test_files_are_written_although_nobody_sees_the_answer(tmp_path: Path) -> None:
    done = run("plan", str(SMALL), "--quick", "--out", str(tmp_path / "out"), shell=">&-")
    assert done.returncode == 1
    assert done.stderr.decode().endswith("could not be written: it is closed\n")
    assert json.loads((tmp_path / "out" / "result.json").read_bytes())["kind"] == "plan"


class PanicError(BaseException):
    """A panic of Rust comes as no Exception."""


def _numbered(number: int, path: str | None) -> OSError:
    return OSError(number, os.strerror(number), path)


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (MemoryError(), 1, "error: out of memory\n"),
        (RecursionError("x"), 2, "error: input is nested too deeply\n"),
        (PanicError("rust"), 1, "error: internal error: PanicError: rust\n"),
        (ValueError("x"), 1, "error: internal error: ValueError: x\n"),
        (KeyboardInterrupt(), 130, "error: interrupted; nothing was written\n"),
        (SystemExit(), 0, ""),
        (SystemExit(1), 1, ""),
        (SystemExit(7), 1, "error: 7\n"),
        (SystemExit("no font"), 1, "error: no font\n"),
        (_numbered(errno.ENOSPC, "/out/plan.xlsx"), 1, "error: /out/plan.xlsx: no space left on"),
        (_numbered(errno.ENOSPC, None), 1, "error: no space left on device\n"),
        (_numbered(errno.EROFS, "/out/a"), 1, "error: /out/a: read-only file system\n"),
        (_numbered(errno.EACCES, "/out/a"), 2, "error: /out/a: permission denied\n"),
        (_numbered(errno.EPIPE, None), 1, "error: broken pipe\n"),
        (BrokenPipeError(), 1, "error: brokenpipeerror\n"),
        (OSError("no reason"), 1, "error: no reason\n"),
        (UnicodeEncodeError("ascii", "计", 0, 1, "x"), 1, "set PYTHONUTF8=1 in the environment"),
    ],
)
def test_whatever_is_raised_ends_with_one_of_four_codes(
    raised: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def broken(_: object) -> object:
        raise raised

    monkeypatch.setattr(program, "_app", broken)
    monkeypatch.delenv("OUTLAY_DEBUG", raising=False)
    found, text = ended(capsys, "check", "study.yaml")
    assert found == code
    assert said in text if said else text == ""
    assert "Traceback" not in text


SEND = """
import os, signal, sys
from outlay.results import schema
from outlay.app.cli import main as program
NUMBER = signal.{name}
where = {where!r}
if where == "import":
    sys.meta_path.insert(0, type("Stop", (), {{"find_spec": staticmethod(
        lambda name, *_: os.kill(os.getpid(), NUMBER) if name == "outlay.api.plans.check" else None
    )}}))
if where == "writing":
    text = schema.to_text
    def to_text(doc):
        if doc.kind != "error":
            os.kill(os.getpid(), NUMBER)
        return text(doc)
    schema.to_text = to_text
program.main(sys.argv[1:])
"""


@pytest.mark.parametrize("where", ["import", "writing"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_end_a_command_as_an_interruption(name: str, where: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SEND.format(name=name, where=where), "check", FOUNDER, "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 130
    assert done.stderr == ""
    said = json.loads(done.stdout)["errors"]
    assert said[0]["what"] == "interrupted; nothing was written"


def test_a_command_that_is_stopped_as_it_is_loaded_says_so_too() -> None:
    """Before the command line is there: the door of the package itself."""
    script = (
        "import os, signal, sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Stop())\n"
        "from outlay.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 130
    assert done.stderr == "error: interrupted; nothing was written\n"


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    """As under nohup."""
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from outlay.app.cli import main as program\n"
        "program._quiet()\n"
        "os.kill(os.getpid(), signal.SIGHUP)\n"
        "assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_warnings_of_libraries_do_not_reach_the_reader() -> None:
    script = (
        "import sys, warnings\n"
        "from outlay.app.cli import main as program\n"
        "def noisy(args):\n"
        "    warnings.warn('overflow encountered', RuntimeWarning)\n"
        "    return lambda *a, **k: 0\n"
        "program._app = noisy\n"
        "program.main(['check'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_is_repeated_of_bad_input_is_shown_as_escapes() -> None:
    done = run("check", "\x1b[31mno.yaml")
    assert done.returncode == 2
    assert b"\x1b" not in done.stderr
    assert b"\\x1b[31mno.yaml" in done.stderr
    if sys.platform != "win32":
        command = [sys.executable, "-m", "outlay", "check", b"\xff.yaml", "--json"]
        odd = subprocess.run(command, capture_output=True, check=False)
        assert odd.returncode == 2
        said = json.loads(odd.stdout)["errors"][0]
        assert said["what"] == "not text in the system's character set"
        assert said["value"] == "'\\udcff.yaml'"


@pytest.mark.parametrize(
    ("named", "what", "hint"),
    [("0", "not a folder", "OUTLAY_CACHE=off"), ("OFF", "not a folder", "OUTLAY_CACHE=off"),
     ("~/kept", "a folder under `~`, which only a shell reads", "kept"),
     (FOUNDER, "a file, not a folder", "")],
)  # fmt: skip
def test_a_cache_that_was_hardly_meant_is_refused(
    named: str, what: str, hint: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("OUTLAY_CACHE", named)
    code, said = ended(capsys, "check", FOUNDER, "--json")
    assert code == 2
    (problem,) = json.loads(said)["errors"]
    assert (problem["where"], problem["what"]) == ("OUTLAY_CACHE", what)
    assert problem["value"] == repr(named)
    assert hint in problem["hint"]


def _argv(words: str) -> tuple[str, ...]:
    return tuple(words.split())


@pytest.mark.parametrize("words", [words for words, _, _ in COMMANDS])
def test_every_command_ends_with_2_for_an_option_it_has_not(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = ended(capsys, *_argv(words), "--no-such-option")
    assert code == 2
    assert "no-such-option" in said.casefold()
    assert ended(capsys, *_argv(words), "--help")[0] == 0


READS = {
    "read": ("no-such.txt",),
    "check": ("no-such.yaml",),
    "plan": ("no-such.yaml",),
    "what-if": ("no-such.yaml", "--set", "discount_rate=1 %/year"),
    "explain": ("no-such.yaml", "discount_rate"),
    "diff": ("no-such.yaml", "no-such.yaml"),
    "compare": ("no-such", "no-such"),
    "calibrate": ("--measured", "no-such.csv"),
    "validate performance": ("--measured", "no-such.csv"),
    "validate plan": ("no-such.json", "--actual", "no-such.csv"),
    "replay": ("no-such",),
    "solve-for": ("no-such.yaml", "discount_rate", "--target", "cost=1m USD"),
    "sweep": ("no-such.yaml", "--vary", "discount_rate=5..9 %/year:2"),
    "export mps": ("no-such.yaml", "--out", "no-such.mps"),
}
"""Commands that read a file of the user's → arguments where it is missing."""


@pytest.mark.parametrize("words", list(READS))
@pytest.mark.parametrize("as_json", [False, True])
def test_every_command_ends_with_2_where_its_file_is_missing(
    words: str, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = ended(capsys, *_argv(words), *READS[words], *(["--json"] if as_json else []))
    assert code == 2, said
    assert "no-such" in said
    assert not as_json or json.loads(said)["kind"] == "error"


def test_readme_lists_these_codes() -> None:
    line = next(x for x in Path("README.md").read_text("utf-8").splitlines() if "Exit codes" in x)
    assert tuple(int(n) for n in re.findall(r"\d+", line)) == program.CODES
    assert program.STOPPED == 128 + signal.SIGINT
