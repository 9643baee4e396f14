"""Rebuild the pages of the documentation that are written by the code itself.

`make docs` runs this. Pages whose measurements are not beside the checkout are left as they are,
and it says so.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES: tuple[tuple[str, str | None], ...] = (
    # (module run as `python -m`, page written from its stdout; None = it writes its own)
    ("outlay.study.reference", "docs/study.md"),
)


def main() -> int:
    failed = 0
    for module, page in PAGES:
        done = subprocess.run(
            [sys.executable, "-m", module], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            failed += 1
            print(f"{module}: failed\n{done.stderr.strip()}")
            continue
        if page is not None:
            (ROOT / page).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / page).write_text(done.stdout, encoding="utf-8")
        print(f"{module}: {page or done.stdout.strip().splitlines()[-1]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
