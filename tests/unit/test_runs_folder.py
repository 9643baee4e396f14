"""A folder explains its numbers as the plan itself does; what does not belong to it is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import outlay
from outlay.api.plans.plan import Planned
from outlay.core.errors import InputError
from outlay.results.schema import to_text
from outlay.runs.folder.manifest import made_of, read_manifest, sealed_bytes
from support.small import SMALL

CHANGED = ["discount_rate=12 %/year"]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planned]:
    folder = tmp_path_factory.mktemp("run")
    return folder, outlay.plan(SMALL, quick=True, overrides=CHANGED, out=folder)


@pytest.fixture
def folder(plan, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    return Path(shutil.copytree(plan[0], tmp_path / "run"))


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("cost_per_mtok.chat.output", {}),
        ("income.net.2026", {"branch": "licence granted"}),
        ("balance.cash", {"period": "2026"}),
        ("expected_cost", {}),
        ("discount_rate", {}),
    ],
)
def test_a_folder_explains_without_planning_again(
    path: str,
    more: dict[str, str],
    plan,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, found = plan
    # the study lies in the folder under a name of its own
    expected = to_text(found.explain(path, **more)).replace(SMALL.name, "study.yaml")

    def planned_again(*_: object, **__: object) -> None:
        raise AssertionError("a folder was planned again")

    monkeypatch.setattr("outlay.runs.run.run_study", planned_again)
    monkeypatch.setattr("outlay.runs.pipeline.execute.prepare", planned_again)
    for source in (folder, str(folder), folder / "result.json"):
        assert to_text(outlay.explain(source, path, **more)) == expected
    assert outlay.explain(folder, "discount_rate").value == pytest.approx(0.12)


def test_a_cell_of_a_folder_is_that_of_its_result(plan) -> None:  # type: ignore[no-untyped-def]
    folder, found = plan
    cell = found.capacity[0]
    explained = outlay.explain(folder, f"cells.{cell.load}.{cell.chip}")
    assert explained.value == cell.units_per_chip


def _torn(folder: Path) -> None:
    file = folder / "calculation.npz"
    file.write_bytes(file.read_bytes()[:-500])


def _of_another(folder: Path) -> None:
    file = folder / "calculation.npz"
    outlay.plan(SMALL, quick=True, out=folder / "other")
    shutil.copy(folder / "other" / "calculation.npz", file)


def _edited(folder: Path) -> None:
    file = folder / "inputs" / "study.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("20_000 chips", "21_000 chips"), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: (f / "calculation.npz").unlink(), "calculation.npz: a file of the run that is"),
        (_torn, "calculation.npz: was changed after the run"),
        (_of_another, "calculation.npz: was changed after the run"),
        (_edited, "study.yaml: was changed after the run"),
        (lambda f: (f / "inputs/study.yaml").unlink(), "study.yaml: a file of the run that is not"),
        (lambda f: (f / "result.json").write_text("{"), "result.json: was changed after the run"),
        (
            lambda f: (f / "result.json").unlink(),
            "result.json: a file of the run that is not there",
        ),
        (lambda f: (f / "manifest.json").unlink(), "no manifest.json beside the result"),
        (lambda f: (f / "manifest.json").write_text("{}"), "manifest.json: was changed after"),
    ],
)
def test_a_folder_that_is_torn_or_stale_says_which_part(spoil, said: str, folder: Path) -> None:  # type: ignore[no-untyped-def]
    spoil(folder)
    with pytest.raises(InputError, match=said) as caught:
        outlay.explain(folder, "income.net.2026")
    assert caught.value.exit_code == 2
    assert any(p.where for p in caught.value.problems())


def _sealed(folder: Path, name: str, data: bytes | None) -> None:
    """The folder as one would be whose files do not belong together and whose manifest says so."""
    files = {str(n): (folder / n).read_bytes() for n in read_manifest(folder).files}
    files = {k: v for k, v in {**files, name: data}.items() if v is not None}
    for held in read_manifest(folder).files:
        (folder / held).unlink()
    for held, content in files.items():
        (folder / held).write_bytes(content)
    (folder / "manifest.json").write_bytes(sealed_bytes(made_of(files, {})))


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("calculation.npz", None, "no calculation beside the result"),
        ("calculation.npz", lambda b: b[:-500], "torn: not a calculation"),
        ("inputs/study.yaml", lambda b: b.replace(b"20_000 chips", b"21_000 chips"),
         "stale: the study was changed after it was planned"),
        ("inputs/study.yaml", None, "the run's study is not beside its result"),
        ("result.json", lambda b: b.replace(b'"status": "optimal"', b'"status": "fine"'),
         "its numbers are not those that its result_hash is of"),
    ],
)  # fmt: skip
def test_parts_of_several_plans_are_told_apart_under_a_new_seal_too(  # type: ignore[no-untyped-def]
    name: str, change, said: str, folder: Path
) -> None:
    data = (folder / name).read_bytes()
    _sealed(folder, name, None if change is None else change(data))
    with pytest.raises(InputError, match=said) as caught:
        outlay.explain(folder, "income.net.2026")
    assert caught.value.exit_code == 2


def test_a_folder_holds_one_plan(folder: Path) -> None:
    with pytest.raises(InputError, match="a folder holds one plan"):
        outlay.explain(folder, "income.net.2026", overrides=["discount_rate=5 %/year"])


def test_a_result_that_lies_alone_says_that_its_folder_is_wanted(
    folder: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "mine.json"
    alone.write_bytes((folder / "result.json").read_bytes())
    for ask in (lambda: outlay.replay(alone), lambda: outlay.explain(alone, "expected_cost")):
        with pytest.raises(InputError) as caught:
            ask()
        (one,) = caught.value.problems()
        assert (one.what, one.where) == ("the run's study is not beside its result", str(alone))
        assert one.hint.startswith("name the folder that the result came from")
    for file in (alone, folder / "manifest.json"):
        with pytest.raises(InputError, match="what a plan wrote, not a study"):
            outlay.check(file)
    assert outlay.compare(alone, folder).difference == 0.0
