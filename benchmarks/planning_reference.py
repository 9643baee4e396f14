"""What planning the reference takes, beside an older commit: processor seconds, clock, ratio.

    python benchmarks/planning_reference.py [--against COMMIT] [--only ROW …] [--large]
                                            [--study PATH] [--most SECONDS]

Each line is a fresh process, of the older commit (in a worktree that is gone afterwards) and of
this checkout in turn: one interpreter, one study, a cache folder of its own with the capacities
that the first line worked out, and with no programme solved before but in the line that says so.
Seconds are those of the process and its children; of a stage, those of its own. Trees of
more leaves are the study with prices that are uncertain too, so they need the reference's offers.
--large: the rows that take longest too. --most: a process that takes longer by the clock is ended,
and its figures are left out. Ratios are of processor seconds, which other work on the machine moves
less than the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "examples" / "bytedance-2026" / "study.yaml"

CAPACITY = """
import json, sys, time, types
from outlay.runs.pipeline import execute
from outlay.study.reading.loader import load
loaded = load(sys.argv[1])
execute.time = types.SimpleNamespace(perf_counter=time.process_time)
found = execute.prepare(loaded)
json.dump({"capacity": {"cpu": found.clock.seconds["capacity"]}}, open("found.json", "w"))
"""

PLAN = """
import json, sys, time, types
from outlay.app.cli.main import main
from outlay.runs.pipeline import execute
execute.time = types.SimpleNamespace(perf_counter=time.process_time)
row, *extra = sys.argv[2:]
sys.argv = ["outlay", "plan", sys.argv[1], "--out", "out", *extra]
try:
    main()
except SystemExit as end:
    if end.code:
        raise
result = json.load(open("out/result.json"))
spent, objective = result["record"]["seconds"], result["objective"]
stages = {} if row != "plan" else {k: {"cpu": spent[k]} for k in ("solve", "values")}
json.dump({row: {"objective": objective}, **stages}, open("found.json", "w"))
"""

SOLVE = """
import json, sys, time
from outlay.planning.programme.draft import WHOLE
from outlay.planning.solver.solve import solve
from outlay.runs.pipeline.execute import prepare
from outlay.study.reading.loader import load
problem = prepare(load(sys.argv[1])).problem
cpu, clock = time.process_time(), time.perf_counter()
plan = solve(problem, WHOLE)
found = {"cpu": time.process_time() - cpu, "clock": time.perf_counter() - clock,
         "objective": plan.objective}
json.dump({sys.argv[2]: found}, open("found.json", "w"))
"""

PLAIN = """
import json, sys, time
from outlay.planning.programme.draft import Options
from outlay.planning.programme.model import build
from outlay.planning.solver.highs import Session
from outlay.planning.solver.solve import solve_linear
from outlay.runs.pipeline.execute import prepare
from outlay.study.reading.loader import load
problem = prepare(load(sys.argv[1])).problem
ways = {
    "ours": lambda: solve_linear(build(problem))[1],
    "plain": lambda: Session(
        build(problem, Options(full=True)).matrix, time_limit_s=1e5
    ).solve("ipm"),
}
found = {}
for name, way in ways.items():
    cpu, clock = time.process_time(), time.perf_counter()
    solution = way()
    assert solution.status == "optimal", solution.status
    found[name] = {"cpu": time.process_time() - cpu, "clock": time.perf_counter() - clock,
                   "objective": solution.objective}
json.dump(found, open("found.json", "w"))
"""

PRICES = (
    ("mlu690", "2026-Q3", "190_000 CNY", "110_000 CNY"),
    ("seedchip", "2026-Q4", "70_000 CNY", "30_000 CNY"),
)
"""Offers whose price the larger trees do not know: when they learn it, dear, cheap."""
STATES = {36: (2,), 54: (3,), 162: (3, 3)}
"""States of each price by leaves of the tree: 18 times as many."""
CHANCES = {
    2: "{base: 60 %, dear: 40 %}",
    3: "{base: 50 %, dear: 30 %, cheap: 20 %}",
}


@dataclass(frozen=True)
class Row:
    """words: what is done. asked: at least this many times fewer processor seconds (issue 17)."""

    words: str
    asked: float | None = None


ROWS = {
    "capacity": Row("capacities from no caches", 8.4),
    "plan": Row("`outlay plan`, capacities at hand, all answers and files", 5.1),
    "solve": Row("of it solve to the certified optimum", 4.7),
    "values": Row("of it values", 7.8),
    "again": Row("the same `outlay plan` once more", 5.1),
    "quick": Row("`outlay plan --quick`", 5.5),
    "36": Row("36 leaves, solve", 8.1),
    "54": Row("54 leaves, solve"),
    "162": Row("162 leaves, solve"),
    "plain18": Row("18 leaves, plain node form by interior point beside ours", 4.0),
    "plain54": Row("54 leaves, the same", 8.0),
}
LARGE = ("162", "plain54")
BOTH_WAYS = ("plain18", "plain54")
"""Rows that set two ways of this checkout side by side, not two checkouts."""


@dataclass(frozen=True)
class Figure:
    """One way's seconds [s], peak memory [MB] and objective; None where it was not measured."""

    cpu: float
    clock: float | None = None
    memory: float | None = None
    objective: float | None = None


