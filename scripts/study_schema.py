"""Prints the JSON Schema of a study, which the examples' first line names (`make docs`)."""

from __future__ import annotations

import json

from outlay.study.json_schema import schema

if __name__ == "__main__":
    print(json.dumps(schema(), ensure_ascii=False, indent=1))
