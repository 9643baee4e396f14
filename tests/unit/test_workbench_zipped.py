"""The folder of a run as one file: what leads elsewhere, or has no end, writes nothing."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from outlay.core.errors import InputError
from outlay.workbench.routes.means.zipped import unpack, zipped


@pytest.mark.parametrize(
    "name",
    ["../out", "/etc/passwd", "a/../../b", "c:\\x", "a\\..\\b", "run//x", "link", "twice", "many"],
)
def test_a_zip_file_that_leads_elsewhere_writes_nothing(name: str, tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        info = zipfile.ZipInfo("run/link" if name == "link" else name)
        if name == "link":
            info.external_attr = 0o120777 << 16
        made.writestr(info, b"x")
        for n in range(600 if name == "many" else 0):
            made.writestr(f"run/{n}", b"")
        if name == "twice":
            made.writestr("TWICE", b"y")
    (tmp_path / "into").mkdir()
    with pytest.raises(InputError):
        unpack(data.getvalue(), tmp_path / "into")
    assert [p.name for p in tmp_path.rglob("*")] == ["into"]


def test_what_unpacks_to_too_much_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outlay.workbench.routes.means.zipped.MOST_BYTES", 3_000_000)
    bomb = zipped("run", {"a": bytes(2_000_000), "b": bytes(2_000_000)})
    assert len(bomb) < 10_000
    with pytest.raises(InputError, match="more than a run"):
        unpack(bomb, tmp_path)