@dataclass(frozen=True)
class Job:
    """A process. cache: what it finds: nothing, capacities, or all that the one before it kept."""

    code: str
    arguments: tuple[str, ...]
    cache: str = "capacities"


@dataclass(frozen=True)
class Tree:
    """A checkout and the folder in which it works."""

    source: Path
    folder: Path
    most: float
    """Seconds by the clock after which a process is ended."""

    def cache(self, job: Job) -> Path:
        """The folder in which capacities, compiled code and solved programmes are kept."""
        first, used = self.folder / "capacities", self.folder / "cache"
        first.mkdir(parents=True, exist_ok=True)  # nothing is kept where all is shipped
        if job.cache == "capacities":
            shutil.rmtree(used, ignore_errors=True)
            shutil.copytree(first, used)
        return first if job.cache == "nothing" else used

    def run(self, job: Job) -> tuple[dict[str, dict[str, float]], Figure]:
        """What a fresh process found, and what all of it took."""
        here = self.folder / "run"
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir(parents=True)
        env = {
            **os.environ,
            "PYTHONPATH": str(self.source / "src"),
            "OUTLAY_CACHE": str(self.cache(job)),
        }
        began = time.perf_counter()
        with (here / "said").open("w") as said:
            command = [sys.executable, "-c", job.code, *job.arguments]
            process = subprocess.Popen(command, cwd=here, env=env, stdout=said, stderr=said)
            late = Timer(self.most, process.kill)
            late.start()
            try:
                _, status, used = os.wait4(process.pid, 0)
            except BaseException:
                process.kill()
                process.wait()
                raise
            finally:
                late.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode == -signal.SIGKILL:
            raise RuntimeError(f"ended after {self.most:g} s")
        if process.returncode:
            raise RuntimeError((here / "said").read_text().strip().rpartition("\n")[2])
        whole = Figure(
            used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024
        )
        return json.loads((here / "found.json").read_text()), whole

    def figures(self, job: Job) -> dict[str, Figure]:
        """By what the process names: its own seconds, else those of the whole process."""
        found, whole = self.run(job)
        out = {}
        for name, f in found.items():
            cpu, clock = f.get("cpu", whole.cpu), f.get("clock")
            clock = clock if "cpu" in f else whole.clock
            out[name] = Figure(cpu, clock, whole.memory, f.get("objective"))
        return out


@contextmanager
def older(commit: str, folder: Path, most: float) -> Iterator[Tree]:
    """A checkout of the commit, for as long as it is asked for."""
    place = folder / "tree"
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(place), commit], check=True)
    try:
        yield Tree(place, folder, most)
    finally:
        subprocess.run([*git, "remove", "--force", str(place)], check=True)


def known(commit: str) -> bool:
    git = ["git", "-C", str(ROOT), "rev-parse", "--quiet", "--verify", f"{commit}^{{commit}}"]
    return subprocess.run(git, stdout=subprocess.DEVNULL).returncode == 0


def larger(study: Path, leaves: int, folder: Path) -> Path:
    """The study with as many prices uncertain as make that many leaves, what it cites beside it."""
    text = ""
    for (offer, reveal, dear, cheap), states in zip(PRICES, STATES[leaves], strict=False):
        chances = CHANCES[states]
        text += f"  price.{offer}:\n    reveal: {reveal}\n    states: {chances}\n"
        text += f"    effect:\n      base: {{}}\n      dear: {{supply.{offer}.price: {dear}}}\n"
        text += f"      cheap: {{supply.{offer}.price: {cheap}}}\n" if "cheap" in chances else ""
    out = folder / str(leaves) / study.name
    if not out.exists():
        out.parent.mkdir()
        for cited in study.parent.iterdir():
            (out.parent / cited.name).symlink_to(cited)
        out.unlink()
        out.write_text(study.read_text().replace("\nuncertainty:\n", f"\nuncertainty:\n{text}"))
    return out


