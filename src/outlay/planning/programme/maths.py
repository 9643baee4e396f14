"""The maths page, made from row families and problem: `python -m outlay.planning.programme.maths`.

Each family's docstring gives its rows, equation, LaTeX, unit and a sentence, each field of the
problem its axes; this only sets them on a page, so that the page cannot say what the code does not.
"""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import is_dataclass
from pathlib import Path

from outlay.planning.problem import types
from outlay.planning.problem.axes import declared

__all__ = ["FAMILIES", "page"]

FAMILIES = (
    "orders", "supply", "stock", "capacity", "balance", "moments", "sites", "energy",
    "training", "money", "tail",
    "ties",
)  # fmt: skip

HEAD = """# The planning programme, row by row

Made from the docstrings in `outlay/planning/programme/rows/` by
`python -m outlay.planning.programme.maths`; do not edit. Indices: offer o, chip k, site or place s,
hall h, zone z, load l, group g, slice h of the day, node n of the tree with parent a(n), path π(n),
probability p_n. State equations look up the parent, so decisions that cannot yet be told apart are
one variable.
"""


def _latex(text: str) -> str:
    """The LaTeX line of a docstring, which may run on until a line that starts a new field."""
    found = re.search(r"LaTeX: (.*?)(?=\n[A-Z][a-zA-Z ,]*[:(`]|\n\n|\Z)", text, re.S)
    return " ".join(found.group(1).split()) if found else ""


ARRAYS = """## What the problem's arrays run over

Made from the fields in `outlay/planning/problem/types.py`. What is not marked is finite and not
negative.

| field | runs over | may be |
|---|---|---|"""


def _arrays() -> str:
    """A table of every array of the problem, from what its field says."""
    out = [ARRAYS]
    named = (getattr(types, name) for name in types.__all__)
    for kind in (k for k in named if isinstance(k, type) and is_dataclass(k)):
        for field, (of, one) in declared(kind).items():
            marks = {"one number for all": one, "infinite": of.endless, "negative": of.signed}
            said = ", ".join(name for name, holds in marks.items() if holds)
            if of.over:
                out.append(f"| `{kind.__name__}.{field}` | {', '.join(of.over)} | {said} |")
    return "\n".join(out) + "\n"


def page() -> str:
    """Markdown of the whole page."""
    parts = [HEAD]
    for name in FAMILIES:
        module = importlib.import_module(f"outlay.planning.programme.rows.{name}")
        text = (module.__doc__ or "").strip()
        title, _, body = text.partition("\n")
        latex = _latex(body)
        plain = body.replace(f"LaTeX: {latex}", "") if latex in body else body
        plain = re.sub(r"LaTeX: .*?(?=\n[A-Z][a-zA-Z ,]*[:(`]|\n\n|\Z)", "", plain, flags=re.S)
        parts.append(f"## {title}\n\n`outlay/planning/programme/rows/{name}.py`\n")
        if latex:
            parts.append(f"$$\n{latex}\n$$\n")
        parts.append("```text\n" + plain.strip("\n") + "\n```\n")
    return "\n".join([*parts, _arrays()])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(page(), encoding="utf-8")
    else:
        print(page())
