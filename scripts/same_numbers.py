"""Shows that every number of a plan's document of schema 1 stands, equal, in one of schema 2.

    python scripts/same_numbers.py OLD/result.json NEW/result.json

Most fields kept their name. Below stands where the others went; a number that is found nowhere is
printed with its old place, and the script ends with 1.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SKIPPED = ("outlay", "record")
"""When and with what it was made."""

MOVED = (
    # old path, new path; a part of a path stands between slashes
    (r"accounts/(income|cash|balance)/([^/]+)/(\d+)", r"accounts/\1/\2/by_year/\3"),
    (r"outlook/ranges/(\d+)/(p05|p50|p95|mean|tail_mean)", r"outlook/distributions/\1/\2"),
    (r"tables/need/rows/(\d+)/(\d+)", "need/by_work/*/chips"),
    (r"tables/growth/rows/(\d+)/(\d+)", "need/by_cause/*/chips"),
    (r"tables/purchases/rows/(\d+)/[3456]", "need/purchases"),
    (r"tables/contradictions/rows/.*", "contradictions"),
    (r"tables/identities/rows/.*", "evidence/identities"),
    (r"tables/claims/rows/.*", "evidence/claims"),
    (r"tables/orders_now/rows/.*", "orders"),
    (r"tables/orders_if_.*/rows/.*", "decision/conditional"),
    (r"tables/binding/rows/.*", "decision/binding"),
    (r"tables/(worth|megawatts|no_regret|hedges)/rows/.*", r"\1"),
    (r"tables/(price_curve|near_optimal|regret)/rows/.*", r"deep/\1"),
    (r"tables/break_even_chance/rows/.*", "deep/break_even_chance"),
    (r"tables/unit_costs/rows/.*", "accounts/unit_costs"),
    (r"tables/statement_(income|cash|balance)/rows/.*", r"accounts/\1"),
    (r"tables/standards/rows/.*", "accounts/standards"),
    (r"tables/own_or_lease/rows/.*", "accounts/chip_hours"),
    (r"tables/half/rows/.*", "half"),
    (r"tables/peers/rows/.*", "peers/capex"),
    (r"tables/peer_tokens/rows/.*", "peers/tokens"),
    (r"tables/outcomes/rows/.*", "outlook/distributions"),
    (r"tables/promises/rows/.*", "outlook/probabilities"),
    (r"tables/tornado/rows/.*", "outlook/tornado"),
    (r"tables/widest/rows/.*", "widest"),
    (r"tables/served_by_branch/rows/.*", "branches"),
    (r"tables/capex/rows/.*", "capex_by_year|opex_by_year|budgets|*years"),
)
GONE = (
    r"outlook/ranges/\d+/scale",  # a choice of the reader's
    r"tables/purchases/rows/\d+/7",  # worked out by the reader: budget ÷ yardsticks
)
TEXTS = re.compile(r"(?:assumptions|facts)/\d+/value")
"""Numbers that were texts with four digits and are numbers now."""


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of a document with its path."""
    if isinstance(value, dict):
        for k, v in value.items():
            yield from leaves(v, f"{path}/{k}" if path else str(k))
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from leaves(v, f"{path}/{i}" if path else str(i))
    else:
        yield path, value


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def below(new: dict[str, Any], places: str) -> set[float]:
    """All numbers of the new document below any of the places (`a/b|c`, `*`: any part)."""
    found: set[float] = set()
    for place in places.split("|"):
        if place == "*years":  # sums of a year's classes, which readers add
            found |= {
                sum(v.values()) for k in ("capex_by_year", "opex_by_year") for v in new[k].values()
            }
            continue
        wanted = re.compile(re.escape(place).replace(r"\*", "[^/]+") + "(?:/|$)")
        found |= {float(v) for p, v in leaves(new) if is_number(v) and wanted.match(p)}
    return found


def missing(old: dict[str, Any], new: dict[str, Any]) -> tuple[int, list[str]]:
    """How many numbers were looked for, and the old places of those that are not there."""
    from outlay.core.quantities.formats import format_number

    here = dict(leaves(new))
    pools: dict[str, set[float]] = {}
    count, lost = 0, []
    for path, value in leaves(old):
        if path.split("/")[0] in SKIPPED or any(re.fullmatch(g, path) for g in GONE):
            continue
        if TEXTS.fullmatch(path):
            count += 1
            unit = here.get(f"{path.rpartition('/')[0]}/unit", "")
            if f"{format_number(here.get(path, float('nan')), 4)} {unit}".strip() != value:
                lost.append(f"{path}: {value}")
            continue
        if not is_number(value):
            continue
        count += 1
        rule = next(((a, b) for a, b in MOVED if re.fullmatch(a, path)), None)
        if rule is None:
            ok = here.get(path) == value
        else:
            place = re.sub(rule[0], rule[1], path)
            exact = here.get(place)
            if place not in pools and exact is None:
                pools[place] = below(new, place)
            ok = exact == value if exact is not None else float(value) in pools[place]
        if not ok:
            lost.append(f"{path}: {value!r}, now {here.get(path)!r}")
    return count, lost


def main() -> None:
    old, new = (json.loads(Path(p).read_text(encoding="utf-8")) for p in sys.argv[1:3])
    count, lost = missing(old, new)
    for line in lost[:40]:
        print(line)
    print(f"{count - len(lost)} of {count} numbers stand")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
