#!/usr/bin/env bash
# python-calamine 0.9.1: a cell with an error is an empty text, and the two ways to read the rows of
# a sheet disagree about where it begins.
#
# Expected:  an error such as #REF! in a cell comes as its text, as None or as an object of its own,
#            so that it is told from a cell nobody has filled; `to_python(skip_empty_area=True)` and
#            `iter_rows` give the same rows.
# Behaviour: every error comes as '', which is what an empty cell comes as: a sheet whose total broke
#            reads as one without a total. `to_python(skip_empty_area=True)` begins at the first used
#            row and column; `iter_rows` begins at the first row and at the first used column, so
#            that a place worked out from the one is wrong for the other.
# Output:    the rows as written, and as each way reads them.
# Way out:   read the errors and the places from the sheet's XML, as the reader of documents does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  python-calamine==0.9.1 xlsxwriter==3.3.1
"$folder/venv/bin/python" -I - <<'PY'
import io
import sys
from importlib.metadata import version

import xlsxwriter
from python_calamine import CalamineWorkbook

file = io.BytesIO()
with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
    sheet = workbook.add_worksheet("Capex")
    sheet.write("C4", "2026")
    sheet.write("D4", 9)
    sheet.write("C5", "total")
    sheet.write_formula("D5", "=SUM(#REF!)", None, "#REF!")
    sheet.write("C6", "share")
    sheet.write_formula("D6", "=1/0", None, "#DIV/0!")
    sheet.write("C7", "none")  # and nothing beside it

file.seek(0)
read = CalamineWorkbook.from_filelike(file).get_sheet_by_name("Capex")
skipped = read.to_python(skip_empty_area=True)
walked = list(read.iter_rows())
print("python-calamine", version("python-calamine"))
print("written in C4:D7:", [["2026", 9], ["total", "#REF!"], ["share", "#DIV/0!"], ["none", None]])
print("to_python(skip_empty_area=True):", skipped)
print("iter_rows:", walked)
same = [["2026", 9.0], ["total", ""], ["share", ""], ["none", ""]]
expected = skipped == same and walked == [["", ""]] * 3 + same
sys.exit(0 if expected else "CHANGED: not as described above")
PY
