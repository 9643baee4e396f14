"""Ask whether faults are known of what the lock pins, and say plainly where nobody could be asked.

    python scripts/audit.py --tools .venv-audit/bin [--must]

`make audit` runs it. pip-audit calls a package without an answer skipped and ends with 0, also
where it had no answer for any: here those are counted. Exit code 1 where a fault is known; with
--must also where a package could not be asked for.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "runtime.txt"
SERVICES = ("pypi", "osv")


def asked(tools: Path, service: str) -> Mapping[str, Any]:
    """What a service knows of each package; empty where it cannot be reached."""
    done = subprocess.run(
        [tools / "pip-audit", "--disable-pip", "--require-hashes", "-r", LOCK, "-s", service,
         "--format", "json", "--progress-spinner", "off"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        found: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {}
    return found


def verdict(found: Sequence[Mapping[str, Any]], must: bool) -> tuple[int, list[str]]:
    """Exit code and lines. found: an answer of each service, in the order they were asked."""
    answers: dict[str, list[Any]] = {}
    names: set[str] = set()
    for answer in found:
        for package in answer.get("dependencies", ()):
            names.add(package["name"])
            if "skip_reason" not in package:
                answers.setdefault(package["name"], []).extend(
                    (package["version"], fault) for fault in package.get("vulns", ())
                )
    lines = [
        f"{name} {version}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for name, faults in sorted(answers.items())
        for version, fault in faults
    ]
    faulty, open_ = bool(lines), sorted(names - set(answers))
    if not answers:
        lines.append("NOT CHECKED: no advisories can be reached from here; nothing is known.")
    elif open_:
        lines.append(f"not checked, as no advisories were found: {', '.join(open_)}")
    if answers and not faulty:
        lines.append(f"no fault is known of {len(answers)} packages of this system and Python")
    return int(faulty or (must and (not answers or bool(open_)))), lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--must", action="store_true", help="fail where nobody could be asked")
    given = parser.parse_args()
    code, lines = verdict([asked(given.tools, s) for s in SERVICES], given.must)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
