"""What-ifs of a study: seconds to the first answer and to the exact one, and how far apart they are.

    python benchmarks/what_if.py [STUDY] [--out FOLDER] [--only WORD]

Changes are made of the study's own numbers: each price and rent, cap, hall, budget and work by a
quarter or a fifth, the chances of the first factor. --out: a folder in which `outlay plan` solved
the study; without it, it is solved first. Seconds of one thread's processor, and by the clock.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator
from pathlib import Path

import outlay
from outlay.core.errors import OutlayError
from outlay.study.reading.loader import LoadedStudy

REFERENCE = Path(__file__).parents[1] / "examples" / "bytedance-2026" / "study.yaml"
ALL = "all of them"

MOVED = (
    # (what, numbers of the study, factors, how many of them)
    ("price", r"supply\.([\w-]+)\.price", (0.75, 1.25), 3),
    ("rent", r"supply\.([\w-]+)\.rent", (0.75, 1.25), 3),
    ("cap", r"supply\.([\w-]+)\.cap(\..*)?", (0.75, 1.25), 3),
    ("power", r"sites\.([\w-]+)\.power(\..*)?", (0.75, 1.25), 2),
    ("tariff", r"sites\.([\w-]+)\.electricity", (0.75, 1.25), 1),
    ("ceiling", r"rules\.ceilings\.([\w-]+)\.power\..*", (0.8,), 1),
    ("budget", r"budget\.(capex|processors)\.2026", (0.8, 1.2), 2),
    ("work", r"services\.([\w-]+)\.tokens_per_day", (0.8, 1.2), 2),
    ("work", r"services\.(?P<all>[\w-]+)\.tokens_per_day", (0.8, 1.2), 1),
)


def written(value: float, unit: str) -> str:
    return f"{value!r} {unit}".removesuffix(" 1")


def asked(study: LoadedStudy) -> Iterator[tuple[str, list[str]]]:
    """(name, overrides) of each change."""
    numbers = [n for n in study.ledger if n.stated and not n.path.startswith("uncertainty")]
    for what, pattern, factors, most in MOVED:
        groups: dict[str, list[str]] = {}
        found = [(n, m) for n in numbers if (m := re.fullmatch(pattern, n.path))]
        for n, m in found:
            groups.setdefault(ALL if "all" in m.groupdict() else m.group(1), []).append(n.path)
        value = {n.path: n for n, _ in found}
        for name in list(groups)[:most]:
            for by in factors:
                texts = [f"{p}={written(by * value[p].value, value[p].unit)}" for p in groups[name]]
                yield f"{what} {name} x {by:g}", texts
    for name, factor in study.study.factors().items():
        first, *rest = factor.states.items()
        for by in (0.75, 1.25):
            p = first[1].value * by
            left = (1 - p) / (1 - first[1].value)
            states = {first[0]: p, **{k: v.value * left for k, v in rest}}
            text = ", ".join(f"{k}: {v!r}" for k, v in states.items())
            yield f"chance {first[0]} x {by:g}", [f"uncertainty.{name}.states={{{text}}}"]
        return


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("study", nargs="?", default=str(REFERENCE))
    parser.add_argument("--out")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    study = outlay.load(args.study)
    began = time.process_time()
    kept = outlay.session(study, out=args.out)
    print(f"the study itself: {time.process_time() - began:.2f} CPU s, {kept.cost:.6e}")
    print(f"{'change':34s} {'moved':26s} {'quick: CPU s':>12s} {'clock':>6s} {'gap':>8s} "
          f"{'off':>8s} {'exact: CPU s':>12s} {'clock':>6s}")  # fmt: skip
    for name, changes in asked(study):
        if args.only not in name:
            continue
        cpu, clock = time.process_time(), time.perf_counter()
        rows = []
        try:
            for answer in kept.ask(changes):
                rows.append((answer, time.process_time() - cpu, time.perf_counter() - clock))
        except OutlayError as err:
            print(f"{name:34s} {str(err).splitlines()[0][:90]}")
            continue
        exact, e_cpu, e_clock = rows[-1]
        moved = "+".join(exact.moved) or "nothing"
        if len(rows) == 1:
            print(f"{name:34s} {moved:26s} {'':37s} {e_cpu:12.2f} {e_clock:6.2f}")
            continue
        quick, q_cpu, q_clock = rows[0]
        gap = "-" if quick.gap is None else f"{quick.gap:.2%}"
        off = quick.objective / exact.objective - 1
        print(f"{name:34s} {moved:26s} {q_cpu:12.2f} {q_clock:6.2f} {gap:>8s} {off:+8.3%} "
              f"{e_cpu:12.2f} {e_clock:6.2f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
