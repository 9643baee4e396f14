"""What stands inside a study is answered at the door, with its line, and says what it found."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.bad_studies import BAD, Bad

from outlay.core.errors import InputError, Problem
from outlay.study.reading.loader import load

EXAMPLES = Path(__file__).parents[2] / "examples"


def _answer(case: Bad, folder: Path) -> tuple[str, list[Problem]]:
    text = (EXAMPLES / case.study / "study.yaml").read_text(encoding="utf-8")
    assert text.count(case.old) == 1, case.old
    file = folder / "study.yaml"
    file.write_text(text.replace(case.old, case.new), encoding="utf-8")
    for beside in ("article.md",):
        if (EXAMPLES / case.study / beside).is_file():
            (folder / beside).write_bytes((EXAMPLES / case.study / beside).read_bytes())
    before = {str(p) for p in load(EXAMPLES / case.study / "study.yaml").warnings}
    try:
        loaded = load(file)
    except InputError as err:
        return "refused", err.problems()
    new = [p for p in loaded.warnings if str(p) not in before]
    return ("warned" if new else "taken"), new


@pytest.mark.parametrize("case", BAD, ids=[c.kind for c in BAD])
def test_bad_study(case: Bad, tmp_path: Path) -> None:
    answer, problems = _answer(case, tmp_path)
    told = "\n".join(map(str, problems))
    assert answer == case.answer, told
    if answer == "taken":
        return
    assert any(all(word in str(p) for word in case.said) for p in problems), told
    if any(word.startswith("yaml:") for word in case.said):
        return  # the line is another than the change's
    lines = {p.where.split(":")[1] for p in problems if p.where.count(":")}
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    first = text[: text.index(case.new)].count("\n") + 1
    assert lines & {str(first + n) for n in range(case.new.count("\n") + 1)}, told
