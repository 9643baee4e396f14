#!/usr/bin/env bash
# scipy 1.17.1: `import scipy.sparse` loads numpy's Fortran wrapper generator and test helpers.
#
# Expected:  numpy loads `numpy.f2py` and `numpy.testing` only when asked for (an `import numpy`
#            leaves them out), and sparse matrices need neither.
# Behaviour: scipy's copy of array_api_compat fills its numpy namespace with
#            `from numpy import *`; numpy's `__all__` names its lazy submodules, so the star loads
#            every one of them. Any part of scipy that checks for array types pays this on import.
# Output:    how many modules of numpy.f2py, numpy.testing and unittest are loaded after each
#            import, each in an interpreter of its own.
# Way out:   import scipy inside the function that needs it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" -I - <<'PY'
import subprocess
import sys
from importlib.metadata import version

WATCHED = ("numpy.f2py", "numpy.testing", "unittest")


def loaded(statement):
    """How many modules of each watched package the statement leaves loaded."""
    code = f"import sys; {statement}; print(*sys.modules)"
    names = subprocess.check_output([sys.executable, "-I", "-c", code], text=True).split()
    return [sum(f"{name}.".startswith(f"{package}.") for name in names) for package in WATCHED]


seen = {
    statement: loaded(statement)
    for statement in (
        "import numpy",
        "import numpy, scipy",
        "import scipy.sparse",
        "import scipy.fft",
        "exec('from numpy import *')",
    )
}
print("scipy", version("scipy"), "with numpy", version("numpy"))
print("expected: none of", ", ".join(WATCHED))
print("behaviour: all of them, by a star import of numpy inside scipy")
for statement, counts in seen.items():
    print(f"  {statement}:", ", ".join(f"{n} of {p}" for n, p in zip(counts, WATCHED)))
none = [0, 0, 0]
as_described = (
    seen["import numpy"] == seen["import numpy, scipy"] == none
    and seen["import scipy.sparse"][0] == 17
    and all(
        min(seen[s]) > 0
        for s in ("import scipy.sparse", "import scipy.fft", "exec('from numpy import *')")
    )
)
sys.exit(0 if as_described else "CHANGED: not as described above")
PY
