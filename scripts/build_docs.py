"""Rebuild the pages of the documentation that are written by the code itself.

`make docs` runs this.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    ("study_page", "docs/study.md"),
    ("commands_page", "docs/reference/commands.md"),
    ("python_page", "docs/reference/python.md"),
    ("documents_page", "docs/reference/documents.md"),
    ("glossary_page", "docs/glossary.md"),
    ("glossary_page", "src/outlay/workbench/assistant/data/glossary.md"),
    ("security_page", "docs/security.md"),
    ("training_page", "docs/performance/training.md"),
    ("study_schema", "examples/study.schema.json"),
)
"""A program of this folder, and the page (or the schema of the examples) written from what it
prints; all but the equations, which `python -m outlay.planning.programme.maths` writes."""


def main() -> int:
    failed = 0
    for program, page in PAGES:
        done = subprocess.run(
            [sys.executable, f"scripts/{program}.py"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            failed += 1
            print(f"{program}: failed\n{done.stderr.strip()}")
            continue
        (ROOT / page).write_text(done.stdout, encoding="utf-8")
        print(f"{program}: {page}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
