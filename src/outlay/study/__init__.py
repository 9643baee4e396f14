"""What the user writes: schema, strict loading, overrides, scenarios, comparison.

>>> from outlay.study import loads
>>> loads("outlay: 1")  # doctest: +ELLIPSIS
Traceback (most recent call last):
...
outlay.core.errors.StudyError: study.yaml:1: `title` is missing; allowed: text
...
"""

from outlay.study.compare import diff
from outlay.study.json_schema import schema
from outlay.study.paths import apply_overlay
from outlay.study.reading.loader import LoadedStudy, load, loads

__all__ = ["LoadedStudy", "apply_overlay", "diff", "load", "loads", "schema"]
