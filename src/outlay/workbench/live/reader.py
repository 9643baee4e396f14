"""The process that reads studies, documents and the folders of runs, so that the server need not.

What it is asked is JSON with `do`; what it answers is the text that is sent on, or what is wrong.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.core.apart import answer_all
from outlay.core.errors import InputError, OutlayError, Problem, UnknownNameError, nearest
from outlay.core.ingest.names import shown
from outlay.core.progress import Progress
from outlay.study.files import unnamed
from outlay.workbench.live.frames import packed, read_message, unpacked
from outlay.workbench.live.solver import laid, wrong

if TYPE_CHECKING:
    import polars as pl

    from outlay.results.kept.sweep import Sweep
    from outlay.results.plans.plan import Plan
    from outlay.runs.documents.folder import Given
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["DOCUMENT", "answer", "main"]

Question = Mapping[str, object]
DOCUMENT = "document"
"""The argument of a process that reads one document and ends."""
MOST_TOLD = 20
"""Files that are named in one refusal."""
FEW = 4
"""Runs that stay read."""


def _loaded(asked: Question) -> LoadedStudy:
    from outlay.study.reading.loader import load_kept

    found = load_kept(unpacked(asked["files"]), "study.yaml")
    return found.again(laid(found, _texts(asked, "changes"), str(asked.get("scenario", ""))))


def _texts(asked: Question, name: str) -> tuple[str, ...]:
    found = asked.get(name, ())
    assert isinstance(found, list | tuple)
    return tuple(map(str, found))


def _title(asked: Question) -> str:
    """Its title. Raises InputError for files beside it that it does not name, where they were
    handed in with it."""
    loaded, given = _loaded(asked), unpacked(asked["files"])
    if asked["given"] and (unused := unnamed(given, (n.name for n in loaded.named))):
        allowed = ", ".join(sorted({n.name for n in loaded.named})) or "none: the study names none"
        raise InputError([
            Problem("a file that the study does not name", f"files.{shown(name)[:80]}",
                    allowed=allowed[:400], hint=nearest(name, [n.name for n in loaded.named]))
            for name in unused[:MOST_TOLD]
        ])  # fmt: skip
    return json.dumps({"title": loaded.study.title})


def _check(asked: Question) -> str:
    from outlay.api.plans.check import check
    from outlay.results.checks import Check
    from outlay.results.schema import to_text

    found = check(_loaded(asked))
    assert isinstance(found, Check)
    return to_text(found)


def _inputs(asked: Question) -> str:
    from dataclasses import asdict

    from outlay.report.words.language import words
    from outlay.workbench.live.inputs import inputs_of

    found = inputs_of(_loaded(asked), words(str(asked["language"])), str(asked["study"]),
                      int(str(asked["version"])), _weights(asked))  # fmt: skip
    return json.dumps(asdict(found), ensure_ascii=False, allow_nan=False)


def _weights(asked: Question) -> dict[str, float]:
    """Path → its share in what a sweep of the study found to move the first answer."""
    if not asked.get("rows"):
        return {}
    drivers = _swept(asked)[0].drivers
    return {d.path: d.share for d in drivers if d.of == drivers[0].of}


def _evidence(asked: Question) -> str:
    from outlay.evidence.document import claims_document
    from outlay.evidence.reading import reconciled
    from outlay.results.schema import to_text
    from outlay.runs.opened import documents_read

    return to_text(claims_document(documents_read(_loaded(asked)) or reconciled([], [])))


def _document(asked: Question, tell: Progress) -> dict[str, object]:
    """What a document claims, as a document of ours and as HTML."""
    from outlay.evidence.document import claims_document
    from outlay.evidence.page import document_html
    from outlay.evidence.reading import read
    from outlay.results.schema import to_text

    found = read(list(unpacked(asked["files"]).items()), all_or_none=False, tell=tell)
    return {"claims": to_text(claims_document(found)), "page": document_html(found)}


def _diff(asked: Question) -> str:
    from outlay.api.plans.diff import diff
    from outlay.results.schema import to_text
    from outlay.study.reading.loader import load_kept

    before, after = (load_kept(unpacked(asked[k]), f"{k}.yaml") for k in ("before", "after"))
    return to_text(diff(before, after))


@lru_cache(FEW)
def _run(folder: str) -> tuple[LoadedStudy, Given]:
    from outlay.runs.documents.folder import read_folder

    return read_folder(Path(folder))


@lru_cache(FEW)
def _plan(folder: str) -> Plan:
    from outlay.runs.documents.compare import read_result

    return read_result(Path(folder))


def _explain(asked: Question) -> str:
    from outlay.results.schema import to_text
    from outlay.runs.documents.explain import explain

    loaded, given = _run(str(asked["folder"]))
    return to_text(
        explain(loaded, str(asked["path"]), given=given, period=str(asked["period"]),
                branch=str(asked["branch"]))
    )  # fmt: skip


def _compare(asked: Question) -> str:
    from outlay.results.schema import to_text
    from outlay.runs.documents.compare import compare_results

    a, b = (_plan(str(asked[k])) for k in ("a", "b"))
    return to_text(compare_results(a, b))


def _part(asked: Question) -> str:
    from outlay.workbench.parts import fragment

    loaded, given = _run(str(asked["folder"]))
    return fragment(given.plan, loaded, str(asked["part"]), str(asked["language"]),
                    branch=str(asked["branch"]), files=str(asked["files"]),
                    currency=str(asked["currency"]))  # fmt: skip


def _why(asked: Question) -> str:
    """Where a number of a run comes from, as HTML."""
    from outlay.report.pieces import Pieces
    from outlay.report.words.language import words
    from outlay.report.words.of_plan import words_of
    from outlay.runs.documents.explain import explain

    loaded, given = _run(str(asked["folder"]))
    doc = explain(loaded, str(asked["path"]), given=given, branch=str(asked["branch"]))
    return Pieces(given.plan, words_of(given.plan, words(str(asked["language"])))).why(doc)


def _compared(asked: Question) -> str:
    """Two runs side by side, as HTML."""
    from outlay.report.words.language import words
    from outlay.runs.documents.compare import compare_results
    from outlay.workbench.parts.compared import compared

    a, b = (_plan(str(asked[k])) for k in ("a", "b"))
    return compared(compare_results(a, b), words(str(asked["language"])))


def _documents(asked: Question) -> str:
    """The documents of a study, as HTML."""
    from outlay.report.words.language import words
    from outlay.workbench.parts.plan import documents

    return documents(_loaded(asked), words(str(asked["language"])))


def _catalogued(asked: Question) -> str:
    """A table of the catalogue, as HTML."""
    from outlay.api.catalogue import catalogue
    from outlay.report.words.language import words
    from outlay.workbench.parts.catalogued import catalogued

    found = catalogue(str(asked["table"]), str(asked["name"]), search=str(asked["search"]))
    return catalogued(found, words(str(asked["language"])))


def _vary(asked: Question) -> str:
    """How many cases a sweep has; raises what is wrong with it before it is begun."""
    from outlay.sweeps.spec import spec_of

    loaded = _loaded(asked).again((), str(asked["own"]) or None)
    seed = asked["seed"]
    spec = spec_of(loaded, _texts(asked, "vary"), int(str(asked["sample"])),
                   None if seed is None else int(str(seed)))  # fmt: skip
    return str(spec.design.cases)


def _swept(asked: Question) -> tuple[Sweep, pl.DataFrame]:
    """A sweep and its table, from its journal as it was handed in."""
    from outlay.sweeps.spec import found_in, read_spec

    rows = asked["rows"]
    assert isinstance(rows, list)
    journal = Handed(str(asked["id"]), tuple((int(n), str(text).encode()) for n, text in rows))
    return found_in(journal, read_spec(str(asked["spec"])))


def _sweep(asked: Question) -> str:
    from outlay.results.schema import to_text

    return to_text(_swept(asked)[0])


def _sweep_table(asked: Question) -> str:
    """Its table as Parquet, in base64."""
    import base64

    from outlay.sweeps.table import parquet_of

    return base64.b64encode(parquet_of(_swept(asked)[1])).decode("ascii")


def _sweep_part(asked: Question) -> str:
    from outlay.sweeps.spec import read_spec
    from outlay.workbench.parts.swept import Wanted, swept

    found, table = _swept(asked)
    wanted = Wanted(*(str(asked[k]) for k in ("part", "x", "y", "of", "language")))
    return swept(found, table, read_spec(str(asked["spec"])).axes, wanted)


@dataclass(frozen=True)
class Handed:
    """A sweep's journal, handed over."""

    id: str
    held: tuple[tuple[int, bytes], ...]

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Case and row of each."""
        return iter(self.held)


def _catalogue(asked: Question) -> str:
    from outlay.api.catalogue import catalogue
    from outlay.results.schema import to_text

    return to_text(catalogue(str(asked["table"]), str(asked["name"]), search=str(asked["search"])))


def _rate(asked: Question) -> str:
    from outlay.api.models.rate import rate
    from outlay.results.models.rate import Rate
    from outlay.results.schema import to_text

    given = asked["given"]
    assert isinstance(given, dict)
    found = rate(**given)
    assert isinstance(found, Rate)
    return to_text(found)


def _template(asked: Question) -> str:
    from outlay.api.start.init import init
    from outlay.results.schema import to_text

    return to_text(init(str(asked["door"])))


DOES: Mapping[str, Callable[[Question], str]] = {
    "title": _title, "check": _check, "inputs": _inputs, "evidence": _evidence,
    "diff": _diff, "explain": _explain, "compare": _compare,
    "part": _part, "catalogue": _catalogue, "rate": _rate, "vary": _vary, "sweep": _sweep,
    "sweep_table": _sweep_table, "sweep_part": _sweep_part, "why": _why, "compared": _compared,
    "documents": _documents, "catalogued": _catalogued, "template": _template,
}  # fmt: skip


def answer(question: bytes) -> bytes:
    """One answer: `{"text": …}`, or `{"error": document, "status": …}`."""
    asked = json.loads(question)
    try:
        said: dict[str, object] = {"text": DOES[asked["do"]](asked)}
    except UnknownNameError as err:
        said = {"error": wrong(err), "status": 404 if asked["do"] in NAMED else 422}
    except OutlayError as err:
        said = {"error": wrong(err), "status": 422}
    except (MemoryError, RecursionError) as err:
        too = OutlayError(f"it is too large or too deep to be read ({type(err).__name__})")
        said = {"error": wrong(too), "status": 422}
    return json.dumps(said, ensure_ascii=False).encode()


NAMED = frozenset(("catalogue", "catalogued", "explain", "part", "why"))
"""What is asked of a name that may not be there."""


def one_document() -> None:
    """Read the one document that is handed in, and say meanwhile how far that is."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(told: Mapping[str, object]) -> None:
        out.write(packed(told))
        out.flush()

    asked = read_message(sys.stdin.buffer)
    if asked is None:
        return
    try:
        say(_document(asked, lambda line: say({"said": line})))
    except OutlayError as err:
        say({"wrong": str(err)})
    except (MemoryError, RecursionError) as err:
        say({"wrong": f"it is too large or too deep to be read ({type(err).__name__})"})


def main() -> None:
    """Answer until nobody asks; or read one document and end."""
    one_document() if DOCUMENT in sys.argv[1:] else answer_all(answer)


if __name__ == "__main__":
    main()
