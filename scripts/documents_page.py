"""Writes the reference of the result documents, docs/reference/documents.md (`make docs`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from outlay.results.schema import KINDS, SCHEMA, document_type, json_schema

_INTRO = f"""# Result documents

<!-- Written by `make docs`; change the types, not this. -->

What a command prints with `--json`, and what lies in a folder as `result.json`, is one document of
one kind. It begins with a header, `"outlay": {{"version": …, "schema": {SCHEMA}}}`, and its `kind`;
`outlay schema --kind KIND` prints its JSON Schema. Within a number of `schema` fields may be added,
never renamed or taken away ([policy](../policy.md)). A number's unit stands beside its type; a
*share* is a fraction of 1; an infinite or unknown number is `null`.
"""


WORDS = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "yes or no",
    "null": "`null`",
}


def markdown() -> str:
    """Every kind of document, then the rows that they hold."""
    schemas = {kind: json_schema(kind) for kind in KINDS}
    lines = [_INTRO, "| kind | what it is |", "|---|---|"]
    lines += [f"| [`{kind}`](#{kind}) | {_said(row, kind)} |" for kind, row in schemas.items()]
    kinds = {document_type(kind).__name__: kind for kind in KINDS}
    rows: dict[str, tuple[dict[str, str], Mapping[str, Any]]] = {}
    for kind, schema in schemas.items():
        names: dict[str, str] = {}
        for name, row in schema.get("$defs", {}).items():
            there = rows.get(name)
            taken = there is not None and there[1] != row  # two rows share a name
            names[name] = f"{name} of {kind}" if taken else name
            if "properties" in row and name not in kinds:
                rows[names[name]] = (names, row)
        lines += _section(f"`{kind}`", _said(schema, kind), schema, names, of_kind=True)
    lines.append("\n## Rows\n\nWhat the fields above hold, by name.")
    for name, (names, row) in sorted(rows.items()):
        lines += _section(f"Row {name}", "", row, names, level=3)
    return "\n".join(lines)


def _said(schema: Mapping[str, Any], kind: str) -> str:
    text = str(schema.get("description") or document_type(kind).__doc__ or "")
    return _cell(text.removeprefix(f"Kind `{kind}`:").strip())


def _section(
    title: str,
    said: str,
    schema: Mapping[str, Any],
    names: Mapping[str, str],
    *,
    of_kind: bool = False,
    level: int = 2,
) -> Iterator[str]:
    yield f"\n{'#' * level} {title}\n"
    said = said or _cell(str(schema.get("description", "")))
    if said:
        yield f"{said}\n"
    yield "| field | holds | meaning |"
    yield "|---|---|---|"
    required = set(schema.get("required", ()))
    for name, field in schema["properties"].items():
        if of_kind and name in ("outlay", "kind"):
            continue
        left_out = "" if name in required else " (may be left out)"
        meaning = _cell(str(field.get("description", "")))
        yield f"| `{name}` | {_holds(field, names)}{left_out} | {meaning} |"


def _holds(field: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A field's type and unit in words."""
    if "unit" in field:
        inner = {k: v for k, v in field.items() if k not in ("unit", "description", "default")}
        return f"{_holds(inner, names)}, {_cell(field['unit'])}"
    if "$ref" in field:
        name = names[field["$ref"].rpartition("/")[2]]
        whole = next((kind for kind in KINDS if document_type(kind).__name__ == name), "")
        return f"[{name}](#{whole or 'row-' + name.lower().replace(' ', '-')})"
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_holds(f, names) for f in field["anyOf"]))
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{v}`" for v in field["enum"])
    kind = str(field.get("type"))
    if kind == "array":
        parts = field.get("prefixItems")
        return f"a list of {len(parts)}" if parts else f"list of {_holds(field['items'], names)}"
    if kind == "object":
        more = field.get("additionalProperties")
        return f"name → {_holds(more, names)}" if isinstance(more, Mapping) else "a mapping"
    return WORDS.get(kind, "any value")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    print(markdown())
