"""Print SECURITY.md as a page of the site: hosts of code look for it at the root, readers here."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    sys.stdout.write((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
