"""What stands inside a study is answered at the door, with its line, and says what it found."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from tests.support.bad_studies import BAD, Bad

from outlay.core.errors import InputError, Problem
from outlay.study.reading.loader import load

EXAMPLES = Path(__file__).parents[2] / "examples"


@cache
def _warnings(study: str) -> frozenset[str]:
    """Of a shipped study as it is."""
    return frozenset(str(p) for p in load(EXAMPLES / study / "study.yaml").warnings)


def _answer(case: Bad, folder: Path) -> tuple[str, list[Problem]]:
    text = (EXAMPLES / case.study / "study.yaml").read_text(encoding="utf-8")
    assert text.count(case.old) == 1, case.old
    file = folder / "study.yaml"
    file.write_text(text.replace(case.old, case.new), encoding="utf-8")
    for beside in ("article.md",):
        if (EXAMPLES / case.study / beside).is_file():
            (folder / beside).write_bytes((EXAMPLES / case.study / beside).read_bytes())
    before = _warnings(case.study)
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


def _big(text: str, kind: str) -> str:
    """The founder's study with far too much of something."""
    paths = (
        "sites.cage.pue: 1.4", "sites.cage.electricity: 0.1 USD/kWh",
        "sites.cage.rent: 170 USD/kW-month", "supply.buy-h200.price: 31_000 USD",
        "supply.rent-h200-year.rent: 2.5 USD/chip-hour", "supply.buy-h200.host: 8_100 USD",
        "supply.rent-h200-month.rent: 3.3 USD/chip-hour", "supply.rent-h200-year.cap: 60",
        "supply.rent-h200-month.cap: 30",
    )  # fmt: skip
    factors = "".join(
        f"  f{i}: {{reveal: 2026-02, states: {{a: 50 %, b: 50 %}}, effect: {{b: {{{p}}}}}}}\n"
        for i, p in enumerate(paths)
    )
    states = ", ".join(f"s{i}: 0.2 %" for i in range(500))
    effects = ", ".join(f"s{i}: {{sites.cage.pue: 1.{i + 100}}}" for i in range(500))
    many = f"  many: {{reveal: 2026-07, states: {{{states}}}, effect: {{{effects}}}}}\n"
    return {
        "nodes": text.replace("periods: 18", "periods: 240").replace(
            "  rents:\n", factors + "  rents:\n"
        ),
        "states": text.replace("  rents:\n", many + "  rents:\n").replace(
            "demand:\n    note", "d:\n    note"
        ),
        "scenarios": text + "".join(f"  s{i}: {{seed: {i}}}\n" for i in range(1_000)),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("nodes", ("would be too large", "about 4,343,820 choices", "of 240 periods", "2,000,000")),
        ("states", ("too many states with an effect and scenarios", "502", "200 together")),
        ("scenarios", ("too many states with an effect and scenarios", "1,002", "200 together")),
    ],
)
def test_what_is_far_too_large_is_refused_before_any_state_is_read(
    kind: str, said: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import outlay.study.reading.loader as loader

    def never(*_: object) -> None:
        raise AssertionError("a state was read")

    monkeypatch.setattr(loader, "_branches", never)
    text = (EXAMPLES / "gpu-cloud-founder" / "study.yaml").read_text(encoding="utf-8")
    file = tmp_path / "study.yaml"
    file.write_text(_big(text, kind), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(file)
    (problem,) = caught.value.problems()
    assert all(word in str(problem) for word in said), problem


@pytest.mark.parametrize(
    ("currency", "written", "answer"),
    [
        ("CNY", "¥8_000", "`¥` read as CNY"),
        ("CNY", "￥8_000", "`¥` read as CNY"),
        ("JPY", "¥1_200_000", "`¥` read as JPY"),
        ("CAD", "$8_000", "`$` may be USD or CAD"),
        ("HKD", "60_000元", "`元` may be CNY or HKD"),
        ("EUR", "¥8_000", "`¥` may be CNY or JPY"),
        ("EUR", "$8_000", ""),
        ("CNY", "8_000元", ""),
    ],
)
def test_a_sign_is_read_by_the_currency_of_the_study(
    currency: str, written: str, answer: str, tmp_path: Path
) -> None:
    text = (EXAMPLES / "gpu-cloud-founder" / "study.yaml").read_text(encoding="utf-8")
    old = "host: {value: 8_000 USD, source: vendor}"
    text = text.replace("currency: USD", f"currency: {currency}").replace(old, f"host: {written}")
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    if "may be" in answer:
        with pytest.raises(InputError, match=re.escape(answer)):
            load(file)
        return
    loaded = load(file)
    said = [str(p) for p in loaded.warnings if "read as" in p.what]
    assert bool(said) == bool(answer)
    assert not answer or answer in said[0]
    host = loaded.study.supply["buy-h200"].host
    assert host is not None
    want = "USD" if written.startswith("$") else currency
    assert host.currency == want
