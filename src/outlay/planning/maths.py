"""The maths page, made from the docstrings of the row families: `python -m outlay.planning.maths`.

Each family's docstring gives its rows, equation, LaTeX, unit and a sentence; this only sets them
on a page, so that the page cannot say what the code does not.
"""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

__all__ = ["FAMILIES", "page"]

FAMILIES = (
    "orders", "supply", "stock", "capacity", "balance", "sites", "training", "money", "tail",
    "ties",
)  # fmt: skip

HEAD = """# The planning programme, row by row

Made from the docstrings in `outlay/planning/rows/` by `python -m outlay.planning.maths`; do not
edit. Indices: offer o, chip k, site or place s, hall h, zone z, load l, group g, slice h of the
day, node n of the tree with parent a(n), path π(n), probability p_n. State equations look up the
parent, so decisions that cannot yet be told apart are one variable.
"""


def _latex(text: str) -> str:
    """The LaTeX line of a docstring, which may run on until a line that starts a new field."""
    found = re.search(r"LaTeX: (.*?)(?=\n[A-Z][a-zA-Z ,]*[:(`]|\n\n|\Z)", text, re.S)
    return " ".join(found.group(1).split()) if found else ""


def page() -> str:
    """Markdown of the whole page."""
    parts = [HEAD]
    for name in FAMILIES:
        module = importlib.import_module(f"outlay.planning.rows.{name}")
        text = (module.__doc__ or "").strip()
        title, _, body = text.partition("\n")
        latex = _latex(body)
        plain = body.replace(f"LaTeX: {latex}", "") if latex in body else body
        plain = re.sub(r"LaTeX: .*?(?=\n[A-Z][a-zA-Z ,]*[:(`]|\n\n|\Z)", "", plain, flags=re.S)
        parts.append(f"## {title}\n\n`outlay/planning/rows/{name}.py`\n")
        if latex:
            parts.append(f"$$\n{latex}\n$$\n")
        parts.append("```text\n" + plain.strip("\n") + "\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(page(), encoding="utf-8")
    else:
        print(page())
