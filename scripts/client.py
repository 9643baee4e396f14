"""Writes the interface of the workbench (`clients/openapi.json`) and the Python client made of it.

    python scripts/client.py --tools DIR   generate the client anew with the tools in DIR
    python scripts/client.py --interface   write the interface alone
    python scripts/client.py --check       whether both are those of the code; exit 1 if not

`make client` runs the first, with the generator of requirements/client.txt.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
INTERFACE = ROOT / "clients" / "openapi.json"
CLIENT = ROOT / "clients" / "python" / "outlay_client"
MADE_OF = CLIENT / "MADE_OF"
BY_HAND = "helpers.py"
"""The one module of the client that nobody generates."""
STREAM = "text/event-stream"
CONFIG = {
    "project_name_override": "outlay-client",
    "package_name_override": "outlay_client",
    "literal_enums": True,
    "content_type_overrides": {"application/zip": "application/octet-stream"},
    "post_hooks": [],
}


def interface() -> str:
    """What the workbench says of its interface."""
    from outlay.workbench.application import create_app
    from outlay.workbench.settings import Settings

    nobody: Any = None  # no request is answered
    made = create_app(Settings(store="sqlite://"), nobody).openapi()
    made["info"]["version"] = "1"  # of the interface; that of the program changes nothing in it
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def prepared(text: str) -> dict[str, Any]:
    """The interface as the generator takes it: it names classes by titles, which must be one each.

    A component is called by its key; a field whose choices would be called as another component
    is gets a longer name.
    """
    body: dict[str, Any] = json.loads(text)
    schemas: dict[str, Any] = body["components"]["schemas"]
    for name, schema in schemas.items():
        schema["title"] = name
        for field, inner in schema.get("properties", {}).items():
            inner.pop("title", None)
            if f"{name}{field.title().replace('_', '')}" in schemas:
                inner["title"] = f"{field} name"
    for operations in body["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                _one_content(response)
    return body


def _one_content(response: dict[str, Any]) -> None:
    """Keep what is really sent: FastAPI adds an empty JSON to every other form, and the events of
    a stream come one by one (`helpers.events`), as no one answer."""
    content: dict[str, Any] = response.get("content", {})
    if len(content) > 1 and content.get("application/json", {}).get("schema") == {}:
        del content["application/json"]
    if STREAM in content:
        content[STREAM] = {"schema": {"type": "string"}}
    for form, said in content.items():
        if form == "text/html":
            said["schema"] = {"type": "string"}


def _finished(folder: Path) -> None:
    """A path below a run keeps its strokes: the server takes none that are escaped."""
    for path in (folder / "api").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        kept = text.replace('quote(str(path), safe="")', 'quote(str(path), safe="/")')
        if kept != text:
            path.write_text(kept, encoding="utf-8")


def digest(folder: Path, text: str) -> str:
    """Of the interface, and of every file that was made of it."""
    made = hashlib.sha256(text.encode())
    for path in sorted(folder.rglob("*.py")):
        made.update(path.relative_to(folder).as_posix().encode())
        made.update(path.read_bytes())
    return f"{hashlib.sha256(text.encode()).hexdigest()} {made.hexdigest()}\n"


def generate(tools: Path, text: str) -> None:
    """Make the client of the interface, in place of the one that is there."""
    with tempfile.TemporaryDirectory() as held:
        here = Path(held)
        (here / "openapi.json").write_text(json.dumps(prepared(text)), encoding="utf-8")
        (here / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
        done = subprocess.run(
            [
                str(tools / "openapi-python-client"), "generate", "--fail-on-warning",
                "--path", str(here / "openapi.json"), "--config", str(here / "config.json"),
                "--meta", "none", "--output-path", str(here / "outlay_client"),
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            sys.exit(f"the generator failed:\n{done.stdout}\n{done.stderr}")
        subprocess.run(
            [str(tools / "ruff"), "format", "--quiet", "--isolated", str(here / "outlay_client")],
            check=True,
        )
        _finished(here / "outlay_client")
        shutil.copy(CLIENT / BY_HAND, here / "outlay_client" / BY_HAND)
        shutil.rmtree(CLIENT, ignore_errors=True)
        shutil.copytree(
            here / "outlay_client", CLIENT, ignore=shutil.ignore_patterns("__pycache__", ".ruff*")
        )
    (CLIENT / "py.typed").touch()
    MADE_OF.write_text(digest(CLIENT, text), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=Path)
    parser.add_argument("--interface", action="store_true")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    text = interface()
    if asked.check:
        same = INTERFACE.read_text("utf-8") == text
        whole = MADE_OF.read_text("utf-8") == digest(CLIENT, text)
        if not (same and whole):
            print("the client is not that of the interface: make client", file=sys.stderr)
        return 0 if same and whole else 1
    INTERFACE.parent.mkdir(exist_ok=True)
    INTERFACE.write_text(text, encoding="utf-8")
    if not asked.interface:
        if asked.tools is None:
            parser.error("--tools: where the generator is")
        generate(asked.tools.resolve(), text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
