#!/usr/bin/env bash
# recognizers-text-suite 1.0.2a2: one amount with its code in front empties the answer for all others.
#
# Expected:  "It paid $5 million and RMB 3 million." gives both amounts, or the first and not the second.
# Behaviour: no amount at all. A TypeError inside (text added to a number, in the merging of compound
#            units) is caught by `except Exception: pass` around the whole text, so a document that says
#            "RMB 3 million" once has no money in it. "3 million RMB" is read. In Chinese, "9,480万元"
#            gives neither an amount nor a number, while "9480万元" gives 94,800,000 yuan, and
#            "港幣23.6億元" comes as Chinese yuan.
# Output:    what each text gives.
# Way out:   feed sentences one at a time, and take separators out of numbers first.
#            (The suite also does not import with emoji 2: UNICODE_EMOJI is gone; hence emoji 1.7.0.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  recognizers-text-suite==1.0.2a2 emoji==1.7.0
"$folder/venv/bin/python" -W ignore -I - <<'PY'
import sys

from recognizers_suite import Culture, recognize_currency


def amounts(text, culture=Culture.English):
    found = [(m.text, m.resolution["value"], m.resolution["unit"]) for m in recognize_currency(text, culture)]
    print(f"{text!r}: {found}")
    return found


one = amounts("It paid $5 million.")
both = amounts("It paid $5 million and RMB 3 million.")
after = amounts("It paid $5 million and 3 million RMB.")
plain = amounts("9480万元", Culture.Chinese)
comma = amounts("9,480万元", Culture.Chinese)
hong_kong = amounts("港幣23.6億元", Culture.Chinese)
same = len(one) == 1 and both == [] and len(after) == 2 and len(plain) == 1 and comma == []
same = same and hong_kong[0][2] == "Chinese yuan"
sys.exit(0 if same else "CHANGED: not as described above")
PY
