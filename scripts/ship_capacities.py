"""Write the capacities of the examples' studies that the package ships.

    python scripts/ship_capacities.py

What is shipped is what a run from nothing leaves in the cache folder, by the same keys. Run it
after a change of `performance/`, `serving/`, the catalogue or an example; a test says when.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    from outlay.runs.pipeline.execute import prepare
    from outlay.serving.store import SHIPPED
    from outlay.study.reading.loader import load

    SHIPPED.unlink(missing_ok=True)  # nothing of it may be taken over
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OUTLAY_CACHE"] = folder
        for path in sorted((ROOT / "examples").glob("*/study.yaml")):
            prepare(load(path), print)
        lines = sorted(p.read_text() for p in Path(folder, "capacity").rglob("*.json"))
    SHIPPED.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{SHIPPED.relative_to(ROOT)}: {len(lines)} cells")
    return 0


if __name__ == "__main__":
    sys.exit(main())
