"""CITATION.cff says which version this is, in the fields that reference managers read."""

from __future__ import annotations

import tomllib

from ruamel.yaml import YAML

from outlay.core.version import __version__
from support.shared import ROOT


def test_it_cites_this_version() -> None:
    cited = YAML(typ="safe").load(ROOT / "CITATION.cff")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    # required by version 1.2.0 of the format
    assert cited["cff-version"] == "1.2.0"
    assert cited["message"]
    assert cited["title"] == "Outlay"
    assert all(author.get("name") or author.get("family-names") for author in cited["authors"])
    # and what it shares with the package
    assert cited["version"] == __version__
    assert cited["license"] == project["license"]
    assert list(cited["keywords"]) == project["keywords"]
