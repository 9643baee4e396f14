"""Write a run's files into a folder: each to a temporary name, synced, then renamed."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from outlay.report.html import render

__all__ = ["safe_cell", "write_atomic", "write_report"]


def write_atomic(path: Path, data: bytes) -> None:
    """Write `data` so that `path` holds the old or the new content, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


def _csv(rows: list[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    names = list(dict.fromkeys(k for r in rows for k in r))
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    for r in rows:
        writer.writerow(
            {k: safe_cell(json.dumps(v) if isinstance(v, list | dict) else v) for k, v in r.items()}
        )
    return out.getvalue().encode()


TABLES = ("nodes", "orders", "fleet", "served", "work", "power", "prices")


def write_report(run: Any, out: Path) -> dict[str, Path]:
    """Write result.json, report.html, the tables, and the workbook and memo where made.

    Returns the paths by name. Every file is made in memory first, so a failure writes nothing.
    """
    doc = run.document
    files: dict[str, bytes] = {
        "result.json": json.dumps(doc, ensure_ascii=False, allow_nan=False, indent=1).encode(),
    }
    document_html = ""
    if run.reading is not None:
        from outlay.evidence.page import document_html as page

        document_html = page(run.reading)
    text = run.loaded.path.read_text(encoding="utf-8")
    files["report.html"] = render(doc, text, document_html).encode()
    for name in TABLES:
        if doc.get(name):
            files[f"tables/{name}.csv"] = _csv(doc[name])
    files.update(_finance_files(run))
    files.update(_inputs(run))
    out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out / name, data)
    return {"report": out / "report.html", "result": out / "result.json", "folder": out}


def _finance_files(run: Any) -> dict[str, bytes]:
    """The workbook with live formulas and the one-page memo."""
    from outlay.report.memo import memo_from_document, memo_pdf
    from outlay.report.workbook import workbook_bytes

    doc = run.document
    record = doc.get("record", {})
    facts = [
        ("study", f"{doc['title']}, as of {doc['as_of']}"),
        ("currency", str(doc["currency"])),
        ("verdict", str(doc["verdict"])),
        ("result", str(record.get("result_hash", ""))),
    ]
    book = workbook_bytes(run.accounts.accounts, title=doc["title"], facts=facts)
    return {"plan.xlsx": book, "memo.pdf": memo_pdf(memo_from_document(doc))}


def _inputs(run: Any) -> dict[str, bytes]:
    """The study and the files it names, so that the folder can be run again."""
    study, folder = run.loaded.study, run.loaded.path.parent
    files = {"study.yaml": run.loaded.path.read_bytes()}
    named = [s.document for s in study.sources.values() if s.document is not None]
    volumes = [getattr(s.tokens_per_day, "series", "") for s in study.services.values()]
    named += [name for name in volumes if name.lower().endswith(".csv")]
    if study.performance.calibration:
        from outlay.performance.calibrated import FILES

        inside = Path(study.performance.calibration)
        named += [str(inside / name) for name in FILES if (folder / inside / name).is_file()]
    for name in named:
        path = Path(name)
        if not path.is_absolute() and ".." not in path.parts:
            files[str(path)] = (folder / path).read_bytes()
    return files
