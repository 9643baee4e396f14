#!/usr/bin/env bash
# highspy 1.16.0: `time_limit` is spent by the object, not by the run, and no call gives it back.
#
# Expected:  each `run` may take `time_limit` seconds, as in CPLEX, whose manual says that its limit
#            is not cumulative; at the least a cleared object starts anew.
# Behaviour: the limit is held against the run time of all solves since the object was made. The
#            maintainers know of this (github.com/ERGO-Code/HiGHS/issues/1477) and the C interface
#            has `Highs_zeroAllClocks` for it; highspy has no such call, and neither `clearSolver`,
#            `clearModel` nor `clear` sets the clock back.
# Output:    one transport problem solved 40 times from scratch, 57 iterations each; then a limit
#            of half the time used so far, some 20 solves' worth: the object stops after 0
#            iterations, a new object solves in 57.
# Way out:   a limit of `getRunTime()` plus what one run may take, or a new object.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  highspy==1.16.0 numpy==2.4.6
"$folder/venv/bin/python" -I - <<'PY'
import sys
from importlib.metadata import version

import highspy

PLACES = 30


def solver():
    """A transport problem of 30 plants and 30 shops."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    ships = [
        [highs.addVariable(lb=0, obj=(37 * i + 61 * j + i * j) % 97 + 1.0) for j in range(PLACES)]
        for i in range(PLACES)
    ]
    for plant in ships:
        highs.addConstr(sum(plant) <= 60)
    for shop in range(PLACES):
        highs.addConstr(sum(plant[shop] for plant in ships) >= 50)
    return highs


def solved(highs):
    highs.run()
    return highs.getModelStatus().name[1:], highs.getInfo().simplex_iteration_count


old = solver()
unlimited = set()
for _ in range(40):
    old.clearSolver()
    unlimited.add(solved(old))
limit = old.getRunTime() / 2
old.setOptionValue("time_limit", limit)
old.clearSolver()
seen = {"40 solves without a limit": unlimited, "the same object with it": solved(old)}

model = old.getModel()
old.clearModel()
old.passModel(model)
seen["after clearModel"] = solved(old)
old.clear()
old.setOptionValue("output_flag", False)
old.setOptionValue("time_limit", limit)
old.passModel(model)
seen["after clear"] = solved(old)
old.setOptionValue("time_limit", old.getRunTime() + limit)
seen["time used + limit"] = solved(old)

new = solver()
new.setOptionValue("time_limit", limit)
seen["a new object with it"] = solved(new)
resets = [name for name in dir(new) if "clock" in name.lower()]

print("highspy", version("highspy"))
print("expected: a limit of some 20 solves' time lets one solve through")
print("behaviour: the limit counts all solves of the object, cleared or not")
for what, answer in seen.items():
    print(f"  {what}: {answer}")
print("  calls that set the clock back:", resets)
full, refused = seen["a new object with it"], ("TimeLimit", 0)
as_described = (
    full[0] == "Optimal"
    and full[1] > 0
    and unlimited == {full}
    and seen["the same object with it"] == refused
    and seen["after clearModel"] == refused
    and seen["after clear"] == refused
    and seen["time used + limit"] == full
    and not resets
)
sys.exit(0 if as_described else "CHANGED: not as described above")
PY
