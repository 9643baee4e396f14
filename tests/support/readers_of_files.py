"""Readers of files with parts: run folders, cache entries, office documents, answers."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from outlay.core.errors import OutlayError
from support.reader import Reader, encoded, of_file, text_of
from support.reading_apart import by_many

__all__ = ["FILES"]


def _manifest(data: bytes, folder: Path) -> None:
    """As it is, and sealed anew, as somebody would who knows how."""
    from outlay.runs.folder import manifest

    path = folder / "manifest.json"
    resealed: bytes | None = None
    with suppress(ValueError, TypeError, RecursionError):
        found = json.loads(data)
        resealed = manifest._text({**found, "seal": manifest._seal(found)})
    for given in (data, resealed):
        if given is not None:
            path.write_bytes(given)
            manifest.files_of(folder)
            manifest.begins_as_ours(path)
    manifest.read_manifest(folder)


@cache
def _manifests() -> tuple[bytes, ...]:
    from outlay.runs.folder.manifest import made_of, sealed_bytes

    result = json.dumps({"kind": "plan", "record": {"result_hash": "0" * 64}}).encode()
    files = {"result.json": result, "inputs/study.yaml": b"a: 1\n"}
    return (sealed_bytes(made_of(files, {"memo.pdf": "no fonts"})),)


def _run_to_keep(data: bytes, _: Path) -> None:
    """A run that is brought into the store: with its old manifest, and with one made for it."""
    from outlay.runs.folder.manifest import made_of, sealed_bytes
    from outlay.store.held.folders import whole_run
    from support.stores import run_files

    files = {**run_files(), "result.json": data}
    resealed: dict[str, bytes] | None = None
    with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
        rest = {k: v for k, v in files.items() if k != "manifest.json"}
        resealed = {**rest, "manifest.json": sealed_bytes(made_of(rest, {}))}
    if resealed is not None:
        whole_run(resealed)
    whole_run(files)


def _runs_to_keep() -> list[bytes]:
    from support.stores import run_files

    return [run_files()["result.json"]]


KEY = "0123456789abcdef" * 2


def _capacity(data: bytes, folder: Path) -> bool:
    """As it is, and with the seal that belongs to it."""
    from outlay.core.ingest.sealed import seal
    from outlay.serving import store

    resealed = b""
    with suppress(ValueError, TypeError, LookupError, RecursionError):
        found = json.loads(data)
        found["seal"] = seal(str(found["key"]), store._bytes(found["cell"]))
        resealed = json.dumps(found).encode()
    path = store.place_of(folder, KEY)
    path.parent.mkdir(parents=True, exist_ok=True)
    for given in (data, resealed):
        path.write_bytes(given)
        assert store.is_whole(path) == (store.load(folder, KEY) is not None)
    return store.is_whole(path)


def _capacities() -> list[bytes]:
    from outlay.serving.store import kept_line, shipped

    return [kept_line(KEY, cell).encode() for cell in list(shipped().values())[:3]]


def _arrays() -> list[bytes]:
    """Arrays of a solved programme, as a tree."""
    held: dict[str, Any] = {
        "x": [1.0] * 3, "row_dual": [1.0] * 2, "col_dual": [1.0] * 3, "column": [0] * 3,
        "row": [0] * 2, "method": list(b"simplex"), "iterations": [3], "leaves": [0, 1],
        "ends": [2], "costs": [2.0], "alone": [0], "first": [[1.0, 1.0]],
    }  # fmt: skip
    return [json.dumps(held).encode()]


def _solved(data: bytes, folder: Path) -> None:
    """Any arrays under a seal that is right."""
    from outlay.core.ingest.sealed import with_seal
    from outlay.runs.solved import read_entry

    out = io.BytesIO()
    try:
        tree = {str(k): np.asarray(v) for k, v in json.loads(data).items()}
        plain = {k: v for k, v in tree.items() if v.dtype != object and k.isidentifier()}
        np.savez(out, allow_pickle=False, **plain)  # type: ignore[arg-type]
    except (ValueError, AttributeError, TypeError, OverflowError, RecursionError):
        return
    path = folder / "key.npz"
    path.write_bytes(with_seal("key", out.getvalue()))
    read_entry(path)


def _names(data: bytes, _: Path) -> None:
    from outlay.study.files import DOCUMENT, kept_files

    inputs = {"study.yaml": b"a: 1\n", "other/1-a.md": b"text", "b.md": b"", "names.json": data}
    files = kept_files(inputs)
    for name in ("../a.md", "b.md"):
        with suppress(OutlayError):
            files.data(name, DOCUMENT)


@cache
def _books() -> tuple[bytes, ...]:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Company", 2024, 2025], ["Meta", 39.2, 72.2], ["谷歌", 52.5, "=B3*2"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return (out.getvalue(),)


@cache
def _sheets() -> tuple[bytes, ...]:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(_books()[0])) as archive:
        return (archive.read("xl/worksheets/sheet1.xml"),)


def _sheet(data: bytes, folder: Path) -> None:
    """Any bytes as the sheet of a workbook that is otherwise right."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_books()[0])) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, data if name.endswith("sheet1.xml") else old.read(name))
    by_many("a.xlsx", _document)(out.getvalue(), folder)


PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count "
    b"1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources"
    b"<</Font<</F1 5 0 R>>>>>>endobj\n4 0 obj<</Length 58>>stream\n"
    b"BT /F1 12 Tf 72 700 Td (Capex reaches $4.5 billion.) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"trailer<</Size 6/Root 1 0 R>>\n%%EOF\n"
)


HTML = (
    b"<html><head><title>Capex</title></head><body><article><p>Capex is $4bn in 2026</p><table>"
    b"<tr><th>year</th><th>capex</th></tr><tr><td>2026</td><td>$23bn</td></tr></table></article>"
    b"</body></html>"
)


def _document(path: Path) -> None:
    from outlay.evidence.text.files import load

    load(path)


TEXT = "Acme said capital expenditure would reach $4.5 billion in 2026."
CLAIMS = {
    "claims": [
        {"quote": "capital expenditure would reach $4.5 billion in 2026", "subject": "Acme",
         "metric": "capex", "value": 4.5e9, "unit": "USD", "period": "2026"},
    ]
}  # fmt: skip


def _second(data: bytes, _: Path) -> None:
    """What an endpoint answers, and what stands in its answer."""
    from outlay.evidence import second_reader
    from outlay.evidence.document import claims_document
    from outlay.evidence.reading import read_text
    from outlay.results.schema import to_text

    content = data.decode("utf-8", "replace")
    whole = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
    posted = second_reader.posted
    endpoint = second_reader.Endpoint("http://localhost", "m")
    reading = read_text(TEXT, "a")
    try:
        second_reader.posted = lambda *_: data  # type: ignore[assignment]
        with suppress(OutlayError):
            second_reader.with_second_reader(reading, endpoint)
        second_reader.posted = lambda *_: whole  # type: ignore[assignment]
        to_text(claims_document(second_reader.with_second_reader(reading, endpoint)))
    finally:
        second_reader.posted = posted


DOORS = (
    "founder|h200-sxm|llama-3.1-8b|6bn/day|2m USD|USD|US||2025-12-31",
    "lab|b200|||30m CNY||CN||2026-01-31",
    "operator|||||EUR|||2026",
    "analyst||||||||2026-01-31",
)


def _options(data: bytes) -> tuple[str, dict[str, str]]:
    door, *given = [*text_of(data).split("|"), *[""] * 9][:9]
    names = ("chip", "model", "tokens", "budget", "currency", "region", "trace", "as_of")
    return door, dict(zip(names, given, strict=True))


def _init(data: bytes, folder: Path) -> None:
    """The options and the text of a study; how many chips it takes is not sized."""
    from outlay.api.start.asking import Options, asked_of
    from outlay.study.templates.render import DRAFT, beside, study_text

    door, options = _options(data)
    if "/" not in options["trace"]:
        asked = replace(asked_of(door, "study.yaml", folder, Options(**options)), draft=True)
        assert study_text(asked, DRAFT)
        beside(asked, DRAFT)


def _begun(data: bytes, _: Path) -> None:
    import outlay

    door, options = _options(data)
    if "/" not in options["trace"]:
        given: Any = options
        assert outlay.init(door, **given).text


def _cache(data: bytes, folder: Path) -> None:
    """An entry of any name and content, in a folder of each kind."""
    from outlay.runs.caches import shelves

    name, _, body = data.partition(b"\n")
    word = text_of(name).replace("\ufffd", "_").strip("./")[:60] or "x"
    for kind in ("capacity", "solved", "numba"):
        path = folder / "cache" / kind / word
        if ".." in path.parts:
            return
        with suppress(OSError, ValueError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    shelves(folder / "cache")
    shelves(folder / "cache", clear=True)
    _emptied(folder / "cache")


def _emptied(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


ENTRIES = (f"01/{KEY}.json\n{{}}", f"{KEY}.npz\nPK", "0123456789abcdef/x.nbi\n")


FILES: Mapping[str, Reader] = {
    "manifest.json": Reader(_manifest, _manifests, "tree"),
    "run to keep": Reader(_run_to_keep, _runs_to_keep, "tree", share=0.1),
    "capacity entry": Reader(_capacity, _capacities, "tree"),
    "solved arrays": Reader(_solved, _arrays, "tree"),
    "names.json": Reader(_names, lambda: [b'{"../a.md": "other/1-a.md"}'], "tree"),
    "HTML": Reader(by_many("a.html", _document), lambda: [HTML], share=0.2),
    "XLSX": Reader(by_many("a.xlsx", _document), _books, share=0.5),
    "XLSX sheet": Reader(_sheet, _sheets, share=0.5),
    "PDF": Reader(by_many("a.pdf", _document), lambda: [PAGE], share=0.5),
    "HTML alone": Reader(of_file("a.html", _document), lambda: [HTML], share=0.03, most=0.005),
    "XLSX alone": Reader(of_file("a.xlsx", _document), _books, share=0.03, most=0.005),
    "PDF alone": Reader(of_file("a.pdf", _document), lambda: [PAGE], share=0.03, most=0.005),
    "second reader": Reader(_second, lambda: [json.dumps(CLAIMS).encode()], "tree", 0.2),
    "init": Reader(_init, encoded(DOORS)),
    "init sized": Reader(_begun, encoded(DOORS), share=0.1, most=0.05),
    "cache folder": Reader(_cache, encoded(ENTRIES), share=0.5),
}  # fmt: skip
"""What is read → how."""