def job(name: str, study: Path, folder: Path) -> Job:
    """The process that tells of a row."""
    if name == "capacity":
        return Job(CAPACITY, (str(study),), "nothing")
    if name == "again":
        return Job(PLAN, (str(study), name), "all")
    if name == "quick":
        return Job(PLAN, (str(study), name, "--quick"))
    if name in BOTH_WAYS:
        leaves = int(name.removeprefix("plain"))
        return Job(PLAIN, (str(larger(study, leaves, folder) if leaves in STATES else study),))
    if name.isdigit():
        return Job(SOLVE, (str(larger(study, int(name), folder)), name))
    return Job(PLAN, (str(study), "plan"))


class Sitting:
    """Figures of rows, each process run once however many rows it tells of."""

    def __init__(self, here: Tree, old: Tree | None, study: Path, folder: Path) -> None:
        self.here, self.old, self.study, self.folder = here, old, study, folder
        self._told: dict[tuple[Tree, Job], dict[str, Figure]] = {}

    def _figures(self, tree: Tree, name: str) -> dict[str, Figure]:
        key = tree, job(name, self.study, self.folder)
        if key not in self._told:
            try:
                self._told[key] = tree.figures(key[1])
            except (RuntimeError, OSError, ValueError) as err:
                print(f"{name} in {tree.source}: {err}", file=sys.stderr, flush=True)
                self._told[key] = {}
        return self._told[key]

    def row(self, name: str) -> tuple[Figure | None, Figure | None]:
        """Before, after; of two ways, the other one and ours."""
        if name in BOTH_WAYS:
            found = self._figures(self.here, name)
            return found.get("plain"), found.get("ours")
        old = self._figures(self.old, name).get(name) if self.old else None
        return old, self._figures(self.here, name).get(name)


def written(name: str, before: Figure | None, after: Figure | None) -> str:
    """A line of the table."""

    def of(figure: Figure | None, field: str, form: str) -> str:
        value = getattr(figure, field, None)
        return "–" if value is None else format(value, form)

    row, ratio, off = ROWS[name], "–", "–"
    if before and after:
        ratio = f"{before.cpu / after.cpu:.3g}"
        if before.objective and after.objective:
            off = f"{abs(after.objective / before.objective - 1):.0e}"
    cells = (
        row.words, of(before, "cpu", ".2f"), of(after, "cpu", ".2f"), ratio,
        "–" if row.asked is None else f"{row.asked:g}", of(before, "clock", ".1f"),
        of(after, "clock", ".1f"), of(after, "memory", ".0f"), off,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def measure(names: list[str], sitting: Sitting, against: str) -> None:
    """Print the table, a line as soon as it is known."""
    before = against or "before"
    print(f"| work | {before}, CPU s | here, CPU s | ratio | asked | {before}, clock s | "
          "here, clock s | here, MB | objectives apart |")  # fmt: skip
    print("|---" * 9 + "|", flush=True)
    needed = {"capacity", *names, *(["plan"] if "again" in names else [])}
    for name in ROWS:
        if name in needed:
            figures = sitting.row(name)
            if name in names:
                print(written(name, *figures), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--against", metavar="COMMIT", default="")
    parser.add_argument("--only", metavar="ROW", nargs="+", choices=tuple(ROWS))
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--most", metavar="SECONDS", type=float, default=3600.0)
    parser.add_argument("--study", type=Path, default=REFERENCE)
    args = parser.parse_args()
    if args.against and not known(args.against):
        parser.error(f"--against {args.against}: no commit of this repository")
    if not args.study.is_file():
        parser.error(f"--study {args.study}: no such file")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what is left behind is tidied up
    names = args.only or [n for n in ROWS if args.large or n not in LARGE]
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder, old = Path(name), None
        here = Tree(ROOT, folder / "here", args.most)
        if args.against:
            old = stack.enter_context(older(args.against, folder / "old", args.most))
        for tree in filter(None, (here, old)):  # no first import is part of a figure
            subprocess.run([sys.executable, "-m", "compileall", "-q", str(tree.source / "src")])
        sitting = Sitting(here, old, args.study.resolve(), folder)
        try:
            measure(names, sitting, args.against)
        except KeyboardInterrupt:
            sys.exit(130)


if __name__ == "__main__":
    main()
