#!/usr/bin/env bash
# numba 0.68.1: a compiled caller compiles its callee anew for each integer or boolean written out.
#
# Expected:  one compilation per argument type. numba prefers plain types to literal ones since
#            0.51, to compile less (maintainers on github.com/numba/numba/issues/6274), and the
#            same calls made from Python share one.
# Behaviour: that holds for library functions, not for calls of one jitted function by another.
#            There f(x, 1), f(x, 2), f(x, 3) are three compilations of f and of all that f passes
#            the argument to, even where f is compiled for int64 already. Floats, loop variables
#            and numpy scalars held as constants share one.
# Output:    compilations of the callee and of the function below it, for each way to call.
# Way out:   hold the constant as a numpy scalar (np.int64(1), np.True_), or pass it in.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  numba==0.68.1 numpy==2.4.6
"$folder/venv/bin/python" -I - <<'PY'
import sys
from importlib.metadata import version

import numpy as np
from numba import njit

ONE, TWO, THREE = np.int64(1), np.int64(2), np.int64(3)
YES, NO = np.True_, np.False_


def pair():
    """A fresh function and the one that it calls."""

    @njit
    def below(x, k):
        return x * k

    @njit
    def callee(x, k):
        return below(x, k) + 1.0

    return callee, below


def integers(f):
    @njit
    def caller(x):
        return f(x, 1) + f(x, 2) + f(x, 3)

    return caller


def booleans(f):
    @njit
    def caller(x):
        return f(x, True) + f(x, False)

    return caller


def floats(f):
    @njit
    def caller(x):
        return f(x, 1.0) + f(x, 2.0) + f(x, 3.0)

    return caller


def loop(f):
    @njit
    def caller(x):
        total = 0.0
        for k in (1, 2, 3):
            total += f(x, k)
        return total

    return caller


def numpy_integers(f):
    @njit
    def caller(x):
        return f(x, ONE) + f(x, TWO) + f(x, THREE)

    return caller


def numpy_booleans(f):
    @njit
    def caller(x):
        return f(x, YES) + f(x, NO)

    return caller


def from_python(f):
    return lambda x: f(x, 1) + f(x, 2) + f(x, 3)


def known_already(f):
    f(1.0, 1)
    return integers(f)


def compilations(calls):
    callee, below = pair()
    calls(callee)(2.0)
    return len(callee.signatures), len(below.signatures)


expected = {
    from_python: (1, 1),
    floats: (1, 1),
    loop: (1, 1),
    numpy_integers: (1, 1),
    numpy_booleans: (1, 1),
    integers: (3, 3),
    booleans: (2, 2),
    known_already: (4, 4),
}
seen = {calls: compilations(calls) for calls in expected}
print("numba", version("numba"))
print("expected: one compilation of the callee for each type of its arguments")
print("behaviour: one for each integer or boolean written out in a jitted caller")
for calls, counts in seen.items():
    print(f"  {calls.__name__}: callee {counts[0]}, below it {counts[1]}")
sys.exit(0 if seen == expected else "CHANGED: not as described above")
PY
