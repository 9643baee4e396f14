"""The pictures of a plan as files: each drawn once, for the page and for whoever takes it along."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from outlay.core.errors import DrawingError
from outlay.report.charts.layer import wrapped
from outlay.report.theme import INK, NOTE, PAPER, TEXT, WIDE, Json, Spec, named, png_of, to_svg

__all__ = ["FOLDER", "KINDS", "Gallery", "csv_of", "name_of", "standing_alone"]

FOLDER, KINDS = "pictures", ("svg", "png", "csv")
COLUMNS = ("what", "series", "at", "value", "low", "high", "unit", "in words")
MEASURED = ("value", "low", "y", "area")
"""Fields that are measured in the unit that their axis names."""
LINE, EDGE, SCALE = 18, 10, 1.5


def name_of(spec: Spec) -> str:
    """The name of a picture of the plan; its files are called so."""
    return _meta(spec, "name")


class Gallery:
    """Pictures as they were drawn: the page asks for each, the files are of the same drawing."""

    def __init__(self) -> None:
        self._drawn: dict[str, tuple[Spec, str]] = {}
        self.missing: dict[str, DrawingError] = {}
        """Path below the result folder of what could not be drawn → why; the others are."""

    def draw(self, spec: Spec) -> str:
        """The picture as SVG, drawn once however often it is asked for; empty where it cannot be,
        which `missing` tells."""
        name = name_of(spec)
        if name not in self._drawn:
            try:
                svg = to_svg(spec)
            except DrawingError as err:
                svg = ""
                self.missing |= {f"{FOLDER}/{name}.{kind}": err for kind in ("svg", "png")}
            self._drawn[name] = (spec, svg)
        return self._drawn[name][1]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Path below the result folder, and content: drawing, image and numbers of each picture."""
        for name, (spec, svg) in self._drawn.items():
            if svg:
                alone = standing_alone(spec, svg)
                yield f"{FOLDER}/{name}.svg", alone.encode()
                try:
                    yield f"{FOLDER}/{name}.png", png_of(alone, SCALE, named(spec))
                except DrawingError as err:
                    self.missing[f"{FOLDER}/{name}.png"] = err
            yield f"{FOLDER}/{name}.csv", csv_of(spec).encode()


def standing_alone(spec: Spec, svg: str) -> str:
    """The drawing with its title above and its source below, which the page says beside it."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if not found:
        return svg
    width, height = float(found[1]), float(found[2])
    above = wrapped(_meta(spec, "title"), WIDE - 2 * EDGE)
    below = wrapped(f"{_meta(spec, 'note')} {_meta(spec, 'source')}", WIDE - 2 * EDGE)
    top, whole = LINE * len(above) + EDGE, height + LINE * (len(above) + len(below)) + 2 * EDGE
    rows = [(float(LINE * (i + 1) - top), line, INK) for i, line in enumerate(above)]
    rows += [(height + LINE * (i + 1), line, NOTE) for i, line in enumerate(below)]
    said = "".join(
        f'<text x="{EDGE}" y="{y:g}" font-size="{TEXT}px" fill="{colour}">{_escaped(line)}</text>'
        for y, line, colour in rows
    )
    ground = f'<rect y="{-top}" width="{width:g}" height="{whole:g}" fill="{PAPER}"/>'
    svg = svg.replace(found[0], f'viewBox="0 {-top} {width:g} {whole:g}"', 1)
    head, _, drawing = svg.partition(">")
    return f"{head}>{ground}{said}{drawing}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def csv_of(spec: Spec) -> str:
    """The numbers that a picture draws, in the unit of its axis, a row a mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in cast("Sequence[Spec]", spec.get("layer", [spec])):
        encoding = cast("Mapping[str, Mapping[str, Json]]", one["encoding"])
        if "description" not in encoding:
            continue  # it adorns a mark that another layer has
        unit = next((str(c["title"]) for c in encoding.values()
                     if c.get("field") in MEASURED and c.get("title")), "")  # fmt: skip
        data = cast("Mapping[str, Sequence[Mapping[str, Json]]]", one["data"])
        writer.writerows(_row(r, unit) for r in data["values"])
    return out.getvalue()


def _row(row: Mapping[str, Json], unit: str) -> list[Json]:
    """A mark's numbers; places on the paper, which calendars and trees have, are not among them."""
    on_paper = "offer" in row or "known" in row
    at = row.get("period") or row.get("known") if on_paper else row.get("x")
    value = row.get("value", "" if on_paper else row.get("y", ""))
    what = row.get("at") or row.get("offer") or ""
    return [_safe(what), _safe(row.get("series", "")), _safe(at or ""), value, row.get("low", ""),
            row.get("high", ""), row.get("unit", unit), _safe(row.get("label", ""))]  # fmt: skip


def _safe(value: Json) -> Json:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def _meta(spec: Spec, key: str) -> str:
    return str(cast("Mapping[str, Json]", spec.get("usermeta", {})).get(key, ""))
