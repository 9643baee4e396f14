"""Write what Outlay takes from others: `requirements/sbom.cdx.json` and `THIRD_PARTY.md`.

    python scripts/third_party.py --tools .venv-audit/bin

`make sbom` runs it. cyclonedx-bom reads the lock, pip-licenses the licences of what is installed
from it, requirements/third_party.toml holds what neither tells. The same lock gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "runtime.txt"
NOTES = ROOT / "requirements" / "third_party.toml"
SBOM = ROOT / "requirements" / "sbom.cdx.json"
PAGE = ROOT / "THIRD_PARTY.md"
WORDS = ROOT / "src" / "outlay" / "report" / "data" / "words.en.toml"
VALID = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
sys.exit(f"not valid: {wrong}" if wrong else 0)
"""
HEAD = """# What Outlay takes from others

Written by `make sbom` from `requirements/runtime.txt`; the same as CycloneDX:
[requirements/sbom.cdx.json](requirements/sbom.cdx.json). Outlay itself is under Apache-2.0
([LICENSE](LICENSE)). A wheel of Outlay holds none of the packages, which the installer fetches; of
others' source code it holds the two small libraries of the workbench's page alone.

"""


def canonical(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> list[tuple[str, str]]:
    """Name and version of every pin of the lock."""
    found = re.findall(r"^([\w.-]+)==([\w.]+)", LOCK.read_text(encoding="utf-8"), re.M)
    return [(canonical(name), version) for name, version in found]


def licences(tools: Path, notes: Mapping[str, Any]) -> dict[str, str]:
    """Package → licence, an SPDX expression as far as its metadata or our notes have one."""
    out = subprocess.run(
        [tools / "pip-licenses", "--python", sys.executable, "--format", "json", "--from", "mixed",
         "--with-system"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    stated = {canonical(row["Name"]): row["License"] for row in json.loads(out)}
    same = {name: notes["same"].get(text, text) for name, text in stated.items()}
    return {**same, **notes["licence"]}


def needs(names: Sequence[str]) -> dict[str, list[str]]:
    """Package → those of the lock that it needs, whatever the system, with what it asks of them."""
    out = {}
    for name in names:
        wanted = set()
        for other, extras in _asked(name, ""):
            wanted |= {other, *(x for extra in extras for x, _ in _asked(other, extra))}
        out[name] = sorted(wanted & set(names) - {name})
    return out


def _asked(name: str, extra: str) -> Iterator[tuple[str, list[str]]]:
    """What a package asks for, or an extra of it: the name and the extras of each."""
    try:
        stated = metadata.requires(name) or []
    except metadata.PackageNotFoundError:  # of another system
        return
    for text in stated:
        part = re.search(r"extra == ['\"]([\w.-]+)['\"]", text)
        if canonical(part[1] if part else "") == canonical(extra):
            m = re.match(r"([\w.-]+)(?:\[([^\]]*)\])?", text)
            assert m
            yield canonical(m[1]), [x.strip() for x in (m[2] or "").split(",") if x]


def uses(
    names: Sequence[str], graph: Mapping[str, list[str]], notes: Mapping[str, Any]
) -> dict[str, str]:
    """Package → what it is for: in Outlay's words, or which package needs it."""
    own = tomllib.loads(WORDS.read_text(encoding="utf-8"))["doctor_use"]
    by: dict[str, list[str]] = {}
    for name, wanted in graph.items():
        for other in wanted:
            by.setdefault(other, []).append(name)
    return {
        name: own.get(name) or notes["build"].get(name) or f"needed by {', '.join(by[name])}"
        for name in names
    }


def bill(
    tools: Path, known: Mapping[str, str], graph: Mapping[str, list[str]], notes: Mapping[str, Any]
) -> str:
    """The bill of materials as CycloneDX has it."""
    made = subprocess.run(
        [tools / "cyclonedx-py", "requirements", "--output-reproducible", "--of", "JSON",
         "--sv", "1.6", "--pyproject", ROOT / "pyproject.toml", LOCK],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found: dict[str, Any] = json.loads(made)
    refs: dict[str, list[str]] = {}
    for part in found["components"]:
        del part["description"]  # the line of the lock, with all its hashes
        part["bom-ref"] = part["purl"].partition("?")[0]
        part["licenses"] = [_licence(known[canonical(part["name"])])]
        refs.setdefault(canonical(part["name"]), []).append(part["bom-ref"])
    for thing in notes["inside"]:
        found["components"].append({
            "bom-ref": f"inside:{thing['name']}", "type": "data", "name": thing["name"],
            "version": thing["version"], "description": thing["use"],
            "licenses": [_licence(thing["licence"])],
        })  # fmt: skip
    root = found["metadata"]["component"]
    root["version"] = _version()
    root["bom-ref"] = "outlay"
    every = [part["bom-ref"] for part in found["components"]]
    found["dependencies"] = [{"ref": "outlay", "dependsOn": sorted(every)}] + [
        {"ref": ref, "dependsOn": sorted(r for n in graph[name] for r in refs[n])}
        for name in sorted(refs)
        for ref in refs[name]
    ]
    text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    subprocess.run([tools / "python", "-c", VALID], input=text, text=True, check=True)
    return text


def _licence(text: str) -> dict[str, Any]:
    single = re.fullmatch(r"[A-Za-z0-9.-]+", text)
    return {"license": {"id": text}} if single else {"expression": text}


def _version() -> str:
    text = (ROOT / "src" / "outlay" / "core" / "version.py").read_text(encoding="utf-8")
    found = re.search(r'__version__ = "(.+?)"', text)
    assert found
    return found[1]


def page(rows: Sequence[tuple[str, str, str, str]], notes: Mapping[str, Any]) -> str:
    """The list for people."""
    inside = [(x["name"], x["version"], x["licence"], x["use"]) for x in notes["inside"]]
    parts = [("Packages", rows), ("Inside Outlay, and in what it writes", inside)]
    out = HEAD
    for title, lines in parts:
        out += f"## {title}\n\n| name | version | licence | what for |\n|---|---|---|---|\n"
        out += "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"
    return out.rstrip("\n") + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=Path, required=True)
    tools: Path = parser.parse_args().tools
    notes = tomllib.loads(NOTES.read_text(encoding="utf-8"))
    pins = pinned()
    names = sorted({name for name, _ in pins})
    known, graph = licences(tools, notes), needs(names)
    unknown = [name for name in names if known.get(name, "UNKNOWN") == "UNKNOWN"]
    if unknown:
        print(f"no licence is known of {', '.join(unknown)}: name it in {NOTES.name}")
        return 1
    use = uses(names, graph, notes)
    SBOM.write_text(bill(tools, known, graph, notes), encoding="utf-8")
    rows = [(name, version, known[name], use[name]) for name, version in pins]
    PAGE.write_text(page(rows, notes), encoding="utf-8")
    print(f"{SBOM.relative_to(ROOT)}, {PAGE.name}: {len(rows)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
