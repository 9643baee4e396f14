#!/usr/bin/env bash
# xlsxwriter 3.3.1: text, sheet names and longer names inside a formula are taken for functions.
#
# Expected:  `write_formula` marks the newer functions a formula calls (SORT becomes
#            _xlfn._xlws.SORT in the file) and leaves the rest as written: text in double quotes,
#            sheet names in single quotes, and functions of the workbook's own.
# Behaviour: the formula is not parsed; one substitution for each newer function runs over the
#            whole of it, and `use_future_functions` only adds more of them. A word such as TAKE
#            before a bracket is marked in a text and in a sheet name too, which leaves another text
#            and a sheet that is not there, and makes the cell a dynamic array. The pattern for
#            SINGLE asks for any character before INGLE where the others ask for the start of a
#            word, so that a name ending in INGLE is cut.
# Output:    each formula given, and what the sheet in the file holds.
# Way out:   other names for sheets and functions, and a space before the bracket in texts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check xlsxwriter==3.3.1
"$folder/venv/bin/python" -I - <<'PY'
import io
import sys
import zipfile
from importlib.metadata import version
from xml.etree import ElementTree

import xlsxwriter

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Formula given: the formula in the file, and whether its cell is an array.
EXPECTED = {
    "=A9+1": ("A9+1", False),
    "=SORT(A9:A11)": ("_xlfn._xlws.SORT(A9:A11)", True),
    '="TAKE(2) of 3"': ('"_xlfn.TAKE(2) of 3"', True),
    '="TAKE (2) of 3"': ('"TAKE (2) of 3"', False),
    "='MAP(EU)'!A1": ("'_xlfn.MAP(EU)'!A1", True),
    "=UNIT_SINGLE(A9)": ("UNIT__xlfn.SINGLE(A9)", False),
    "=COMMINGLE(A9)": ("COM_xlfn.SINGLE(A9)", False),
    "=UNIT_SORT(A9)": ("UNIT_SORT(A9)", False),
}

file = io.BytesIO()
with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
    sheet = workbook.add_worksheet("Main")
    workbook.add_worksheet("MAP(EU)")
    for name in ("UNIT_SINGLE", "COMMINGLE", "UNIT_SORT"):
        workbook.define_name(name, "=_xlfn.LAMBDA(_xlpm.x,_xlpm.x*2)")
    for row, formula in enumerate(EXPECTED):
        sheet.write_formula(row, 0, formula)

with zipfile.ZipFile(file) as archive:
    stored = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
sheets = [each.get("name") for each in book.iter(f"{MAIN}sheet")]
seen = {
    formula: (cell.text, cell.get("t") == "array")
    for formula, cell in zip(EXPECTED, stored.iter(f"{MAIN}f"), strict=True)
}
print("xlsxwriter", version("xlsxwriter"), "- sheets of the workbook:", sheets)
print("expected: quoted text, sheet names and the workbook's own names as written")
print("behaviour: rewritten wherever they look like a newer function")
for formula, (text, array) in seen.items():
    print(f"  {formula}  ->  ={text}{'  (array)' if array else ''}")
sys.exit(0 if seen == EXPECTED else "CHANGED: not as described above")
PY
