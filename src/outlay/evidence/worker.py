"""Turn one document into text; run apart, with limits on time and memory.

Its form is the argument, its bytes come in, one JSON object goes out. Nothing in the document is
ever executed or fetched.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from functools import partial

from outlay.evidence.pages.webpage import webpage
from outlay.evidence.text.parsed import MOST_CHARACTERS, Parsed, UnreadError, without
from outlay.evidence.text.printed.pdf import pdf
from outlay.evidence.text.sheets.workbook import workbook
from outlay.evidence.xbrl.files import FactFile, company_facts, instance

__all__ = ["main"]


def _facts(parser: Callable[[bytes], FactFile], data: bytes) -> Parsed:
    try:
        text, day, tagged, notes = parser(data)
    except ValueError as err:
        hint = "company facts as the SEC gives them, or an XBRL instance"
        raise UnreadError(f"no tagged facts could be read: {err}", hint) from None
    return Parsed(text, day, notes, tagged=tagged)


_PARSERS: Mapping[str, Callable[[bytes], Parsed]] = {
    "html": webpage, "pdf": pdf, "xlsx": workbook, "facts": partial(_facts, company_facts),
    "xbrl": partial(_facts, instance),
}  # fmt: skip


def _answer(form: str, data: bytes) -> dict[str, object]:
    try:
        parsed = _PARSERS[form](data)
    except UnreadError as err:
        return {"error": str(err), "hint": err.hint}
    except MemoryError:
        return {"error": "the file needs more memory than a document may", "hint": "split it"}
    except RecursionError:
        return {"error": "the file is nested too deeply", "hint": "save it as plain text"}
    except Exception as err:
        said = f"{type(err).__name__}: {' '.join(str(err).split())}"
        return {"error": f"not a readable {form.upper()} file", "hint": said[:200]}
    if len(parsed.text) > MOST_CHARACTERS:
        note = f"only the first {MOST_CHARACTERS:,} characters were read"
        parsed = without(parsed, [(MOST_CHARACTERS, len(parsed.text))])
        parsed = parsed._replace(notes=(*parsed.notes, note))
    return {"read": parsed}


def main() -> None:
    """Read standard input and print what it holds as JSON."""
    out = sys.stdout
    sys.stdout = sys.stderr  # what a parser prints is no answer
    said = json.dumps(_answer(sys.argv[1], sys.stdin.buffer.read()))
    out.write(said)
    out.flush()


if __name__ == "__main__":
    main()
